import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { absent } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { Queue } from "../queues/model.ts";
import type { Queues } from "../queues/service.ts";
import type { FileLinks } from "./finishes.ts";
import * as gates from "./gates-store.ts";
import * as store from "./store.ts";

/** Calls that share a write, the rows in it, and calls that may wait. */
const callsPerWriteMax = 500;
const rowsPerWriteMax = 2_000;
const waitingMax = 20_000;

export interface KeyedRow extends store.NewRow {
  idempotencyKey: string | undefined;
  /** Of what the caller sent, to tell a repeated push from another one under the same key. */
  digest: string | undefined;
  fileIds: readonly string[] | undefined;
}

/** One call's items, written together or not at all. */
export interface Push {
  call: Call;
  queue: Queue;
  rows: KeyedRow[];
}

export interface Pushed {
  id: string;
  state: "new";
  /** The key was used before: this is the item of that time, and nothing was written. */
  duplicate: boolean;
}

/** Writes pushed items: calls that arrive together share one statement and one commit. */
export class Pushes {
  readonly #database: Database;
  readonly #events: Events;
  readonly #queues: Queues;
  readonly #files: FileLinks;
  readonly #arrived: (placed: readonly store.PlacedRow[]) => void;
  readonly #coalescer: Coalescer<Push, Pushed[]>;

  constructor(parts: {
    database: Database;
    events: Events;
    queues: Queues;
    files: FileLinks;
    arrived: (placed: readonly store.PlacedRow[]) => void;
    onWrite: (size: number) => void;
  }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.#files = parts.files;
    this.#arrived = parts.arrived;
    const lane = parts.database.lane("push");
    this.#coalescer = new Coalescer({
      name: "pushes",
      write: (pushes) => this.#write(pushes, (act) => lane.transaction(act)),
      batchMax: callsPerWriteMax,
      waitingMax,
      weigh: { weight: (push) => push.rows.length, max: rowsPerWriteMax },
      onWrite: parts.onWrite,
    });
  }

  /** Acknowledged means committed: answers once the items are on disk. */
  async push(push: Push): Promise<Pushed[]> {
    if (push.rows.every((row) => row.fileIds === undefined)) return this.#coalescer.submit(push);
    const [outcome] = await this.#write([push], (act) => this.#database.transaction(act));
    if (outcome instanceof AppError) throw outcome;
    return outcome!;
  }

  /** Resolves when nothing waits to be written. */
  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }

  async #write(
    pushes: readonly Push[],
    inTransaction: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>,
  ): Promise<(Pushed[] | AppError)[]> {
    const gone = new Set<string>();
    for (;;) {
      const alive = pushes.filter((push) => !gone.has(push.queue.id));
      try {
        const outcomes = await inTransaction((tx) => this.#writeIn(tx, alive));
        return pushes.map((push) => outcomes.get(push) ?? absent(`queue ${JSON.stringify(push.queue.name)}`));
      } catch (error) {
        if (!(error instanceof QueuesGone)) throw error;
        error.ids.forEach((id) => gone.add(id));
      }
    }
  }

  async #writeIn(tx: Tx, pushes: readonly Push[]): Promise<Map<Push, Pushed[] | AppError>> {
    if (pushes.length === 0) return new Map();
    const queueIds = [...new Set(pushes.map((push) => push.queue.id))];
    const holding = this.#queues.holdIn(tx, queueIds);
    // It goes out ahead and is awaited below; when the connection breaks before that, the keys' failure tells of it.
    holding.catch(() => undefined);
    const outcomes = pushes.some(hasKeys) ? await takeKeys(tx, pushes) : freshOutcomes(pushes);
    const rows = pushes.flatMap((push) => freshRows(push, outcomes.get(push)!));
    const events = pushes.flatMap((push) =>
      freshRows(push, outcomes.get(push)!).map((row) => pushedEvent(push.call, row)),
    );
    const [held, placed] = await Promise.all([
      holding,
      rows.length === 0 ? [] : store.insertItems(tx, rows),
      this.#events.append(tx, events),
    ]);
    if (held.length < queueIds.length) throw new QueuesGone(queueIds.filter((id) => !held.includes(id)));
    const admitted = await admitNew(tx, pushes, rows);
    await this.#attach(tx, pushes, rows);
    tx.afterCommit(() => this.#arrived(admitted.length === 0 ? placed : [...placed, ...admitted]));
    return outcomes;
  }

  /** A push with files stands alone in its transaction, which a file that cannot be attached undoes. */
  async #attach(tx: Tx, pushes: readonly Push[], rows: readonly KeyedRow[]): Promise<void> {
    const { call } = pushes[0]!;
    const attachments = rows.flatMap(({ id, fileIds }) =>
      fileIds === undefined ? [] : [{ call, fileIds, owner: { kind: "work_item" as const, id } }],
    );
    for (const refusal of await this.#files.refusalsIn(tx, attachments))
      if (refusal !== undefined) throw refusal;
    await this.#files.attachIn(tx, attachments);
  }
}

