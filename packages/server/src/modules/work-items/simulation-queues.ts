import type { OutcomeWord } from "./history.ts";
import {
  decideExpiry,
  decideFinish,
  type FinishDecision,
  gateLimit,
  gateOf,
  keepsGateInRetry,
  nextQueueId,
  type Outcome,
} from "./model.ts";
import type { SimulationRandom } from "./simulation-clock.ts";
import { type SimulationStore, type StoredItem, type StoredQueue } from "./simulation-store.ts";

/** Mistakes that can be planted to see that the checker finds them. */
export const mutants = [
  "the lease number is not looked at",
  "an acknowledgement said again is refused",
  "an acknowledgement said again is written again",
  "the sweep forgets its first page",
  "the next item is pushed after the commit",
  "the next item is pushed twice",
  "an expired lease keeps its number",
  "a lease is swept before its end",
  "an order key lets in two",
  "an order key lets in the youngest",
  "a call is acknowledged before its commit",
  "an idempotency key is not kept",
  "a claim leaves the item where it was",
  "an expired lease is not counted",
  "a poison item is handed out for ever",
] as const;
export type Mutant = (typeof mutants)[number];

export interface PushRequest {
  id: string;
  tag: string;
  idempotencyKey: string | undefined;
  orderKey: string | undefined;
  concurrencyKey: string | undefined;
  priority: number;
  delayMs: number;
  successQueueId: string | null;
}

export type Answer = { res: "ok"; arg: object } | { res: "fail"; arg: { code: string } };

const refused = (code: string): Answer => ({ res: "fail", arg: { code } });
const accepted = (arg: object): Answer => ({ res: "ok", arg });

/** The verbs of the module over the store in memory, decided by the same pure functions; each call is one commit. */
export class SimulationQueues {
  readonly store: SimulationStore;
  readonly queues: Map<string, StoredQueue>;
  readonly #random: SimulationRandom;
  readonly #mutant: Mutant | undefined;
  /** What a mutant does after the commit; it is lost when the node dies before. */
  readonly #later: (act: () => void) => void;
  #ids = 0;

  constructor(parts: {
    store: SimulationStore;
    queues: Map<string, StoredQueue>;
    random: SimulationRandom;
    mutant: Mutant | undefined;
    later: (act: () => void) => void;
  }) {
    this.store = parts.store;
    this.queues = parts.queues;
    this.#random = parts.random;
    this.#mutant = parts.mutant;
    this.#later = parts.later;
  }

  newId(): string {
    this.#ids += 1;
    return `i${this.#ids}`;
  }

