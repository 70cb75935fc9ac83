import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Lane, Tx } from "../../kit/database.ts";
import { isUnmetDemand } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import { newId } from "../../kit/ids.ts";
import { absent, refusalOf } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { NewEvent } from "../events/model.ts";
import type { Queue } from "../queues/model.ts";
import type { Queues } from "../queues/service.ts";
import * as gates from "./gates-store.ts";
import {
  decideFinish,
  type Failure,
  type FinishDecision,
  keepsGateInRetry,
  nextQueueId,
  type Outcome,
  type State,
} from "./model.ts";
import * as store from "./store.ts";

const callsPerWriteMax = 500;
const waitingMax = 20_000;

export interface Finish {
  call: Call;
  itemId: string;
  leaseNumber: number;
  outcome: Outcome;
  payload: Record<string, unknown> | undefined;
  fileIds: readonly string[] | undefined;
}

export interface Finished {
  id: string;
  state: State;
  attempts: number;
  /** The copy that went on to the next queue. */
  nextItemId: string | null;
}

/** An item as the owner of files. */
export interface ItemOwner {
  kind: "work_item";
  id: string;
}

/** Files that somebody wants attached to an item. */
export interface Attachment {
  call: Call;
  fileIds: readonly string[];
  owner: ItemOwner;
}

/** What the files module does for items; it links files to their owner in our transaction. */
export interface FileLinks {
  refusalsIn(tx: Tx, attachments: readonly Attachment[]): Promise<(AppError | undefined)[]>;
  attachIn(tx: Tx, attachments: readonly Attachment[]): Promise<void>;
  copyAttachmentsIn(tx: Tx, pairs: readonly { from: ItemOwner; to: ItemOwner }[]): Promise<void>;
}

interface Step {
  finish: Finish;
  item: store.HeldRow;
  queue: Queue;
  decision: FinishDecision;
  next: { id: string; queue: Queue } | undefined;
}