/** Queues were deleted while items were on their way to them: the write is undone and made without these. */
class QueuesGone extends Error {
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super("queues were deleted");
    this.ids = ids;
  }
}

function hasKeys(push: Push): boolean {
  return push.rows.some((row) => row.idempotencyKey !== undefined);
}

function freshOutcomes(pushes: readonly Push[]): Map<Push, Pushed[]> {
  return new Map(
    pushes.map((push) => [
      push,
      push.rows.map(({ id }) => ({ id, state: "new" as const, duplicate: false })),
    ]),
  );
}

function freshRows(push: Push, outcome: Pushed[] | AppError): KeyedRow[] {
  if (outcome instanceof AppError) return [];
  return push.rows.filter((_row, index) => !outcome[index]!.duplicate);
}

/** Settles idempotency keys first: a key taken before answers its item; under another content it refuses the call. */
async function takeKeys(tx: Tx, pushes: readonly Push[]): Promise<Map<Push, Pushed[] | AppError>> {
  const wanted = pushes.flatMap(keyRowsOf);
  const taken = wanted.length === 0 ? [] : await store.takeKeys(tx, wanted);
  const owners = new Map(taken.map((row) => [`${row.queueId} ${row.key}`, row]));
  const outcomes = new Map(pushes.map((push) => [push, outcomeOf(push, owners)]));
  const refused = refusedFirst(pushes, owners);
  if (refused.length === 0) return outcomes;
  // What a refused call took goes back, and those who found its keys taken are looked at again without it.
  await store.dropKeys(tx, refused.flatMap(keyRowsOf));
  const others = await takeKeys(
    tx,
    pushes.filter((push) => !refused.includes(push)),
  );
  return new Map(pushes.map((push) => [push, others.get(push) ?? outcomes.get(push)!]));
}

type Owners = ReadonlyMap<string, store.KeyRow>;

/** Calls that contradict what was there before; only if there are none, those that contradict another call of now. */
function refusedFirst(pushes: readonly Push[], owners: Owners): Push[] {
  const ours = new Set(pushes.flatMap((push) => push.rows.map((row) => row.id)));
  const refused = pushes.filter((push) => push.rows.some((row) => contradicts(row, owners)));
  const byThePast = refused.filter((push) =>
    push.rows.some((row) => contradicts(row, owners) && !ours.has(ownerOf(row, owners)!.itemId)),
  );
  return byThePast.length > 0 ? byThePast : refused;
}

function ownerOf(row: KeyedRow, owners: Owners): store.KeyRow | undefined {
  return row.idempotencyKey === undefined ? undefined : owners.get(`${row.queueId} ${row.idempotencyKey}`);
}

function contradicts(row: KeyedRow, owners: Owners): boolean {
  const owner = ownerOf(row, owners);
  return owner !== undefined && owner.digest !== row.digest;
}

function outcomeOf({ rows }: Push, owners: Owners): Pushed[] | AppError {
  const index = rows.findIndex((row) => contradicts(row, owners));
  if (index !== -1) {
    const field = rows.length === 1 ? "idempotencyKey" : `items[${index}].idempotencyKey`;
    const message = `${field}: the key was used for another item with a different content`;
    return new AppError("conflict", message, { field });
  }
  return rows.map((row) => {
    const owner = ownerOf(row, owners);
    const duplicate = owner !== undefined && owner.itemId !== row.id;
    return { id: owner?.itemId ?? row.id, state: "new", duplicate };
  });
}

function keyRowsOf({ rows }: Push): store.KeyRow[] {
  return rows.flatMap(({ queueId, id, idempotencyKey, digest }) =>
    idempotencyKey === undefined ? [] : [{ queueId, key: idempotencyKey, itemId: id, digest: digest! }],
  );
}

async function admitNew(
  tx: Tx,
  pushes: readonly Push[],
  rows: readonly KeyedRow[],
): Promise<store.PlacedRow[]> {
  const limits = new Map(pushes.map(({ queue }) => [queue.id, queue.concurrencyPerKey]));
  const visits = rows.map(({ queueId, gate }) => {
    return { queueId, gate, left: false, concurrencyPerKey: limits.get(queueId)! };
  });
  return gates.admit(tx, visits);
}

function pushedEvent(call: Call, row: KeyedRow) {
  return eventOf(call, {
    topic: "work_items",
    type: "work_item.pushed",
    subjectId: row.id,
    scopeId: row.queueId,
    ...(row.fromItemId === null ? {} : { details: { fromItemId: row.fromItemId } }),
  });
}
