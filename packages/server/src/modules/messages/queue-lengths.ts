import type { Database } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Publication } from "./broker.ts";
import * as store from "./message-store.ts";
import type { MessageQueue } from "./model.ts";

/** Queues whose room a process remembers. */
const rememberedMax = 10_000;

interface Need {
  queue: MessageQueue;
  count: number;
}

/**
 * Keeps queues from growing over their `lengthMax`. It counts what waits once, and again only when so much was
 * published here that the queue could be full; what other nodes publish meanwhile may go over the limit by as much.
 */
export class QueueLengths {
  readonly #database: Database;
  /** How many messages may still be published without counting. */
  readonly #room = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** For each of the calls, in order: the queue that has no room for it; or undefined, and the room is taken. */
  async take(calls: readonly (readonly Publication[])[]): Promise<(MessageQueue | undefined)[]> {
    const needs = calls.map(needsOf);
    const total = new Map<string, Need>();
    for (const { queue, count } of needs.flat()) {
      total.set(queue.id, { queue, count: count + (total.get(queue.id)?.count ?? 0) });
    }
    const doubtful = [...total.values()].filter((need) => this.#lacks(need));
    if (doubtful.length > 0) await this.#count(doubtful.map(({ queue }) => queue));
    return needs.map((need) => {
      const lacking = need.find((one) => this.#lacks(one));
      if (lacking !== undefined) return lacking.queue;
      for (const { queue, count } of need) this.#room.set(queue.id, this.#room.get(queue.id)! - count);
      return undefined;
    });
  }

  #lacks({ queue, count }: Need): boolean {
    return (this.#room.get(queue.id) ?? 0) < count;
  }

  async #count(queues: readonly MessageQueue[]): Promise<void> {
    const asked = queues.map(({ id, lengthMax }) => ({ queueId: id, most: lengthMax }));
    if (this.#room.size > rememberedMax) this.#room.clear();
    const counted = await store.countWaiting(this.#database, asked);
    const waiting = new Map(counted.map((row) => [row.queueId, row.waiting]));
    for (const { id, lengthMax } of queues) this.#room.set(id, lengthMax - (waiting.get(id) ?? 0));
  }
}

/** How many messages a call puts into each queue; streams make room by themselves. */
function needsOf(publications: readonly Publication[]): Need[] {
  const needs = new Map<string, Need>();
  for (const { queue } of publications) {
    if (queue.kind === "stream") continue;
    needs.set(queue.id, { queue, count: 1 + (needs.get(queue.id)?.count ?? 0) });
  }
  return [...needs.values()];
}

export function queueFull({ name, lengthMax }: Pick<MessageQueue, "name" | "lengthMax">): AppError {
  const message = `Message queue ${JSON.stringify(name)} is full: ${lengthMax} messages wait in it`;
  return new AppError("overloaded", message, { retryAfterSeconds: 1 });
}
