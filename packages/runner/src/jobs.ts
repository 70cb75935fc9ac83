import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { AdapterJobs } from "./adapter-jobs.ts";
import { Refusal } from "./failures.ts";
import type { Job, JobObserver, JobResult } from "./job.ts";
import type { Manifest } from "./manifest.ts";
import { type Ending, endingOfError } from "./outcomes.ts";
import { PackageStore } from "./package-store.ts";
import { PluginJobs } from "./plugin-jobs.ts";
import type { Probed } from "./plugin-process.ts";
import { Preparation } from "./preparation.ts";
import { ProgramJobs } from "./program-jobs.ts";
import { RunningJob } from "./running-job.ts";
import { findRuntimes, type FoundRuntime } from "./runtimes.ts";
import { Sandbox, type SandboxDescription, type SandboxOptions } from "./sandbox.ts";
import { WorkFolders } from "./work-folders.ts";

export interface JobsOptions {
  /** A folder of the runner's own: caches, and the folders of jobs while they run. */
  folder: string;
  /** How many jobs run at once, at most 112. */
  slots: number;
  /** Brings the archive of a package, named by its SHA-256, to a path; it is verified afterwards. */
  fetchPackage(digest: string, path: string): Promise<void>;
  /** Whether untrusted packages may run where nothing isolates them. */
  allowUnisolated?: boolean;
  /** How long a job that was asked to stop has before it is killed; 10,000 if not given. */
  graceMs?: number;
  /** Variables of installs of dependencies, such as `npm_config_registry`. */
  installEnvironment?: Readonly<Record<string, string>>;
  /** Adapters that run on this machine already, by name: addresses on this machine that speak the plugin contract. */
  adapters?: Readonly<Record<string, string>>;
  /** Which isolations are tried, and whether control groups are used. */
  sandbox?: Pick<SandboxOptions, "isolations" | "cgroups">;
}

/** What this machine offers. */
export interface JobsDescription {
  slots: number;
  running: number;
  runtimes: { name: string; version: string }[];
  adapters: string[];
  sandbox: SandboxDescription;
}

const defaultGraceMs = 10_000;
/** Warm processes beside those that work. */
const idleProcessesMax = 16;
/** Installs and builds have a process each. */
const preparingMax = 16;

