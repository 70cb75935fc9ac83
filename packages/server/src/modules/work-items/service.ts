import { createHash } from "node:crypto";
import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { HeldRows } from "../../kit/held-rows.ts";
import { newId } from "../../kit/ids.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { checkPayload } from "../../kit/payload.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, allows, requireRight } from "../access/model.ts";
import type { RecordedEvent } from "../events/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { FileView } from "../files/model.ts";
import type { Queue } from "../queues/model.ts";
import type { Queues } from "../queues/service.ts";
import { Dispatcher, type Refresh, topicOf } from "./dispatcher.ts";
import { type EditedFiles, type ItemEdit, Edits } from "./edits.ts";
import { queuesWithWork } from "./edits-store.ts";
import { type Finished, Finishes } from "./finishes.ts";
import { Leases } from "./leases.ts";
import * as lists from "./lists-store.ts";
import {
  finalStates,
  gateOf,
  type Item,
  keysOf,
  liveStates,
  type Outcome,
  type RetryWish,
  type State,
  states,
} from "./model.ts";
import { type KeyedRow, Pushes, type Pushed } from "./pushes.ts";
import type * as claims from "./claim-store.ts";
import type * as store from "./store.ts";
import { countItems } from "./store.ts";

export const itemsPerPushMax = 1_000;
const pageMax = 500;
const afterEveryId = "~";

export interface NewItem {
  payload: Record<string, unknown>;
  name?: string;
  priority?: number;
  dueAt?: string;
  delayMs?: number;
  orderKey?: string;
  concurrencyKey?: string;
  idempotencyKey?: string;
  successQueue?: string;
  failedQueue?: string;
  files?: string[];
}

export interface FinishRequest {
  leaseNumber: number;
  state: "successful" | "failed";
  error?: { kind: "business" | "application"; message: string; source?: string };
  /** How it is tried again, instead of by the queue's policy. */
  retry?: RetryWish;
  payload?: Record<string, unknown>;
  files?: string[];
}

/** What of an item is to be written; what is left out stays, null takes away. */
export interface ItemChanges extends Omit<ItemEdit, "successQueueId" | "failedQueueId"> {
  /** Next queues by name or id. */
  successQueue?: string | null;
  failedQueue?: string | null;
}

/** Counts by state, and how long the oldest item that could be claimed has waited. */
export interface QueueStats {
  counts: Record<State, number>;
  oldestWaitingAt: string | null;
}

/** What shows files by their owner. */
interface ShownFiles {
  listAttached(call: Call, owner: { kind: "work_item"; id: string }): Promise<FileView[]>;
}

