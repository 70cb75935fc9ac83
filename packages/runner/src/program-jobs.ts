import { cp, open, readlink, symlink } from "node:fs/promises";
import { constants, chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "./failures.ts";
import { isObject } from "./fields.ts";
import { markFiles, placeFiles, takeFiles } from "./job-files.ts";
import { jobEnvironment, splitEnvironment } from "./job-environment.ts";
import { type Ending, endingOf } from "./outcomes.ts";
import { lossOf } from "./plugin-process.ts";
import type { Prepared } from "./preparation.ts";
import { followLog, OutputBudget } from "./process-output.ts";
import type { RunningJob } from "./running-job.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Exit, SandboxedProcess } from "./sandboxed-process.ts";
import { SecretMask } from "./secret-mask.ts";
import { startCommand } from "./start-commands.ts";
import { makeOpenFolder, type WorkFolders } from "./work-folders.ts";

const payloadFile = "payload.json";
const payloadBytesMax = 8 * 2 ** 20;
const variableCharactersMax = 32_768;
/** Names in the folder of a run that are the runner's own. */
const ownNames = [payloadFile, "node_modules", "vendor"];

/**
 * Carries out packages that run once or as daemons and know no contract but the exit code, as agents of OpenIAP run
 * them: a copy of the package's folder, the payload as variables and as a file that may be changed, new files handed
 * on; exit code 0 is success, any other may be tried again.
 */
export class ProgramJobs {
  readonly #sandbox: Sandbox;
  readonly #work: WorkFolders;
  /** From being asked to stop to being killed. */
  readonly #graceMs: number;

  constructor({ sandbox, work, graceMs }: { sandbox: Sandbox; work: WorkFolders; graceMs: number }) {
    this.#sandbox = sandbox;
    this.#work = work;
    this.#graceMs = graceMs;
  }

  async run(running: RunningJob, prepared: Prepared): Promise<Ending> {
    const work = this.#work.create();
    const copies = this.#work.create();
    try {
      return await this.#runIn(work, join(copies, "files"), { running, prepared });
    } finally {
      await Promise.all([this.#work.remove(work), this.#work.remove(copies)]);
    }
  }

  async #runIn(work: string, copies: string, { running, prepared }: Run): Promise<Ending> {
    const { job, observer } = running;
    const directory = await layOut(work, { running, prepared });
    const marks = await markFiles(directory);
    const mask = new SecretMask();
    mask.add(Object.values(job.secrets ?? {}));
    const process = this.#start(directory, work, { running, prepared });
    const exit = await this.#follow(process, mask, { running, prepared });
    if (exit.ending !== undefined) return exit.ending;
    await takeFiles(directory, { marks, copies, observer, leftOut: ownNames });
    const output = mask.hideIn(await readPayload(join(directory, payloadFile), job.input));
    return { outcome: "successful", output, error: undefined, usage: exit.usage };
  }

  #start(directory: string, work: string, { running, prepared }: Run): SandboxedProcess {
    const { manifest } = prepared.package;
    const { runtime, dependencies } = prepared;
    const { limits } = manifest;
    const build = prepared.build ?? "";
    const process = this.#sandbox.start({
      command: startCommand({ manifest, runtime, source: directory, build }),
      environment: {
        ...jobEnvironment({ manifest, runtime, source: directory, work, dependencies }),
        ...variablesOf(running, join(directory, payloadFile)),
      },
      cwd: directory,
      readOnly: prepared.readOnly,
      writable: [work],
      network: manifest.network.length > 0,
      limits,
      cpuSeconds:
        manifest.kind === "once" ? Math.ceil((limits.timeoutMs * limits.cpus) / 1_000) + 1 : undefined,
    });
    process.stdin.end();
    return process;
  }

  /** Its end: as an ending, or undefined where it went well. */
  async #follow(process: SandboxedProcess, mask: SecretMask, { running, prepared }: Run): Promise<Followed> {
    const { job, observer } = running;
    const { limits, kind } = prepared.package.manifest;
    const timeoutMs =
      kind === "daemon" ? job.timeoutMs : Math.min(job.timeoutMs ?? Infinity, limits.timeoutMs);
    let stopped: { kind: "timed_out" | "cancelled"; message: string } | undefined;
    const stop = (why: NonNullable<typeof stopped>) => {
      stopped ??= why;
      process.terminate();
      setTimeout(() => void process.kill(), this.#graceMs).unref();
    };
    let isOverOutput = false;
    const budget = new OutputBudget(kind === "daemon" ? Infinity : limits.outputBytes, {
      onLine: (line) => observer.log?.(line),
      onSpent: () => {
        isOverOutput = true;
        void process.kill();
      },
    });
    followLog(process.stdout, mask, (message) => budget.log({ level: "info", message }));
    followLog(process.stderr, mask, (message) => budget.log({ level: "info", message }));
    const forget = running.whenCancelled((message) => stop({ kind: "cancelled", message }));
    const isTimed = timeoutMs !== undefined;
    const message = `it did not end within ${timeoutMs} ms`;
    const timer = isTimed ? setTimeout(() => stop({ kind: "timed_out", message }), timeoutMs) : undefined;
    const exit = await process.exited;
    clearTimeout(timer);
    forget();
    const { usage } = exit;
    if (stopped !== undefined) return { usage, ending: { ...endingOf(stopped), usage } };
    if (exit.code === 0 && exit.reason === undefined) return { usage, ending: undefined };
    const error = isOverOutput
      ? { code: "output_limit", message: `more than ${limits.outputBytes} bytes of output`, retry: false }
      : failureOf(exit, prepared);
    return { usage, ending: { outcome: "application_error", output: null, error, usage } };
  }
}

