import { type ConnectResponse, type Hello, runnerProtocols } from "@millrace/contract/runner-wire.ts";
import type { Logger } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { heartbeatMs, type RunnerIdentity } from "../../modules/runners/model.ts";
import type { Runners } from "../../modules/runners/service.ts";
import {
  type Certified,
  type ConnectionHost,
  type FileBytes,
  type Opened,
  Refusal,
  RunnerConnection,
  type RunnerStream,
} from "./connection.ts";
import type { RunnerLink } from "../../modules/jobs/runner-model.ts";
import { Outbox } from "./outbox.ts";
import { factsOf } from "./translate.ts";

const connectionsMax = 10_000;
const filePartBytes = 1024 * 1024;
const looksPerSigns = 2;
/** Of looks without a word a stream is dead: three heartbeats. */
const silentLooksMax = 16;
/** What was not acknowledged waits for so many looks for its runner to come back to this node. */
const outboxLooks = 60;
/** A stream that has not said hello by then never will. */
const helloMs = 10_000;
const restartSpreadMs = 5_000;
const blockedPauseMs = 60_000;

const refusals = {
  credential: () =>
    new Refusal(
      "REFUSAL_REASON_CREDENTIAL",
      "The certificate is unknown, over or denied: enrol this runner again",
    ),
  blocked: () =>
    new Refusal("REFUSAL_REASON_BLOCKED", "This runner is blocked: unblock it on the server", blockedPauseMs),
  fenced: () => new Refusal("REFUSAL_REASON_FENCED", "A later start of this runner is connected"),
};

export interface ConnectionsOptions {
  runners: Runners;
  link: RunnerLink;
  metrics: Metrics;
  log: Logger;
  /** A part of a file of a tenant, `length` bytes from `offset` on, or what there is of them. */
  readFile: (
    tenantId: string,
    fileId: string,
    range: { offset: number; length: number },
  ) => Promise<FileBytes>;
  /** How often runners shall say that they are there. */
  heartbeatMs?: number;
}

interface KeptOutbox {
  outbox: Outbox;
  incarnation: number;
  looksLeft: number;
}

