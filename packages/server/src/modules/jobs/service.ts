import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import type { Encryption } from "../../kit/encryption.ts";
import { EndWaits } from "../../kit/end-waits.ts";
import { AppError } from "../../kit/errors.ts";
import { HeldRows } from "../../kit/held-rows.ts";
import type { Logger } from "../../kit/log.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, allows } from "../access/model.ts";
import type { RecordedEvent } from "../events/model.ts";
import type { Events } from "../events/service.ts";
import type { FileView } from "../files/model.ts";
import type { Download, Files } from "../files/service.ts";
import type { Packages } from "../packages/service.ts";
import type { RunnerFacts, RunnerIdentity } from "../runners/model.ts";
import { Cancels } from "./cancels.ts";
import type { ConnectedRunners } from "./connected-runners.ts";
import { Deliveries } from "./deliveries.ts";
import { Dispatcher } from "./dispatcher.ts";
import { expireJobLeases } from "./expire-leases.ts";
import { foldJobCounts, forgetJobKeys, releaseDueJobs, turnJobPartitions } from "./keep-house.ts";
import * as lists from "./lists-store.ts";
import { Logs } from "./logs.ts";
import { finalStates, type Job, liveStates, parseNeeds, type State, states } from "./model.ts";
import { newRowOf } from "./new-job.ts";
import { Renewals } from "./renewals.ts";
import { Reports } from "./reports.ts";
import { Returns } from "./returns.ts";
import type { HeldJob, Inventory, RunnerLink, RunnerSession, RunnerSink } from "./runner-model.ts";
import type { JobView, LogPage, NewJob } from "./schemas.ts";
import { Sessions } from "./sessions.ts";
import type { HeldRow } from "./store.ts";
import type { PlacedRow } from "./submit-store.ts";
import { hasLiveJobs } from "./submit-store.ts";
import { Submits, type Submitted } from "./submits.ts";
import { tellWaiting } from "./tell-waiting.ts";
import { whyWaiting } from "./why-waiting.ts";

const pageMax = 500;
const afterEveryId = "~";
export const waitMsMax = 30_000;
const followWaitMs = 2_000;

export interface JobsParts {
  database: Database;
  events: Events;
  packages: Packages;
  files: Files;
  wakes: Wakes;
  encryption: Encryption;
  metrics: Metrics;
  log: Logger;
  /** The runners connected to this node. */
  connected: ConnectedRunners;
  /** Every runner there is: what the reason why a job waits is found by. */
  inventory: Inventory;
}

export interface JobFilter {
  states?: readonly State[];
  package?: string;
  function?: string;
  createdFrom?: string;
  createdUntil?: string;
  cursor?: string;
  limit?: number;
}

/** Jobs: submitted, handed to runners under leases, ended once. Runners come in by `connect`. */
export class Jobs implements RunnerLink {
  readonly #parts: JobsParts;
  readonly #submits: Submits;
  readonly #reports: Reports;
  readonly #renewals: Renewals;
  readonly #returns: Returns;
  readonly #logs: Logs;
  readonly #waits: EndWaits;
  readonly #cancels: Cancels;
  readonly #dispatcher: Dispatcher;
  readonly #sessions: Sessions;

