import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Lane, Tx } from "../../kit/database.ts";
import { isUnmetDemand } from "../../kit/database-errors.ts";
import type { AppError } from "../../kit/errors.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import type { Events } from "../events/service.ts";
import type { NewEvent } from "../events/model.ts";
import type { Files } from "../files/service.ts";
import { type Actor, callOfPlatform, callOfRunner, jobEvent } from "./job-events.ts";
import { decideResult, type JobError, type ResultDecision } from "./model.ts";
import type { Returns } from "./returns.ts";
import type { HeldJob, JobProgress, JobResult } from "./runner-model.ts";
import * as store from "./store.ts";

const reportsPerWriteMax = 500;
const waitingMax = 20_000;
/** A runner that was stopped with a job in its hands gets no other at once. */
const pauseAfterStopMs = 1_000;

interface Note {
  kind: "note";
  actor: Actor;
  job: HeldJob;
  progress: JobProgress | null;
}

interface Ending {
  kind: "result";
  actor: Actor;
  job: HeldJob;
  result: JobResult;
}

type Report = Note | Ending;
type Answer = "recorded" | "late";

interface Step {
  ending: Ending;
  row: store.HeldRow;
  decision: ResultDecision;
}

/**
 * Writes what runners say of their jobs: all that comes together is decided in memory and written in one transaction.
 * A job whose end comes together with its beginning is written once.
 */
export class Reports {
  readonly #events: Events;
  readonly #files: Files;
  readonly #held: HeldRows<store.HeldRow>;
  readonly #returns: Returns;
  readonly #ended: (ids: readonly string[]) => void;
  readonly #coalescer: Coalescer<Report, Answer>;

