import { arch, hostname, platform } from "node:os";
import {
  type ConnectRequest,
  type ConnectResponse,
  encodeRunnerMessage,
  type HeldJob,
  type Job as WireJob,
  JobOutcome,
  LogStream,
  type Welcome,
} from "@millrace/contract/runner-wire.ts";
import { Channel, type ChannelLog } from "./channel.ts";
import type { Transport } from "./dial.ts";
import type { RunnerFolder } from "./enrol.ts";
import { FileReads } from "./file-reads.ts";
import { lockFolder } from "./folder-lock.ts";
import { Spool } from "./spool.ts";

const outcomes = {
  successful: JobOutcome.JOB_OUTCOME_SUCCESSFUL,
  business_error: JobOutcome.JOB_OUTCOME_BUSINESS_ERROR,
  application_error: JobOutcome.JOB_OUTCOME_APPLICATION_ERROR,
  cancelled: JobOutcome.JOB_OUTCOME_CANCELLED,
  timed_out: JobOutcome.JOB_OUTCOME_TIMED_OUT,
  crashed: JobOutcome.JOB_OUTCOME_CRASHED,
} as const;
const streams = {
  stdout: LogStream.LOG_STREAM_STDOUT,
  stderr: LogStream.LOG_STREAM_STDERR,
  log: LogStream.LOG_STREAM_LOG,
} as const;

const leaseLookMs = 500;
/** A lease is renewed when a third of it is over. */
const renewalsPerLease = 3;
/** Jobs that ended here, so that an assignment that is said again does not run again. */
const endedMax = 10_000;
const packageFilesMax = 1_000;
const drainGraceMs = 30_000;
const leaseMsMin = 1_000;

/** A job as the server hands it out. */
export interface AssignedJob extends HeldJob {
  tenantId: string;
  packageDigest: string;
  packageFileId: string;
  packageName: string;
  packageVersion: string;
  function: string | null;
  input: unknown;
  files: { id: string; name: string; sha256: string }[];
  secrets: Record<string, string>;
  environment: Record<string, string>;
  leaseMs: number;
  timeoutMs: number;
  idempotencyKey: string;
  traceparent: string | undefined;
}

/** What came of a job, as the server is told. */
export interface ExecutedJob {
  outcome: keyof typeof outcomes;
  code?: string | undefined;
  message?: string | undefined;
  output?: unknown;
  files?: { id: string; name: string; sha256: string }[];
  usage?: { wallMs: number; cpuMs?: number | undefined; memoryBytesMax?: number | undefined };
}

export interface JobLogLine {
  /** Milliseconds since 1970. */
  at: number;
  stream: keyof typeof streams;
  text: string;
}

/** What an executor says while it works; aborted when the job shall end, with the reason. */
export interface ExecutionTools {
  log(lines: JobLogLine[]): void;
  progress(progress: { share?: number; message?: string }): void;
  signal: AbortSignal;
}

/** Why a job is to end. */
export type StopReason = "cancelled" | "lease_lost" | "stopping";

/** Works on a job to its end. What it throws is a crash of it. */
export type Executor = (job: AssignedJob, tools: ExecutionTools) => Promise<ExecutedJob>;

export interface RunnerOptions {
  folder: RunnerFolder;
  execute: Executor;
  /** What it says of itself. */
  version: string;
  runtimes: { name: string; version: string }[];
  sandbox: string;
  slots: number;
  log: ChannelLog;
  spoolBytesMax?: number;
  transports?: readonly Transport[];
}

interface RunningJob {
  held: HeldJob;
  leaseMs: number;
  /** By the monotonic clock. */
  leaseUntilMs: number;
  stop: AbortController;
}

