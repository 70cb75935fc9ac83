import { BoundedLines } from "./bounded-lines.ts";
import { textOf } from "./failures.ts";
import { isObject } from "./fields.ts";
import type { Limits } from "./manifest.ts";
import { followLog, OutputBudget } from "./process-output.ts";
import {
  type HostMessage,
  type InvocationContext,
  type LogLine,
  type PluginError,
  type PluginMessage,
  protocolVersion,
  readPluginMessage,
} from "./protocol.ts";
import type { Exit, SandboxedProcess } from "./sandboxed-process.ts";
import { SecretMask } from "./secret-mask.ts";

/** How an invocation ended. */
export type Outcome =
  | { kind: "ok"; output: unknown }
  | { kind: "error"; error: PluginError }
  | { kind: "timed_out" | "cancelled"; message: string }
  /** The process went away or had to be ended, and why. */
  | { kind: "lost"; code: string; message: string; retry: boolean };

export interface Invocation {
  function: string;
  input: unknown;
  context: InvocationContext;
  onLog: (line: LogLine) => void;
  onProgress: (progress: { fraction: number | undefined; message: string }) => void;
}

export interface Probed {
  name: string;
  version: string;
  functions: string[];
}

const probeMs = 30_000;
/** A JSON text escapes a byte with six at most. */
const escapeFactor = 6;
const lastLinesMax = 20;
const lastCharactersMax = 2_000;

interface Running {
  invocation: Invocation;
  budget: OutputBudget;
  finish: (outcome: Outcome) => void;
  timer: NodeJS.Timeout;
  /** Set when it was asked to stop: what its end then means. */
  stopping: { kind: "timed_out" | "cancelled"; message: string } | undefined;
}

/**
 * The host's side of one plugin process: sends invocations, hears answers, ends it when it does not do as it is told.
 * Every invocation gets exactly one outcome, whatever the process does.
 */
export class PluginProcess {
  readonly #process: SandboxedProcess;
  readonly #limits: Limits;
  readonly #graceMs: number;
  readonly #mask = new SecretMask();
  readonly #running = new Map<string, Running>();
  #probe: ((message: PluginMessage | undefined) => void) | undefined;
  #count = 0;
  /** Hands out a line of the log that has no end yet. */
  readonly #flushLog: () => void;
  #exit: Exit | undefined;
  /** The last lines of its error output, which mostly say why it crashed. */
  #lastSaid: string[] = [];
  /** Why it is being killed, where that is this host's doing. */
  #fault: { code: string; message: string } | undefined;

  constructor(process: SandboxedProcess, limits: Limits, graceMs: number) {
    this.#process = process;
    this.#limits = limits;
    this.#graceMs = graceMs;
    const lineBytesMax = limits.outputBytes * escapeFactor;
    const lines = new BoundedLines(lineBytesMax, (line, isCut) => this.#takeLine(line, isCut));
    process.stdout.on("data", (chunk: Buffer) => lines.add(chunk));
    process.stdout.once("close", () => lines.end());
    this.#flushLog = followLog(process.stderr, this.#mask, (message) => {
      this.#lastSaid = [...this.#lastSaid, message].slice(-lastLinesMax);
      this.#log(undefined, { level: "info", message });
    });
    void process.exited.then((exit) => this.#end(exit));
  }

