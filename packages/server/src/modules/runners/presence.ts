import { Coalescer } from "../../kit/coalescer.ts";
import type { Database } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { NewEvent } from "../events/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import { asRunner } from "./enrolment.ts";
import type { RunnerFacts, RunnerIdentity } from "./model.ts";
import * as store from "./presence-store.ts";

const admissionsPerWriteMax = 200;
const admissionsWaitingMax = 5_000;
const receivedPerWriteMax = 1_000;

/** A hello, as it came in over a connection. */
export interface Hello {
  identity: Omit<RunnerIdentity, "name">;
  connectionId: string;
  transport: string;
  spoolId: string;
  facts: RunnerFacts;
}

/** Who is let in: what the server knows of it. */
export interface Admitted {
  name: string;
  tags: string[];
  /** It was drained in this very start. */
  isDraining: boolean;
  /** Up to where its spool has been received. */
  receivedSeq: number;
  /** How long the certificate is good yet, and for how long it was issued. */
  leftMs: number;
  lifeMs: number;
}

interface Left {
  identity: RunnerIdentity;
  connectionId: string;
  why: string;
}

/** Who is there, and who is let in. Hellos that come together share one statement, so that a thousand are a few. */
export class Presence {
  readonly #database: Database;
  readonly #events: Events;
  readonly #nodeId = newId();
  readonly #admissions: Coalescer<Hello, Admitted | store.Refusal>;
  readonly #received: Coalescer<store.Received, boolean>;
  readonly #left: Coalescer<Left, null>;

  constructor(database: Database, events: Events, metrics: Metrics) {
    this.#database = database;
    this.#events = events;
    this.#admissions = new Coalescer({
      name: "hello",
      write: (members) => this.#admitAll(members),
      batchMax: admissionsPerWriteMax,
      waitingMax: admissionsWaitingMax,
      onWrite: metrics.observeWrite("runner_hello"),
    });
    this.#received = new Coalescer({
      name: "received",
      write: (members) => store.keepReceived(database, members),
      batchMax: receivedPerWriteMax,
      waitingMax: 100_000,
    });
    this.#left = new Coalescer({
      name: "left",
      write: (members) => this.#leaveAll(members),
      batchMax: admissionsPerWriteMax,
      waitingMax: 100_000,
    });
  }

  /** Lets a runner in, or says why not. From then on this connection speaks for it. */
  async admit(hello: Hello): Promise<Admitted | store.Refusal> {
    return this.#admissions.submit(hello);
  }

  /** Keeps up to where the runner's spool was received; refused when another connection speaks for it by now. */
  async keepReceived(received: store.Received): Promise<void> {
    if (await this.#received.submit(received)) return;
    throw new AppError("lease_lost", "Another connection speaks for this runner by now");
  }

  /** Notes signs of life. */
  async noteSigns(signs: readonly store.Sign[]): Promise<void> {
    if (signs.length > 0) await store.noteSigns(this.#database, signs);
  }

  /** Notes that a connection ended. */
  async leave(left: Left): Promise<void> {
    await this.#left.submit(left);
  }

  /** Of these connections, those that may not stay, and why; and those that shall drain. */
  async listFallen(
    standing: readonly store.Standing[],
  ): Promise<{ connectionId: string; why: store.Refusal | "draining" }[]> {
    return standing.length === 0 ? [] : store.listFallen(this.#database, standing);
  }

  async #admitAll(hellos: readonly Hello[]): Promise<(Admitted | store.Refusal)[]> {
    return this.#database.transaction(async (tx) => {
      const asked = hellos.map(({ identity, facts, ...rest }) => ({
        ...identity,
        ...rest,
        facts,
        incarnation: facts.incarnation,
      }));
      const admissions = await store.admit(tx, this.#nodeId, asked);
      const events = hellos.flatMap((hello, index) => {
        const { refusal, name } = admissions[index]!;
        return refusal === null ? [connected(hello, name)] : [];
      });
      await this.#events.append(tx, events);
      return admissions.map(({ refusal, ...admitted }) => refusal ?? admitted);
    });
  }

  async #leaveAll(left: readonly Left[]): Promise<null[]> {
    await this.#database.transaction(async (tx) => {
      const ids = await store.noteLeft(
        tx,
        left.map(({ identity, connectionId }) => ({ runnerId: identity.runnerId, connectionId })),
      );
      const events = left
        .filter(({ identity }) => ids.includes(identity.runnerId))
        .map(({ identity, why }) => runnerEvent(identity, "runner.disconnected", { why }));
      await this.#events.append(tx, events);
    });
    return left.map(() => null);
  }
}

function connected({ identity, transport, facts }: Hello, name: string): NewEvent {
  const details = {
    transport,
    incarnation: facts.incarnation,
    version: facts.version,
    platform: facts.platform,
  };
  return runnerEvent({ ...identity, name }, "runner.connected", details);
}

function runnerEvent(identity: RunnerIdentity, type: string, details: Record<string, unknown>): NewEvent {
  const event = { topic: "runners", type, subjectId: identity.runnerId, scopeId: "", details } as const;
  return eventOf(asRunner(undefined, identity), event);
}
