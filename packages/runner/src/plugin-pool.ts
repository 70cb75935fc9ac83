import type { Reuse } from "./manifest.ts";
import type { PluginProcess } from "./plugin-process.ts";

/** A process that has been told more secrets than this is not used again: each costs time at every line it prints. */
const secretsMax = 1_000;

interface Member {
  key: string;
  process: PluginProcess;
  reuse: Reuse;
  /** Invocations that have it, from when it was chosen. */
  using: number;
  /** Resolves when it and its folder are gone. */
  gone: Promise<void>;
  idleTimer: NodeJS.Timeout | undefined;
}

/** Starts a process; `gone` resolves when nothing of it is left. */
export type StartProcess = () => { process: PluginProcess; gone: Promise<void> };

/**
 * Plugin processes that may serve more than one invocation. A key stands for everything that two invocations must have
 * in common: package, tenant, network. At most `processesMax` live at once; idle ones make room, longest idle first.
 */
export class PluginPool {
  readonly #processesMax: number;
  /** In the order in which they were last used. */
  readonly #members = new Set<Member>();
  readonly #retiring = new Set<Promise<void>>();
  #isClosed = false;

  constructor(processesMax: number) {
    this.#processesMax = processesMax;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Uses a process of the key for one invocation: a warm one with room, else a new one. */
  async use<Result>(
    key: string,
    { reuse, start }: { reuse: Reuse; start: StartProcess },
    work: (process: PluginProcess) => Promise<Result>,
  ): Promise<Result> {
    const member = this.#warm(key, reuse) ?? (await this.#start(key, reuse, start));
    try {
      return await work(member.process);
    } finally {
      member.using -= 1;
      this.#settle(member);
    }
  }

  /** Ends the idle ones and lets the others end their work. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const member of this.#members) if (member.using === 0) this.#retire(member);
    await Promise.all([...this.#members].map(({ gone }) => gone).concat([...this.#retiring]));
  }

  #warm(key: string, reuse: Reuse): Member | undefined {
    for (const member of this.#members) {
      const isFit = member.key === key && this.#mayServe(member);
      if (!isFit || member.using >= reuse.concurrency) continue;
      clearTimeout(member.idleTimer);
      member.using += 1;
      return member;
    }
    return undefined;
  }

  #mayServe({ process, reuse, using }: Member): boolean {
    const isFresh =
      process.uses + using - process.runningCount < reuse.usesMax && process.secretCount < secretsMax;
    return reuse.enabled && process.isUsable && isFresh && !this.#isClosed;
  }

  async #start(key: string, reuse: Reuse, start: StartProcess): Promise<Member> {
    while (this.#members.size >= this.#processesMax) {
      const idle = [...this.#members].find(({ using }) => using === 0);
      if (idle === undefined) break;
      this.#retire(idle);
    }
    // What makes room holds its user and its memory until it is gone.
    if (this.#retiring.size > 0 && this.#members.size + this.#retiring.size >= this.#processesMax)
      await Promise.race(this.#retiring);
    const { process, gone } = start();
    const member: Member = { key, process, reuse, gone, using: 1, idleTimer: undefined };
    this.#members.add(member);
    void gone.then(() => this.#drop(member));
    return member;
  }

  #settle(member: Member): void {
    const { using, reuse } = member;
    if (using > 0 || !this.#members.has(member)) return;
    if (!this.#mayServe(member)) return this.#retire(member);
    this.#members.delete(member);
    this.#members.add(member);
    member.idleTimer = setTimeout(() => this.#retire(member), reuse.idleMs).unref();
  }

  /** One that may serve again is let go gently; any other is of no more use to anybody. */
  #retire(member: Member): void {
    if (!this.#members.has(member)) return;
    this.#drop(member);
    this.#retiring.add(member.gone);
    void member.gone.then(() => this.#retiring.delete(member.gone));
    if (member.reuse.enabled && member.process.isUsable) void member.process.shutdown();
    else void member.process.kill();
  }

  #drop(member: Member): void {
    clearTimeout(member.idleTimer);
    this.#members.delete(member);
  }
}
