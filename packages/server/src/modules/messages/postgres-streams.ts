import type { Database } from "../../kit/database.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { Intake, IntakeOptions, RawDelivery } from "./broker.ts";
import type { Message, MessageQueue, StreamStart } from "./model.ts";
import { wakeOf } from "./postgres-dispatcher.ts";
import * as store from "./stream-store.ts";

/** Messages that one read brings to one reader. */
const pageMax = 200;
/** The promise beside the hints. */
const pollEveryMs = 1_000;
const pauseAfterFailureMs = 500;

interface Reader extends IntakeOptions {
  queueId: string;
  next: number;
  out: number;
  unlisten: () => void;
}

/** Reads streams for all readers of this process: one statement reads for all that have news and room. */
export class PostgresStreams {
  readonly #database: Database;
  readonly #wakes: Wakes;
  readonly #readers = new Set<Reader>();
  readonly #news = new Set<Reader>();
  readonly #timer: NodeJS.Timeout;
  #pumping: Promise<void> | undefined;

  constructor(database: Database, wakes: Wakes) {
    this.#database = database;
    this.#wakes = wakes;
    this.#timer = setInterval(
      () => this.#readers.forEach((reader) => this.#announce(reader)),
      pollEveryMs,
    ).unref();
  }

  async read(queue: MessageQueue, options: IntakeOptions & { start: StreamStart }): Promise<Intake> {
    const next = await this.#startOf(queue.id, options.start);
    const reader: Reader = { ...options, queueId: queue.id, next, out: 0, unlisten: () => undefined };
    reader.unlisten = this.#wakes.on(wakeOf(queue.id), () => this.#announce(reader));
    this.#readers.add(reader);
    this.#announce(reader);
    const stop = async () => this.#remove(reader);
    return { stop, close: stop };
  }

  /** Something was appended; call it after the commit. */
  arrived(queueIds: ReadonlySet<string>): void {
    for (const queueId of queueIds) this.#wakes.signal(wakeOf(queueId));
  }

  /** The stream is gone: its readers are told. */
  end(queueId: string, error: unknown): void {
    for (const reader of this.#readers) {
      if (reader.queueId !== queueId) continue;
      this.#remove(reader);
      reader.onEnd(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const reader of this.#readers) this.#remove(reader);
    await this.#pumping;
  }

  async #startOf(queueId: string, start: StreamStart): Promise<number> {
    if (start === "first") return 0;
    if (typeof start === "object" && "offset" in start) return start.offset;
    const next = (await store.nextOffset(this.#database, queueId)) ?? 0;
    if (start === "next") return next;
    if (start === "last") return Math.max(0, next - 1);
    return (await store.offsetAt(this.#database, queueId, start.time)) ?? next;
  }

  #remove(reader: Reader): void {
    reader.unlisten();
    this.#readers.delete(reader);
    this.#news.delete(reader);
  }

  #announce(reader: Reader): void {
    if (!this.#readers.has(reader)) return;
    this.#news.add(reader);
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      const [again] = this.#news;
      if (again !== undefined) this.#announce(again);
    });
  }

  async #pump(): Promise<void> {
    await Promise.resolve();
    while (this.#news.size > 0) {
      const readers = [...this.#news].filter((reader) => reader.out < reader.prefetch);
      this.#news.clear();
      if (readers.length === 0) return;
      try {
        await this.#readFor(readers);
      } catch {
        // The database says so to every verb; here the next poll asks again.
        await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs));
      }
    }
  }

  async #readFor(readers: readonly Reader[]): Promise<void> {
    const asked = readers.map((reader, index) => {
      const wanted = Math.min(pageMax, reader.prefetch - reader.out);
      return { reader: index, queueId: reader.queueId, from: reader.next, wanted };
    });
    const rows = await store.read(this.#database, asked);
    for (const row of rows) {
      const reader = readers[row.reader]!;
      if (this.#readers.has(reader)) this.#hand(reader, row);
    }
    // Whoever got anything may find more; who got nothing waits for a hint.
    for (const index of new Set(rows.map((row) => row.reader))) this.#announce(readers[index]!);
  }

  #hand(reader: Reader, row: store.StreamRow): void {
    reader.next = row.offset + 1;
    reader.out += 1;
    let ended = false;
    const end = async () => {
      if (ended) return;
      ended = true;
      reader.out -= 1;
      this.#announce(reader);
    };
    const message = JSON.parse(row.content) as Message;
    const ends = { ack: end, giveUp: end, requeue: end };
    const delivery: RawDelivery = {
      message,
      deliveries: 1,
      offset: row.offset,
      publishedAt: row.publishedAt,
      ...ends,
    };
    reader.onDelivery(delivery);
  }
}