/** Writes the ends of attempts: all that is said together is decided in memory and written in one transaction. */
export class Finishes {
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #files: FileLinks;
  readonly #held: HeldRows<store.HeldRow>;
  readonly #arrived: (placed: readonly store.PlacedRow[]) => void;
  readonly #coalescer: Coalescer<Finish, Finished>;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    files: FileLinks;
    held: HeldRows<store.HeldRow>;
    arrived: (placed: readonly store.PlacedRow[]) => void;
    onWrite: (size: number) => void;
  }) {
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.#files = parts.files;
    this.#held = parts.held;
    this.#arrived = parts.arrived;
    const lane = parts.database.lane("finish");
    this.#coalescer = new Coalescer({
      name: "finishes",
      write: (finishes) => this.#write(lane, finishes),
      batchMax: callsPerWriteMax,
      waitingMax,
      onWrite: parts.onWrite,
    });
  }

  /** Ends an attempt: the item is successful or failed for good, or goes back for another attempt. */
  async finish(finish: Finish): Promise<Finished> {
    return this.#coalescer.submit(finish);
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }

  /** From memory first; where that was wrong about one item, all are looked at and locked. */
  async #write(lane: Lane, finishes: readonly Finish[]): Promise<(Finished | AppError)[]> {
    const ids = new Set(finishes.map((finish) => finish.itemId));
    try {
      return await lane.transaction((tx) => this.#writeIn(tx, finishes));
    } catch (error) {
      if (!isUnmetDemand(error)) throw error;
      this.#held.forget(ids);
      return await lane.transaction((tx) => this.#writeIn(tx, finishes));
    } finally {
      this.#held.forget(ids);
    }
  }

  async #writeIn(tx: Tx, finishes: readonly Finish[]): Promise<(Finished | AppError)[]> {
    const items = await this.#find(tx, finishes);
    const [open, refusals] = await Promise.all([
      this.#holdNext(tx, finishes, items),
      this.#refusals(tx, finishes),
    ]);
    const steps: Step[] = [];
    const outcomes: (Finished | AppError)[] = [];
    for (const finish of finishes) {
      const step = await this.#decide(finish, items.get(finish.itemId), open, refusals.get(finish));
      outcomes.push(step instanceof AppError ? step : finishedOf(step));
      if (!(step instanceof AppError) && step.decision.kind !== "repeated") steps.push(step);
    }
    if (steps.length > 0) await this.#apply(tx, steps);
    return outcomes;
  }

  async #find(tx: Tx, finishes: readonly Finish[]): Promise<Map<string, store.HeldRow>> {
    const items = new Map<string, store.HeldRow>();
    const unknown = new Set<string>();
    for (const { itemId, leaseNumber } of finishes) {
      const row = items.get(itemId) ?? this.#held.find(itemId, leaseNumber);
      if (row === undefined) unknown.add(itemId);
      else items.set(itemId, row);
    }
    const ids = [...unknown].filter((id) => !items.has(id));
    if (ids.length === 0) return items;
    for (const row of await store.lockHeld(tx, ids)) items.set(row.id, row);
    const missing = ids.filter((id) => !items.has(id));
    if (missing.length > 0) for (const row of await store.findOthers(tx, missing)) items.set(row.id, row);
    return items;
  }

  /** Whose files cannot be attached; the files of the others are held. */
  async #refusals(tx: Tx, finishes: readonly Finish[]): Promise<Map<Finish, AppError | undefined>> {
    const withFiles = finishes.filter(({ fileIds }) => fileIds !== undefined);
    const refusals = await this.#files.refusalsIn(tx, withFiles.map(attachmentOf));
    return new Map(withFiles.map((finish, index) => [finish, refusals[index]]));
  }

  /** Keeps the queues to which items may go on from being deleted meanwhile; answers those that are there. */
  async #holdNext(
    tx: Tx,
    finishes: readonly Finish[],
    items: ReadonlyMap<string, store.HeldRow>,
  ): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for (const { call, itemId, outcome } of finishes) {
      const item = items.get(itemId);
      const queue = item === undefined ? undefined : await this.#queues.find(call, item.queueId);
      const id = queue === undefined ? null : nextQueueId(outcome.state, item!, queue);
      if (id !== null) ids.add(id);
    }
    return ids.size === 0 ? ids : new Set(await this.#queues.holdIn(tx, [...ids]));
  }

  /** What is decided changes the item in memory too: a second word about it in the same batch finds it changed. */
  async #decide(
    finish: Finish,
    item: store.HeldRow | undefined,
    open: ReadonlySet<string>,
    refusedFiles: AppError | undefined,
  ): Promise<Step | AppError> {
    const { call, itemId, leaseNumber, outcome } = finish;
    if (item === undefined || item.tenantId !== call.tenantId) return absent(`work item ${itemId}`);
    const queue = await this.#queues.find(call, item.queueId);
    if (queue === undefined) return absent(`work item ${itemId}`);
    const refusal = refusalOf(queue.acl, call, "invoke", `work item ${itemId}`);
    if (refusal !== undefined) return refusal;
    const decision = decideFinish(item, leaseNumber, outcome, queue, Math.random());
    if (decision.kind === "absent") return absent(`work item ${itemId}`);
    if (decision.kind === "lease_lost") return leaseLost(itemId, item, leaseNumber);
    if (decision.kind !== "repeated" && refusedFiles !== undefined) return refusedFiles;
    const next =
      decision.kind === "ended" ? await this.#nextOf(call, decision.state, item, queue, open) : undefined;
    const step: Step = { finish, item: { ...item }, queue, decision, next };
    if (decision.kind === "repeated") return step;
    item.state = decision.kind === "ended" ? decision.state : "retry";
    item.attempts = decision.attempts;
    item.nextItemId = next?.id ?? null;
    return step;
  }

  async #nextOf(
    call: Call,
    state: "successful" | "failed",
    item: store.HeldRow,
    queue: Queue,
    open: ReadonlySet<string>,
  ): Promise<Step["next"]> {
    const id = nextQueueId(state, item, queue);
    const next = id === null || !open.has(id) ? undefined : await this.#queues.find(call, id);
    return next === undefined ? undefined : { id: newId(), queue: next };
  }

  async #apply(tx: Tx, steps: readonly Step[]): Promise<void> {
    // In one order for all who write, so that none of them waits in a circle.
    const sorted = [...steps].sort((a, b) => (a.item.id < b.item.id ? -1 : 1));
    const ended = sorted.filter((step) => step.decision.kind === "ended");
    const retried = sorted.filter((step) => step.decision.kind === "retry");
    const writing = Promise.all([
      ended.length === 0 ? [] : store.endItems(tx, ended.map(endedRow)),
      retried.length === 0 ? [] : store.retryItems(tx, retried.map(retryRow)),
      this.#events.append(tx, steps.flatMap(eventsOf)),
      this.#files.attachIn(tx, attachmentsOf(steps)),
    ]);
    if (!steps.some(hasMoreToWrite)) {
      tx.commitBehind();
      const [, placed] = await writing;
      tx.afterCommit(() => this.#arrived(placed));
      return;
    }
    const [payloads, placed] = await writing;
    const pushed = await this.#pushNext(tx, ended, payloads);
    const admitted = await admitAfter(tx, steps);
    tx.afterCommit(() => this.#arrived([...placed, ...pushed, ...admitted]));
  }

  async #pushNext(
    tx: Tx,
    ended: readonly Step[],
    payloads: readonly { id: string; payload: unknown }[],
  ): Promise<store.PlacedRow[]> {
    const onward = ended.filter((step) => step.next !== undefined);
    if (onward.length === 0) return [];
    const payloadOf = new Map(payloads.map((row) => [row.id, row.payload]));
    const placed = await store.insertItems(
      tx,
      onward.map((step) => nextRow(step, step.next!, payloadOf.get(step.item.id))),
    );
    await this.#files.copyAttachmentsIn(
      tx,
      onward.map(({ item, next }) => ({ from: ownerOf(item.id), to: ownerOf(next!.id) })),
    );
    return placed;
  }
}