/** The process at the customer: takes jobs from the channel, executes them, and puts what came of them in the spool. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #spool: Spool;
  readonly #channel: Channel;
  readonly #running = new Map<string, RunningJob>();
  readonly #ended = new Set<string>();
  readonly #working = new Set<Promise<void>>();
  /** Where the archive of a package is, by the digest that jobs name it by. */
  readonly #packageFiles = new Map<string, string>();
  readonly #files = new FileReads((fileRequest) => this.#channel.send({ fileRequest }));
  readonly #renewals = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #unlock: () => void;
  readonly #tenantId: string;
  #renewAtMs = 0;
  #isDraining = false;
  #isDrainedTold = false;
  /** Resolves when this process must end: another has taken over. */
  readonly fenced: Promise<void>;

  private constructor(
    options: RunnerOptions,
    parts: { spool: Spool; incarnation: number; unlock: () => void; tenantId: string },
  ) {
    const { spool, incarnation, unlock, tenantId } = parts;
    this.#tenantId = tenantId;
    this.#options = options;
    this.#spool = spool;
    this.#unlock = unlock;
    let onFenced = (): void => undefined;
    this.fenced = new Promise((resolve) => {
      onFenced = resolve;
    });
    this.#channel = new Channel({
      folder: options.folder,
      spool,
      incarnation,
      log: options.log,
      ...(options.transports === undefined ? {} : { transports: options.transports }),
      hello: () => this.#facts(),
      heartbeat: () => this.#heartbeat(),
      onWelcome: (welcome) => this.#welcome(welcome),
      onMessage: (message) => this.#take(message),
      onFenced: () => {
        this.#stopAll("lease_lost");
        onFenced();
      },
    });
    this.#timer = setInterval(() => this.#lookAtLeases(), leaseLookMs).unref();
  }

  /** Starts a runner in its folder. Fails where another process works in it. */
  static async start(options: RunnerOptions): Promise<Runner> {
    if (!options.folder.isEnrolled) throw new Error(`${options.folder.path}: no runner was enrolled here`);
    const unlock = await lockFolder(options.folder.path);
    const { log, spoolBytesMax } = options;
    const spool = await Spool.open({
      folder: options.folder.spoolPath,
      ...(spoolBytesMax === undefined ? {} : { bytesMax: spoolBytesMax }),
      warn: (message) => log.warn(message),
      dropMarker,
    });
    const runner = new Runner(options, {
      spool,
      incarnation: await options.folder.nextIncarnation(),
      tenantId: (await options.folder.record()).tenantId,
      unlock,
    });
    runner.#channel.start();
    return runner;
  }

  /** By what it is connected; undefined while it is not. */
  get transport(): Transport | undefined {
    return this.#channel.transport;
  }

  get busy(): number {
    return this.#running.size;
  }

  /** Records that the server has not acknowledged. */
  get spooled(): number {
    return this.#spool.count;
  }

  /** Writes the archive of a job's package, named by its SHA-256, to a path. Whoever opens it verifies it. */
  async fetchPackage(digest: string, path: string): Promise<void> {
    const fileId = this.#packageFiles.get(digest);
    if (fileId === undefined) throw new Error(`no job of this runner names the package ${digest}`);
    await this.#files.fetch(fileId, path);
  }

  /** Takes nothing more, and tells the server when what it has is done. */
  drain(): void {
    this.#isDraining = true;
    this.#tellDrained();
  }

  /** Lets the jobs end within a grace, and then asks them to; what came of them is sent now or at the next start. */
  async stop(graceMs = drainGraceMs): Promise<void> {
    this.#isDraining = true;
    const timer = setTimeout(() => this.#stopAll("stopping"), graceMs);
    await Promise.all(this.#working);
    clearTimeout(timer);
    await this.#sent(graceMs);
    clearInterval(this.#timer);
    await this.#channel.stop();
    await this.#spool.close();
    this.#unlock();
  }

  async #sent(graceMs: number): Promise<void> {
    const until = performance.now() + Math.min(graceMs, 5_000);
    while (this.#spool.count > 0 && this.transport !== undefined && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #facts() {
    const { version, runtimes, sandbox, slots } = this.#options;
    const inWork = [...this.#running.values()].filter(({ stop }) => !stop.signal.aborted);
    // What has ended here is held as well until the server has its result: nobody needs to do it again.
    const held = new Map(inWork.map((job) => [keyOf(job.held), job.held]));
    for (const key of this.#spool.endedKeys) held.set(key, heldOf(key));
    const running = [...held.values()];
    const machine = { os: platform(), arch: arch(), hostname: hostname() };
    return { version, runtimes, sandbox, slots, running, platform: machine };
  }

  #heartbeat() {
    const refusing = this.#isDraining ? "draining" : this.#spool.refusing;
    const { bytes: spoolBytes, count: spoolRecords } = this.#spool;
    return { busy: this.#running.size, slots: this.#options.slots, refusing, spoolBytes, spoolRecords };
  }

  #welcome({ verdicts }: Welcome): void {
    const nowMs = performance.now();
    for (const { job, continues } of verdicts) {
      const running = job == null ? undefined : this.#held(job);
      if (running === undefined) continue;
      if (continues) running.leaseUntilMs = nowMs + running.leaseMs;
      else running.stop.abort("lease_lost" satisfies StopReason);
    }
    this.#renewAtMs = 0;
  }

  #take(message: ConnectResponse): void {
    const { job, cancel, lost, renewed, drain, filePart } = message;
    if (filePart != null) this.#files.take(filePart);
    if (job != null) this.#assign(job);
    if (cancel?.job != null) this.#held(cancel.job)?.stop.abort("cancelled" satisfies StopReason);
    if (lost?.job != null) this.#held(lost.job)?.stop.abort("lease_lost" satisfies StopReason);
    if (renewed != null) this.#renewed(renewed);
    if (drain != null) this.drain();
  }

  #assign(wire: WireJob): void {
    const held = wire.job;
    if (held == null || this.#ended.has(keyOf(held))) return;
    const running = this.#running.get(held.jobId);
    if (running?.held.leaseNumber === held.leaseNumber) return;
    const reason = this.#refusal(running);
    // A refusal is remembered as well: said again, the assignment would be taken after all.
    if (reason !== undefined) {
      this.#noteEnded(held);
      void this.#keep(held, { rejected: { job: held, reason } });
      return;
    }
    this.#notePackage(wire);
    const leaseMs = Math.max(wire.leaseMs, leaseMsMin);
    const leaseUntilMs = performance.now() + leaseMs;
    const taken = { held, leaseMs, leaseUntilMs, stop: new AbortController() };
    this.#running.set(held.jobId, taken);
    const working = this.#work(wire, taken).finally(() => this.#working.delete(working));
    this.#working.add(working);
  }

  #refusal(running: RunningJob | undefined): string | undefined {
    if (this.#isDraining) return "this runner is draining";
    if (this.#spool.refusing !== "") return this.#spool.refusing;
    if (running !== undefined) return "an earlier lease of this job is still being stopped here";
    return this.#running.size >= this.#options.slots ? "every slot is taken" : undefined;
  }

  /** Accepted is what is on the disk; only then does it begin. */
  async #work(wire: WireJob, { held, stop }: RunningJob): Promise<void> {
    await this.#keep(held, { accepted: { job: held } });
    const result = await this.#execute(wire, held, stop.signal);
    await this.#spool.appendResult(keyOf(held), encodeRunnerMessage("ConnectRequest", { result }));
    this.#noteEnded(held);
    this.#running.delete(held.jobId);
    this.#tellDrained();
  }

  async #execute(
    wire: WireJob,
    held: HeldJob,
    signal: AbortSignal,
  ): Promise<NonNullable<ConnectRequest["result"]>> {
    // Whoever stopped it did so before it began: there is nothing to interrupt.
    if (signal.aborted) return resultOf(held, { outcome: "cancelled", code: String(signal.reason) });
    try {
      const executed = await this.#options.execute(assignedOf(wire, held, this.#tenantId), {
        signal,
        log: (lines) => void this.#log(held, lines),
        progress: ({ share, message }) =>
          void this.#keepLog(held, 0, { progress: { job: held, share, message } }),
      });
      return resultOf(held, executed);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return resultOf(held, { outcome: "crashed", code: "executor_failed", message });
    }
  }

  async #log(held: HeldJob, lines: JobLogLine[]): Promise<void> {
    if (lines.length === 0) return;
    const wire = lines.map(({ at, stream, text }) => ({ atMs: at, stream: streams[stream], text }));
    await this.#keepLog(held, lines.length, { log: { job: held, lines: wire, droppedLines: 0 } });
  }

  async #keep(held: HeldJob, body: Omit<ConnectRequest, "envelope">): Promise<void> {
    await this.#spool.append(keyOf(held), encodeRunnerMessage("ConnectRequest", body));
  }

  async #keepLog(held: HeldJob, lines: number, body: Omit<ConnectRequest, "envelope">): Promise<void> {
    await this.#spool.appendLog(keyOf(held), lines, encodeRunnerMessage("ConnectRequest", body));
  }

  /** Renews what is running, and stops what was not renewed in time: somebody else may have it by now. */
  #lookAtLeases(): void {
    const nowMs = performance.now();
    const running = [...this.#running.values()].filter(({ stop }) => !stop.signal.aborted);
    for (const { leaseUntilMs, stop } of running) {
      if (leaseUntilMs < nowMs) stop.abort("lease_lost" satisfies StopReason);
    }
    if (running.length === 0 || nowMs < this.#renewAtMs) return;
    const request = Math.floor(nowMs);
    const jobs = running.filter(({ stop }) => !stop.signal.aborted).map(({ held }) => held);
    if (!this.#channel.send({ renewal: { jobs, request } })) return;
    this.#renewals.set(request, nowMs);
    const shortest = Math.min(...running.map(({ leaseMs }) => leaseMs));
    this.#renewAtMs = nowMs + shortest / renewalsPerLease;
  }

  /** A lease lasts from when its renewal was asked for, so it never seems longer here than it is there. */
  #renewed({ jobs, request }: NonNullable<ConnectResponse["renewed"]>): void {
    const askedAtMs = this.#renewals.get(request);
    if (askedAtMs === undefined) return;
    for (const known of this.#renewals.keys()) if (known <= request) this.#renewals.delete(known);
    for (const job of jobs) {
      const running = this.#held(job);
      if (running !== undefined) running.leaseUntilMs = askedAtMs + running.leaseMs;
    }
  }

  #held(job: HeldJob): RunningJob | undefined {
    const running = this.#running.get(job.jobId);
    return running?.held.leaseNumber === job.leaseNumber ? running : undefined;
  }

  #stopAll(reason: StopReason): void {
    for (const { stop } of this.#running.values()) stop.abort(reason);
  }

  #noteEnded(held: HeldJob): void {
    this.#ended.add(keyOf(held));
    if (this.#ended.size > endedMax)
      for (const first of [...this.#ended].slice(0, endedMax / 10)) this.#ended.delete(first);
  }

  #notePackage({ packageDigest, packageFileId }: WireJob): void {
    const [oldest] = this.#packageFiles.keys();
    if (this.#packageFiles.size >= packageFilesMax && oldest !== undefined) this.#packageFiles.delete(oldest);
    this.#packageFiles.set(packageDigest, packageFileId);
  }

  #tellDrained(): void {
    if (!this.#isDraining || this.#isDrainedTold || this.#running.size > 0) return;
    this.#isDrainedTold = true;
    void this.#spool.append("", encodeRunnerMessage("ConnectRequest", { drained: {} }));
  }
}

function keyOf({ jobId, leaseNumber }: HeldJob): string {
  return `${jobId}:${leaseNumber}`;
}

function heldOf(key: string): HeldJob {
  const [jobId = "", leaseNumber] = key.split(":");
  return { jobId, leaseNumber: Number(leaseNumber) };
}

function dropMarker(key: string, lines: number): Uint8Array {
  return encodeRunnerMessage("ConnectRequest", {
    log: { job: heldOf(key), lines: [], droppedLines: lines },
  });
}

function assignedOf(wire: WireJob, held: HeldJob, tenantId: string): AssignedJob {
  return {
    tenantId,
    jobId: held.jobId,
    leaseNumber: held.leaseNumber,
    packageDigest: wire.packageDigest,
    packageFileId: wire.packageFileId,
    packageName: wire.packageName,
    packageVersion: wire.packageVersion,
    function: wire.function ?? null,
    input: JSON.parse(wire.inputJson === "" ? "null" : wire.inputJson) as unknown,
    files: wire.files,
    secrets: wire.secrets,
    environment: wire.environment,
    leaseMs: wire.leaseMs,
    timeoutMs: wire.timeoutMs,
    idempotencyKey: wire.idempotencyKey,
    traceparent: wire.traceparent ?? undefined,
  };
}

function resultOf(job: HeldJob, executed: ExecutedJob): NonNullable<ConnectRequest["result"]> {
  const { outcome, code, message, output, files = [], usage } = executed;
  return {
    job,
    outcome: outcomes[outcome],
    code,
    message,
    outputJson: output === undefined ? null : JSON.stringify(output),
    files,
    usage: usage ?? null,
  };
}
