import type { Call } from "../../../kit/call.ts";
import { invalid } from "../../../kit/errors.ts";
import { isId } from "../../../kit/ids.ts";
import type { Files } from "../../../modules/files/service.ts";
import type { Queue } from "../../../modules/queues/model.ts";
import type { Queues } from "../../../modules/queues/service.ts";
import type { Item } from "../../../modules/work-items/model.ts";
import type { Repairs } from "../../../modules/work-items/repairs.ts";
import type { NewItem, WorkItems } from "../../../modules/work-items/service.ts";
import type { Client } from "../client.ts";
import { type Command, command } from "../command.ts";
import { connectionLeaseMs, type HeldWork } from "../held-work.ts";
import { readFiles, storeFiles } from "../item-files.ts";
import {
  queuesNamed,
  readPayload,
  readPriority,
  readQueueRef,
  writtenFile,
  writtenItem,
} from "../item-shapes.ts";
import { ItemUpdates } from "../item-updates.ts";
import type { PopWorkitemRequest, PushWorkitemRequest, Workitem, WorkitemFile } from "../messages.ts";
import { extrasOf } from "../queue-shapes.ts";
import { readTime } from "../timestamps.ts";

const itemsPerRequestMax = 10_000;
const batchSize = 1_000;
const write = { scope: "items:write" } as const;

export interface WorkItemParts {
  items: WorkItems;
  queues: Queues;
  files: Files;
  repairs: Repairs;
  held: HeldWork;
}

/** Work items: into a queue, out of it, and what came of them. */
export function workItemCommands(parts: WorkItemParts): Command[] {
  return [...pushes(parts), ...holdings(parts)];
}

function pushes({ items, queues, files }: WorkItemParts): Command[] {
  return [
    command({
      ...write,
      name: "pushworkitem",
      request: "PushWorkitemRequest",
      reply: "PushWorkitemResponse",
      run: async ({ call }, request) => {
        const queue = await queues.require(call, readQueueRef(request), "invoke");
        const prepared = await prepare(files, call, queue, request);
        const pushed = await items.pushItem(call, queue.id, prepared.item);
        return { workitem: await shownAsPushed(queues, call, queue, { id: pushed.id, ...prepared }) };
      },
    }),
    command({
      ...write,
      name: "pushworkitems",
      request: "PushWorkitemsRequest",
      reply: "PushWorkitemsResponse",
      run: async ({ call }, request) => {
        const queue = await queues.require(call, readQueueRef(request), "invoke");
        if (request.items.length > itemsPerRequestMax)
          throw invalid("items", `at most ${itemsPerRequestMax} in one request`);
        const workitems: Workitem[] = [];
        for (let start = 0; start < request.items.length; start += batchSize) {
          const batch: Prepared[] = [];
          for (const item of request.items.slice(start, start + batchSize))
            batch.push(await prepare(files, call, queue, withDefaults(item, request)));
          const pushed = await items.pushItems(
            call,
            queue.id,
            batch.map(({ item }) => item),
          );
          for (const [index, { id }] of pushed.entries())
            workitems.push(await shownAsPushed(queues, call, queue, { id, ...batch[index]! }));
        }
        return { workitems };
      },
    }),
  ];
}

function holdings(parts: WorkItemParts): Command[] {
  const { queues, held, repairs } = parts;
  const updates = new ItemUpdates(parts);
  return [
    command({
      ...write,
      name: "popworkitem",
      request: "PopWorkitemRequest",
      reply: "PopWorkitemResponse",
      run: async ({ call, client }, request) => {
        const queue = await queues.require(call, readQueueRef(request), "invoke");
        if (client !== undefined) held.requireRoom(client);
        const lease = client === undefined ? {} : { leaseMs: connectionLeaseMs };
        const [item] = await parts.items.claimItems(call, queue.id, { ...lease, worker: call.userName });
        if (item === undefined) return {};
        if (client !== undefined) held.add(client, call, item);
        return { workitem: await shownAsPopped(parts, { call, client, item }, request) };
      },
    }),
    command({
      ...write,
      name: "updateworkitem",
      request: "UpdateWorkitemRequest",
      reply: "UpdateWorkitemResponse",
      run: async ({ call, client }, request) => ({ workitem: await updates.update(call, client, request) }),
    }),
    command({
      ...write,
      name: "deleteworkitem",
      request: "DeleteWorkitemRequest",
      reply: "DeleteWorkitemResponse",
      run: async ({ call, client }, { _id: id }) => {
        if (!isId(id)) throw invalid("_id", "must be 24 hex digits");
        if (client !== undefined && held.leaseNumberOf(client, id) !== undefined)
          await held.giveBack(client, id);
        await repairs.deleteItem(call, id);
        return {};
      },
    }),
  ];
}