interface Run {
  running: RunningJob;
  prepared: Prepared;
}

interface Followed {
  usage: Exit["usage"];
  ending: Ending | undefined;
}

function failureOf(
  exit: Exit,
  { package: { manifest } }: Prepared,
): { code: string; message: string; retry: boolean } {
  if (exit.reason !== undefined || exit.code === null) return lossOf(exit, manifest.limits);
  return { code: "exit_code", message: `it ended with exit code ${exit.code}`, retry: true };
}

/** A copy of the package that the run may change, the payload in it, and the job's files. */
async function layOut(work: string, { running: { job }, prepared }: Run): Promise<string> {
  const directory = join(work, "package");
  makeOpenFolder(directory);
  await cp(prepared.package.source, directory, { recursive: true });
  const installed = join(prepared.package.home, "node_modules");
  const target = await readlink(installed).catch(() => undefined);
  if (target !== undefined) await symlink(target, join(work, "node_modules"));
  await placeFiles(job.files, directory);
  const payload = join(directory, payloadFile);
  writeFileSync(payload, JSON.stringify(job.input ?? null));
  chmodSync(payload, 0o666);
  return directory;
}

/** The job's own variables, its secrets, the plain values of its payload, and where the payload lies. */
function variablesOf({ job }: RunningJob, payload: string): Record<string, string> {
  const own = splitEnvironment({ ...job.environment, ...job.secrets });
  if (own.refused.length > 0)
    throw new Refusal("invalid_input", `a job may not set ${own.refused.join(", ")} in its environment`);
  const values = Object.entries(isObject(job.input) ? job.input : {}).flatMap(([name, value]) => {
    const isPlain = ["string", "number", "boolean"].includes(typeof value);
    return isPlain && String(value).length <= variableCharactersMax ? [[name, String(value)] as const] : [];
  });
  const { free } = splitEnvironment(Object.fromEntries(values));
  return { ...free, ...own.free, payloadfile: payload, MILLRACE_PAYLOAD: payload, MILLRACE_JOB: job.id };
}

/** The payload as the program left it, or as it was where that is no JSON any more. */
async function readPayload(path: string, before: unknown): Promise<unknown> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined) return before ?? null;
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > payloadBytesMax) return before ?? null;
    return JSON.parse(await file.readFile("utf8")) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return before ?? null;
  } finally {
    await file.close();
  }
}
