import { backOffMs, pause } from "./back-off.ts";
import { BusinessError, MillraceError } from "./errors.ts";
import { described, errorOf } from "./failures.ts";
import { Finishes } from "./finishes.ts";
import { type HandlerContext, type HandlerResult, HeldItem } from "./held-item.ts";
import { isLost, KeptLeases } from "./kept-leases.ts";
import type { Finish, Item, Payload } from "./model.ts";
import type { ApiVerbs } from "./verbs.ts";

const itemsPerClaimMax = 100;
const pollMs = 30_000;
const defaultGraceMs = 30_000;
/** What a handler has after its signal is aborted, before its item goes to somebody else. */
const afterAbortMs = 1_000;

/** Does the work of one item. What it throws ends the attempt: a BusinessError for good, any other may be retried. */
export type Handler<P extends Payload = Payload> = (
  item: Item & { payload: P },
  context: HandlerContext,
) => Promise<HandlerResult | void> | HandlerResult | void;

export interface WorkerOptions {
  /** Items at work at once; 1 if not given. */
  concurrency?: number;
  /** How long the server waits for a sign of life, in milliseconds; the queue's own if not given. */
  leaseMs?: number;
  /** Names the worker in the history. */
  name?: string;
  /** Told of failures that may be retried, lost leases, and a server that is away; written to stderr if not given. */
  onError?: (error: Error, item?: Item) => void;
}

