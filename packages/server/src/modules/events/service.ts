import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import type { Wakes } from "../../kit/wakes.ts";
import {
  cloudEventOf,
  type NewEvent,
  type Position,
  type RecordedEvent,
  type Topic,
  topics,
} from "./model.ts";
import * as store from "./store.ts";
import { listLatestOfSubject, listOfSubject } from "./subject-store.ts";

const pageMax = 1_000;
const readersPerSnapshotMax = 100_000;

/** The platform's facts: appended in the transaction of what they tell of, read as history and as a feed. */
export class Events {
  readonly #database: Database;
  readonly #wakes: Wakes;
  readonly #snapshots: Coalescer<null, string>;

  constructor(database: Database, wakes: Wakes) {
    this.#database = database;
    this.#wakes = wakes;
    this.#snapshots = new Coalescer({
      name: "reading the feed's end",
      write: async (members) => {
        const snapshot = await store.currentSnapshot(database);
        return members.map(() => snapshot);
      },
      batchMax: readersPerSnapshotMax,
      waitingMax: readersPerSnapshotMax,
    });
  }

  /** Writes facts in the caller's transaction; readers of their topics are hinted once it is committed. */
  async append(tx: Tx, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const topics = new Set(events.map((event) => event.topic));
    tx.afterCommit(() => topics.forEach((topic) => this.#wakes.signal(wakeTopic(topic))));
    await store.append(tx, events);
  }

  /** Where a reader stands who wants only what comes after this moment. Those who ask together share one look. */
  async now(): Promise<Position> {
    return { done: await this.#snapshots.submit(null) };
  }

  /**
   * The next facts of `topic` after `position`, in an order that keeps each subject's own, and the position after
   * them. No fact is skipped, however long its transaction stayed open; none that was read comes again. A position
   * after which facts were dropped is refused: `position_expired`.
   */
  async readSince(
    topic: Topic,
    position: Position,
    limit = pageMax,
  ): Promise<{ events: RecordedEvent[]; position: Position }> {
    const { now, gone, events } = await store.readSince(this.#database, topic, position, limit);
    if (gone) throw positionExpired();
    const until = position.until ?? now;
    const last = events.at(-1);
    if (last !== undefined && events.length === limit) {
      return { events, position: { done: position.done, until, seq: last.seq } };
    }
    return { events, position: { done: until } };
  }

  /** Refuses a position after which facts of the topic were dropped: `position_expired`. */
  async requireKept(topic: Topic, position: Position): Promise<void> {
    if (await store.findGone(this.#database, topic, position)) throw positionExpired();
  }

  /** The history of one subject, the oldest first. The caller of this has checked that it may be read. */
  async history(call: Call, subjectId: string, afterSeq = 0, limit = pageMax): Promise<RecordedEvent[]> {
    const reader = this.#database.read(call);
    return listOfSubject(reader, call.tenantId, subjectId, afterSeq, Math.min(limit, pageMax));
  }

  /** The same, the newest first, before a sequence number. */
  async latestOf(call: Call, subjectId: string, beforeSeq: number, limit: number): Promise<RecordedEvent[]> {
    const reader = this.#database.read(call);
    return listLatestOfSubject(reader, call.tenantId, subjectId, beforeSeq, Math.min(limit, pageMax));
  }

  /** The tenant's latest facts, the newest first, as CloudEvents. Admins only. */
  async listEvents(call: Call, options: { topic?: Topic[]; cursor?: string; limit?: number }) {
    if (!call.isAdmin) throw new AppError("forbidden", "Only members of the role admins may read all events");
    const { topic = topics, cursor, limit = 100 } = options;
    const size = Math.min(limit, pageMax);
    const before = cursor === undefined ? latest : placeOf(cursor);
    const rows = await store.listLatest(this.#database.read(call), call.tenantId, topic, before, size + 1);
    const items = rows.slice(0, size).map(cloudEventOf);
    const last = rows[size - 1];
    return rows.length > size ? { items, nextCursor: `${last!.xact}-${last!.seq}` } : { items };
  }
}

const latest = { xact: "18446744073709551615", seq: Number.MAX_SAFE_INTEGER };

function placeOf(cursor: string): { xact: string; seq: number } {
  const [xact, seq] = cursor.split("-");
  if (!/^\d{1,20}-\d{1,15}$/.test(cursor)) throw invalid("query.cursor", "is not a cursor of this list");
  return { xact: xact!, seq: Number(seq) };
}

function positionExpired(): AppError {
  const message = "The position is older than the events that are kept, or of another database";
  return new AppError("position_expired", `${message}: begin anew without it, and read what you need again`);
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
