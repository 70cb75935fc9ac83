import type { House } from "../rest/route-table.ts";
import type { Client } from "./client.ts";
import type { Command } from "./command.ts";
import { agentCommands, agentCustomCommands } from "./commands/agents.ts";
import { changeCommands } from "./commands/changes.ts";
import { collectionCommands } from "./commands/collections.ts";
import { customCommands } from "./commands/custom.ts";
import { fileCommands } from "./commands/files.ts";
import { livenessCommands } from "./commands/liveness.ts";
import { messageCommands } from "./commands/messages.ts";
import { questionCommands } from "./commands/questions.ts";
import { refusedCommands, refusedCustomCommands } from "./commands/refused.ts";
import { signInCommands, type SignInParts } from "./commands/signing-in.ts";
import { watchCommands } from "./commands/watches.ts";
import { workItemQueueCommands } from "./commands/work-item-queues.ts";
import { workItemCommands } from "./commands/work-items.ts";
import type { HeldWork } from "./held-work.ts";
import type { QueueConsumers } from "./queue-consumers.ts";
import { sourcesOf } from "./shelves/collections.ts";

/** What lives as long as the door, and what is told to who signs in. */
export interface TableParts extends Omit<SignInParts, "identity"> {
  held: HeldWork;
  consumers: QueueConsumers;
  /** Who is connected. */
  clients(): Iterable<Client>;
}

/** Every command there is; what is not here is answered as unknown. */
export function commandTable(
  house: House,
  { held, consumers, clients, ...signingIn }: TableParts,
): Command[] {
  const { identity, documents, watches, files, queues, items, messages, repairs } = house;
  const sourceOf = sourcesOf(house);
  const agents = { documents, files, messages, clients };
  return [
    ...livenessCommands(),
    ...signInCommands({ identity, ...signingIn }),
    ...questionCommands(identity, sourceOf),
    ...changeCommands(sourceOf),
    ...collectionCommands(documents),
    ...watchCommands(watches),
    ...fileCommands(files),
    ...workItemCommands({ items, queues, files, repairs, held }),
    ...workItemQueueCommands({ queues, repairs, identity }),
    ...messageCommands({ messages, identity, consumers }),
    ...agentCommands(agents),
    ...refusedCommands(),
    ...customCommands({ ...refusedCustomCommands(), ...agentCustomCommands(agents) }),
  ];
}
