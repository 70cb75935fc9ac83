import type { Content } from "./transport.ts";
import type { Item, Payload } from "./model.ts";

/** What a handler is given beside the item. */
export interface HandlerContext {
  /** Aborted when the lease is lost, or when the worker stops and the grace time is over. */
  readonly signal: AbortSignal;
  /** Lengthens the lease from now; the worker does this by itself, so it is for handlers that block the thread. */
  extend(leaseMs?: number): Promise<void>;
  /** Uploads a file and attaches it to the item when it is finished; answers the file's id. */
  attachFile(name: string, content: Content, options?: { contentType?: string }): Promise<string>;
}

/** What a handler may leave behind: a payload instead of the item's own, and ids of files to attach. */
export interface HandlerResult {
  payload?: Payload;
  files?: string[];
}

/** An item in the hands of this worker, from the claim until its end is written. */
export class HeldItem {
  readonly item: Item;
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number;
  /** When to lengthen it next, by this process's own steady clock. */
  renewAt: number;
  readonly fileIds: string[] = [];
  readonly #abort = new AbortController();
  #dropped: unknown;

  constructor(item: Item, now: number) {
    this.item = item;
    this.leaseMs = lengthOf(item);
    this.renewAt = now + this.leaseMs / 3;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why nothing that the handler does counts any more; undefined while it does. */
  get dropped(): unknown {
    return this.#dropped;
  }

  /** Nothing that the handler still does will count: it is told so. */
  drop(reason: Error): void {
    if (this.#dropped !== undefined) return;
    this.#dropped = reason;
    this.#abort.abort(reason);
  }
}

const shortestMs = 1_000;

/** Both times are the database's, so their difference is right whatever our own clock says. */
function lengthOf({ leaseUntil, claimedAt }: Item): number {
  const ms = Date.parse(String(leaseUntil)) - Date.parse(String(claimedAt));
  return Number.isFinite(ms) ? Math.max(ms, shortestMs) : shortestMs;
}