/** Executes jobs on this machine. Every job that is handed in ends in exactly one result, whatever dies. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #sandbox: Sandbox;
  readonly #runtimes: readonly FoundRuntime[];
  readonly #packages: PackageStore;
  readonly #preparation: Preparation;
  readonly #plugins: PluginJobs;
  readonly #programs: ProgramJobs;
  readonly #adapters: AdapterJobs;
  readonly #running = new Map<string, RunningJob>();
  #isClosed = false;

  private constructor(
    options: JobsOptions,
    parts: { sandbox: Sandbox; runtimes: FoundRuntime[]; work: WorkFolders },
  ) {
    const { sandbox, runtimes, work } = parts;
    const { folder, slots, installEnvironment = {}, graceMs = defaultGraceMs } = options;
    this.#options = options;
    this.#sandbox = sandbox;
    this.#runtimes = runtimes;
    this.#packages = new PackageStore(join(folder, "packages"), (digest, path) =>
      options.fetchPackage(digest, path),
    );
    this.#preparation = new Preparation({ folder, sandbox, work, installEnvironment });
    this.#plugins = new PluginJobs({ sandbox, work, processesMax: slots + idleProcessesMax, graceMs });
    this.#programs = new ProgramJobs({ sandbox, work, graceMs });
    this.#adapters = new AdapterJobs(options.adapters ?? {});
  }

  /** Looks at what the machine has and removes what a crashed runner left in the folder. */
  static async open(options: JobsOptions): Promise<Jobs> {
    const { folder, slots } = options;
    await mkdir(folder, { recursive: true });
    const work = new WorkFolders(join(folder, "work"));
    await work.sweep((pid) => pid === process.pid || existsSync(`/proc/${pid}`));
    const processesMax = 2 * slots + idleProcessesMax + preparingMax;
    const [sandbox, runtimes] = await Promise.all([
      Sandbox.detect({ ...options.sandbox, folder: join(folder, "sandbox"), processesMax }),
      findRuntimes(),
    ]);
    return new Jobs(options, { sandbox, runtimes, work });
  }

  describe(): JobsDescription {
    return {
      slots: this.#options.slots,
      running: this.#running.size,
      runtimes: this.#runtimes.map(({ name, version }) => ({ name, version })),
      adapters: Object.keys(this.#options.adapters ?? {}),
      sandbox: this.#sandbox.describe(),
    };
  }

  get freeSlots(): number {
    return this.#options.slots - this.#running.size;
  }

  /** Runs a job to its end. Never rejects: what goes wrong on this side is a result as well. */
  async run(job: Job, observer: JobObserver = {}): Promise<JobResult> {
    const startedAt = performance.now();
    const { usage, ...ending } = await this.#end(job, observer);
    return { ...ending, usage: { ...usage, wallMs: performance.now() - startedAt } };
  }

  /** What the plugin of a package says of itself; a refusal or error says why it does not. */
  async probe(digest: string, options: Pick<Job, "trusted">): Promise<Probed> {
    const unpacked = await this.#packages.open(digest);
    const { manifest } = unpacked;
    if (manifest.kind !== "plugin") throw new Refusal("invalid_input", `${manifest.name} is no plugin`);
    this.#mayBeStarted(options, manifest);
    return this.#plugins.probe(await this.#preparation.prepare(unpacked, this.#runtimeOf(manifest)));
  }

  /** Asks a job to stop, and stops it after the grace; its `run` resolves with `cancelled`. */
  cancel(jobId: string, reason: string): void {
    this.#running.get(jobId)?.cancel(reason);
  }

  /** Takes no more jobs, waits for those that run, and ends every process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#running.size > 0) await new Promise((resolve) => (this.#onIdle = () => resolve(undefined)));
    await this.#plugins.close();
    await this.#sandbox.close();
  }

  #onIdle: () => void = () => undefined;

  async #end(job: Job, observer: JobObserver): Promise<Ending> {
    const running = new RunningJob(job, observer);
    try {
      this.#admit(job);
      this.#running.set(job.id, running);
    } catch (error) {
      return endingOfError(error);
    }
    try {
      return await this.#execute(running);
    } catch (error) {
      return endingOfError(error);
    } finally {
      this.#running.delete(job.id);
      if (this.#running.size === 0) this.#onIdle();
    }
  }

  #admit(job: Job): void {
    if (this.#isClosed) throw new Refusal("runner_closed", "this runner takes no more jobs", { retry: true });
    if (this.freeSlots <= 0)
      throw new Refusal("runner_full", "every slot of this runner is taken", { retry: true });
    if (this.#running.has(job.id))
      throw new Refusal("invalid_input", `job ${job.id} is running here already`);
  }

  async #execute(running: RunningJob): Promise<Ending> {
    const { job } = running;
    if ("adapter" in job.run) return this.#adapters.run(running, job.run.adapter);
    const unpacked = await this.#packages.open(job.run.package);
    const { manifest } = unpacked;
    this.#mayRun(job, manifest);
    const prepared = await this.#preparation.prepare(unpacked, this.#runtimeOf(manifest));
    if (running.cancelled !== undefined) {
      const error = { code: "cancelled", message: running.cancelled, retry: false };
      return { outcome: "cancelled", output: null, error };
    }
    if (manifest.kind === "plugin") return this.#plugins.run(running, prepared);
    return this.#programs.run(running, prepared);
  }

  #mayBeStarted({ trusted }: Pick<Job, "trusted">, { name }: Manifest): void {
    const { isolates, notes } = this.#sandbox.describe();
    if (!isolates && !trusted && this.#options.allowUnisolated !== true)
      throw new Refusal(
        "isolation_missing",
        `${name} is not trusted, and nothing isolates it here: ${notes.join("; ")}`,
      );
  }

  #mayRun(job: Job, manifest: Manifest): void {
    const { name, network, secrets } = manifest;
    this.#mayBeStarted(job, manifest);
    if (network.length > 0 && !job.network)
      throw new Refusal(
        "network_refused",
        `${name} wants to reach ${network.join(", ")}, which was not granted`,
      );
    const missing = Object.entries(secrets)
      .filter(([secret, { required }]) => required && job.secrets?.[secret] === undefined)
      .map(([secret]) => secret);
    if (missing.length > 0)
      throw new Refusal("invalid_input", `${name} wants the secrets ${missing.join(", ")}`);
  }

  #runtimeOf({ runtime, runtimeVersion }: Manifest): FoundRuntime {
    const found = this.#runtimes.find(({ name }) => name === runtime);
    const offered = this.#runtimes.map(({ name, version }) => `${name} ${version}`).join(", ");
    if (found === undefined)
      throw new Refusal("runtime_missing", `there is no ${runtime} on this machine; it has ${offered}`, {
        retry: true,
      });
    if (semver.satisfies(found.version, runtimeVersion)) return found;
    const message = `${runtime} ${runtimeVersion} is wanted, this machine has ${found.version}`;
    throw new Refusal("runtime_missing", message, { retry: true });
  }
}