/** Every runner that is connected to this node: let in, looked at again and again, and let go. */
export class Connections implements ConnectionHost {
  readonly log: Logger;
  readonly #options: ConnectionsOptions;
  readonly #all = new Set<RunnerConnection>();
  readonly #byRunner = new Map<string, RunnerConnection>();
  readonly #outboxes = new Map<string, KeptOutbox>();
  readonly #silentLooks = new WeakMap<RunnerConnection, number>();
  readonly #leaving = new Set<Promise<void>>();
  #looks = 0;
  #isClosed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.log = options.log;
  }

  get hasRoom(): boolean {
    return !this.#isClosed && this.#all.size < connectionsMax;
  }

  /** A new stream of whoever has proved this certificate. */
  add(stream: RunnerStream, certified: Certified): RunnerConnection {
    const connection = new RunnerConnection(stream, certified, this);
    this.#all.add(connection);
    this.#options.metrics.runnerConnections.set(this.#all.size);
    if (!this.hasRoom)
      connection.refuse(new Refusal("REFUSAL_REASON_UNAVAILABLE", "No room: come again", 5_000));
    setTimeout(() => {
      if (!connection.isOpen)
        connection.refuse(new Refusal("REFUSAL_REASON_UNAVAILABLE", "No hello in time"));
    }, helloMs).unref();
    return connection;
  }

  /** Lets a runner in, if the database says so, and joins it with the jobs. */
  async open(connection: RunnerConnection, hello: Hello, incarnation: number): Promise<Opened> {
    const protocol = runnerProtocols.find((each) => hello.protocols.includes(each));
    if (protocol === undefined) {
      const spoken = runnerProtocols.join(", ");
      const message = `This server speaks protocol ${spoken}: update the runner; it keeps its spool`;
      throw new Refusal("REFUSAL_REASON_PROTOCOL", message, blockedPauseMs);
    }
    const { runners, link } = this.#options;
    const admitted = await runners.presence.admit({
      identity: connection.certified,
      connectionId: connection.id,
      transport: connection.stream.transport,
      spoolId: hello.spoolId.slice(0, 100),
      facts: factsOf(hello, incarnation, []),
    });
    if (typeof admitted === "string") throw refusals[admitted]();
    const identity = { ...connection.certified, name: admitted.name };
    this.#byRunner.get(identity.runnerId)?.refuse(refusals.fenced());
    this.#byRunner.set(identity.runnerId, connection);
    const kept = this.#outboxFor(identity.runnerId, incarnation, hello);
    const facts = factsOf(hello, incarnation, admitted.tags);
    const session = await link.connect(identity, facts, hello.running, connection.sinkTo(kept.outbox));
    const verdicts = session.reconciled.map(({ jobId, leaseNumber, verdict }) => ({
      job: { jobId, leaseNumber },
      continues: verdict === "continue",
    }));
    const welcome: NonNullable<ConnectResponse["welcome"]> = {
      protocol,
      verdicts,
      received: admitted.receivedSeq,
      outboxId: kept.outbox.id,
      outboxAfter: kept.heardSeq,
      heartbeatMs: this.#options.heartbeatMs ?? heartbeatMs,
      credentialLeftMs: admitted.leftMs,
      credentialLifeMs: admitted.lifeMs,
      authorities: runners.authorities.bundle,
      tags: admitted.tags,
      name: admitted.name,
    };
    const { outbox, heardSeq } = kept;
    return {
      identity,
      session,
      outbox,
      heardSeq,
      receivedSeq: admitted.receivedSeq,
      welcome,
      isDraining: admitted.isDraining,
    };
  }

  async keepReceived(connection: RunnerConnection, seq: number): Promise<void> {
    const { runnerId } = connection.certified;
    await this.#options.runners.presence.keepReceived({ runnerId, connectionId: connection.id, seq });
  }

  async renew(identity: RunnerIdentity, csr: string): Promise<NonNullable<ConnectResponse["credential"]>> {
    return { ...(await this.#options.runners.enrolment.renew(identity, csr)), token: "" };
  }

  async readFile({ tenantId }: RunnerIdentity, fileId: string, offset: number): Promise<FileBytes> {
    return this.#options.readFile(tenantId, fileId, { offset, length: filePartBytes });
  }

  violated(identity: RunnerIdentity, what: string): void {
    this.log.warn({ runnerId: identity.runnerId, what }, "a runner said what it may not say");
    const recorded = this.#options.runners.recordViolation(identity, what);
    void recorded.catch((error: unknown) => this.log.error({ err: error }, "a violation was not recorded"));
  }

  closed(connection: RunnerConnection, why: string): void {
    this.#all.delete(connection);
    this.#options.metrics.runnerConnections.set(this.#all.size);
    const { runnerId } = connection.certified;
    if (this.#byRunner.get(runnerId) === connection) this.#byRunner.delete(runnerId);
    const left = { identity: connection.identity, connectionId: connection.id, why };
    const leaving = this.#options.runners.presence.leave(left).catch((error: unknown) => {
      // The last sign of it ages, and tells the same.
      this.log.warn({ err: error, runnerId }, "it was not noted that a runner went");
    });
    this.#leaving.add(leaving);
    void leaving.finally(() => this.#leaving.delete(leaving));
  }

  /** Cuts who may not stay and who is silent, drains who shall, and now and then notes who is there. */
  async look(): Promise<void> {
    this.#looks += 1;
    this.#cutSilent();
    this.#forgetOutboxes();
    const open = [...this.#all].filter(({ isOpen }) => isOpen);
    const byId = new Map(open.map((connection) => [connection.id, connection]));
    const standing = open.map(({ id, certified }) => ({ ...certified, connectionId: id }));
    for (const { connectionId, why } of await this.#options.runners.presence.listFallen(standing)) {
      const connection = byId.get(connectionId);
      if (why === "draining") connection?.drain();
      else connection?.refuse(refusals[why]());
    }
    if (this.#looks % looksPerSigns === 0) await this.#noteSigns();
  }

  /** Tells everybody whom to trust from here on, before anything is signed by who is new among them. */
  tellAuthorities(authorities: string[]): void {
    const credential = { certificate: "", authorities, leftMs: 0, lifeMs: 0, token: "" };
    for (const connection of this.#all) connection.send({ credential });
  }

  /** Asks everybody for a request for a new certificate: another authority signs by now. */
  rotateAll(): void {
    for (const connection of this.#all) connection.rotate();
  }

  /** Tells everybody to come again, spread over some seconds, and waits until it is noted that they went. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#all) {
      const later = Math.floor(Math.random() * restartSpreadMs);
      connection.refuse(new Refusal("REFUSAL_REASON_UNAVAILABLE", "The server restarts: come again", later));
    }
    await Promise.all(this.#leaving);
  }

  #cutSilent(): void {
    for (const connection of this.#all) {
      const silent = connection.isHeard ? 0 : (this.#silentLooks.get(connection) ?? 0) + 1;
      connection.isHeard = false;
      this.#silentLooks.set(connection, silent);
      if (silent < silentLooksMax) continue;
      connection.gone("it was silent for too long");
      connection.stream.cut();
    }
  }

  async #noteSigns(): Promise<void> {
    const heard = [...this.#all].filter(({ isOpen, heartbeat }) => isOpen && heartbeat.isNews);
    const signs = heard.map((connection) => {
      const { busy, refusing } = connection.heartbeat;
      connection.heartbeat = { busy, refusing, isNews: false };
      return { runnerId: connection.certified.runnerId, connectionId: connection.id, busy, refusing };
    });
    await this.#options.runners.presence.noteSigns(signs);
  }

  /** The same start of a runner goes on with its outbox; any other begins one. */
  #outboxFor(runnerId: string, incarnation: number, hello: Hello): { outbox: Outbox; heardSeq: number } {
    const kept = this.#outboxes.get(runnerId);
    const goesOn = kept?.incarnation === incarnation && kept.outbox.id === hello.outboxId;
    const outbox = goesOn ? kept.outbox : new Outbox();
    this.#outboxes.set(runnerId, { outbox, incarnation, looksLeft: outboxLooks });
    return { outbox, heardSeq: goesOn ? hello.received : 0 };
  }

  #forgetOutboxes(): void {
    for (const [runnerId, kept] of this.#outboxes) {
      kept.looksLeft = this.#byRunner.has(runnerId) ? outboxLooks : kept.looksLeft - 1;
      if (kept.looksLeft <= 0) this.#outboxes.delete(runnerId);
    }
  }
}
