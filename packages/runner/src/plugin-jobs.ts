import { join } from "node:path";
import { type Check, checkOf } from "./input-checks.ts";
import { Refusal } from "./failures.ts";
import { markFiles, placeFiles, takeFiles } from "./job-files.ts";
import { jobEnvironment } from "./job-environment.ts";
import type { FunctionManifest, Manifest } from "./manifest.ts";
import { type Ending, endingOf } from "./outcomes.ts";
import { PluginPool, type StartProcess } from "./plugin-pool.ts";
import { type Outcome, PluginProcess, type Probed } from "./plugin-process.ts";
import type { Prepared } from "./preparation.ts";
import type { RunningJob } from "./running-job.ts";
import type { Sandbox } from "./sandbox.ts";
import { makeOpenFolder, type WorkFolders } from "./work-folders.ts";

interface Checks {
  input: Check;
  output: Check;
}

export interface PluginJobsOptions {
  sandbox: Sandbox;
  work: WorkFolders;
  processesMax: number;
  /** From being asked to stop to being killed. */
  graceMs: number;
}

/** Carries out the jobs of plugins: by the warm process that fits, else by a new one. */
export class PluginJobs {
  readonly #sandbox: Sandbox;
  readonly #work: WorkFolders;
  readonly #graceMs: number;
  readonly #pool: PluginPool;
  readonly #checks = new WeakMap<FunctionManifest, Checks>();
  readonly #folders = new WeakMap<PluginProcess, string>();

  constructor({ sandbox, work, processesMax, graceMs }: PluginJobsOptions) {
    this.#sandbox = sandbox;
    this.#work = work;
    this.#graceMs = graceMs;
    this.#pool = new PluginPool(processesMax);
  }

  get processCount(): number {
    return this.#pool.size;
  }

  async run(running: RunningJob, prepared: Prepared): Promise<Ending> {
    const { job } = running;
    const { manifest, digest } = prepared.package;
    const offered = functionOf(manifest, job.function);
    const checks = this.#checksOf(offered);
    refuse("invalid_input", checks.input(job.input));
    const network = manifest.network.length > 0;
    const key = `${digest} ${job.tenant}`;
    const use = { reuse: manifest.reuse, start: this.#starter(prepared, network) };
    const outcome = await this.#pool.use(key, use, (process) =>
      this.#invoke(process, running, manifest, offered),
    );
    if (outcome.kind !== "ok") return endingOf(outcome);
    const problems = checks.output(outcome.output);
    if (problems.length === 0) return endingOf(outcome);
    const message = `the output does not fit its schema: ${problems.join("; ")}`;
    return endingOf({
      kind: "error",
      error: { kind: "application", code: "invalid_output", message, retry: false },
    });
  }

  /** What a plugin says of itself, by a process of its own. */
  async probe(prepared: Prepared): Promise<Probed> {
    const { process, gone } = this.#starter(prepared, false)();
    try {
      return await process.probe();
    } finally {
      await process.kill();
      await gone;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #starter(
    { command, readOnly, package: unpacked, runtime, dependencies }: Prepared,
    network: boolean,
  ): StartProcess {
    return () => {
      const work = this.#work.create();
      const { manifest, source } = unpacked;
      const environment = jobEnvironment({ manifest, runtime, source, work, dependencies });
      const { limits } = manifest;
      const started = this.#sandbox.start({
        command,
        environment,
        cwd: work,
        readOnly,
        writable: [work],
        network,
        limits,
      });
      const process = new PluginProcess(started, limits, this.#graceMs);
      this.#folders.set(process, work);
      return { process, gone: process.exited.then(() => this.#work.remove(work)) };
    };
  }

  async #invoke(
    process: PluginProcess,
    running: RunningJob,
    manifest: Manifest,
    offered: FunctionManifest,
  ): Promise<Outcome> {
    const { job } = running;
    if (!offered.files) return invoke(process, running, manifest, undefined);
    const work = this.#folders.get(process)!;
    const directory = join(work, `${process.uses + 1}-files`);
    const copies = this.#work.create();
    try {
      makeOpenFolder(directory);
      await placeFiles(job.files, directory);
      const marks = await markFiles(directory);
      const outcome = await invoke(process, running, manifest, directory);
      if (outcome.kind === "ok")
        await takeFiles(directory, {
          marks,
          copies: join(copies, "files"),
          observer: running.observer,
          leftOut: [],
        });
      return outcome;
    } finally {
      await Promise.all([this.#work.remove(directory), this.#work.remove(copies)]);
    }
  }

  #checksOf(offered: FunctionManifest): Checks {
    const known = this.#checks.get(offered);
    if (known !== undefined) return known;
    const checks = { input: checkOf(offered.input), output: checkOf(offered.output) };
    this.#checks.set(offered, checks);
    return checks;
  }
}

async function invoke(
  process: PluginProcess,
  running: RunningJob,
  manifest: Manifest,
  directory: string | undefined,
): Promise<Outcome> {
  const { job, observer } = running;
  const timeoutMs = Math.min(job.timeoutMs ?? Infinity, manifest.limits.timeoutMs);
  const { id, outcome } = process.invoke({
    function: job.function ?? "",
    input: job.input,
    context: {
      job: job.id,
      attempt: job.attempt,
      timeoutMs,
      config: job.config ?? {},
      secrets: job.secrets ?? {},
      directory,
      traceparent: job.traceparent,
    },
    onLog: (line) => observer.log?.(line),
    onProgress: (progress) => observer.progress?.(progress),
  });
  const forget = running.whenCancelled((reason) => process.cancel(id, reason));
  try {
    return await outcome;
  } finally {
    forget();
  }
}

function functionOf(manifest: Manifest, name: string | undefined): FunctionManifest {
  const offered = Object.hasOwn(manifest.functions, name ?? "") ? manifest.functions[name ?? ""] : undefined;
  if (offered !== undefined) return offered;
  const names = Object.keys(manifest.functions).join(", ");
  throw new Refusal(
    "function_unknown",
    `${manifest.name} has no function ${JSON.stringify(name)}; it has ${names}`,
  );
}

function refuse(code: "invalid_input", problems: readonly string[]): void {
  if (problems.length > 0)
    throw new Refusal(code, `the input does not fit its schema: ${problems.join("; ")}`);
}
