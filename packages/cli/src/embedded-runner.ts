import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadRunner, type Server } from "./packages.ts";

type Config = ReturnType<Server["readConfig"]>;
type Running = Awaited<ReturnType<Server["startServer"]>>;
type Log = Parameters<Server["startServer"]>[1];

const bin = fileURLToPath(new URL("../bin/millrace.mjs", import.meta.url));
const pauseMs = 1_000;
const pauseMsMax = 60_000;
/** One that has lived so long begins its pauses anew. */
const steadyMs = 60_000;
/** A certificate that is good for less than this is asked for anew before it is used. */
const leftMsMin = 3_600_000;

/** How many jobs at once it takes; 0: there is none. */
export function slotsOf({ runnerSlots }: Config): number {
  return runnerSlots ?? availableParallelism();
}

/**
 * The runner that comes with a server: the same as any other, in a process of its own, enrolled by the server itself.
 * It is started again when it dies, and ends with whoever started it, however that ends.
 */
export class EmbeddedRunner {
  readonly #config: Config;
  readonly #running: Running;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  #working: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: { config: Config; running: Running; log: Log }) {
    this.#config = parts.config;
    this.#running = parts.running;
    this.#log = parts.log;
  }

  /** Begins in the background, and goes on until it is stopped. */
  start(): void {
    if (slotsOf(this.#config) > 0) this.#working = this.#live(pauseMs);
  }

  /** Its jobs are ended first, as an interrupt of a runner does. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#child?.kill("SIGTERM");
    await this.#working;
  }

  async #live(nextPauseMs: number): Promise<void> {
    const startedAt = performance.now();
    try {
      const folder = await this.#enrolled();
      if (!this.#isStopped) await this.#runOnce(folder);
    } catch (error) {
      this.#log.warn({ err: error }, "the runner of this server could not be started");
    }
    if (this.#isStopped) return;
    const pause = performance.now() - startedAt > steadyMs ? pauseMs : nextPauseMs;
    this.#timer = setTimeout(() => {
      this.#working = this.#live(Math.min(2 * pause, pauseMsMax));
    }, pause);
  }

  /** Its folder, in which it knows who it is and where the server is today. */
  async #enrolled(): Promise<string> {
    const { RunnerFolder } = await loadRunner();
    const folder = new RunnerFolder(join(this.#config.dataDir, "runner"));
    const { address: url, runnerAddress: address } = this.#running;
    const isGood =
      folder.isEnrolled &&
      Date.parse((await folder.certificateDates()).certificateUntil) > Date.now() + leftMsMin;
    const known = isGood ? (await folder.record()).runnerId : undefined;
    const token = await this.#running.enrolOwnRunner(known);
    if (token !== undefined) await folder.enrol({ url, token });
    await folder.saveRecord({ ...(await folder.record()), url, address });
    return folder.path;
  }

  async #runOnce(folder: string): Promise<void> {
    const args = [
      "runner",
      "start",
      "--folder",
      folder,
      "--slots",
      String(slotsOf(this.#config)),
      "--until-input-ends",
    ];
    const child = spawn(process.execPath, [bin, ...args], { stdio: ["pipe", "ignore", "pipe"] });
    this.#child = child;
    const lines = createInterface({ input: child.stderr });
    lines.on("line", (line) => this.#log.info({ runner: "embedded" }, line));
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    this.#child = undefined;
    if (!this.#isStopped)
      this.#log.warn({ code, signal }, "the runner of this server ended; it is started again");
  }
}
