import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import { absent, requireRight } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { Queue } from "../queues/model.ts";
import type { Queues } from "../queues/service.ts";
import type { ClaimedRow } from "./claim-store.ts";
import * as edits from "./edits-store.ts";
import type { FileLinks, ItemOwner } from "./finishes.ts";
import * as lists from "./lists-store.ts";
import { finalStates } from "./model.ts";
import type { HeldRow, PlacedRow } from "./store.ts";

/** What the files module does for items that lose some of theirs. */
export interface EditedFiles extends FileLinks {
  detachFilesIn(tx: Tx, owner: ItemOwner, fileIds: readonly string[]): Promise<void>;
}

/** What of an item is to be written; what is left out stays. */
export interface ItemEdit extends Omit<edits.EditedRow, "tenantId" | "id" | "leaseNumber"> {
  /** Files to attach, and attached ones to let go of. */
  files?: readonly string[];
  removedFiles?: readonly string[];
}

/** What is done to one item that is named: taken by hand, or written while it waits or is held. */
export class Edits {
  readonly #database: Database;
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #files: EditedFiles;
  readonly #held: HeldRows<HeldRow>;
  readonly #arrived: (placed: readonly PlacedRow[]) => void;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    files: EditedFiles;
    held: HeldRows<HeldRow>;
    arrived: (placed: readonly PlacedRow[]) => void;
  }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.#files = parts.files;
    this.#held = parts.held;
    this.#arrived = parts.arrived;
  }

  /** Takes this very item, though others come before it or its time has not come; not from somebody who holds it. */
  async take(
    call: Call,
    itemId: string,
    { leaseMs, worker = null }: { leaseMs?: number | undefined; worker?: string | null },
  ): Promise<ClaimedRow> {
    const { item, queue } = await this.#find(call, itemId);
    if (queue.paused) throw new AppError("conflict", `Queue ${queue.name} is paused: resume it first`);
    return this.#database.transaction(async (tx) => {
      const row = await edits.handOutOne(tx, {
        tenantId: call.tenantId,
        id: itemId,
        holderId: call.userId,
        worker,
        leaseMs: leaseMs ?? queue.leaseMs,
      });
      if (row === undefined)
        throw isNotFree(itemId, (await lists.findItem(tx, call.tenantId, itemId)) ?? item);
      const details = { leaseNumber: row.leaseNumber, worker: worker ?? undefined };
      await this.#record(tx, call, "work_item.claimed", queue, { itemId, details });
      return row;
    });
  }

  /**
   * Writes what an item carries: of one that is held under its lease's number, of one that waits without. Answers the
   * number that is good from then on.
   */
  async edit(
    call: Call,
    itemId: string,
    leaseNumber: number | undefined,
    edit: ItemEdit,
  ): Promise<{ leaseNumber: number }> {
    const { item, queue } = await this.#find(call, itemId);
    const { files = [], removedFiles = [], ...fields } = edit;
    const owner = { kind: "work_item", id: itemId } as const;
    return this.#database.transaction(async (tx) => {
      const row = { ...fields, tenantId: call.tenantId, id: itemId, leaseNumber: leaseNumber ?? null };
      const placed = await edits.edit(tx, row);
      if (placed === undefined) {
        throw isNotOurs(itemId, leaseNumber, (await lists.findItem(tx, call.tenantId, itemId)) ?? item);
      }
      await this.#files.detachFilesIn(tx, owner, removedFiles);
      const attachment = { call, fileIds: files, owner };
      const [refusal] = files.length === 0 ? [] : await this.#files.refusalsIn(tx, [attachment]);
      if (refusal !== undefined) throw refusal;
      if (files.length > 0) await this.#files.attachIn(tx, [attachment]);
      const details = { leaseNumber: leaseNumber && placed.leaseNumber, fields: Object.keys(edit) };
      await this.#record(tx, call, "work_item.updated", queue, { itemId, details });
      tx.afterCommit(() => {
        this.#held.forget([itemId]);
        this.#arrived([placed]);
      });
      return { leaseNumber: placed.leaseNumber };
    });
  }

  async #find(call: Call, itemId: string): Promise<{ item: lists.ItemRow; queue: Queue }> {
    const item = await lists.findItem(this.#database.read(call), call.tenantId, itemId);
    const queue = item === undefined ? undefined : await this.#queues.find(call, item.queueId);
    if (item === undefined || queue === undefined) throw absent(`work item ${itemId}`);
    requireRight(queue.acl, call, "invoke", `work item ${itemId}`);
    return { item, queue };
  }

  async #record(
    tx: Tx,
    call: Call,
    type: string,
    queue: Queue,
    { itemId, details }: { itemId: string; details: Record<string, unknown> },
  ): Promise<void> {
    const subject = { topic: "work_items", subjectId: itemId, scopeId: queue.id } as const;
    await this.#events.append(tx, [eventOf(call, { ...subject, type, details })]);
  }
}

function isNotFree(itemId: string, item: lists.ItemRow): AppError {
  const why =
    item.state === "processing"
      ? "is being worked on"
      : isEnded(item)
        ? `is ${item.state}: requeue it first`
        : "waits for others of its key";
  return new AppError("conflict", `Work item ${itemId} ${why}`, { extra: { itemId, state: item.state } });
}

function isNotOurs(itemId: string, leaseNumber: number | undefined, item: lists.ItemRow): AppError {
  const extra = { itemId, state: item.state };
  if (isEnded(item) && leaseNumber === undefined)
    return new AppError("conflict", `Work item ${itemId} is ${item.state}: requeue it first`, { extra });
  if (leaseNumber === undefined)
    return new AppError("conflict", `Work item ${itemId} is being worked on: name its lease`, { extra });
  const message = `The lease ${leaseNumber} of work item ${itemId} is no longer good: the item is ${item.state}`;
  return new AppError("lease_lost", message, { extra });
}

function isEnded({ state }: lists.ItemRow): boolean {
  return (finalStates as readonly string[]).includes(state);
}
