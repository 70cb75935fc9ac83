import { type AppError, hasCode } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { Position, RecordedEvent, Topic } from "./model.ts";
import { type Events, wakeTopic } from "./service.ts";

export interface EventListener {
  /** The next facts, and the position after them. */
  onEvents(events: readonly RecordedEvent[], position: Position): Promise<void> | void;
  /** Facts were dropped before they were read, and the reader has begun anew: this one is the last to know. */
  onGap(error: AppError): void;
}

/** Polling is the promise; hints make it immediate. */
const pollEveryMs = 1_000;
const failurePauseMs = 500;
const pageSize = 1_000;

/**
 * One reader of one topic for the whole process, from the moment it starts; it hands every page to its listeners
 * and waits for them, so that a slow one slows the reading and never fills the memory.
 */
export class Follower {
  readonly #events: Events;
  readonly #topic: Topic;
  readonly #log: Logger;
  readonly #listeners = new Set<EventListener>();
  readonly #unsubscribe: () => void;
  #position: Position | undefined;
  #reading: Promise<void> | undefined;
  #news = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(events: Events, topic: Topic, wakes: Wakes, log: Logger) {
    this.#events = events;
    this.#topic = topic;
    this.#log = log;
    this.#unsubscribe = wakes.on(wakeTopic(topic), () => this.#wake());
  }

  /** The place up to which every listener was served. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Begins at this moment (once); resolves when nothing that commits from now on can be missed. */
  async start(): Promise<void> {
    this.#position ??= await this.#events.now();
    this.#wake();
  }

  /** Adds a listener; the returned function takes it away. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#reading;
  }

  #wake(): void {
    this.#news = true;
    if (this.#stopped || this.#position === undefined || this.#reading !== undefined) return;
    clearTimeout(this.#timer);
    this.#reading = this.#readAll().finally(() => {
      this.#reading = undefined;
      if (this.#news) this.#wake();
      else this.#timer = setTimeout(() => this.#wake(), pollEveryMs).unref();
    });
  }

  async #readAll(): Promise<void> {
    try {
      let full = true;
      while (full && !this.#stopped) {
        this.#news = false;
        full = await this.#readPage();
      }
    } catch (error) {
      if (hasCode(error, "position_expired")) return this.#beginAnew(error);
      this.#log.warn({ err: error, topic: this.#topic }, "the feed could not be read; trying again");
      await new Promise((resolve) => setTimeout(resolve, failurePauseMs));
    }
  }

  /** As after a pause of the whole process that was longer than events are kept. */
  async #beginAnew(error: AppError): Promise<void> {
    this.#log.error({ err: error, topic: this.#topic }, "events were dropped before they were read");
    this.#position = await this.#events.now();
    for (const listener of Array.from(this.#listeners)) listener.onGap(error);
  }

  async #readPage(): Promise<boolean> {
    const page = await this.#events.readSince(this.#topic, this.#position!, pageSize);
    if (page.events.length > 0) {
      for (const listener of Array.from(this.#listeners)) await listener.onEvents(page.events, page.position);
    }
    this.#position = page.position;
    return page.position.until !== undefined;
  }
}
