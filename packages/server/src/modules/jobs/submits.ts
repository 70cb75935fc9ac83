import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { absent } from "../access/model.ts";
import type { Events } from "../events/service.ts";
import type { Files } from "../files/service.ts";
import type { Packages } from "../packages/service.ts";
import { jobEvent } from "./job-events.ts";
import * as store from "./submit-store.ts";

const callsPerWriteMax = 500;
const waitingMax = 20_000;

/** A job on its way in. */
export interface Submit {
  call: Call;
  row: store.NewRow;
  /** Of what the caller sent, to tell a repeated submit from another one under the same key. */
  digest: string | undefined;
  fileIds: readonly string[];
}

export interface Submitted {
  id: string;
  state: "waiting";
  /** The key was used before: this is the job of that time, and nothing was written. */
  duplicate: boolean;
}

/** Writes submitted jobs: calls that arrive together share one statement and one commit. */
export class Submits {
  readonly #database: Database;
  readonly #events: Events;
  readonly #packages: Packages;
  readonly #files: Files;
  readonly #arrived: (placed: readonly store.PlacedRow[]) => void;
  readonly #coalescer: Coalescer<Submit, Submitted>;

  constructor(parts: {
    database: Database;
    events: Events;
    packages: Packages;
    files: Files;
    arrived: (placed: readonly store.PlacedRow[]) => void;
    onWrite: (size: number) => void;
  }) {
    this.#database = parts.database;
    this.#events = parts.events;
    this.#packages = parts.packages;
    this.#files = parts.files;
    this.#arrived = parts.arrived;
    const lane = parts.database.lane("submit-jobs");
    this.#coalescer = new Coalescer({
      name: "submits",
      write: (submits) => lane.transaction((tx) => this.#writeIn(tx, submits)),
      batchMax: callsPerWriteMax,
      waitingMax,
      onWrite: parts.onWrite,
    });
  }

  /** Acknowledged means committed: answers once the job is on disk. */
  async submit(submit: Submit): Promise<Submitted> {
    if (submit.fileIds.length === 0) return this.#coalescer.submit(submit);
    const [outcome] = await this.#database.transaction((tx) => this.#writeIn(tx, [submit]));
    if (outcome instanceof AppError) throw outcome;
    return outcome!;
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }

  async #writeIn(tx: Tx, submits: readonly Submit[]): Promise<(Submitted | AppError)[]> {
    const held = new Set(
      await this.#packages.holdIn(tx, [...new Set(submits.map(({ row }) => row.packageId))]),
    );
    const there = submits.filter(({ row }) => held.has(row.packageId));
    const owners = await takeKeys(tx, there);
    const outcomes = new Map(there.map((submit) => [submit, outcomeOf(submit, owners)]));
    const fresh = there.filter((submit) => isFresh(outcomes.get(submit)!));
    if (fresh.length > 0) await this.#insert(tx, fresh);
    return submits.map(
      (submit) => outcomes.get(submit) ?? absent(`package ${JSON.stringify(submit.row.packageName)}`),
    );
  }

  async #insert(tx: Tx, fresh: readonly Submit[]): Promise<void> {
    const rows = fresh.map(({ row }) => row);
    const writing = Promise.all([
      store.insertJobs(tx, rows),
      this.#events.append(tx, fresh.map(submittedEvent)),
    ]);
    const attachments = fresh.flatMap(({ call, row, fileIds }) =>
      fileIds.length === 0 ? [] : [{ call, fileIds, owner: { kind: "job" as const, id: row.id } }],
    );
    if (attachments.length === 0) tx.commitBehind();
    const [placed] = await writing;
    for (const refusal of await this.#files.refusalsIn(tx, attachments))
      if (refusal !== undefined) throw refusal;
    await this.#files.attachIn(tx, attachments);
    tx.afterCommit(() => this.#arrived(placed));
  }
}

/** To whom each key belongs: to one of these submits, or to a job of before. */
async function takeKeys(tx: Tx, submits: readonly Submit[]): Promise<ReadonlyMap<string, store.KeyRow>> {
  const wanted = submits.flatMap(({ row, digest }) =>
    row.idempotencyKey === null
      ? []
      : [{ tenantId: row.tenantId, key: row.idempotencyKey, jobId: row.id, digest: digest! }],
  );
  const taken = wanted.length === 0 ? [] : await store.takeKeys(tx, wanted);
  return new Map(taken.map((key) => [`${key.tenantId} ${key.key}`, key]));
}

function outcomeOf({ row, digest }: Submit, owners: ReadonlyMap<string, store.KeyRow>): Submitted | AppError {
  const owner = owners.get(`${row.tenantId} ${row.idempotencyKey}`);
  if (row.idempotencyKey === null || owner === undefined) {
    return { id: row.id, state: "waiting", duplicate: false };
  }
  if (owner.digest !== digest) {
    const message = "idempotencyKey: the key was used for another job with a different content";
    return new AppError("conflict", message, { field: "idempotencyKey" });
  }
  return { id: owner.jobId, state: "waiting", duplicate: owner.jobId !== row.id };
}

function isFresh(outcome: Submitted | AppError): boolean {
  return !(outcome instanceof AppError) && !outcome.duplicate;
}

function submittedEvent({ call, row }: Submit) {
  const { packageName, packageVersion, function: name, needs, fromJobId } = row;
  const details = { package: packageName, version: packageVersion, function: name, needs };
  return jobEvent(call, "job.submitted", row, {
    ...details,
    ...(fromJobId === null ? {} : { fromJobId }),
  });
}
