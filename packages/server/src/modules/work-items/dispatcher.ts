import type { Call } from "../../kit/call.ts";
import { ClaimMarks, type Picked, pickByMarks } from "../../kit/claim-marks.ts";
import type { Database, Lane, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, refusalOf } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { Queue } from "../queues/model.ts";
import type { Queues } from "../queues/service.ts";
import * as claims from "./claim-store.ts";
import type * as store from "./store.ts";

/** Items handed out by one statement. */
const batchMax = 500;
const waitingMax = 20_000;
/** The promise beside the hints. */
const pollEveryMs = 1_000;
/** How often a waiting caller's rights are looked at again. */
const recheckEveryMs = 2_000;

export interface ClaimOptions {
  count: number;
  /** How long to wait for the first item, in milliseconds; 0 answers at once. */
  waitMs: number;
  leaseMs: number;
  worker: string | null;
}

interface Want extends ClaimOptions {
  call: Call;
  queueId: string;
  resolve: (items: claims.ClaimedRow[]) => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
  /** Items may be on their way to it: until that is known nobody else may answer it. */
  serving: boolean;
}

/** The same caller as of now; undefined when his credential is gone. */
export type Refresh = (call: Call) => Promise<Call | undefined>;

/**
 * Hands out items. Callers that ask together share one statement; callers that wait are served, first come first
 * served, as soon as something arrives. No item goes to two: the rows are locked and the lease number grows.
 */
