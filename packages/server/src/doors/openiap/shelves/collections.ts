import type { House } from "../../rest/route-table.ts";
import { agentsCollection } from "../commands/agents.ts";
import type { DocumentSource, SourceOf } from "../document-source.ts";
import { agentsSource } from "./agents.ts";
import { filesShelf } from "./files.ts";
import { auditShelf, historyShelf } from "./past.ts";
import { principalsShelf } from "./principals.ts";
import { queuesShelf } from "./queues.ts";
import { shelfSource } from "./shelf-source.ts";
import { workItemsShelf } from "./work-items.ts";

const historySuffix = "_hist";

/** What stands behind each collection: documents, or the things of a module that clients look for there. */
export function sourcesOf(house: House): SourceOf {
  const { documents, events, files, identity } = house;
  const filesSource = shelfSource(filesShelf(files));
  const known = new Map<string, DocumentSource>([
    ["users", shelfSource(principalsShelf(identity))],
    ["workitems", shelfSource(workItemsShelf(house))],
    ["mq", shelfSource(queuesShelf(house))],
    ["files", filesSource],
    ["fs.files", filesSource],
    ["audit", shelfSource(auditShelf(events))],
    [agentsCollection, agentsSource(house)],
  ]);
  return (collection) => {
    const source = known.get(collection);
    if (source !== undefined) return source;
    if (!collection.endsWith(historySuffix)) return documents;
    return shelfSource(historyShelf(documents, collection.slice(0, -historySuffix.length)));
  };
}
