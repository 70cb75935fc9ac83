import type { House } from "../rest/route-table.ts";
import type { Command } from "./command.ts";
import { changeCommands } from "./commands/changes.ts";
import { collectionCommands } from "./commands/collections.ts";
import type { SourceOf } from "./document-source.ts";
import { customCommands } from "./commands/custom.ts";
import { fileCommands } from "./commands/files.ts";
import { livenessCommands } from "./commands/liveness.ts";
import { questionCommands } from "./commands/questions.ts";
import { signInCommands, type SignInParts } from "./commands/signing-in.ts";
import { watchCommands } from "./commands/watches.ts";

/** Every command there is; what is not here is answered as unknown. */
export function commandTable(house: House, signingIn: Omit<SignInParts, "identity">): Command[] {
  const { identity, documents, watches, files } = house;
  const sourceOf: SourceOf = () => documents;
  return [
    ...livenessCommands(),
    ...signInCommands({ identity, ...signingIn }),
    ...questionCommands(identity, sourceOf),
    ...changeCommands(sourceOf),
    ...collectionCommands(documents),
    ...watchCommands(watches),
    ...fileCommands(files),
    ...customCommands({}),
  ];
}