  constructor(parts: JobsParts) {
    this.#parts = parts;
    const { database, wakes, metrics } = parts;
    const held = new HeldRows<HeldRow>();
    const arrived = (placed: readonly PlacedRow[]) => this.#dispatcher.arrived(placed);
    const ended = (ids: readonly string[]) => {
      this.#waits.ended(ids);
      this.#logs.ended(ids);
    };
    const written = (write: string) => ({ onWrite: metrics.observeWrite(write) });
    const common = { ...parts, held, arrived, ended };
    const listEnded = (ids: readonly string[]) => lists.listEndedOf(database, ids);
    this.#waits = new EndWaits({ wakes, of: "jobs", listEnded });
    this.#logs = new Logs({ database, wakes, ...written("job_log") });
    this.#returns = new Returns(common);
    const returns = this.#returns;
    this.#submits = new Submits({ ...common, ...written("submit_job") });
    this.#reports = new Reports({ ...common, returns, ...written("report_job") });
    this.#renewals = new Renewals({ database, ...written("renew_job") });
    this.#cancels = new Cancels(common);
    const deliveries = new Deliveries({ ...parts, returns });
    this.#dispatcher = new Dispatcher({ ...common, deliveries, ...written("hand_out_job") });
    const writers = { returns, reports: this.#reports, renewals: this.#renewals, logs: this.#logs };
    const hasRoom = (tenantId: string) => this.#dispatcher.hasRoom(tenantId);
    this.#sessions = new Sessions({ ...common, ...writers, hasRoom });
  }

  /** Adds a job. Under an idempotency key used before, answers the job of that time. */
  async submitJob(call: Call, wanted: NewJob): Promise<Submitted> {
    return this.#submits.submit(await newRowOf(this.#parts, call, wanted));
  }

  /** The job, once it has ended or after `waitMs`. */
  async waitForJob(call: Call, id: string, waitMs: number): Promise<JobView> {
    const job = await this.#require(call, id);
    if (isEnded(job)) return this.#viewOf(call, job);
    const waiting = this.#waits.wait(id, Math.min(waitMs, waitMsMax), call.signal);
    // It may have ended between the first look and now.
    this.#waits.look();
    await waiting;
    return this.getJob(call, id);
  }

  async getJob(call: Call, id: string): Promise<JobView> {
    return this.#viewOf(call, await this.#require(call, id));
  }

  /** Every transition of a job, the oldest first: who did it, when and why. */
  async jobHistory(call: Call, id: string): Promise<RecordedEvent[]> {
    await this.#require(call, id);
    return this.#parts.events.history(call, id);
  }

  /** Results that came under a lease that was lost: kept as evidence. */
  async lateResults(call: Call, id: string) {
    await this.#require(call, id);
    return lists.listLate(this.#parts.database.read(call), call.tenantId, id);
  }

  /** Jobs of the packages that the caller may read, and his own, the newest first. */
  async listJobs(call: Call, filter: JobFilter): Promise<{ items: JobView[]; nextCursor?: string }> {
    const { packages, database } = this.#parts;
    const limit = Math.min(filter.limit ?? 100, pageMax);
    const wanted = filter.states ?? states;
    const packageId =
      filter.package === undefined ? "" : (await packages.require(call, filter.package, "read")).id;
    const base = {
      tenantId: call.tenantId,
      isAdmin: call.isAdmin,
      packageIds: call.isAdmin
        ? []
        : await packages.listReadableIds(call, ({ acl }) => allows(acl, call, "read")),
      userId: call.userId,
      packageId,
      function: filter.function ?? "",
      createdFrom: filter.createdFrom ?? null,
      createdUntil: filter.createdUntil ?? null,
      beforeId: filter.cursor ?? afterEveryId,
      limit: limit + 1,
    };
    const of = (some: readonly State[]) => ({
      ...base,
      states: some.filter((state) => wanted.includes(state)),
    });
    const reader = database.read(call);
    // Live ones first: a job that ends between the two looks is seen twice and not missed, and once is enough.
    const live = await lists.listLive(reader, of(liveStates));
    const ended = await lists.listEnded(reader, of(finalStates));
    const byId = new Map([...live, ...ended].map((row) => [row.id, row]));
    const rows = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    const items = await this.#viewsOf(call, rows.slice(0, limit));
    return rows.length > limit ? { items, nextCursor: items.at(-1)!.id } : { items };
  }

  /** Ends a job that is not wanted any more; one that runs is ended by its runner. What has ended stays as it is. */
  async cancelJob(call: Call, id: string): Promise<JobView> {
    await this.#require(call, id, "update");
    await this.#cancels.cancel(call, id);
    return this.getJob(call, id);
  }

  /** Submits an ended job anew, as it was, for whoever may run its package. */
  async retryJob(call: Call, id: string): Promise<Submitted> {
    const job = await this.#require(call, id);
    if (!isEnded(job)) throw new AppError("conflict", `Job ${id} is ${job.state}: cancel it first`);
    if (job.hadSecrets) {
      throw new AppError("conflict", `The secrets of job ${id} are gone with its end: submit it anew`);
    }
    const { files, database } = this.#parts;
    const [attached = []] = job.hasFiles
      ? await files.attachedTo(database.read(call), call, [{ kind: "job", id }])
      : [];
    const made = new Set(filesOf(job.output));
    const wanted: NewJob = {
      package: job.packageId,
      version: job.packageVersion,
      ...(job.function === null ? {} : { function: job.function }),
      input: job.input as Record<string, unknown>,
      tags: parseNeeds(job.needs).tags,
      priority: job.priority,
      attemptsMax: job.attemptsMax,
      timeoutMs: job.timeoutMs,
      ...(job.environment === null ? {} : { environment: job.environment }),
      files: attached.map((file) => file.id).filter((fileId) => !made.has(fileId)),
    };
    return this.#submits.submit(await newRowOf(this.#parts, call, wanted, id));
  }

  /** Lines of a job's log from number `after` on; with none there, waits up to `waitMs` for some. */
  async jobLogs(
    call: Call,
    id: string,
    { after = 0, limit = 1_000, waitMs = 0 }: { after?: number; limit?: number; waitMs?: number },
  ): Promise<LogPage> {
    const until = performance.now() + Math.min(waitMs, waitMsMax);
    // It listens before it looks: what is written in between is not missed.
    const news = this.#logs.listen(id);
    try {
      for (;;) {
        const page = await this.#logPage(call, id, after, limit);
        const left = until - performance.now();
        const isDone = page.items.length > 0 || page.ended || left <= 0;
        if (isDone || call.signal?.aborted === true) return page;
        await news.wait(left, call.signal);
      }
    } finally {
      news.close();
    }
  }

  /**
   * The log page by page, from a line on to the job's end. A page comes at the latest every two seconds, if need be an
   * empty one; `who` is asked before each, so that rights that are taken away end it.
   */
  async *followLog(who: () => Promise<Call>, id: string, after: number): AsyncGenerator<LogPage> {
    for (let next = after; ;) {
      const call = await who();
      const page = await this.jobLogs(call, id, { after: next, waitMs: followWaitMs });
      if (call.signal?.aborted === true) return;
      yield page;
      if (page.ended) return;
      next = page.next;
    }
  }

  /** The files that a job was given and those it has made. */
  async listJobFiles(call: Call, id: string): Promise<FileView[]> {
    await this.#require(call, id);
    const reader = this.#parts.database.read(call);
    const [attached = []] = await this.#parts.files.attachedTo(reader, call, [{ kind: "job", id }]);
    return attached;
  }

  /** A file of a job, for whoever may read the job. */
  async downloadJobFile(
    call: Call,
    id: string,
    fileId: string,
    options: Parameters<Files["downloadAttached"]>[3] = {},
  ): Promise<Download> {
    await this.#require(call, id);
    return this.#parts.files.downloadAttached(call, fileId, { kind: "job", id }, options);
  }

  /** Why a job has not started, in words; undefined for one that has. */
  async whyWaiting(call: Call, id: string): Promise<string | undefined> {
    return (await this.getJob(call, id)).waitingFor;
  }

  /** Deletes a package of which no job waits or runs. */
  async deletePackage(call: Call, ref: string): Promise<void> {
    const { database, packages } = this.#parts;
    const found = await packages.require(call, ref, "delete");
    await database.transaction(async (tx) => {
      await packages.removeIn(tx, call, found);
      if (!(await hasLiveJobs(tx, found.id))) return;
      throw new AppError("conflict", `Jobs of package ${found.name} wait or run: cancel them first`);
    });
  }

  connect(
    identity: RunnerIdentity,
    facts: RunnerFacts,
    running: readonly HeldJob[],
    sink: RunnerSink,
  ): Promise<RunnerSession> {
    return this.#sessions.connect(identity, facts, running, sink);
  }

  /** What every node does by itself, and what one does for all. */
  loops(keepDays: number): Loop[] {
    const { database, events, files, connected, inventory } = this.#parts;
    const everyMs = 2_000;
    const hasRoom = (tenantId: string) => this.#dispatcher.hasRoom(tenantId);
    const closeReplaced = async () => {
      await this.#sessions.closeReplaced();
      return false;
    };
    return [
      expireJobLeases({ database, returns: this.#returns, connected, hasRoom }),
      releaseDueJobs(database, (placed) => this.#dispatcher.arrived(placed)),
      this.#cancels.loop(),
      { name: "close-replaced-runners", everyMs, tick: closeReplaced },
      tellWaiting({ database, events, inventory }),
      foldJobCounts(database),
      forgetJobKeys(database, keepDays),
      turnJobPartitions(database, files, keepDays),
    ];
  }

  /** Answers those who wait, and hands out nothing more. */
  async answerWaiting(): Promise<void> {
    this.#waits.close();
    await this.#dispatcher.close();
  }

  /** What was accepted is written. */
  async close(): Promise<void> {
    await this.answerWaiting();
    this.#sessions.close();
    const writers = [this.#submits, this.#reports, this.#renewals, this.#logs];
    await Promise.all(writers.map((writer) => writer.drained()));
  }

  async #logPage(call: Call, id: string, after: number, limit: number): Promise<LogPage> {
    const job = await this.#require(call, id);
    const items = await this.#logs.read(call, id, after, limit);
    const next = (items.at(-1)?.line ?? after - 1) + 1;
    return { items, next, ended: isEnded(job) && next >= job.logLines };
  }

  /** A job that the caller may read: his own, or one of a package that he may read. */
  async #require(call: Call, id: string, right: "read" | "update" = "read"): Promise<lists.JobRow> {
    const { database, packages } = this.#parts;
    const job = await lists.findJob(database.read(call), call.tenantId, id);
    if (job === undefined) throw absent(`job ${id}`);
    if (call.isAdmin || job.createdById === call.userId) return job;
    const acl = (await packages.find(call, job.packageId))?.acl ?? [];
    if (!allows(acl, call, "read")) throw absent(`job ${id}`);
    if (right === "read" || allows(acl, call, right)) return job;
    throw new AppError("forbidden", `You may read job ${id} but not change it: ask its package's owner`);
  }

  async #viewOf(call: Call, row: lists.JobRow): Promise<JobView> {
    return (await this.#viewsOf(call, [row]))[0]!;
  }

  async #viewsOf(call: Call, rows: readonly lists.JobRow[]): Promise<JobView[]> {
    const isAsked = rows.some(({ state }) => state === "waiting");
    const runners = isAsked ? await this.#parts.inventory.list(call.tenantId) : [];
    return rows.map((row) => {
      const job: Job = jobOf(row);
      if (row.state !== "waiting") return job;
      const lastError = row.error?.message;
      const waiting = {
        needs: row.needs,
        dueAt: row.dueAt,
        ...(lastError === undefined ? {} : { lastError }),
      };
      return { ...job, waitingFor: whyWaiting(waiting, runners) };
    });
  }
}

function isEnded({ state }: { state: State }): boolean {
  return (finalStates as readonly State[]).includes(state);
}

/** The output, where it was so large that it became a file. */
function filesOf(output: unknown): string[] {
  const { file } = (output ?? {}) as { file?: { id: string } };
  return file === undefined ? [] : [file.id];
}

function jobOf(row: lists.JobRow): Job {
  const { packageId: _package, needs, environment: _environment, hadSecrets: _secrets, ...rest } = row;
  const { hasFiles: _files, ...job } = rest;
  return { ...job, ...parseNeeds(needs) };
}