  push(queueId: string, request: PushRequest): Answer {
    const { id, tag, idempotencyKey, orderKey, concurrencyKey, priority, delayMs, successQueueId } = request;
    if (idempotencyKey !== undefined) {
      const name = `${queueId} ${idempotencyKey}`;
      const owner = this.store.keys.get(name);
      if (owner !== undefined)
        return owner.tag === tag ? accepted({ id: owner.itemId }) : refused("conflict");
      if (this.#mutant !== "an idempotency key is not kept") this.store.keys.set(name, { itemId: id, tag });
    }
    const gate = gateOf({ orderKey, concurrencyKey });
    const fresh = { id, queueId, tag, priority, gate, delayMs, successQueueId, failedQueueId: null };
    const item = this.store.insert({ ...fresh, fromItemId: null });
    this.store.record(item, "pushed", { delayMs });
    this.#admit(item, 0);
    return accepted({ id });
  }

  claim(queueId: string, count: number): Answer {
    const queue = this.queues.get(queueId)!;
    const items = this.store.pick(queueId, count).map((item) => {
      const { position } = item;
      this.store.handOut(item, queue.leaseMs);
      this.store.record(item, "claimed", { leaseNumber: item.leaseNumber });
      if (this.#mutant === "a claim leaves the item where it was" && this.#random.chance(0.2))
        item.position = position;
      return { id: item.id, leaseNumber: item.leaseNumber, leaseUntil: item.leaseUntil! };
    });
    return accepted({ items });
  }

  extend(itemId: string, leaseNumber: number): Answer {
    const item = this.store.live.get(itemId);
    if (item === undefined) return refused("not_found");
    if (item.state !== "processing" || !this.#isGood(item, leaseNumber)) return refused("lease_lost");
    item.leaseUntil = this.store.now() + this.queues.get(item.queueId)!.leaseMs;
    return accepted({ leaseUntil: item.leaseUntil });
  }

  release(itemId: string, leaseNumber: number): Answer {
    const item = this.store.live.get(itemId);
    if (item === undefined) return refused("not_found");
    if (item.state !== "processing" || !this.#isGood(item, leaseNumber)) return refused("lease_lost");
    this.store.record(item, "released", { leaseNumber: item.leaseNumber });
    this.store.putBack(item);
    return accepted({});
  }

  finish(itemId: string, leaseNumber: number, word: OutcomeWord): Answer {
    const item = this.#itemOf(itemId);
    if (item === undefined) return refused("not_found");
    const decision = this.#decide(item, leaseNumber, word);
    if (decision.kind === "absent" || decision.kind === "lease_lost") return refused("lease_lost");
    if (decision.kind === "repeated") return this.#repeat(item, decision);
    this.#settle(item, decision);
    return accepted({ state: decision.kind === "retry" ? "retry" : decision.state });
  }

  /** What a finish would be answered, for the node that answers too early. */
  foresee(itemId: string, leaseNumber: number, word: OutcomeWord): Answer {
    const item = this.#itemOf(itemId);
    if (item === undefined) return refused("not_found");
    const decision = this.#decide(item, leaseNumber, word);
    if (decision.kind === "absent" || decision.kind === "lease_lost") return refused("lease_lost");
    return accepted({ state: decision.kind === "retry" ? "retry" : decision.state });
  }

  /** Takes leases away that ran out, page by page. */
  expireLeases(pageSize: number): void {
    const forgets = this.#mutant === "the sweep forgets its first page";
    const early = this.#mutant === "a lease is swept before its end";
    let rows = this.store.expired(pageSize * 3, early ? 500 : 0);
    if (forgets) rows = rows.slice(pageSize);
    for (const item of rows) {
      const { leaseNumber } = item;
      if (this.#fateOf(item) === "abandoned") {
        this.store.record(item, "abandoned", { leaseNumber });
        this.store.end(item, "abandoned", item.attempts, null);
        this.#admit(item, 1);
        continue;
      }
      this.store.record(item, "lease_expired", { leaseNumber });
      this.store.putBack(item);
      if (this.#mutant === "an expired lease keeps its number") item.leaseNumber = leaseNumber;
      if (this.#mutant === "an expired lease is not counted") this.store.count(item.queueId, item.state, -1);
    }
  }

  releaseDueItems(pageSize: number): void {
    for (const item of this.store.releaseDue(pageSize)) this.#admit(item, 0);
  }

  requeue(item: StoredItem): void {
    this.store.record(item, "requeued");
    this.store.requeue(item);
    this.#admit(item, 0);
  }

  #itemOf(itemId: string): StoredItem | undefined {
    return this.store.live.get(itemId) ?? this.store.ended.get(itemId);
  }

  #isGood(item: StoredItem, leaseNumber: number): boolean {
    return item.leaseNumber === leaseNumber || this.#mutant === "the lease number is not looked at";
  }

  #fateOf(item: StoredItem): "again" | "abandoned" {
    if (this.#mutant === "a poison item is handed out for ever") return "again";
    return decideExpiry(item.acquired, this.queues.get(item.queueId)!.acquiredMax);
  }

  #decide(item: StoredItem, leaseNumber: number, word: OutcomeWord): FinishDecision {
    const number = this.#isGood(item, leaseNumber) ? item.leaseNumber : leaseNumber;
    const outcome: Outcome =
      word === "successful"
        ? { state: "successful" }
        : { state: "failed", error: { kind: word, message: "no" } };
    return decideFinish(item, number, outcome, this.queues.get(item.queueId)!, this.#random.next());
  }

  #repeat(item: StoredItem, decision: FinishDecision & { kind: "repeated" }): Answer {
    if (this.#mutant === "an acknowledgement said again is refused") return refused("lease_lost");
    if (this.#mutant === "an acknowledgement said again is written again") {
      const { state } = decision;
      if (state === "successful" || state === "failed") this.#pushNext(item, state, this.newId());
    }
    return accepted({ state: decision.state });
  }

  #settle(item: StoredItem, decision: FinishDecision & { kind: "ended" | "retry" }): void {
    const { leaseNumber } = item;
    const { attempts } = decision;
    if (decision.kind === "retry") {
      const { delayMs } = decision;
      const admitted = item.gate === null || keepsGateInRetry(item.gate);
      this.store.record(item, "retried", { leaseNumber, attempts, delayMs });
      this.store.retry(item, attempts, delayMs, admitted);
      if (!admitted) this.#admit(item, 1);
      return;
    }
    const nextId = this.newId();
    this.store.record(item, decision.state, { leaseNumber, attempts });
    const goesOn = nextQueueId(decision.state, item, this.queues.get(item.queueId)!) !== null;
    this.store.end(item, decision.state, attempts, goesOn ? nextId : null);
    const { state } = decision;
    if (this.#mutant === "the next item is pushed after the commit")
      this.#later(() => this.#pushNext(item, state, nextId));
    else this.#pushNext(item, state, nextId);
    if (this.#mutant === "the next item is pushed twice") this.#pushNext(item, state, this.newId());
    this.#admit(item, 1);
  }

  #pushNext(item: StoredItem, state: "successful" | "failed", id: string): void {
    const queueId = nextQueueId(state, item, this.queues.get(item.queueId)!);
    if (queueId === null) return;
    const { priority, tag } = item;
    const choice = { gate: null, successQueueId: null, failedQueueId: null };
    const next = this.store.insert({
      id,
      queueId,
      priority,
      tag,
      delayMs: 0,
      fromItemId: item.id,
      ...choice,
    });
    this.store.record(next, "pushed");
  }

  #admit({ queueId, gate }: StoredItem, left: number): void {
    if (gate === null) return;
    const { concurrencyPerKey } = this.queues.get(queueId)!;
    const crowded = this.#mutant === "an order key lets in two" && gate.startsWith("order:") ? 1 : 0;
    const youngest = this.#mutant === "an order key lets in the youngest";
    const limit = gateLimit(gate, concurrencyPerKey) + crowded;
    this.store.admit({ queueId, gate, limit, left }, youngest);
  }
}
