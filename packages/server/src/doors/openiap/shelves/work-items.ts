import type { Call } from "../../../kit/call.ts";
import { hasCode } from "../../../kit/errors.ts";
import { isId } from "../../../kit/ids.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import type { Queue } from "../../../modules/queues/model.ts";
import type { Queues } from "../../../modules/queues/service.ts";
import { type Item, type State, states } from "../../../modules/work-items/model.ts";
import type { Repairs } from "../../../modules/work-items/repairs.ts";
import type { WorkItems } from "../../../modules/work-items/service.ts";
import { requireScope } from "../../rest/authenticate.ts";
import { writtenItem, writtenState } from "../item-shapes.ts";
import { type FilterHints, pages, type Shelf, systemFields } from "./shelf.ts";

interface Parts {
  items: WorkItems;
  queues: Queues;
  repairs: Repairs;
}

/** The items of the queues that the caller may read. */
export function workItemsShelf({ items, queues, repairs }: Parts): Shelf {
  return {
    what: "work items",
    ways: "use pushworkitem and updateworkitem",
    async *documents(call, hints) {
      requireScope(call, "items:read");
      const ids = hints.valuesOf("_id");
      if (ids !== undefined) return yield* named({ items, queues }, call, ids);
      const readable = await readableQueues(queues, call);
      const byId = new Map(readable.map((queue) => [queue.id, queue]));
      const wanted = statesOf(hints);
      for (const queue of readable.filter((each) => isWanted(hints, each))) {
        const page = (cursor: string | undefined) =>
          items.listItems(call, queue.id, { states: wanted, limit: 500, ...(cursor && { cursor }) });
        for await (const item of pages(page)) yield itemDocument(item, byId);
      }
    },
    async remove(call, { _id: id }) {
      requireScope(call, "items:write");
      await repairs.deleteItem(call, id);
    },
  };
}

async function* named(
  { items, queues }: Pick<Parts, "items" | "queues">,
  call: Call,
  ids: readonly string[],
): AsyncGenerator<StoredDocument> {
  for (const id of ids.filter(isId)) {
    try {
      const item = await items.getItem(call, id);
      const queue = await queues.require(call, item.queueId, "read");
      yield itemDocument(item, new Map([[queue.id, queue]]));
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
    }
  }
}

async function readableQueues(queues: Queues, call: Call): Promise<Queue[]> {
  const readable: Queue[] = [];
  for await (const { id } of pages((cursor) => queues.listQueues(call, cursor, 500)))
    readable.push(await queues.require(call, id, "read"));
  return readable;
}

function isWanted(hints: FilterHints, { id, name }: Queue): boolean {
  return hints.valuesOf("wiqid")?.includes(id) !== false && hints.valuesOf("wiq")?.includes(name) !== false;
}

function statesOf(hints: FilterHints): State[] {
  const words = hints.valuesOf("state");
  return states.filter((state) => words === undefined || words.includes(writtenState(state)));
}

function itemDocument(item: Item, queues: ReadonlyMap<string, Queue>): StoredDocument {
  const {
    files: _files,
    _workspaceid: _none,
    _id,
    payload: _text,
    ...written
  } = writtenItem(item, {
    queues,
    files: [],
  });
  const { createdAt, createdById, claimedAt, dueAt, finishedAt } = item;
  const acl = queues.get(item.queueId)?.acl ?? [];
  return {
    ...systemFields("workitem", item.id, {
      createdAt,
      createdById,
      modifiedAt: finishedAt ?? claimedAt ?? createdAt,
      acl,
    }),
    ...written,
    payload: item.payload,
    nextrun: dueAt,
    lastrun: claimedAt,
  };
}
