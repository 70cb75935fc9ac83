import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { NewEvent, Position, RecordedEvent, Topic } from "./model.ts";
import * as store from "./store.ts";

const pageMax = 1_000;
const everythingBefore = Number.MAX_SAFE_INTEGER;

/** The platform's facts: appended in the transaction of what they tell of, read as history and as a feed. */
export class Events {
  readonly #database: Database;
  readonly #wakes: Wakes;

  constructor(database: Database, wakes: Wakes) {
    this.#database = database;
    this.#wakes = wakes;
  }

  /** Writes facts in the caller's transaction; readers of their topics are hinted once it is committed. */
  async append(tx: Tx, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const topics = new Set(events.map((event) => event.topic));
    tx.afterCommit(() => topics.forEach((topic) => this.#wakes.signal(wakeTopic(topic))));
    await store.append(tx, events);
  }

  /** Where a reader stands who wants only what comes after this moment. */
  async now(): Promise<Position> {
    return { done: await store.currentSnapshot(this.#database) };
  }

  /**
   * The next facts of `topic` after `position`, in an order that keeps each subject's own, and the position after
   * them. No fact is skipped, however long its transaction stayed open; none that was read comes again.
   */
  async readSince(
    topic: Topic,
    position: Position,
    limit = pageMax,
  ): Promise<{ events: RecordedEvent[]; position: Position }> {
    const { now, events } = await store.readSince(this.#database, topic, position, limit);
    const until = position.until ?? now;
    const last = events.at(-1);
    if (last !== undefined && events.length === limit) {
      return { events, position: { done: position.done, until, seq: last.seq } };
    }
    return { events, position: { done: until } };
  }

  /** The history of one subject, the oldest first. The caller of this has checked that it may be read. */
  async history(call: Call, subjectId: string, afterSeq = 0, limit = pageMax): Promise<RecordedEvent[]> {
    const reader = this.#database.read(call);
    return store.listOfSubject(reader, call.tenantId, subjectId, afterSeq, Math.min(limit, pageMax));
  }

  /** The tenant's latest facts, the newest first: the audit page. Admins only. */
  async latest(
    call: Call,
    topics: readonly Topic[],
    beforeSeq = everythingBefore,
    limit = 100,
  ): Promise<RecordedEvent[]> {
    if (!call.isAdmin) throw new AppError("forbidden", "Only members of admins may read all events");
    const reader = this.#database.read(call);
    return store.listLatest(reader, call.tenantId, topics, beforeSeq, Math.min(limit, pageMax));
  }
}

/** The hint that a topic has new facts. */
export function wakeTopic(topic: Topic): string {
  return `events:${topic}`;
}

/** A fact of which `call` is the actor. */
export function eventOf(
  call: Call,
  event: Omit<NewEvent, "tenantId" | "actorId" | "actorName" | "requestId">,
): NewEvent {
  const { tenantId, userId, userName, requestId } = call;
  return { ...event, tenantId, actorId: userId, actorName: userName, requestId };
}