  constructor(parts: {
    database: Database;
    events: Events;
    files: Files;
    held: HeldRows<store.HeldRow>;
    returns: Returns;
    ended: (ids: readonly string[]) => void;
    onWrite: (size: number) => void;
  }) {
    this.#events = parts.events;
    this.#files = parts.files;
    this.#held = parts.held;
    this.#returns = parts.returns;
    this.#ended = parts.ended;
    const lane = parts.database.lane("report-jobs");
    this.#coalescer = new Coalescer({
      name: "reports of runners",
      write: (reports) => this.#write(lane, reports),
      batchMax: reportsPerWriteMax,
      waitingMax,
      onWrite: parts.onWrite,
    });
  }

  /** The job runs, and is so far. */
  async note(actor: Actor, job: HeldJob, progress: JobProgress | null): Promise<void> {
    await this.#coalescer.submit({ kind: "note", actor, job, progress });
  }

  /** The run has ended so: recorded once, and what comes too late is kept and changes nothing. */
  async end(actor: Actor, job: HeldJob, result: JobResult): Promise<Answer> {
    return this.#coalescer.submit({ kind: "result", actor, job, result });
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }

  /** From memory first; where that was wrong about one job, all are looked at and locked. */
  async #write(lane: Lane, reports: readonly Report[]): Promise<(Answer | AppError)[]> {
    const ids = new Set(reports.flatMap((each) => (each.kind === "result" ? [each.job.jobId] : [])));
    try {
      return await lane.transaction((tx) => this.#writeIn(tx, reports));
    } catch (error) {
      if (!isUnmetDemand(error)) throw error;
      this.#held.forget(ids);
      return await lane.transaction((tx) => this.#writeIn(tx, reports));
    } finally {
      this.#held.forget(ids);
    }
  }

  async #writeIn(tx: Tx, reports: readonly Report[]): Promise<(Answer | AppError)[]> {
    const endings = reports.filter((each) => each.kind === "result");
    const rows = await this.#find(tx, endings);
    const steps = endings.map((ending) => decide(ending, rows.get(ending.job.jobId)));
    const ended = new Set(endings.map(({ job }) => job.jobId));
    const notes = reports.filter((each) => each.kind === "note" && !ended.has(each.job.jobId));
    await this.#apply(
      tx,
      steps.flatMap((step) => step ?? []),
      progressRows(notes as Note[]),
    );
    const answers = new Map(endings.map((ending, index) => [ending as Report, answerOf(steps[index])]));
    return reports.map((report) => answers.get(report) ?? "recorded");
  }

  /** A job of another tenant is as good as absent. */
  async #find(tx: Tx, endings: readonly Ending[]): Promise<Map<string, store.HeldRow>> {
    const rows = new Map<string, store.HeldRow>();
    const unknown = new Set<string>();
    for (const { job, actor } of endings) {
      const row = rows.get(job.jobId) ?? this.#held.find(job.jobId, job.leaseNumber);
      if (row === undefined || row.sessionId !== actor.sessionId) unknown.add(job.jobId);
      else rows.set(job.jobId, row);
    }
    if (unknown.size === 0) return rows;
    for (const row of await store.lockLive(tx, [...unknown])) rows.set(row.id, row);
    const missing = [...unknown].filter((id) => !rows.has(id));
    if (missing.length > 0) for (const row of await store.findEnded(tx, missing)) rows.set(row.id, row);
    return rows;
  }

  async #apply(tx: Tx, steps: readonly Step[], notes: readonly store.ProgressRow[]): Promise<void> {
    // In one order for all who write, so that none of them waits in a circle.
    const sorted = [...steps].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
    const of = (kind: ResultDecision["kind"]) => sorted.filter(({ decision }) => decision.kind === kind);
    const [ended, retried, late, again] = [of("ended"), of("retry"), of("late"), of("again")];
    const writing = Promise.all([
      ended.length === 0 ? undefined : store.endJobs(tx, ended.map(endedRow)),
      retried.length === 0 ? undefined : store.retryJobs(tx, retried.map(retryRow)),
      notes.length === 0 ? undefined : store.noteProgress(tx, notes),
      this.#events.append(tx, [...ended, ...retried].map(eventOfStep)),
    ]);
    tx.afterCommit(() => this.#ended(ended.map(({ row }) => row.id)));
    const withFiles = ended.filter(({ ending }) => (ending.result.files ?? []).length > 0);
    if (late.length + again.length + withFiles.length === 0) {
      tx.commitBehind();
      await writing;
      return;
    }
    await writing;
    await this.#keepLate(tx, late);
    await this.#takeBack(tx, again);
    await this.#attachFiles(tx, withFiles);
  }

  async #keepLate(tx: Tx, late: readonly Step[]): Promise<void> {
    if (late.length === 0) return;
    const kept = await store.keepLate(tx, late.map(lateRow));
    const isKept = ({ ending: { job } }: Step) =>
      kept.some(({ jobId, leaseNumber }) => jobId === job.jobId && leaseNumber === job.leaseNumber);
    await this.#events.append(tx, late.filter(isKept).map(lateEvent));
  }

  /** What memory says is not locked yet; the row is looked at again for that. */
  async #takeBack(tx: Tx, again: readonly Step[]): Promise<void> {
    if (again.length === 0) return;
    const rows = await store.lockLive(
      tx,
      again.map(({ row }) => row.id),
    );
    const live = new Map(rows.map((row) => [row.id, row]));
    const returned = again.flatMap(({ row: { id, leaseNumber, sessionId }, ending: { actor, result } }) => {
      const row = live.get(id);
      if (row?.leaseNumber !== leaseNumber || row.sessionId !== sessionId) return [];
      const message = result.message ?? "its runner was stopped";
      const error: JobError = { outcome: "cancelled", message };
      const call = callOfRunner(actor);
      return [{ row, call, type: "job.released", delayMs: pauseAfterStopMs, error }];
    });
    await this.#returns.takeBackIn(tx, returned);
  }

  /** Files that are not the tenant's, or gone, do not keep a result from being recorded. */
  async #attachFiles(tx: Tx, steps: readonly Step[]): Promise<void> {
    const wanted = steps.map(({ row, ending }) => ({
      call: callOfPlatform(row.tenantId, ending.actor.sessionId),
      fileIds: ending.result.files!.map(({ id }) => id),
      owner: { kind: "job" as const, id: row.id },
    }));
    const refusals = await this.#files.refusalsIn(tx, wanted);
    await this.#files.attachIn(
      tx,
      wanted.filter((_each, index) => refusals[index] === undefined),
    );
  }
}

