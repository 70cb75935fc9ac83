import type { House } from "../rest/route-table.ts";
import type { Command } from "./command.ts";
import { documentCommands } from "./commands/documents.ts";
import { livenessCommands } from "./commands/liveness.ts";
import { signInCommands } from "./commands/signing-in.ts";

/** Every command there is; what is not here is answered as unknown. */
export function commandTable(house: House, clientConfig: () => Record<string, unknown>): Command[] {
  const { identity, documents } = house;
  return [
    ...livenessCommands(),
    ...signInCommands({ identity, clientConfig }),
    ...documentCommands(documents),
  ];
}
