import type { Database } from "../../kit/database.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import type { Files } from "../files/service.ts";
import type { ConnectedRunner, ConnectedRunners } from "./connected-runners.ts";
import { type Actor, callOfPlatform, callOfRunner } from "./job-events.ts";
import type { Logs } from "./logs.ts";
import { pauseAfterRejectionMs } from "./model.ts";
import type { Renewals, Renewed } from "./renewals.ts";
import type { Reports } from "./reports.ts";
import { storableProgress, storableResult } from "./results.ts";
import type { Returns } from "./returns.ts";
import type { HeldJob, JobProgress, JobResult, LogLine, Reconciled, RunnerSession } from "./runner-model.ts";
import * as store from "./store.ts";

/** What a connection needs to write what its runner says. */
export interface SessionParts {
  database: Database;
  files: Files;
  connected: ConnectedRunners;
  held: HeldRows<store.HeldRow>;
  returns: Returns;
  reports: Reports;
  renewals: Renewals;
  logs: Logs;
  /** A runner of the tenant may have room. */
  hasRoom: (tenantId: string) => void;
}

/** One connected runner. Every write names its lease number and this connection: a replaced one writes nothing. */
export class OpenSession implements RunnerSession {
  readonly reconciled: Reconciled[];
  readonly #runner: ConnectedRunner;
  readonly #parts: SessionParts;
  readonly #actor: Actor;

  constructor(runner: ConnectedRunner, reconciled: Reconciled[], parts: SessionParts) {
    this.reconciled = reconciled;
    this.#runner = runner;
    this.#parts = parts;
    this.#actor = { ...runner.identity, sessionId: runner.sessionId };
  }

  async accepted(job: HeldJob): Promise<void> {
    await this.#parts.reports.note(this.#actor, job, null);
  }

  async progress(job: HeldJob, progress: JobProgress): Promise<void> {
    await this.#parts.reports.note(this.#actor, job, storableProgress(progress));
  }

  async rejected(job: HeldJob, reason: string): Promise<void> {
    this.#runner.noteRejected(job.jobId);
    this.#release(job);
    const { database, returns, held } = this.#parts;
    const { message = "" } = storableProgress({ message: reason });
    await database.transaction(async (tx) => {
      const [row] = await store.lockLive(tx, [job.jobId]);
      const isMine = row?.sessionId === this.#actor.sessionId && row.leaseNumber === job.leaseNumber;
      if (row === undefined || !isMine) return;
      const delayMs = pauseAfterRejectionMs(row.acquired);
      const error = { outcome: "rejected" as const, message: `${this.#actor.name} refused it: ${message}` };
      const call = callOfRunner(this.#actor);
      await returns.takeBackIn(tx, [{ row, call, type: "job.rejected", delayMs, error }]);
    });
    held.forget([job.jobId]);
  }

  async log(job: HeldJob, lines: readonly LogLine[]): Promise<void> {
    const active = this.#runner.find(job);
    if (active !== undefined) await this.#parts.logs.append(active, this.#runner.sessionId, lines);
  }

  async renew(jobs: readonly HeldJob[]): Promise<Renewed[]> {
    const { sessionId } = this.#runner;
    return Promise.all(
      jobs.map(async ({ jobId: id, leaseNumber }) => {
        const renewed = await this.#parts.renewals.renew({ id, leaseNumber, sessionId });
        if (renewed === "lost") this.#release({ jobId: id, leaseNumber });
        return renewed;
      }),
    );
  }

  async result(job: HeldJob, result: JobResult): Promise<"recorded" | "late"> {
    const { files, reports } = this.#parts;
    const active = this.#runner.find(job);
    // Whoever reads the job as ended finds all of its log.
    await active?.logging;
    const call = callOfPlatform(this.#actor.tenantId, this.#actor.sessionId);
    const storable = await storableResult(files, call, result);
    // The runner's slot is free by its own word, before the end is on disk.
    this.#release(job);
    return reports.end(this.#actor, job, storable);
  }

  setSlots(slots: number): void {
    this.#runner.slots = slots;
    this.#parts.hasRoom(this.#actor.tenantId);
  }

  async drained(): Promise<void> {
    this.#runner.isDraining = true;
  }

  close(): void {
    this.#parts.connected.remove(this.#runner);
  }

  #release(job: HeldJob): void {
    this.#runner.release(job);
    this.#parts.hasRoom(this.#actor.tenantId);
  }
}