export class Dispatcher {
  readonly #lane: Lane;
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #wakes: Wakes;
  readonly #refresh: Refresh;
  readonly #held: HeldRows<store.HeldRow>;
  readonly #marks = new ClaimMarks();
  readonly #wants = new Map<string, Want[]>();
  readonly #listening = new Map<string, () => void>();
  readonly #news = new Set<string>();
  readonly #timers: NodeJS.Timeout[];
  readonly #onWrite: (size: number) => void;
  #waiting = 0;
  #pumping: Promise<void> | undefined;
  #closed = false;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    wakes: Wakes;
    refresh: Refresh;
    held: HeldRows<store.HeldRow>;
    onWrite: (size: number) => void;
  }) {
    this.#lane = parts.database.lane("claim");
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.#wakes = parts.wakes;
    this.#refresh = parts.refresh;
    this.#held = parts.held;
    this.#onWrite = parts.onWrite;
    this.#timers = [
      setInterval(() => this.#poll(), pollEveryMs).unref(),
      setInterval(() => void this.#recheck(), recheckEveryMs).unref(),
    ];
  }

  /** Up to `count` items of the queue; waits for the first one if asked to, and answers an empty list in the end. */
  claim(call: Call, queue: Queue, options: ClaimOptions): Promise<claims.ClaimedRow[]> {
    if (this.#closed)
      return Promise.reject(new AppError("unavailable", "The server is stopping", { retryAfterSeconds: 1 }));
    if (this.#waiting >= waitingMax) {
      const message = "Too many claims are waiting; try again shortly";
      return Promise.reject(new AppError("overloaded", message, { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      const want: Want = {
        ...options,
        call,
        queueId: queue.id,
        resolve,
        reject,
        timer: undefined,
        serving: false,
      };
      this.#add(want);
      if (queue.paused) this.#emptyHanded(want);
      else this.#announce(queue.id);
    });
  }

  /** Items took a place where they may be claimed; call it after the commit. */
  arrived(placed: readonly store.PlacedRow[]): void {
    const queueIds = new Set<string>();
    for (const { queueId, priority, position } of placed) {
      if (position === null) continue;
      this.#marks.noteArrived({ queueId, priority, position });
      queueIds.add(queueId);
    }
    for (const queueId of queueIds) this.#wakes.signal(topicOf(queueId));
  }

  /** Answers all who wait with nothing, lets what is being handed out be handed out, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.forEach((timer) => clearInterval(timer));
    for (const want of [...this.#wants.values()].flat()) this.#giveUp(want);
    await this.#pumping;
  }

  #add(want: Want): void {
    const wants = this.#wants.get(want.queueId);
    if (wants === undefined) this.#wants.set(want.queueId, [want]);
    else wants.push(want);
    this.#waiting += 1;
    want.call.signal?.addEventListener("abort", () => this.#giveUp(want), { once: true });
  }

  #announce(queueId: string): void {
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
    while (this.#news.size > 0) {
      const taken = this.#takeWants();
      try {
        const wants = await this.#ofOpenQueues(taken);
        if (wants.length === 0) continue;
        const handed = await this.#lane.transaction((tx) => this.#handOut(tx, wants));
        this.#onWrite(wants.length);
        this.#deliver(wants, handed);
      } catch (error) {
        for (const want of taken) this.#settle(want, error);
      } finally {
        for (const want of taken) this.#served(want);
      }
    }
  }

  /** Whoever gave up meanwhile and got nothing is told so now. */
  #served(want: Want): void {
    want.serving = false;
    if (want.waitMs <= 0) this.#settle(want, []);
  }

  /** Those who may have items now: callers that waited saw an older definition. Who lost his right is sent off. */
  async #ofOpenQueues(wants: Want[]): Promise<Want[]> {
    const open: Want[] = [];
    for (const want of wants) {
      if (want.timer === undefined) {
        open.push(want);
        continue;
      }
      const queue = await this.#queues.find({ tenantId: want.call.tenantId }, want.queueId);
      const refusal = refusalOfWaiter(queue, want.call);
      if (refusal !== undefined) this.#settle(want, refusal);
      else if (queue?.paused === false) open.push(want);
    }
    return open;
  }

  /** The callers to serve now: of the queues with news, in order of their coming, up to a batch. */
  #takeWants(): Want[] {
    const taken: Want[] = [];
    let slots = 0;
    for (const queueId of Array.from(this.#news)) {
      if (slots >= batchMax) break;
      this.#news.delete(queueId);
      for (const want of this.#wants.get(queueId) ?? []) {
        if (slots >= batchMax) {
          this.#news.add(queueId);
          break;
        }
        want.serving = true;
        taken.push(want);
        slots += want.count;
      }
    }
    return taken;
  }

  async #handOut(tx: Tx, wants: Want[]): Promise<Map<Want, claims.ClaimedRow[]>> {
    const { fromFront, fromMarks } = await this.#pick(tx, wants);
    const assigned = assign(wants, [...fromFront, ...fromMarks]);
    if (assigned.length === 0) return new Map();
    const rows = assigned.map(({ want, row }) => {
      const { id, queueId, state } = row;
      return { id, queueId, state, holderId: want.call.userId, worker: want.worker, leaseMs: want.leaseMs };
    });
    const events = assigned.map(({ want, row }) => claimedEvent(want, row));
    const writing = Promise.all([claims.handOut(tx, rows), this.#events.append(tx, events)]);
    tx.commitBehind();
    const [claimed] = await writing;
    tx.afterCommit(() => {
      this.#held.remember(claimed.map(heldRow));
      fromFront.forEach((place) => this.#marks.noteClaimedFromFront(place));
      fromMarks.forEach((place) => this.#marks.noteClaimed(place));
    });
    const byId = new Map(claimed.map((row) => [row.id, row]));
    const handed = new Map<Want, claims.ClaimedRow[]>();
    for (const { want, row } of assigned) {
      const list = handed.get(want) ?? [];
      list.push(byId.get(row.id)!);
      handed.set(want, list);
    }
    return handed;
  }

  #pick(tx: Tx, wants: Want[]): Promise<Picked<claims.PickedRow>> {
    const missing = new Map<string, number>();
    for (const want of wants) missing.set(want.queueId, (missing.get(want.queueId) ?? 0) + want.count);
    return pickByMarks(this.#marks, missing, {
      front: (asked) => claims.pickFromFront(tx, asked),
      after: (levels) => claims.pickAfter(tx, levels),
    });
  }

  #deliver(wants: Want[], handed: Map<Want, claims.ClaimedRow[]>): void {
    for (const want of wants) {
      const items = handed.get(want);
      if (items === undefined) this.#emptyHanded(want);
      else {
        this.#settle(want, items);
        if (this.#wants.has(want.queueId)) this.#news.add(want.queueId);
      }
    }
  }

  /** Nothing there: the caller waits on, or is told so. */
  #emptyHanded(want: Want): void {
    if (want.waitMs <= 0 || want.call.signal?.aborted === true) {
      this.#settle(want, []);
      return;
    }
    want.timer ??= setTimeout(() => this.#giveUp(want), want.waitMs);
    if (this.#listening.has(want.queueId)) return;
    this.#listening.set(
      want.queueId,
      this.#wakes.on(topicOf(want.queueId), () => this.#announce(want.queueId)),
    );
  }

  /** The waiting is over: at once, or, while items may be on their way, as soon as it is known which. */
  #giveUp(want: Want): void {
    if (want.serving) want.waitMs = 0;
    else this.#settle(want, []);
  }

  #settle(want: Want, result: unknown): void {
    const wants = this.#wants.get(want.queueId) ?? [];
    const index = wants.indexOf(want);
    if (index === -1) return;
    wants.splice(index, 1);
    this.#waiting -= 1;
    clearTimeout(want.timer);
    if (wants.length === 0) this.#forget(want.queueId);
    if (Array.isArray(result)) want.resolve(result as claims.ClaimedRow[]);
    else want.reject(result);
  }

  #forget(queueId: string): void {
    this.#wants.delete(queueId);
    this.#listening.get(queueId)?.();
    this.#listening.delete(queueId);
  }

  #poll(): void {
    for (const queueId of this.#listening.keys()) this.#announce(queueId);
  }

  /** A caller whose right was taken away while he waited is sent off; a paused queue hands out nothing. */
  async #recheck(): Promise<void> {
    for (const want of [...this.#wants.values()].flat()) {
      if (want.timer === undefined || want.serving) continue;
      try {
        const call = await this.#refresh(want.call);
        if (call === undefined) throw new AppError("unauthenticated", "The token or session has ended");
        const refusal = refusalOfWaiter(await this.#queues.find(call, want.queueId), call);
        if (refusal !== undefined) throw refusal;
        want.call = { ...call, signal: want.call.signal };
      } catch (error) {
        this.#settle(want, error);
      }
    }
  }
}

