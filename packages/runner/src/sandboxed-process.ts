import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import type { Cgroup } from "./cgroups.ts";
import { folderBytes, residentBytes } from "./process-watch.ts";
import type { SandboxRequest } from "./sandbox-view.ts";

/** Why a process was ended, where it did not end by itself. */
export type EndReason = "out_of_memory" | "disk_full" | "cpu_exhausted" | "killed";

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  reason: EndReason | undefined;
  usage: Usage;
}

export interface Usage {
  memoryPeakBytes?: number | undefined;
  cpuMs?: number | undefined;
}

interface Holding {
  request: SandboxRequest;
  cgroup: Cgroup | undefined;
  /** Ends what the kernel does not end together with the first process. */
  killAll: (child: ChildProcess) => void;
}

const watchMs = 250;

/** A process in the sandbox, with everything it started. */
export class SandboxedProcess {
  /** Resolves when nothing of it is left; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #holding: Holding;
  #reason: EndReason | undefined;
  #memoryPeakBytes = 0;
  #isGone = false;

  constructor(child: ChildProcess, holding: Holding) {
    this.#child = child;
    this.#holding = holding;
    // A pipe whose reader is gone ends the process, which is told by its exit.
    this.stdin.on("error", (error) => this.#noteBrokenPipe(error));
    this.exited = this.#awaitExit();
    this.#watch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdin(): Writable {
    return this.#child.stdin!;
  }

  get stdout(): Readable {
    return this.#child.stdout!;
  }

  get stderr(): Readable {
    return this.#child.stderr!;
  }

  /** Asks the job's own first process to end, past the ones that hold it. */
  terminate(): void {
    if (this.#isGone) return;
    const own = this.pid === undefined ? [] : innermost(this.pid);
    for (const pid of own) {
      try {
        process.kill(pid, "SIGTERM");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  /** Ends it with everything it started, and resolves when nothing of it is left. */
  async kill(reason: EndReason = "killed"): Promise<Exit> {
    // Its user and its ids may belong to another job by then.
    if (this.#isGone) return this.exited;
    this.#reason ??= reason;
    this.#holding.killAll(this.#child);
    this.#holding.cgroup?.killAll();
    return this.exited;
  }

  #noteBrokenPipe(error: NodeJS.ErrnoException): void {
    if (error.code !== "EPIPE" && error.code !== "ECONNRESET") void this.kill();
  }

  async #awaitExit(): Promise<Exit> {
    const { cgroup, killAll } = this.#holding;
    const failed = new Promise<void>((resolve) => this.#child.once("error", () => resolve()));
    await Promise.race([once(this.#child, "exit").catch(() => undefined), failed]);
    killAll(this.#child);
    cgroup?.killAll();
    if (this.pid !== undefined) await new Promise((resolve) => this.#drained(resolve));
    const usage = {
      memoryPeakBytes: cgroup?.memoryPeakBytes() ?? this.#memoryPeakBytes,
      cpuMs: cgroup?.cpuMs(),
    };
    if (cgroup?.ranOutOfMemory() === true) this.#reason = "out_of_memory";
    await cgroup?.remove();
    this.#isGone = true;
    const { exitCode: code, signalCode: signal } = this.#child;
    if (signal === "SIGXCPU" || code === 128 + 24) this.#reason ??= "cpu_exhausted";
    if (signal === "SIGXFSZ" || code === 128 + 25) this.#reason ??= "disk_full";
    return { code, signal, reason: this.#reason, usage };
  }

  /** What it printed last is read before its end is told. */
  #drained(resolve: (value: unknown) => void): void {
    const open = [this.stdout, this.stderr].filter((stream) => !stream.closed);
    let left = open.length;
    if (left === 0) return resolve(undefined);
    for (const stream of open) {
      stream.once("close", () => {
        left -= 1;
        if (left === 0) resolve(undefined);
      });
      if (stream.listenerCount("data") === 0) stream.resume();
    }
  }

  /** Keeps the limits that the kernel does not keep here: the disk always, memory where there is no control group. */
  #watch(): void {
    const look = async () => {
      if (await this.#isOverDisk()) return this.kill("disk_full");
      if (this.#holding.cgroup === undefined && this.#isOverMemory()) return this.kill("out_of_memory");
      if (!hasEnded(this.#child)) setTimeout(() => void look(), watchMs).unref();
    };
    setTimeout(() => void look(), watchMs).unref();
  }

  async #isOverDisk(): Promise<boolean> {
    const { writable, limits } = this.#holding.request;
    const sizes = await Promise.all(writable.map((folder) => folderBytes(folder, limits.diskBytes)));
    return sizes.reduce((sum, size) => sum + size, 0) > limits.diskBytes;
  }

  #isOverMemory(): boolean {
    if (this.pid === undefined || process.platform !== "linux") return false;
    const bytes = residentBytes([this.pid]).get(this.pid) ?? 0;
    this.#memoryPeakBytes = Math.max(this.#memoryPeakBytes, bytes);
    return bytes > this.#holding.request.limits.memoryBytes;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

const holders = new Set(["bwrap", "unshare"]);

/** The first processes below the ones that only hold the job. */
function innermost(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  if (!holders.has(read(`/proc/${pid}/comm`).trim()) || children.length === 0) return [pid];
  return children.flatMap(innermost);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
