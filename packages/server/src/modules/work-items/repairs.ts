import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Events } from "../events/service.ts";
import type { Queue } from "../queues/model.ts";
import type { Queues } from "../queues/service.ts";
import * as gates from "./gates-store.ts";
import { type FinalState, finalStates, type GateVisit } from "./model.ts";
import * as repairs from "./repairs-store.ts";
import { itemEvent, type WorkItems } from "./service.ts";

const batchMax = 500;
/** Items that one bulk call may touch; it says whether there are more. */
export const bulkMax = 100_000;

/** What links files to items; removed items let go of theirs. */
export interface Detachments {
  detachIn(tx: Tx, owners: readonly { kind: "work_item"; id: string }[]): Promise<void>;
}

export interface BulkResult {
  count: number;
  /** There is more to do: call again. */
  more: boolean;
}

/** Putting things right by hand: requeue, delete, purge; also what keeping times remove. */
export class Repairs {
  readonly #database: Database;
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #items: WorkItems;
  readonly #files: Detachments;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    items: WorkItems;
    files: Detachments;
  }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.#items = parts.items;
    this.#files = parts.files;
  }

  /** An ended item comes back as new; one that waits for its time becomes due now. */
  async requeueItem(call: Call, itemId: string): Promise<void> {
    const item = await this.#items.getItem(call, itemId);
    const queue = await this.#items.queueOf(call, item, "update");
    if (item.state === "processing") {
      throw new AppError("conflict", `Work item ${itemId} is being worked on: wait for its end or its lease`);
    }
    if (isFinal(item.state)) await this.#requeue(call, queue, [itemId]);
    else await this.#makeDue(call, queue, itemId);
  }

  /** Requeues every failed or abandoned item of a queue, the oldest first, in batches that each stand by themselves. */
  async requeueItems(
    call: Call,
    queueRef: string,
    state: "failed" | "abandoned",
    limit = bulkMax,
  ): Promise<BulkResult> {
    const queue = await this.#queues.require(call, queueRef, "update");
    const next = (afterId: string, size: number) =>
      repairs.idsOfEnded(this.#database, queue.id, state, afterId, size);
    return this.#inBatches(limit, next, (ids) => this.#requeue(call, queue, ids));
  }

  /** Deletes an item that nobody holds. Its history stays. */
  async deleteItem(call: Call, itemId: string): Promise<void> {
    const item = await this.#items.getItem(call, itemId);
    const queue = await this.#items.queueOf(call, item, "delete");
    const removed = isFinal(item.state)
      ? await this.#removeEnded(call, queue, [itemId])
      : await this.#removeLive(call, queue, [itemId]);
    if (removed === 0)
      throw new AppError("conflict", `Work item ${itemId} is being worked on: wait for its end`);
  }

  /** Deletes a queue's waiting items, or its ended ones of one state. What is being worked on stays. */
  async purgeQueue(
    call: Call,
    queueRef: string,
    what: "waiting" | FinalState,
    limit = bulkMax,
  ): Promise<BulkResult> {
    const queue = await this.#queues.require(call, queueRef, "delete");
    if (what === "waiting") {
      const next = (afterId: string, size: number) =>
        repairs.idsOfLive(this.#database, queue.id, afterId, size);
      return this.#inBatches(limit, next, (ids) => this.#removeLive(call, queue, ids));
    }
    const next = (afterId: string, size: number) =>
      repairs.idsOfEnded(this.#database, queue.id, what, afterId, size);
    return this.#inBatches(limit, next, (ids) => this.#removeEnded(call, queue, ids));
  }

  /** Deletes a queue; one with items only if told to delete them too. */
  async deleteQueue(call: Call, queueRef: string, purge: boolean): Promise<void> {
    const queue = await this.#queues.require(call, queueRef, "delete");
    if (purge) {
      if (await repairs.hasHeldItems(this.#database, queue.id)) {
        throw new AppError(
          "conflict",
          `Queue ${queue.name} has items that are being worked on: wait for their end`,
        );
      }
      for (const what of ["waiting", ...finalStates] as const) {
        while ((await this.purgeQueue(call, queue.id, what)).more);
      }
    }
    await this.#database.transaction(async (tx) => {
      await this.#queues.removeIn(tx, call, queue);
      if (await repairs.hasItems(tx, queue.id)) {
        const way = purge ? "an item is being worked on: try again" : "delete with purge, or empty it first";
        throw new AppError("conflict", `Queue ${queue.name} has items: ${way}`);
      }
      await repairs.removeTraces(tx, queue.id);
    });
  }

  /** Deletes ended items that their queue keeps no longer; answers how many. */
  async removePastKeeping(call: Call, queue: { id: string; keepDays: number }): Promise<number> {
    const ids = await repairs.idsPastKeeping(this.#database, queue.id, queue.keepDays, batchMax);
    return ids.length === 0 ? 0 : this.#removeEnded(call, queue, ids);
  }

  async #inBatches(
    limit: number,
    next: (afterId: string, size: number) => Promise<string[]>,
    act: (ids: string[]) => Promise<number>,
  ): Promise<BulkResult> {
    let count = 0;
    let afterId = "";
    while (count < limit) {
      const ids = await next(afterId, Math.min(batchMax, limit - count));
      if (ids.length === 0) return { count, more: false };
      count += await act(ids);
      afterId = ids.at(-1)!;
    }
    return { count, more: (await next(afterId, 1)).length > 0 };
  }

  async #requeue(call: Call, queue: Queue, ids: string[]): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const rows = await repairs.requeueEnded(tx, queue.id, ids);
      const admitted = await gates.admit(
        tx,
        rows.map(({ gate }) => visitOf(queue, gate, false)),
      );
      await this.#record(
        tx,
        call,
        "work_item.requeued",
        queue,
        rows.map((row) => row.id),
      );
      tx.afterCommit(() => this.#items.arrived([...rows, ...admitted]));
      return rows.length;
    });
  }

  async #makeDue(call: Call, queue: Queue, itemId: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const ids = await repairs.makeDue(tx, queue.id, [itemId]);
      await this.#record(tx, call, "work_item.requeued", queue, ids);
    });
  }

  async #removeLive(call: Call, queue: Queue, ids: string[]): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const waitedAt = await repairs.gatesOf(tx, queue.id, ids);
      if (waitedAt.length > 0)
        await gates.lock(
          tx,
          waitedAt.map((gate) => ({ queueId: queue.id, gate })),
        );
      const rows = await repairs.removeLive(tx, queue.id, ids);
      const admitted = await gates.admit(
        tx,
        rows.map(({ gate, admitted: was }) => visitOf(queue, gate, was)),
      );
      await this.#recordRemoved(tx, call, queue, rows);
      tx.afterCommit(() => this.#items.arrived(admitted));
      return rows.length;
    });
  }

  async #removeEnded(call: Call, queue: { id: string }, ids: string[]): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const rows = await repairs.removeEnded(tx, queue.id, ids);
      await this.#recordRemoved(tx, call, queue, rows);
      return rows.length;
    });
  }

  async #recordRemoved(
    tx: Tx,
    call: Call,
    queue: { id: string },
    rows: readonly { id: string }[],
  ): Promise<void> {
    await this.#files.detachIn(
      tx,
      rows.map(({ id }) => ({ kind: "work_item" as const, id })),
    );
    await this.#record(
      tx,
      call,
      "work_item.deleted",
      queue,
      rows.map((row) => row.id),
    );
  }

  async #record(
    tx: Tx,
    call: Call,
    type: string,
    queue: { id: string },
    ids: readonly string[],
  ): Promise<void> {
    await this.#events.append(
      tx,
      ids.map((id) => itemEvent(call, type, { id, queueId: queue.id })),
    );
  }
}

function isFinal(state: string): boolean {
  return (finalStates as readonly string[]).includes(state);
}

function visitOf({ id, concurrencyPerKey }: Queue, gate: string | null, left: boolean): GateVisit {
  return { queueId: id, gate, left, concurrencyPerKey };
}
