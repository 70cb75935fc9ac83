import type { RunnerFacts, RunnerIdentity } from "../runners/model.ts";
import { fits } from "./model.ts";
import type { HeldJob, Inventory, RunnerOffer, RunnerSink } from "./runner-model.ts";

const rejectedMax = 1_000;

/** A job in the hands of a connected runner. */
export interface ActiveJob extends HeldJob {
  logLines: number;
  logBytes: number;
  /** Resolves when what was logged so far is written. */
  logging: Promise<void>;
}

/** One connection of a runner to this node, and the jobs that it holds through it. */
export class ConnectedRunner {
  readonly sessionId: string;
  readonly identity: RunnerIdentity;
  readonly facts: RunnerFacts;
  readonly sink: RunnerSink;
  readonly #held = new Map<string, ActiveJob>();
  readonly #fits = new Map<string, boolean>();
  /** Jobs it has refused: another one that fits comes before it. */
  readonly #rejected = new Set<string>();
  #slots: number;
  isOpen = true;
  isDraining = false;

  constructor(parts: { sessionId: string; identity: RunnerIdentity; facts: RunnerFacts; sink: RunnerSink }) {
    this.sessionId = parts.sessionId;
    this.identity = parts.identity;
    this.facts = parts.facts;
    this.sink = parts.sink;
    this.#slots = parts.facts.slots;
  }

  get tenantId(): string {
    return this.identity.tenantId;
  }

  /** How many jobs it may get now. */
  get room(): number {
    return this.isOpen && !this.isDraining ? Math.max(0, this.#slots - this.#held.size) : 0;
  }

  set slots(slots: number) {
    this.#slots = slots;
  }

  fits(needs: string): boolean {
    let known = this.#fits.get(needs);
    if (known === undefined) {
      known = fits(needs, this.facts);
      if (this.#fits.size >= rejectedMax) this.#fits.clear();
      this.#fits.set(needs, known);
    }
    return known;
  }

  hold(job: HeldJob & { logLines: number; logBytes: number }): void {
    const { jobId, leaseNumber, logLines, logBytes } = job;
    this.#held.set(jobId, { jobId, leaseNumber, logLines, logBytes, logging: Promise.resolve() });
  }

  /** The job as it is held under this number. */
  find({ jobId, leaseNumber }: HeldJob): ActiveJob | undefined {
    const active = this.#held.get(jobId);
    return active?.leaseNumber === leaseNumber ? active : undefined;
  }

  /** The job takes no room any more. */
  release(job: HeldJob): void {
    if (this.find(job) !== undefined) this.#held.delete(job.jobId);
  }

  noteRejected(jobId: string): void {
    if (this.#rejected.size >= rejectedMax) this.#rejected.clear();
    this.#rejected.add(jobId);
  }

  hasRejected(jobId: string): boolean {
    return this.#rejected.has(jobId);
  }

  offer(): RunnerOffer {
    const { tags, runtimes } = this.facts;
    const { runnerId: id, name } = this.identity;
    const state = this.isDraining ? "draining" : "online";
    return { id, name, tags, runtimes, slots: this.#slots, busy: this.#held.size, state };
  }
}

/** The runners connected to this node; by itself the inventory of a node that stands alone. */
export class ConnectedRunners implements Inventory {
  readonly #bySession = new Map<string, ConnectedRunner>();
  readonly #byTenant = new Map<string, Set<ConnectedRunner>>();

  /** Adds a connection; an older one of the same runner is closed. */
  add(runner: ConnectedRunner): void {
    for (const other of this.ofTenant(runner.tenantId)) {
      if (other.identity.runnerId === runner.identity.runnerId) this.replaced(other);
    }
    this.#bySession.set(runner.sessionId, runner);
    const runners = this.#byTenant.get(runner.tenantId) ?? new Set();
    this.#byTenant.set(runner.tenantId, runners.add(runner));
  }

  remove(runner: ConnectedRunner): void {
    runner.isOpen = false;
    this.#bySession.delete(runner.sessionId);
    const runners = this.#byTenant.get(runner.tenantId);
    runners?.delete(runner);
    if (runners?.size === 0) this.#byTenant.delete(runner.tenantId);
  }

  /** Takes away a connection whose runner has a newer one. */
  replaced(runner: ConnectedRunner): void {
    this.remove(runner);
    runner.sink.close("the runner has connected anew");
  }

  find(sessionId: string): ConnectedRunner | undefined {
    return this.#bySession.get(sessionId);
  }

  ofTenant(tenantId: string): ConnectedRunner[] {
    return [...(this.#byTenant.get(tenantId) ?? [])];
  }

  get tenantIds(): string[] {
    return [...this.#byTenant.keys()];
  }

  get sessionIds(): string[] {
    return [...this.#bySession.keys()];
  }

  async list(tenantId: string): Promise<RunnerOffer[]> {
    return this.ofTenant(tenantId).map((runner) => runner.offer());
  }
}