/** Whether an end is followed by more than its own rows: a next item, others let in at its gate. */
function hasMoreToWrite({ item, next }: Step): boolean {
  return next !== undefined || item.gate !== null;
}

function attachmentsOf(steps: readonly Step[]): Attachment[] {
  return steps.flatMap(({ finish }) => (finish.fileIds === undefined ? [] : [attachmentOf(finish)]));
}

function attachmentOf({ call, itemId, fileIds = [] }: Finish): Attachment {
  return { call, fileIds, owner: ownerOf(itemId) };
}

function ownerOf(id: string): ItemOwner {
  return { kind: "work_item", id };
}

function leaseLost(itemId: string, item: store.HeldRow, leaseNumber: number): AppError {
  const message = `The lease ${leaseNumber} of work item ${itemId} is no longer good: the item is ${item.state}`;
  return new AppError("lease_lost", message, { extra: { itemId, state: item.state } });
}

function finishedOf({ item, decision, next }: Step): Finished {
  const { id } = item;
  if (decision.kind === "repeated") {
    return { id, state: decision.state, attempts: decision.attempts, nextItemId: item.nextItemId };
  }
  if (decision.kind === "ended") {
    return { id, state: decision.state, attempts: decision.attempts, nextItemId: next?.id ?? null };
  }
  return { id, state: "retry", attempts: item.attempts + 1, nextItemId: null };
}

function failureOf(outcome: Outcome): Failure | null {
  return outcome.state === "failed" ? outcome.error : null;
}

function endedRow({ finish, item, decision, next }: Step): store.EndedRow {
  if (decision.kind !== "ended") throw new Error("only ended items are moved");
  const { state, attempts } = decision;
  const error = failureOf(finish.outcome);
  return {
    id: item.id,
    queueId: item.queueId,
    leaseNumber: item.leaseNumber,
    state,
    attempts,
    payload: finish.payload ?? null,
    error,
    nextItemId: next?.id ?? null,
  };
}

function retryRow({ finish, item, decision }: Step): store.RetryRow {
  if (decision.kind !== "retry") throw new Error("only retried items go back");
  const { attempts, delayMs, dueAt } = decision;
  const admitted = item.gate === null || keepsGateInRetry(item.gate);
  return {
    id: item.id,
    leaseNumber: item.leaseNumber,
    attempts,
    delayMs,
    dueAt,
    payload: finish.payload ?? null,
    error: failureOf(finish.outcome)!,
    admitted,
  };
}

/** The copy that goes on: a new item under the next queue's own policy, linked to the one it came from. */
function nextRow(step: Step, next: { id: string; queue: Queue }, payload: unknown): store.NewRow {
  const { item, finish } = step;
  return {
    id: next.id,
    tenantId: item.tenantId,
    queueId: next.queue.id,
    priority: item.priority,
    gate: null,
    name: item.name,
    payload,
    successQueueId: null,
    failedQueueId: null,
    fromItemId: item.id,
    createdById: finish.call.userId,
  };
}

function eventsOf({ finish, item, decision, next }: Step): NewEvent[] {
  const base = { topic: "work_items", scopeId: item.queueId, subjectId: item.id } as const;
  const error = failureOf(finish.outcome) ?? undefined;
  const { leaseNumber } = item;
  if (decision.kind === "retry") {
    const { attempts, delayMs, dueAt } = decision;
    const details = { leaseNumber, attempts, delayMs, dueAt, error };
    return [eventOf(finish.call, { ...base, type: "work_item.retried", details })];
  }
  if (decision.kind !== "ended") return [];
  const details = { leaseNumber, attempts: decision.attempts, error, nextItemId: next?.id };
  const ended = eventOf(finish.call, { ...base, type: `work_item.${decision.state}`, details });
  if (next === undefined) return [ended];
  const pushed = {
    type: "work_item.pushed",
    subjectId: next.id,
    scopeId: next.queue.id,
    details: { fromItemId: item.id },
  };
  return [ended, eventOf(finish.call, { ...base, ...pushed })];
}

/** Items that ended, or that wait for another attempt without keeping their place, let others in. */
async function admitAfter(tx: Tx, steps: readonly Step[]): Promise<store.PlacedRow[]> {
  const leavers = steps.filter(
    ({ item, decision }) => !(decision.kind === "retry" && item.gate !== null && keepsGateInRetry(item.gate)),
  );
  return gates.admit(
    tx,
    leavers.map(({ item: { queueId, gate }, queue: { concurrencyPerKey } }) => {
      return { queueId, gate, left: true, concurrencyPerKey };
    }),
  );
}