  get uses(): number {
    return this.#count;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** How many different secrets it has been told. */
  get secretCount(): number {
    return this.#mask.size;
  }

  get isUsable(): boolean {
    return this.#exit === undefined && this.#fault === undefined && !this.#isStopping();
  }

  get exited(): Promise<Exit> {
    return this.#process.exited;
  }

  /** What the plugin says of itself. */
  async probe(): Promise<Probed> {
    const answer = new Promise<PluginMessage | undefined>((resolve) => {
      this.#probe = resolve;
    });
    const timer = setTimeout(() => this.#probe?.(undefined), probeMs);
    this.#send({ type: "probe", id: "probe", protocol: protocolVersion });
    const message = await answer;
    clearTimeout(timer);
    this.#probe = undefined;
    if (message?.type !== "ok" || !isObject(message.output))
      throw new Error("the plugin did not answer the probe");
    const { name, version, functions } = message.output;
    const names = Array.isArray(functions) ? functions.filter((each) => typeof each === "string") : [];
    return { name: String(name ?? ""), version: String(version ?? ""), functions: names };
  }

  /** Runs one function. Resolves with what came of it, within its time and the grace behind that. */
  invoke(invocation: Invocation): { id: string; outcome: Promise<Outcome> } {
    const id = String((this.#count += 1));
    const { context } = invocation;
    this.#mask.add(Object.values(context.secrets));
    const outcome = new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => {
        this.#stop(id, { kind: "timed_out", message: `no answer within ${context.timeoutMs} ms` });
      }, context.timeoutMs);
      const budget = new OutputBudget(this.#limits.outputBytes, {
        onLine: (line) => invocation.onLog(line),
        onSpent: () => this.#condemn("output_limit", `more than ${this.#limits.outputBytes} bytes of output`),
      });
      const finish = (outcome: Outcome) => {
        clearTimeout(this.#running.get(id)?.timer);
        this.#running.delete(id);
        resolve(outcome);
      };
      this.#running.set(id, { invocation, budget, finish, timer, stopping: undefined });
      if (this.#exit !== undefined) finish(this.#lostBy(this.#exit));
      else
        this.#send({ type: "invoke", id, function: invocation.function, input: invocation.input, context });
    });
    return { id, outcome };
  }

  /** Asks an invocation to stop; after the grace, ends the process. */
  cancel(id: string, message: string): void {
    this.#stop(id, { kind: "cancelled", message });
  }

  /** Lets it end by itself, and ends it after the grace. */
  async shutdown(): Promise<Exit> {
    if (this.#exit === undefined) {
      this.#send({ type: "shutdown" });
      this.#process.stdin.end();
    }
    const timer = setTimeout(() => void this.#process.kill(), this.#graceMs);
    const exit = await this.#process.exited;
    clearTimeout(timer);
    return exit;
  }

  async kill(): Promise<Exit> {
    return this.#process.kill();
  }

  #isStopping(): boolean {
    return [...this.#running.values()].some(({ stopping }) => stopping !== undefined);
  }

  #send(message: HostMessage): void {
    if (this.#process.stdin.writable) this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #stop(id: string, stopping: NonNullable<Running["stopping"]>): void {
    const running = this.#running.get(id);
    if (running === undefined || running.stopping !== undefined) return;
    running.stopping = stopping;
    clearTimeout(running.timer);
    this.#send({ type: "cancel", id });
    running.timer = setTimeout(() => void this.#process.kill(), this.#graceMs);
  }

  /** Ends the process for something it did; whoever waits for it is told why. */
  #condemn(code: string, message: string): void {
    this.#fault ??= { code, message };
    void this.#process.kill();
  }

  #takeLine(line: Buffer, isCut: boolean): void {
    if (isCut) return this.#condemn("output_limit", "one line of output is longer than its limit");
    const text = line.toString("utf8");
    const message = readPluginMessage(text);
    if (message !== undefined) this.#take(message, line.length);
    else if (text !== "") this.#log(undefined, { level: "info", message: this.#mask.hide(text) });
  }

  #take(message: PluginMessage, bytes: number): void {
    if (message.type === "log") {
      const line = { level: message.line.level, message: this.#mask.hide(message.line.message) };
      return this.#log(message.id, line);
    }
    if (message.id === "probe") return this.#probe?.(message);
    const running = this.#running.get(message.id);
    if (running === undefined || !running.budget.take(bytes)) return;
    if (message.type === "progress") {
      running.invocation.onProgress({
        fraction: message.fraction,
        message: this.#mask.hide(message.message),
      });
    } else afterLog(() => this.#finish(running, message));
  }

  #finish(running: Running, message: PluginMessage & { type: "ok" | "error" }): void {
    // A line that another one has begun is left to it.
    if (this.#running.size === 1) this.#flushLog();
    running.finish(running.stopping ?? this.#outcomeOf(message));
  }

  #outcomeOf(message: PluginMessage & { type: "ok" | "error" }): Outcome {
    if (message.type === "ok") return { kind: "ok", output: this.#mask.hideIn(message.output) };
    return { kind: "error", error: this.#mask.hideIn(message.error) as PluginError };
  }

  /** A line that names no invocation belongs to the one that runs, or to each of those that do. */
  #log(id: string | undefined, line: LogLine): void {
    const named = id === undefined ? undefined : this.#running.get(id);
    for (const running of named === undefined ? this.#running.values() : [named]) running.budget.log(line);
  }

  #end(exit: Exit): void {
    this.#exit = exit;
    this.#probe?.(undefined);
    for (const running of this.#running.values()) running.finish(running.stopping ?? this.#lostBy(exit));
  }

  #lostBy(exit: Exit): Outcome {
    if (this.#fault !== undefined) return { kind: "lost", ...this.#fault, retry: false };
    const loss = lossOf(exit, this.#limits);
    const last = this.#lastSaid.join("\n").slice(-lastCharactersMax);
    const message =
      last === "" || loss.code !== "process_crashed" ? loss.message : `${loss.message}:\n${last}`;
    return { kind: "lost", ...loss, message };
  }
}

/**
 * Calls when the error output was read as far as it had been written before the answer that was just read: it comes by
 * another pipe, which the next look at all of them, at the latest, finds ready.
 */
function afterLog(finish: () => void): void {
  setImmediate(() => setImmediate(finish));
}

/** What the end of a process means to who waited for it. */
export function lossOf(exit: Exit, limits: Limits): { code: string; message: string; retry: boolean } {
  const { reason, code, signal } = exit;
  if (reason === "out_of_memory")
    return { code: reason, message: `it used more than ${limits.memoryBytes} bytes of memory`, retry: true };
  if (reason === "disk_full")
    return { code: reason, message: `its files had more than ${limits.diskBytes} bytes`, retry: false };
  if (reason === "cpu_exhausted")
    return { code: reason, message: "it used up its time on the CPU", retry: false };
  if (reason === "killed") return { code: "process_killed", message: "it was ended", retry: true };
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return { code: "process_crashed", message: `the process ended ${how} before it answered`, retry: true };
}

/** An error of this host in the shape of an outcome. */
export function lostOutcome(code: string, error: unknown, retry: boolean): Outcome {
  return { kind: "lost", code, message: textOf(error), retry };
}