/** Work items: pushed into a queue, claimed under a lease, finished once. */
export class WorkItems {
  readonly #database: Database;
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #files: ShownFiles;
  readonly #dispatcher: Dispatcher;
  readonly #pushes: Pushes;
  readonly #finishes: Finishes;
  readonly #leases: Leases;
  readonly #edits: Edits;
  readonly #wakes: Wakes;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    files: EditedFiles & ShownFiles;
    wakes: Wakes;
    refresh: Refresh;
    metrics: Metrics;
  }) {
    const { database, events, queues, files, wakes, refresh, metrics } = parts;
    this.#database = database;
    this.#events = events;
    this.#queues = queues;
    this.#files = files;
    const held = new HeldRows<store.HeldRow>();
    this.#dispatcher = new Dispatcher({
      database,
      events,
      queues,
      wakes,
      refresh,
      held,
      onWrite: metrics.observeWrite("claim"),
    });
    const arrived = (placed: readonly store.PlacedRow[]) => this.arrived(placed);
    const common = { database, events, queues, files, arrived };
    this.#pushes = new Pushes({ ...common, onWrite: metrics.observeWrite("push") });
    this.#finishes = new Finishes({ ...common, held, onWrite: metrics.observeWrite("finish") });
    this.#leases = new Leases({ ...common, onWrite: metrics.observeWrite("extend") });
    this.#edits = new Edits({ ...common, held });
    this.#wakes = wakes;
  }

  /** Adds an item to a queue. Under an idempotency key used before, answers the item of that time. */
  async pushItem(call: Call, queueRef: string, item: NewItem): Promise<Pushed> {
    const queue = await this.#queues.require(call, queueRef, "invoke");
    const row = await this.#rowOf(call, queue, item, "");
    const [pushed] = await this.#pushes.push({ call, queue, rows: [row] });
    return pushed!;
  }

  /** Adds several items, all or none. */
  async pushItems(call: Call, queueRef: string, items: readonly NewItem[]): Promise<Pushed[]> {
    const queue = await this.#queues.require(call, queueRef, "invoke");
    if (items.length > itemsPerPushMax) throw invalid("items", `at most ${itemsPerPushMax} in one call`);
    const rows: KeyedRow[] = [];
    for (const [index, item] of items.entries())
      rows.push(await this.#rowOf(call, queue, item, `items[${index}].`));
    return this.#pushes.push({ call, queue, rows });
  }

  /** Takes up to `count` items under a lease; waits up to `waitMs` for the first one. */
  async claimItems(
    call: Call,
    queueRef: string,
    options: { count?: number; waitMs?: number; leaseMs?: number; worker?: string },
  ): Promise<Item[]> {
    const queue = await this.#queues.require(call, queueRef, "invoke");
    const { count = 1, waitMs = 0, leaseMs = queue.leaseMs, worker = null } = options;
    const rows = await this.#dispatcher.claim(call, queue, { count, waitMs, leaseMs, worker });
    if (rows.length > 0 && call.signal?.aborted === true) {
      // The caller went away while his items were on their way: others need not wait for the leases to run out.
      for (const row of rows) await this.releaseItem(call, row.id, row.leaseNumber);
      return [];
    }
    return rows.map(claimedItem);
  }

  /** Lengthens a lease from now; refused if the lease is no longer the caller's. */
  async extendLease(
    call: Call,
    itemId: string,
    leaseNumber: number,
    leaseMs?: number,
  ): Promise<{ leaseUntil: string }> {
    return this.#leases.extend(call, itemId, leaseNumber, leaseMs);
  }

  /** Gives an item back untouched: another may have it at once, and no attempt is counted. */
  async releaseItem(call: Call, itemId: string, leaseNumber: number): Promise<void> {
    await this.#leases.release(call, itemId, leaseNumber);
  }

  /** Ends an attempt: successful or failed for good, or back for another try by the queue's policy. */
  async finishItem(call: Call, itemId: string, request: FinishRequest): Promise<Finished> {
    if (request.payload !== undefined) checkPayload(request.payload, "payload");
    const { leaseNumber, payload, files } = request;
    return this.#finishes.finish({
      call,
      itemId,
      leaseNumber,
      outcome: outcomeOf(request),
      payload,
      fileIds: files,
    });
  }

  /** Takes this very item under a lease, though it is not its turn; refused while somebody holds it. */
  async claimItem(
    call: Call,
    itemId: string,
    options: { leaseMs?: number; worker?: string } = {},
  ): Promise<Item> {
    return claimedItem(await this.#edits.take(call, itemId, options));
  }

  /**
   * Writes what an item carries: of one that is held under `leaseNumber`, of one that waits without. A held item gets
   * another lease number when more than its payload and files change; the number that is good is answered.
   */
  async updateItem(
    call: Call,
    itemId: string,
    { successQueue, failedQueue, ...rest }: ItemChanges,
    leaseNumber?: number,
  ): Promise<{ leaseNumber: number }> {
    if (rest.payload !== undefined) checkPayload(rest.payload, "payload");
    return this.#edits.edit(call, itemId, leaseNumber, {
      ...rest,
      ...(successQueue === undefined
        ? {}
        : { successQueueId: await this.#nextQueueId(call, successQueue ?? undefined, "successQueue") }),
      ...(failedQueue === undefined
        ? {}
        : { failedQueueId: await this.#nextQueueId(call, failedQueue ?? undefined, "failedQueue") }),
    });
  }

  /** Those of the queues, by id, in which the caller would find an item to claim. */
  async queuesWithWork(call: Call, queueIds: readonly string[]): Promise<string[]> {
    if (queueIds.length === 0) return [];
    return queuesWithWork(this.#database.read(call), call.tenantId, queueIds);
  }

  /** Calls `listener` when there may be work in the queue, until the returned function is called; a hint. */
  onArrival(queueId: string, listener: () => void): () => void {
    return this.#wakes.on(topicOf(queueId), listener);
  }

  async getItem(call: Call, itemId: string): Promise<Item> {
    const row = await lists.findItem(this.#database.read(call), call.tenantId, itemId);
    if (row === undefined) throw absent(`work item ${itemId}`);
    await this.queueOf(call, row, "read");
    return itemOf(row);
  }

  /** Every transition of an item, the oldest first: who did it, when and why. */
  async itemHistory(call: Call, itemId: string): Promise<RecordedEvent[]> {
    await this.getItem(call, itemId);
    return this.#events.history(call, itemId);
  }

  /** The files that are attached to an item, for whoever may read the item. */
  async listItemFiles(call: Call, itemId: string): Promise<FileView[]> {
    await this.getItem(call, itemId);
    return this.#files.listAttached(call, { kind: "work_item", id: itemId });
  }

  /** The items of a queue, the newest first. */
  async listItems(
    call: Call,
    queueRef: string,
    options: { states?: readonly State[]; cursor?: string; limit?: number },
  ): Promise<{ items: Item[]; nextCursor?: string }> {
    const queue = await this.#queues.require(call, queueRef, "read");
    const limit = Math.min(options.limit ?? 100, pageMax);
    const wanted = options.states ?? states;
    const filter = {
      tenantId: call.tenantId,
      queueId: queue.id,
      beforeId: options.cursor ?? afterEveryId,
      limit: limit + 1,
    };
    const reader = this.#database.read(call);
    const of = (some: readonly State[]) => ({
      ...filter,
      states: some.filter((state) => wanted.includes(state)),
    });
    // Live ones first: an item that ends between the two looks is seen twice and not missed, and once is enough.
    const live = await lists.listLive(reader, of(liveStates));
    const ended = await lists.listEnded(reader, of(finalStates));
    const byId = new Map([...live, ...ended].map((row) => [row.id, row]));
    const rows = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    const items = rows.slice(0, limit).map(itemOf);
    return rows.length > limit ? { items, nextCursor: items.at(-1)!.id } : { items };
  }

  /** Exact counts by state, and the age of the oldest item that could be claimed. */
  async queueStats(call: Call, queueRef: string): Promise<QueueStats> {
    const queue = await this.#queues.require(call, queueRef, "read");
    const reader = this.#database.read(call);
    const [rows, oldestWaitingAt] = await Promise.all([
      countItems(reader, [queue.id]),
      lists.oldestWaiting(reader, call.tenantId, queue.id),
    ]);
    return { counts: countsOf(rows), oldestWaitingAt };
  }

  /** The same of every queue that the caller may read, by name. */
  async listQueueStats(call: Call, cursor?: string, limit?: number) {
    const { items: queues, nextCursor } = await this.#queues.listQueues(call, cursor, limit);
    const ids = queues.map(({ id }) => id);
    const reader = this.#database.read(call);
    const [rows, oldest] = await Promise.all([
      countItems(reader, ids),
      lists.oldestWaitingOf(reader, call.tenantId, ids),
    ]);
    const oldestAt = new Map(oldest.map((row) => [row.queueId, row.oldest]));
    const items = queues.map(({ id, name, paused }) => ({
      id,
      name,
      paused,
      counts: countsOf(rows.filter(({ queueId }) => queueId === id)),
      oldestWaitingAt: oldestAt.get(id) ?? null,
    }));
    return nextCursor === undefined ? { items } : { items, nextCursor };
  }

  /** The queue of an item, if the caller has the right; else the item is as good as absent. */
  async queueOf(
    call: Call,
    item: { id: string; queueId: string },
    right: "read" | "update" | "delete",
  ): Promise<Queue> {
    const queue = await this.#queues.find(call, item.queueId);
    if (queue === undefined || !allows(queue.acl, call, "read")) throw absent(`work item ${item.id}`);
    requireRight(queue.acl, call, right, `work item ${item.id}`);
    return queue;
  }

  /** Items took a place where they may be claimed. */
  arrived(placed: readonly store.PlacedRow[]): void {
    this.#dispatcher.arrived(placed);
  }

  /** Answers the claims that wait with nothing, and takes no more of them. */
  async answerWaiting(): Promise<void> {
    await this.#dispatcher.close();
  }

  /** What was accepted is finished; nothing more is handed out. */
  async close(): Promise<void> {
    await this.#dispatcher.close();
    await Promise.all([this.#pushes.drained(), this.#finishes.drained(), this.#leases.drained()]);
  }

  async #rowOf(call: Call, queue: Queue, item: NewItem, place: string): Promise<KeyedRow> {
    const payloadText = checkPayload(item.payload, `${place}payload`);
    if (item.dueAt !== undefined && item.delayMs !== undefined)
      throw invalid(`${place}dueAt`, "give dueAt or delayMs, not both");
    if (item.orderKey !== undefined && item.concurrencyKey !== undefined) {
      throw invalid(`${place}orderKey`, "an item has an order key or a concurrency key, not both");
    }
    return {
      id: newId(),
      tenantId: call.tenantId,
      queueId: queue.id,
      priority: item.priority ?? 0,
      dueAt: item.dueAt,
      delayMs: item.delayMs,
      gate: gateOf(item),
      name: item.name ?? null,
      payload: item.payload,
      successQueueId: await this.#nextQueueId(call, item.successQueue, `${place}successQueue`),
      failedQueueId: await this.#nextQueueId(call, item.failedQueue, `${place}failedQueue`),
      fromItemId: null,
      createdById: call.userId,
      idempotencyKey: item.idempotencyKey,
      digest: item.idempotencyKey === undefined ? undefined : digestOf(payloadText, item),
      fileIds: item.files === undefined || item.files.length === 0 ? undefined : item.files,
    };
  }

  async #nextQueueId(call: Call, name: string | undefined, field: string): Promise<string | null> {
    if (name === undefined) return null;
    try {
      return (await this.#queues.require(call, name, "invoke")).id;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw invalid(field, `there is no queue ${JSON.stringify(name)} that you may push to`);
    }
  }
}

function outcomeOf(request: FinishRequest): Outcome {
  if (request.state === "successful") {
    if (request.error !== undefined) throw invalid("error", "a successful item has none");
    if (request.retry !== undefined) throw invalid("retry", "a successful item is not tried again");
    return { state: "successful" };
  }
  if (request.error === undefined) throw invalid("error", "say what failed: {kind, message}");
  const { error, retry } = request;
  return { state: "failed", error, ...(retry === undefined ? {} : { retry }) };
}

function digestOf(payloadText: string, item: NewItem): string {
  const { payload: _payload, idempotencyKey: _key, ...rest } = item;
  return createHash("sha256").update(payloadText).update(JSON.stringify(rest)).digest("base64url");
}

/** Field by field: copying with a rest took a twentieth of the server's time for claims. */
function claimedItem(row: claims.ClaimedRow): Item {
  const { orderKey, concurrencyKey } = keysOf(row.gate);
  return {
    id: row.id,
    queueId: row.queueId,
    state: "processing",
    priority: row.priority,
    name: row.name,
    payload: row.payload,
    attempts: row.attempts,
    acquired: row.acquired,
    leaseNumber: row.leaseNumber,
    leaseUntil: row.leaseUntil,
    holderId: row.holderId,
    worker: row.worker,
    dueAt: null,
    orderKey,
    concurrencyKey,
    error: row.error,
    successQueueId: row.successQueueId,
    failedQueueId: row.failedQueueId,
    fromItemId: row.fromItemId,
    nextItemId: null,
    createdAt: row.createdAt,
    createdById: row.createdById,
    claimedAt: row.claimedAt,
    finishedAt: null,
  };
}

function itemOf(row: lists.ItemRow): Item {
  const { gate, ...rest } = row;
  return { ...rest, ...keysOf(gate) };
}

/** An event as the house states it about an item. */
export function itemEvent(
  call: Call,
  type: string,
  item: { id: string; queueId: string },
  details?: Record<string, unknown>,
) {
  return eventOf(call, { topic: "work_items", type, subjectId: item.id, scopeId: item.queueId, details });
}

function countsOf(rows: readonly { state: State; items: number }[]): Record<State, number> {
  const found = new Map(rows.map((row) => [row.state, row.items]));
  return Object.fromEntries(states.map((state) => [state, found.get(state) ?? 0])) as Record<State, number>;
}
