import { ClaimMarks, pickByMarks } from "../../kit/claim-marks.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Lane } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { Intake, IntakeOptions, RawDelivery } from "./broker.ts";
import { leaseLost } from "./lease-lost.ts";
import type { DeathReason, Message, MessageQueue } from "./model.ts";
import * as store from "./message-store.ts";

/** Messages handed out by one statement. */
const batchMax = 500;
const endsPerWriteMax = 1_000;
const endsWaitingMax = 100_000;
/** The promise beside the hints. */
const pollEveryMs = 1_000;
/** After a statement that failed, so that a database that is away is not asked without pause. */
const pauseAfterFailureMs = 500;

interface Taker extends IntakeOptions {
  queue: MessageQueue;
  /** What it was handed and has not ended, by place. */
  held: Map<number, store.HeldRow>;
  /** Ends that are being written. */
  ends: Set<Promise<unknown>>;
  stopped: boolean;
}

interface Room {
  takers: Taker[];
  unlisten: () => void;
  /** There may be more than was handed out. */
  mayHaveMore: boolean;
}

/** Gives a held message up: removes it and writes what comes in its place, in one transaction. */
export type GiveUp = (
  queue: MessageQueue,
  message: Message,
  reason: DeathReason,
  row: store.HeldRow,
) => Promise<void>;

/**
 * Hands the messages of this process's queues to its consumers: one statement takes for all of them. No message goes
 * to two: the rows are locked and the lease number grows with each handing out.
 */
export class PostgresDispatcher {
  readonly #database: Database;
  readonly #lane: Lane;
  readonly #wakes: Wakes;
  readonly #nodeId: () => string;
  readonly #giveUp: GiveUp;
  readonly #marks = new ClaimMarks();
  readonly #rooms = new Map<string, Room>();
  readonly #news = new Set<string>();
  readonly #acks: Coalescer<store.HeldRow, true>;
  readonly #timer: NodeJS.Timeout;
  #pumping: Promise<void> | undefined;
  #closed = false;

  constructor(parts: {
    database: Database;
    wakes: Wakes;
    nodeId: () => string;
    giveUp: GiveUp;
    onAck: (size: number) => void;
  }) {
    this.#database = parts.database;
    this.#wakes = parts.wakes;
    this.#nodeId = parts.nodeId;
    this.#giveUp = parts.giveUp;
    this.#lane = parts.database.lane("messages out");
    const acks = parts.database.lane("messages end");
    this.#acks = new Coalescer({
      name: "acknowledgements",
      write: async (rows) => {
        const removed = new Set(await store.removeHeld(acks, this.#nodeId(), rows));
        return rows.map((row) => (removed.has(row.position) ? true : leaseLost()));
      },
      batchMax: endsPerWriteMax,
      waitingMax: endsWaitingMax,
      onWrite: parts.onAck,
    });
    this.#timer = setInterval(() => this.#poll(), pollEveryMs).unref();
  }

  consume(queue: MessageQueue, options: IntakeOptions): Intake {
    const taker: Taker = { ...options, queue, held: new Map(), ends: new Set(), stopped: false };
    const room = this.#rooms.get(queue.id) ?? this.#openRoom(queue);
    room.takers.push(taker);
    this.#announce(queue.id);
    return { stop: () => this.#stop(taker), close: () => this.#closeTaker(taker) };
  }

  #openRoom(queue: MessageQueue): Room {
    const unlisten = this.#wakes.on(wakeOf(queue.id), () => this.#announce(queue.id));
    const room = { takers: [], unlisten, mayHaveMore: true };
    this.#rooms.set(queue.id, room);
    // What another node publishes at a level that is not known here would wait for the next look from the front.
    for (let priority = 0; priority <= queue.priorityMax; priority++) {
      this.#marks.noteArrived({ queueId: queue.id, priority, position: 1 });
    }
    return room;
  }

  /** Messages took their places; call it after the commit. */
  arrived(placed: readonly store.PlacedRow[]): void {
    const queueIds = new Set<string>();
    for (const place of placed) {
      this.#marks.noteArrived(place);
      queueIds.add(place.queueId);
    }
    for (const queueId of queueIds) this.#wakes.signal(wakeOf(queueId));
  }

  /** The queue is gone: its consumers are told. */
  end(queueId: string, error: unknown): void {
    for (const taker of this.#rooms.get(queueId)?.takers.slice() ?? []) {
      void this.#stop(taker);
      taker.onEnd(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const takers = [...this.#rooms.values()].flatMap((room) => room.takers);
    await Promise.all(takers.map((taker) => this.#closeTaker(taker)));
    await this.#pumping;
    await this.#acks.drained();
  }

  async #stop(taker: Taker): Promise<void> {
    taker.stopped = true;
    const room = this.#rooms.get(taker.queue.id);
    if (room === undefined) return;
    room.takers = room.takers.filter((other) => other !== taker);
    if (room.takers.length > 0) return;
    room.unlisten();
    this.#rooms.delete(taker.queue.id);
  }

  async #closeTaker(taker: Taker): Promise<void> {
    await this.#stop(taker);
    // What is on its way to it is handed out, or goes back by itself.
    await this.#pumping;
    // What its consumer has ended is done, and must not go back before that is written.
    await Promise.allSettled(taker.ends);
    const rows = [...taker.held.values()];
    taker.held.clear();
    await this.#putBack(rows, { counted: true });
  }

  async #putBack(rows: store.HeldRow[], options: { counted: boolean }): Promise<void> {
    if (rows.length === 0) return;
    this.arrived(await store.putBack(this.#database, this.#nodeId(), rows, options));
  }

  #announce(queueId: string): void {
    const room = this.#rooms.get(queueId);
    if (room === undefined || this.#closed) return;
    room.mayHaveMore = true;
    this.#news.add(queueId);
    if (this.#pumping !== undefined) return;
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = undefined;
      const [again] = this.#news;
      if (again !== undefined) this.#announce(again);
    });
  }

  async #pump(): Promise<void> {
    await Promise.resolve();
    while (this.#news.size > 0 && !this.#closed) {
      const wanted = this.#takeWanted();
      if (wanted.size === 0) continue;
      try {
        await this.#handOut(wanted);
      } catch {
        // The database says so to every verb; here the next poll asks again.
        await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs));
      }
    }
  }

