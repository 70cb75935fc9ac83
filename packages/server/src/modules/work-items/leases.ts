import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { absent, refusalOf } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { Queues } from "../queues/service.ts";
import * as store from "./store.ts";

const callsPerWriteMax = 500;
const waitingMax = 20_000;

interface Extension {
  call: Call;
  itemId: string;
  leaseNumber: number;
  leaseMs: number | undefined;
}

/** Leases while they last: lengthened by their holder, or given back. */
export class Leases {
  readonly #database: Database;
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #arrived: (placed: readonly store.PlacedRow[]) => void;
  readonly #coalescer: Coalescer<Extension, { leaseUntil: string }>;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    arrived: (placed: readonly store.PlacedRow[]) => void;
    onWrite: (size: number) => void;
  }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.#arrived = parts.arrived;
    const lane = parts.database.lane("extend");
    this.#coalescer = new Coalescer({
      name: "lease extensions",
      write: (extensions) => lane.transaction((tx) => this.#extendIn(tx, extensions)),
      batchMax: callsPerWriteMax,
      waitingMax,
      onWrite: parts.onWrite,
    });
  }

  async extend(
    call: Call,
    itemId: string,
    leaseNumber: number,
    leaseMs?: number,
  ): Promise<{ leaseUntil: string }> {
    return this.#coalescer.submit({ call, itemId, leaseNumber, leaseMs });
  }

  /** Puts the item back at a new place; the lease number it had is no longer good. */
  async release(call: Call, itemId: string, leaseNumber: number): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const [item] = await store.lockLive(tx, [itemId]);
      await this.#requireHolding(call, item, itemId, leaseNumber);
      const placed = await store.putBack(tx, [itemId]);
      const details = { leaseNumber };
      const event = {
        topic: "work_items",
        type: "work_item.released",
        subjectId: itemId,
        scopeId: item!.queueId,
      } as const;
      await this.#events.append(tx, [eventOf(call, { ...event, details })]);
      tx.afterCommit(() => this.#arrived(placed));
    });
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }

  async #extendIn(tx: Tx, extensions: readonly Extension[]): Promise<({ leaseUntil: string } | AppError)[]> {
    const ids = [...new Set(extensions.map((extension) => extension.itemId))];
    const items = new Map((await store.lockLive(tx, ids)).map((row) => [row.id, row]));
    const rows: store.ExtendRow[] = [];
    const refusals = new Map<Extension, AppError>();
    for (const extension of extensions) {
      const { call, itemId, leaseNumber } = extension;
      const item = items.get(itemId);
      const refusal = await this.#refusal(call, item, itemId, leaseNumber);
      if (refusal !== undefined) refusals.set(extension, refusal);
      else {
        const leaseMs = extension.leaseMs ?? (await this.#queues.find(call, item!.queueId))!.leaseMs;
        rows.push({ id: itemId, tenantId: call.tenantId, leaseNumber, leaseMs });
      }
    }
    const extended = rows.length === 0 ? [] : await store.extendLeases(tx, rows);
    const until = new Map(extended.map((row) => [row.id, row.leaseUntil]));
    return extensions.map(
      (extension) => refusals.get(extension) ?? { leaseUntil: until.get(extension.itemId)! },
    );
  }

  async #requireHolding(
    call: Call,
    item: store.HeldRow | undefined,
    itemId: string,
    leaseNumber: number,
  ): Promise<void> {
    const refusal = await this.#refusal(call, item, itemId, leaseNumber);
    if (refusal !== undefined) throw refusal;
  }

  async #refusal(
    call: Call,
    item: store.HeldRow | undefined,
    itemId: string,
    leaseNumber: number,
  ): Promise<AppError | undefined> {
    if (item === undefined || item.tenantId !== call.tenantId) return absent(`held work item ${itemId}`);
    const queue = await this.#queues.find(call, item.queueId);
    if (queue === undefined) return absent(`held work item ${itemId}`);
    const refusal = refusalOf(queue.acl, call, "invoke", `held work item ${itemId}`);
    if (refusal !== undefined) return refusal;
    if (item.state === "processing" && item.leaseNumber === leaseNumber) return undefined;
    const message = `The lease ${leaseNumber} of work item ${itemId} is no longer good: the item is ${item.state}`;
    return new AppError("lease_lost", message, { extra: { itemId, state: item.state } });
  }
}