/** A running worker. */
export interface Worker {
  /** Items in its hands. */
  readonly heldCount: number;
  /** Takes nothing more, lets handlers end for up to `graceMs`, then aborts them and gives their items back. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

interface WorkerParts {
  verbs: ApiVerbs;
  queue: string;
  handler: Handler;
  options: WorkerOptions;
}

/** Claims by long poll as many items as it has free slots, and works them off side by side. */
export class QueueWorker implements Worker {
  readonly #parts: WorkerParts;
  readonly #slots: number;
  readonly #leases: KeptLeases;
  readonly #finishes: Finishes;
  readonly #held = new Map<HeldItem, Promise<void>>();
  readonly #stopRequest = new AbortController();
  readonly #giveUp = new AbortController();
  readonly #claiming: Promise<void>;
  #onFreeSlot: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(parts: WorkerParts) {
    const { verbs, options } = parts;
    this.#parts = parts;
    this.#slots = options.concurrency ?? 1;
    if (!Number.isInteger(this.#slots) || this.#slots < 1) {
      throw new TypeError("concurrency: must be a whole number, at least 1");
    }
    this.#leases = new KeptLeases({
      verbs,
      leaseMs: options.leaseMs,
      onLost: (held, error) => this.#lose(held, error),
    });
    this.#finishes = new Finishes(verbs, this.#giveUp.signal);
    this.#claiming = this.#claimUntilStopped();
  }

  get heldCount(): number {
    return this.#held.size;
  }

  stop({ graceMs = defaultGraceMs }: { graceMs?: number } = {}): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #claimUntilStopped(): Promise<void> {
    const { signal } = this.#stopRequest;
    for (let failures = 0; !signal.aborted;) {
      const free = this.#slots - this.#held.size;
      if (free === 0) {
        await new Promise<void>((resolve) => (this.#onFreeSlot = resolve));
        continue;
      }
      const since = performance.now();
      const error = await this.#claim(Math.min(free, itemsPerClaimMax)).then(errorOfEmpty(since), errorOf);
      failures = error === undefined ? 0 : failures + 1;
      if (error === undefined || signal.aborted) continue;
      if (error !== early) this.#report(error);
      await pause(backOffMs(failures - 1, error), signal).catch(ended);
    }
  }

  /** How many items came. */
  async #claim(count: number): Promise<number> {
    const { verbs, queue, options } = this.#parts;
    const { signal } = this.#stopRequest;
    const wanted = { count, waitMs: pollMs, leaseMs: options.leaseMs, worker: options.name };
    const items = await verbs.claimItems(queue, wanted, { signal, retriesMax: 0 });
    const now = performance.now();
    for (const item of items) this.#start(new HeldItem(item, now));
    return items.length;
  }

  #start(held: HeldItem): void {
    this.#leases.add(held);
    const done = this.#work(held).finally(() => {
      this.#leases.remove(held);
      this.#held.delete(held);
      this.#onFreeSlot?.();
    });
    this.#held.set(held, done);
  }

  async #work(held: HeldItem): Promise<void> {
    const finish = await this.#handle(held);
    if (held.dropped !== undefined) return;
    try {
      await this.#finishes.finish(finish);
    } catch (error) {
      await this.#refused(held, finish, error);
    }
  }

  async #handle(held: HeldItem): Promise<Finish> {
    const { id, leaseNumber } = held.item;
    try {
      const result = (await this.#parts.handler(held.item, this.#contextOf(held))) ?? {};
      const files = [...held.fileIds, ...(result.files ?? [])];
      const { payload } = result;
      return { id, leaseNumber, state: "successful", payload, files: files.length === 0 ? undefined : files };
    } catch (error) {
      const isBusiness = error instanceof BusinessError;
      if (!isBusiness && held.dropped === undefined) this.#report(error, held.item);
      const kind = isBusiness ? "business" : "application";
      return { id, leaseNumber, state: "failed", error: { kind, ...described(error) } };
    }
  }

  #contextOf(held: HeldItem): HandlerContext {
    const { verbs } = this.#parts;
    return {
      signal: held.signal,
      extend: (leaseMs) => this.#leases.extend(held, leaseMs),
      attachFile: async (name, content, { contentType } = {}) => {
        const options = { signal: held.signal, contentType };
        const { id } = await verbs.uploadFile(content, { name, temporary: true }, options);
        held.fileIds.push(id);
        return id;
      },
    };
  }

  /** A result that cannot be stored fails the attempt, or the item would come back forever. */
  async #refused(held: HeldItem, finish: Finish, error: unknown): Promise<void> {
    if (isLost(error)) return this.#lose(held, error);
    this.#report(error, held.item);
    if (finish.state !== "successful" || !(error instanceof MillraceError) || error.status < 400) return;
    const { id, leaseNumber } = finish;
    const message = `The result was refused: ${error.detail}`;
    const failure = { kind: "application", ...described(new Error(message)) } as const;
    await this.#finishes
      .finish({ id, leaseNumber, state: "failed", error: failure })
      .catch((again: unknown) => this.#report(again, held.item));
  }

  #lose(held: HeldItem, error: MillraceError): void {
    if (held.dropped !== undefined) return;
    held.drop(error);
    const { id } = held.item;
    const message = `The lease of item ${id} was lost, so its result is dropped (${error.detail})`;
    this.#report(new MillraceError(error.code, message, { status: error.status, cause: error }), held.item);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#stopRequest.abort(new Error("the worker stops"));
    this.#onFreeSlot?.();
    await this.#claiming;
    if (await within(graceMs, this.#allDone())) return;
    const left = [...this.#held.keys()];
    for (const held of left) held.drop(new Error("the worker stops"));
    this.#giveUp.abort(new Error("the worker stops"));
    await within(afterAbortMs, this.#allDone());
    await Promise.all(left.map((held) => this.#release(held.item)));
  }

  async #allDone(): Promise<void> {
    while (this.#held.size > 0) await Promise.all(this.#held.values());
  }

  async #release({ id, leaseNumber }: Item): Promise<void> {
    try {
      await this.#parts.verbs.releaseItem(id, { leaseNumber });
    } catch (error) {
      // A lost one may have been finished in the last moment: then there is nothing to give back.
      if (!isLost(error)) this.#report(error);
    }
  }

  #report(thrown: unknown, item?: Item): void {
    const error = errorOf(thrown);
    const { queue, options } = this.#parts;
    if (options.onError !== undefined) options.onError(error, item);
    else
      console.error(`worker of ${queue}${item === undefined ? "" : `, item ${item.id}`}: ${error.message}`);
  }
}

/** An empty answer long before its time: the server stops, so it is not asked again at once. */
const early = new Error("the server did not wait");

function errorOfEmpty(since: number): (count: number) => Error | undefined {
  return (count) => (count === 0 && performance.now() - since < pollMs / 2 ? early : undefined);
}

function ended(): void {
  // A pause that is cut short by the stop is over.
}

async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
