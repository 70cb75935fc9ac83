import type pg from "pg";
import type { Database } from "./database.ts";
import { newId } from "./ids.ts";
import type { Logger } from "./log.ts";

const channel = "millrace_wake";
/** At most this often does a process send its hints: NOTIFY takes a lock that all committers share. */
const hintEveryMs = 50;
const topicsPerHintMax = 200;
const reconnectMs = 1_000;

type Listener = () => void;

/**
 * Hints that something may be new under a topic (`queue:<id>`, `events:documents`). Within the process they are
 * immediate; to other processes they go by one batched NOTIFY. A hint may be lost: who listens also polls.
 */
export class Wakes {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #nodeId = newId();
  readonly #pending = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #session: pg.Client | undefined;
  #database: Database | undefined;
  #log: Logger | undefined;
  #stopped = false;

  /** Starts to exchange hints with other processes on this database. */
  async connect(database: Database, log: Logger): Promise<void> {
    this.#database = database;
    this.#log = log;
    await this.#listen();
  }

  /** Tells every listener of `topic`, here at once and elsewhere within about 50 ms. Call it after the commit. */
  signal(topic: string): void {
    this.#tell(topic);
    if (this.#database === undefined || this.#stopped) return;
    this.#pending.add(topic);
    this.#timer ??= setTimeout(() => this.#sendHints(), hintEveryMs).unref();
  }

  /** Calls `listener` on every signal of `topic`, until the returned function is called. */
  on(topic: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(topic, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(topic);
    };
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#session?.end().catch(() => undefined);
  }

  #tell(topic: string): void {
    // A copy, since a listener may take itself off or come back while it is called.
    const listeners = Array.from(this.#listeners.get(topic) ?? []);
    for (const listener of listeners) listener();
  }

  #sendHints(): void {
    this.#timer = undefined;
    const topics = [...this.#pending].slice(0, topicsPerHintMax);
    for (const topic of topics) this.#pending.delete(topic);
    if (this.#pending.size > 0) this.#timer = setTimeout(() => this.#sendHints(), hintEveryMs).unref();
    const payload = JSON.stringify([this.#nodeId, ...topics]);
    this.#session?.query("select pg_notify($1, $2)", [channel, payload]).catch((error: unknown) => {
      this.#log?.debug({ err: error }, "a hint was lost; polling makes up for it");
    });
  }

  async #listen(): Promise<void> {
    try {
      const session = await this.#database!.session("wakes");
      session.on("notification", (message) => this.#receive(message.payload));
      session.on("end", () => this.#reconnect());
      await session.query(`listen ${channel}`);
      this.#session = session;
      for (const topic of this.#listeners.keys()) this.#tell(topic);
    } catch (error) {
      this.#log?.warn({ err: error }, "hints from other nodes are not coming in; polling goes on");
      this.#reconnect();
    }
  }

  #receive(payload: string | undefined): void {
    const [nodeId, ...topics] = JSON.parse(payload ?? "[]") as string[];
    if (nodeId === this.#nodeId) return;
    for (const topic of topics) this.#tell(topic);
  }

  #reconnect(): void {
    this.#session = undefined;
    if (!this.#stopped) setTimeout(() => void this.#listen(), reconnectMs).unref();
  }
}