interface Prepared {
  item: NewItem;
  files: WorkitemFile[];
}

type Sent = Pick<
  PushWorkitemRequest,
  | "name"
  | "payload"
  | "nextrun"
  | "success_wiqid"
  | "failed_wiqid"
  | "success_wiq"
  | "failed_wiq"
  | "priority"
  | "files"
>;

/** What a list says of all its items counts for those that say nothing themselves. */
function withDefaults(item: Workitem, all: Omit<Sent, "name" | "payload" | "files">): Sent {
  const success = item.success_wiqid || item.success_wiq ? item : all;
  const failed = item.failed_wiqid || item.failed_wiq ? item : all;
  // Field by field: the zero values of what came are its prototype's.
  return {
    name: item.name,
    payload: item.payload,
    files: item.files,
    priority: item.priority || all.priority,
    nextrun: item.nextrun ?? all.nextrun,
    success_wiqid: success.success_wiqid,
    success_wiq: success.success_wiq,
    failed_wiqid: failed.failed_wiqid,
    failed_wiq: failed.failed_wiq,
  };
}

/** Without a time of its own an item waits as long as its queue says. */
async function prepare(files: Files, call: Call, queue: Queue, sent: Sent): Promise<Prepared> {
  const { fresh, kept } = await storeFiles(files, call, queue, sent.files);
  const dueAt = readTime(sent.nextrun);
  const { initialdelay } = extrasOf(queue);
  const successQueue = sent.success_wiqid || sent.success_wiq;
  const failedQueue = sent.failed_wiqid || sent.failed_wiq;
  const ids = [...fresh, ...kept].map(({ id }) => id);
  const item: NewItem = {
    payload: readPayload(sent.payload, "payload"),
    priority: readPriority(sent.priority),
    ...(sent.name === "" ? {} : { name: sent.name }),
    ...(dueAt === undefined ? { delayMs: initialdelay * 1_000 } : { dueAt }),
    ...(successQueue === "" ? {} : { successQueue }),
    ...(failedQueue === "" ? {} : { failedQueue }),
    ...(ids.length === 0 ? {} : { files: ids }),
  };
  return { item, files: [...fresh.map(writtenFile), ...kept.map(keptFile)] };
}

function keptFile({ id, name }: { id: string; name: string }): WorkitemFile {
  return { filename: name, _id: id, compressed: false, file: new Uint8Array(0) };
}

/** Without a look at what was written: a client that pushes waits for one write only. */
async function shownAsPushed(
  queues: Queues,
  call: Call,
  queue: Queue,
  { id, item, files }: Prepared & { id: string },
): Promise<Workitem> {
  const named = new Map<string, Pick<Queue, "id" | "name">>([[queue.id, queue]]);
  const idOf = async (ref: string | undefined) => {
    if (ref === undefined) return null;
    const next = await queues.require(call, ref, "invoke");
    named.set(next.id, next);
    return next.id;
  };
  const { name = null, payload, priority = 0, dueAt = null } = item;
  const shown: Item = {
    ...blankItem,
    id,
    queueId: queue.id,
    name,
    payload,
    priority,
    dueAt,
    successQueueId: await idOf(item.successQueue),
    failedQueueId: await idOf(item.failedQueue),
  };
  return writtenItem(shown, { queues: named, files });
}

/** An item as it begins. */
const blankItem = {
  state: "new",
  attempts: 0,
  acquired: 0,
  leaseNumber: 0,
  leaseUntil: null,
  holderId: null,
  worker: null,
  orderKey: null,
  concurrencyKey: null,
  error: null,
  fromItemId: null,
  nextItemId: null,
  createdAt: "",
  createdById: "",
  claimedAt: null,
  finishedAt: null,
} as const;

/** An item that cannot be shown is not left with a client that knows nothing of it. */
async function shownAsPopped(
  { items, queues, files, held }: WorkItemParts,
  { call, client, item }: { call: Call; client: Client | undefined; item: Item },
  { includefiles, compressed }: PopWorkitemRequest,
): Promise<Workitem> {
  try {
    const owner = { kind: "work_item", id: item.id } as const;
    const attached = await readFiles(files, call, owner, { withBytes: includefiles, compressed });
    return writtenItem(item, { queues: await queuesNamed(queues, call, item), files: attached });
  } catch (error) {
    if (client === undefined) await items.releaseItem(call, item.id, item.leaseNumber);
    else await held.giveBack(client, item.id);
    throw error;
  }
}