  /** How many messages the consumers of the queues with news can take, up to a batch. */
  #takeWanted(): Map<string, number> {
    const wanted = new Map<string, number>();
    let left = batchMax;
    for (const queueId of Array.from(this.#news)) {
      if (left === 0) break;
      this.#news.delete(queueId);
      const room = this.#rooms.get(queueId);
      const free = room?.takers.reduce((sum, taker) => sum + freeOf(taker), 0) ?? 0;
      const some = Math.min(free, left);
      if (some === 0) continue;
      if (some < free) this.#news.add(queueId);
      wanted.set(queueId, some);
      left -= some;
    }
    return wanted;
  }

  async #handOut(wanted: ReadonlyMap<string, number>): Promise<void> {
    for (const queueId of wanted.keys()) {
      const room = this.#rooms.get(queueId);
      if (room !== undefined) room.mayHaveMore = false;
    }
    const { fromFront, fromMarks } = await pickByMarks(this.#marks, wanted, {
      front: (asked) => store.handOutFromFront(this.#lane, this.#nodeId(), asked),
      after: (levels) => store.handOutAfter(this.#lane, this.#nodeId(), levels),
    });
    fromFront.sort(inOrder).forEach((row) => this.#marks.noteClaimedFromFront(row));
    fromMarks.forEach((row) => this.#marks.noteClaimed(row));
    await this.#deliver(wanted, [...fromFront, ...fromMarks]);
  }

  async #deliver(wanted: ReadonlyMap<string, number>, rows: store.HandedRow[]): Promise<void> {
    const byQueue = grouped(rows);
    const left: store.HeldRow[] = [];
    for (const [queueId, some] of byQueue) {
      const room = this.#rooms.get(queueId);
      if (room !== undefined && some.length === wanted.get(queueId)) {
        room.mayHaveMore = true;
        if (room.takers.some((taker) => freeOf(taker) > some.length)) this.#news.add(queueId);
      }
      for (const row of some.sort(inOrder)) {
        const taker = freest(room?.takers ?? []);
        if (taker === undefined) left.push(row);
        else this.#hand(taker, row);
      }
    }
    await this.#putBack(left, { counted: false });
  }

  #hand(taker: Taker, row: store.HandedRow): void {
    const held = { position: row.position, leaseNumber: row.leaseNumber };
    taker.held.set(row.position, held);
    const message = JSON.parse(row.content) as Message;
    const delivery: RawDelivery = {
      message,
      deliveries: row.deliveries,
      publishedAt: row.publishedAt,
      ack: () => this.#end(taker, held, () => this.#acks.submit(held)),
      giveUp: (reason) => this.#end(taker, held, () => this.#giveUp(taker.queue, message, reason, held)),
      requeue: () => this.#end(taker, held, () => this.#putBack([held], { counted: true })),
    };
    taker.onDelivery(delivery);
  }

  /** A consumer has room again once the end is written; an end that could not be written may be tried again. */
  async #end(taker: Taker, held: store.HeldRow, write: () => Promise<unknown>): Promise<void> {
    if (!taker.held.has(held.position)) throw leaseLost();
    const writing = write();
    taker.ends.add(writing);
    try {
      await writing;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "lease_lost") throw error;
      this.#freed(taker, held);
      throw error;
    } finally {
      taker.ends.delete(writing);
    }
    this.#freed(taker, held);
  }

  #freed(taker: Taker, held: store.HeldRow): void {
    taker.held.delete(held.position);
    if (this.#rooms.get(taker.queue.id)?.mayHaveMore === true) this.#announce(taker.queue.id);
  }

  #poll(): void {
    for (const queueId of this.#rooms.keys()) this.#announce(queueId);
  }
}

export function wakeOf(queueId: string): string {
  return `message_queue:${queueId}`;
}

function freeOf(taker: Taker): number {
  return taker.stopped ? 0 : Math.max(0, taker.prefetch - taker.held.size);
}

/** The one with the most room, so that consumers take turns. */
function freest(takers: readonly Taker[]): Taker | undefined {
  let best: Taker | undefined;
  for (const taker of takers) {
    if (freeOf(taker) > (best === undefined ? 0 : freeOf(best))) best = taker;
  }
  return best;
}

function grouped(rows: readonly store.HandedRow[]): Map<string, store.HandedRow[]> {
  const byQueue = new Map<string, store.HandedRow[]>();
  for (const row of rows) {
    const some = byQueue.get(row.queueId);
    if (some === undefined) byQueue.set(row.queueId, [row]);
    else some.push(row);
  }
  return byQueue;
}

function inOrder(a: store.PlacedRow, b: store.PlacedRow): number {
  return b.priority - a.priority || a.position - b.position;
}