function refusalOfWaiter(queue: Queue | undefined, call: Call): AppError | undefined {
  return queue === undefined
    ? absent("such queue any more")
    : refusalOf(queue.acl, call, "invoke", `queue ${queue.name}`);
}

/** What is signalled when something can be claimed from a queue. */
export function topicOf(queueId: string): string {
  return `queue:${queueId}`;
}

/** Gives the picked rows to those who asked, first come first served. */
function assign(wants: Want[], picked: claims.PickedRow[]): { want: Want; row: claims.PickedRow }[] {
  const byQueue = new Map<string, claims.PickedRow[]>();
  for (const row of picked) {
    const rows = byQueue.get(row.queueId);
    if (rows === undefined) byQueue.set(row.queueId, [row]);
    else rows.push(row);
  }
  const taken = new Map<string, number>();
  return wants.flatMap((want) => {
    const from = taken.get(want.queueId) ?? 0;
    const rows = (byQueue.get(want.queueId) ?? []).slice(from, from + want.count);
    taken.set(want.queueId, from + rows.length);
    return rows.map((row) => ({ want, row }));
  });
}

function heldRow(row: claims.ClaimedRow): store.HeldRow {
  const { id, tenantId, queueId, priority, gate, acquired, attempts, leaseNumber, name } = row;
  const { successQueueId, failedQueueId } = row;
  const next = { successQueueId, failedQueueId, nextItemId: null };
  return {
    id,
    tenantId,
    queueId,
    state: "processing",
    priority,
    gate,
    acquired,
    attempts,
    leaseNumber,
    name,
    ...next,
  };
}

function claimedEvent(want: Want, row: claims.PickedRow) {
  const details = { leaseNumber: row.leaseNumber + 1, worker: want.worker ?? undefined };
  return eventOf(want.call, {
    topic: "work_items",
    type: "work_item.claimed",
    subjectId: row.id,
    scopeId: row.queueId,
    details,
  });
}