/** What is decided changes the job in memory too: a second word about it in the same batch finds it changed. */
function decide(ending: Ending, row: store.HeldRow | undefined): Step | undefined {
  const { actor, job, result } = ending;
  if (row === undefined || row.tenantId !== actor.tenantId) return undefined;
  const reporter = { leaseNumber: job.leaseNumber, sessionId: actor.sessionId };
  const decision = decideResult(row, reporter, result.outcome, Math.random());
  const step = { ending, row: { ...row }, decision };
  if (decision.kind === "ended") {
    Object.assign(row, { state: decision.state, outcome: result.outcome, attempts: decision.attempts });
  } else if (decision.kind === "retry") {
    Object.assign(row, { state: "waiting", attempts: decision.attempts });
  } else if (decision.kind === "again") {
    Object.assign(row, { state: "waiting", leaseNumber: row.leaseNumber + 1 });
  }
  return step;
}

function answerOf(step: Step | undefined): Answer {
  return step === undefined || step.decision.kind === "late" ? "late" : "recorded";
}

/** The last word about each job. */
function progressRows(notes: readonly Note[]): store.ProgressRow[] {
  const rows = new Map<string, store.ProgressRow>();
  for (const { job, actor, progress } of notes) {
    const { jobId: id, leaseNumber } = job;
    const before = rows.get(`${id} ${leaseNumber}`)?.progress ?? null;
    const last = progress === null ? before : { ...progress };
    rows.set(`${id} ${leaseNumber}`, { id, leaseNumber, sessionId: actor.sessionId, progress: last });
  }
  return [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function errorOf({ outcome, code, message = "" }: JobResult): JobError | null {
  return outcome === "successful" ? null : { outcome, ...(code === undefined ? {} : { code }), message };
}

function endedRow({ ending: { result }, row, decision }: Step): store.EndedRow {
  if (decision.kind !== "ended") throw new Error("only ended jobs are moved");
  const { id, tenantId, needs, leaseNumber, sessionId } = row;
  return {
    id,
    tenantId,
    needs,
    leaseNumber,
    sessionId,
    state: decision.state,
    outcome: result.outcome,
    attempts: decision.attempts,
    output: result.output ?? null,
    error: errorOf(result),
    usage: result.usage ?? null,
    addsFiles: (result.files ?? []).length > 0,
  };
}

function retryRow({ ending: { result }, row, decision }: Step): store.RetryRow {
  if (decision.kind !== "retry") throw new Error("only retried jobs go back");
  const { attempts, delayMs } = decision;
  const { id, leaseNumber, sessionId } = row;
  return { id, leaseNumber, sessionId, attempts, delayMs, error: errorOf(result)! };
}

function lateRow({ ending: { job, actor, result }, row }: Step): store.LateRow {
  const { runnerId } = actor;
  return { ...job, tenantId: row.tenantId, runnerId, result };
}

function lateEvent({ ending: { job, actor, result }, row }: Step): NewEvent {
  const details = { leaseNumber: job.leaseNumber, outcome: result.outcome };
  return jobEvent(callOfRunner(actor), "job.late_result", row, details);
}

function eventOfStep({ ending: { actor, result }, row, decision }: Step): NewEvent {
  const { leaseNumber } = row;
  const error = errorOf(result) ?? undefined;
  if (decision.kind === "retry") {
    const { attempts, delayMs } = decision;
    return jobEvent(callOfRunner(actor), "job.retried", row, { leaseNumber, attempts, delayMs, error });
  }
  if (decision.kind !== "ended") throw new Error("only ends and retries are told");
  const details = { leaseNumber, attempts: decision.attempts, outcome: result.outcome, error };
  return jobEvent(callOfRunner(actor), `job.${decision.state}`, row, details);
}
