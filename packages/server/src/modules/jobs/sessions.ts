import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { RunnerFacts, RunnerIdentity } from "../runners/model.ts";
import { ConnectedRunner, type ConnectedRunners } from "./connected-runners.ts";
import { callOfRunner } from "./job-events.ts";
import type { Returns } from "./returns.ts";
import type { HeldJob, Reconciled, RunnerSession, RunnerSink } from "./runner-model.ts";
import { OpenSession, type SessionParts } from "./open-session.ts";
import * as sessions from "./session-store.ts";
import * as store from "./store.ts";

const runningMax = 10_000;
const topic = "runner-sessions";

/** Takes runners in: reconciles what they hold with what is written, and fences off older connections of theirs. */
export class Sessions {
  readonly #database: Database;
  readonly #wakes: Wakes;
  readonly #connected: ConnectedRunners;
  readonly #returns: Returns;
  readonly #parts: SessionParts;
  readonly #unsubscribe: () => void;

  constructor(parts: SessionParts & { wakes: Wakes }) {
    this.#database = parts.database;
    this.#wakes = parts.wakes;
    this.#connected = parts.connected;
    this.#returns = parts.returns;
    this.#parts = parts;
    this.#unsubscribe = parts.wakes.on(topic, () => void this.closeReplaced().catch(() => undefined));
  }

  /**
   * A runner has connected and says which jobs it has. Those that are its own go on under a fresh lease; those that it
   * does not know of go back to others at once; the rest of what it names it should stop.
   */
  async connect(
    identity: RunnerIdentity,
    facts: RunnerFacts,
    running: readonly HeldJob[],
    sink: RunnerSink,
  ): Promise<RunnerSession> {
    if (running.length > runningMax)
      throw new AppError("invalid_input", `running: a runner has at most ${runningMax} jobs`);
    const runner = new ConnectedRunner({ sessionId: newId(), identity, facts, sink });
    const reconciled = await this.#database.transaction((tx) => this.#reconcileIn(tx, runner, running));
    this.#connected.add(runner);
    this.#wakes.signal(topic);
    this.#parts.hasRoom(identity.tenantId);
    return new OpenSession(runner, reconciled, this.#parts);
  }

  /** Closes the connections to this node whose runner has a newer one, here or elsewhere. */
  async closeReplaced(): Promise<void> {
    const ids = this.#connected.sessionIds;
    if (ids.length === 0) return;
    const current = new Set(await sessions.listCurrent(this.#database, ids));
    for (const id of ids) {
      const runner = current.has(id) ? undefined : this.#connected.find(id);
      if (runner !== undefined) this.#connected.replaced(runner);
    }
  }

  close(): void {
    this.#unsubscribe();
  }

  async #reconcileIn(tx: Tx, runner: ConnectedRunner, running: readonly HeldJob[]): Promise<Reconciled[]> {
    const { sessionId, tenantId } = runner;
    const { runnerId, name } = runner.identity;
    const { incarnation } = runner.facts;
    if (!(await sessions.takeSession(tx, { runnerId, tenantId, incarnation, sessionId }))) {
      throw new AppError("conflict", `A newer start of runner ${name} is connected: this one is fenced off`);
    }
    const held = await store.lockOfRunner(tx, tenantId, runnerId);
    const said = new Map(running.map((job) => [job.jobId, job.leaseNumber]));
    const kept = held.filter((row) => said.get(row.id) === row.leaseNumber);
    const unknown = held.filter((row) => said.get(row.id) !== row.leaseNumber);
    const ids = kept.map((row) => row.id);
    const moved = ids.length === 0 ? [] : await store.moveToSession(tx, ids, sessionId);
    const call = callOfRunner({ tenantId, runnerId, name, sessionId });
    await this.#returns.takeBackIn(
      tx,
      unknown.map((row) => ({ row, call, type: "job.not_at_runner", delayMs: 0, error: null })),
    );
    for (const row of kept) {
      const { id: jobId, leaseNumber, logLines, logBytes } = row;
      runner.hold({ jobId, leaseNumber, logLines, logBytes });
    }
    const until = new Map(moved.map((row) => [row.id, row.leaseUntil]));
    return running.map(({ jobId, leaseNumber }) => {
      const job = { jobId, leaseNumber };
      const leaseUntil = runner.find(job) === undefined ? undefined : until.get(jobId);
      return leaseUntil === undefined
        ? { ...job, verdict: "stop" as const }
        : { ...job, verdict: "continue" as const, leaseUntil };
    });
  }
}
