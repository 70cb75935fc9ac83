import {
  bodyNameOf,
  type ConnectRequest,
  type ConnectResponse,
  decodeRunnerMessage,
  encodeRunnerMessage,
  type Envelope,
  type Hello,
  RefusalReason,
  underEnvelope,
} from "@millrace/contract/runner-wire.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import type { RunnerIdentity } from "../../modules/runners/model.ts";
import type { RunnerSession, RunnerSink } from "../../modules/jobs/runner-model.ts";
import { Inbox } from "./inbox.ts";
import type { Outbox, Unacknowledged } from "./outbox.ts";
import { perform } from "./perform.ts";
import { wireJobOf } from "./translate.ts";

/** A runner that lets this much pile up is too slow: it is cut, and what it has not acknowledged is said again. */
const bufferedBytesMax = 16 * 1024 * 1024;
/** Who does not read the goodbye holds nobody up. */
const goodbyeMs = 1_000;

/** Either way by which messages come and go, each in one piece and in order. */
export interface RunnerStream {
  readonly transport: "grpc" | "websocket";
  readonly address: string;
  /** Bytes that were sent and have not left. */
  readonly bufferedBytes: number;
  send(message: Uint8Array): void;
  pause(): void;
  resume(): void;
  /** Ends it after what was sent; `cut` at once. */
  end(): void;
  cut(): void;
}

/** Whom the certificate names. */
export type Certified = Omit<RunnerIdentity, "name">;

/** What a connection gets of the door once its hello was heard. */
export interface Opened {
  identity: RunnerIdentity;
  session: RunnerSession;
  outbox: Outbox;
  receivedSeq: number;
  welcome: NonNullable<ConnectResponse["welcome"]>;
  /** Up to where the runner has heard the outbox. */
  heardSeq: number;
  isDraining: boolean;
}

export interface FileBytes {
  bytes: Uint8Array;
  isLast: boolean;
}

export interface ConnectionHost {
  readonly log: Logger;
  /** Lets the runner in and joins it with the jobs; refuses with an `AppError` or a `Refusal`. */
  open(connection: RunnerConnection, hello: Hello, incarnation: number): Promise<Opened>;
  /** Keeps up to where the spool was received. */
  keepReceived(connection: RunnerConnection, seq: number): Promise<void>;
  renew(identity: RunnerIdentity, csr: string): Promise<NonNullable<ConnectResponse["credential"]>>;
  /** A part of a file of the runner's tenant, from `offset` on. */
  readFile(identity: RunnerIdentity, fileId: string, offset: number): Promise<FileBytes>;
  violated(identity: RunnerIdentity, what: string): void;
  closed(connection: RunnerConnection, why: string): void;
}

/** The last word to a runner, which names the reason and the way out. */
export class Refusal extends Error {
  readonly reason: number;
  readonly retryAfterMs: number;

  constructor(reason: keyof typeof RefusalReason, message: string, retryAfterMs = 0) {
    super(message);
    this.reason = RefusalReason[reason];
    this.retryAfterMs = retryAfterMs;
  }
}

/** One runner's stream: its hello, then its records in order and the server's messages in theirs. */
export class RunnerConnection {
  readonly id = newId();
  readonly certified: Certified;
  readonly stream: RunnerStream;
  readonly #host: ConnectionHost;
  #incarnation = 0;
  #opened: Opened | undefined;
  #inbox: Inbox | undefined;
  #isHelloHeard = false;
  #ended: string | undefined;
  #keptSeq = 0;
  #ackedSeq = 0;
  #isKeeping = false;
  /** Messages of the jobs that came before the welcome went out. */
  #isWelcome = false;
  heartbeat = { busy: 0, refusing: "", isNews: false };
  /** Heard since the door last looked. */
  isHeard = true;
  isDrainTold = false;

  constructor(stream: RunnerStream, certified: Certified, host: ConnectionHost) {
    this.stream = stream;
    this.certified = certified;
    this.#host = host;
  }

  get identity(): RunnerIdentity {
    return this.#opened?.identity ?? { ...this.certified, name: this.certified.runnerId };
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  get isOpen(): boolean {
    return this.#isWelcome && this.#ended === undefined;
  }

  /** What the jobs say goes into the outbox first, so that a break loses nothing of it. */
  sinkTo(outbox: Outbox): RunnerSink {
    const push = (body: Omit<ConnectResponse, "envelope">) => this.#push(outbox, body);
    return {
      job: (job) => {
        for (const id of [job.packageFileId, ...job.files.map((file) => file.id)]) outbox.fileIds.add(id);
        push({ job: wireJobOf(job) });
      },
      cancel: (job) => push({ cancel: { job } }),
      leaseLost: (job) => push({ lost: { job } }),
      drain: () => this.drain(outbox),
      close: (reason) => this.refuse(new Refusal("REFUSAL_REASON_UNAVAILABLE", reason)),
    };
  }

  /** Tells the runner to take nothing more; once is enough. */
  drain(outbox = this.#opened?.outbox): void {
    if (this.isDrainTold || outbox === undefined) return;
    this.isDrainTold = true;
    this.#push(outbox, { drain: {} });
  }

  /** Asks for a request for a new certificate. */
  rotate(): void {
    this.send({ rotate: {} });
  }

  /** Says what is of no use later: it has no place in the order and is not said again. */
  send(body: Omit<ConnectResponse, "envelope">): void {
    if (this.#isWelcome || body.refused != null) this.#write({ ...body, envelope: this.#envelope(0, 0) });
  }

  /** A message as it came in. */
  receive(bytes: Uint8Array): void {
    if (this.#ended !== undefined) return;
    this.isHeard = true;
    try {
      this.#take(decodeRunnerMessage("ConnectRequest", bytes));
    } catch (error) {
      this.fail(error);
    }
  }

  /** The other side is gone. */
  gone(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#opened?.session.close();
    this.#host.closed(this, why);
  }

  /** Says why, and ends it. */
  refuse(refusal: Refusal): void {
    if (this.#ended !== undefined) return;
    const { reason, message, retryAfterMs } = refusal;
    this.send({ refused: { reason, message, retryAfterMs } });
    this.gone(message);
    this.stream.end();
    setTimeout(() => this.stream.cut(), goodbyeMs).unref();
  }

  /** Ends it for what went wrong: a refusal is told as it is, anything of ours as a reason to come again. */
  fail(error: unknown): void {
    if (this.#ended !== undefined) return;
    if (error instanceof Refusal) return this.refuse(error);
    const { log } = this.#host;
    const isTheirs = error instanceof AppError && error.status < 500;
    const { runnerId } = this.certified;
    if (isTheirs) log.warn({ err: error, runnerId }, "a runner was refused");
    else log.error({ err: error, runnerId }, "a runner's stream broke off");
    const message = error instanceof AppError ? error.message : "The message cannot be taken: come again";
    this.refuse(new Refusal(isTheirs ? "REFUSAL_REASON_FORBIDDEN" : "REFUSAL_REASON_UNAVAILABLE", message));
  }

  #take(message: ConnectRequest): void {
    const { envelope } = message;
    if (envelope == null) throw new Refusal("REFUSAL_REASON_FORBIDDEN", "envelope: is missing");
    this.#checkSender(envelope);
    if (!this.#isHelloHeard) {
      this.#isHelloHeard = true;
      void this.#open(message, envelope);
      return;
    }
    const opened = this.#opened;
    if (opened === undefined) throw new Refusal("REFUSAL_REASON_FORBIDDEN", "Wait for the welcome");
    opened.outbox.acknowledge(envelope.ack);
    if (envelope.seq === 0) this.#takeUnordered(message, opened);
    else this.#takeRecord(message, envelope, opened);
  }

  /** The ids in a message are compared with the certificate's and used for nothing else. */
  #checkSender({ tenantId, runnerId, incarnation }: Envelope): void {
    const { certified } = this;
    const isOther = tenantId !== certified.tenantId || runnerId !== certified.runnerId;
    if (!isOther && (!this.#isHelloHeard || incarnation === this.#incarnation)) return;
    const what = isOther ? `spoke as ${tenantId}/${runnerId}` : `spoke as incarnation ${incarnation}`;
    this.#host.violated(this.identity, what.slice(0, 200));
    const message = "A message named another sender than the certificate does";
    throw new Refusal("REFUSAL_REASON_FORBIDDEN", message);
  }

  async #open(message: ConnectRequest, envelope: Envelope): Promise<void> {
    this.stream.pause();
    try {
      const { hello } = message;
      if (hello == null) throw new Refusal("REFUSAL_REASON_FORBIDDEN", "Say hello first");
      this.#incarnation = envelope.incarnation;
      const opened = await this.#host.open(this, hello, envelope.incarnation);
      if (this.#ended === undefined) return this.#welcome(opened);
      // It went while it was being let in, and its going was noted too early.
      opened.session.close();
      this.#host.closed(this, this.#ended);
    } catch (error) {
      this.fail(error);
    } finally {
      this.stream.resume();
    }
  }

  #welcome(opened: Opened): void {
    this.#opened = opened;
    this.#keptSeq = opened.receivedSeq;
    this.#ackedSeq = opened.receivedSeq;
    this.#inbox = new Inbox(opened.receivedSeq, {
      onKept: (seq) => this.#kept(seq),
      onFull: () => this.stream.pause(),
      onLow: () => this.stream.resume(),
    });
    opened.outbox.acknowledge(opened.heardSeq);
    this.#write({ welcome: opened.welcome, envelope: this.#envelope(0, 0) });
    this.#isWelcome = true;
    for (const message of opened.outbox.waiting) this.#writePlaced(message);
    if (opened.isDraining) this.drain();
  }

  #takeUnordered(message: ConnectRequest, opened: Opened): void {
    const { heartbeat, renewal, certificateRequest, fileRequest } = message;
    if (heartbeat != null) {
      const { busy, slots, refusing } = heartbeat;
      this.heartbeat = { busy, refusing: refusing.replaceAll("\0", "").slice(0, 500), isNews: true };
      opened.session.setSlots(refusing === "" ? slots : 0);
      // Something goes down as well, since proxies look at each direction.
      this.send({});
    }
    if (renewal != null) void this.#renewLeases(renewal, opened).catch((error: unknown) => this.fail(error));
    if (fileRequest != null) void this.#sendFile(fileRequest, opened);
    if (certificateRequest != null) void this.#renewCertificate(certificateRequest.csr, opened);
  }

  async #renewLeases(
    { jobs, request }: NonNullable<ConnectRequest["renewal"]>,
    { session, outbox }: Opened,
  ): Promise<void> {
    const answers = await session.renew(jobs);
    const isLost = (index: number) => answers[index] === "lost";
    for (const job of jobs.filter((_job, index) => isLost(index))) this.#push(outbox, { lost: { job } });
    this.send({ renewed: { jobs: jobs.filter((_job, index) => !isLost(index)), request } });
  }

  /** A runner reads what its jobs name and nothing else. */
  async #sendFile(
    { fileId, offset, request }: NonNullable<ConnectRequest["fileRequest"]>,
    { identity, outbox }: Opened,
  ): Promise<void> {
    const nothing = { request, bytes: new Uint8Array(), isLast: true };
    if (!outbox.fileIds.has(fileId)) {
      this.#host.violated(
        identity,
        `asked for the file ${fileId.slice(0, 50)}, which none of its jobs names`,
      );
      return this.send({ filePart: { ...nothing, error: "no job of this runner names such a file" } });
    }
    try {
      const part = await this.#host.readFile(identity, fileId, offset);
      this.send({ filePart: { request, ...part, error: "" } });
    } catch (error) {
      this.#host.log.warn(
        { err: error, runnerId: identity.runnerId, fileId },
        "a file could not be read for a runner",
      );
      this.send({ filePart: { ...nothing, error: "the file cannot be read at present" } });
    }
  }

  async #renewCertificate(csr: string, { identity }: Opened): Promise<void> {
    try {
      this.send({ credential: await this.#host.renew(identity, csr) });
    } catch (error) {
      // The present one is good yet, and the runner asks again.
      const { log } = this.#host;
      log.warn({ err: error, runnerId: identity.runnerId }, "a certificate was not renewed");
    }
  }

  #takeRecord(message: ConnectRequest, envelope: Envelope, opened: Opened): void {
    const inbox = this.#inbox!;
    const arrival = inbox.see(envelope);
    if (arrival === "gap")
      throw new Refusal("REFUSAL_REASON_GAP", "Something before this message is missing");
    if (arrival === "again") return this.#acknowledge(true);
    const name = bodyNameOf(message) ?? "";
    const job = (message as Record<string, unknown>)[name] as { job?: { jobId: string } | null } | undefined;
    const work = () => this.#perform(message, opened);
    inbox.take(envelope.seq, job?.job?.jobId ?? "", work, (error) => this.fail(error));
  }

  async #perform(message: ConnectRequest, opened: Opened): Promise<void> {
    try {
      await perform(message, opened.session);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      const job = message.accepted?.job;
      if (error.code === "lease_lost" && job != null) this.#push(opened.outbox, { lost: { job } });
      else this.#host.log.warn({ err: error, runnerId: this.certified.runnerId }, "a record was set aside");
    }
  }

  #kept(seq: number): void {
    this.#keptSeq = seq;
    if (!this.#isKeeping) void this.#keep();
  }

  /** Acknowledged is what is kept in the database: one write at a time, for all that has come meanwhile. */
  async #keep(): Promise<void> {
    this.#isKeeping = true;
    try {
      while (this.#ackedSeq < this.#keptSeq && this.#ended === undefined) {
        const seq = this.#keptSeq;
        await this.#host.keepReceived(this, seq);
        this.#ackedSeq = seq;
        this.#acknowledge();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.#isKeeping = false;
    }
  }

  #acknowledge(isAgain = false): void {
    if (!isAgain || !this.#isKeeping) this.send({});
  }

  #push(outbox: Outbox, body: Omit<ConnectResponse, "envelope">): void {
    if (this.#ended !== undefined) return;
    const message = outbox.push(body);
    if (message === undefined) {
      this.refuse(
        new Refusal("REFUSAL_REASON_UNAVAILABLE", "Too much has not been acknowledged: come again"),
      );
    } else if (this.#isWelcome) this.#writePlaced(message);
  }

  #writePlaced({ seq, after, body }: Unacknowledged): void {
    this.#writeBytes(underEnvelope("ConnectResponse", this.#envelope(seq, after), body));
  }

  #write(message: ConnectResponse): void {
    this.#writeBytes(encodeRunnerMessage("ConnectResponse", message));
  }

  #writeBytes(bytes: Uint8Array): void {
    if (this.#ended !== undefined) return;
    this.stream.send(bytes);
    if (this.stream.bufferedBytes <= bufferedBytesMax) return;
    this.gone("it reads too slowly");
    this.stream.cut();
  }

  #envelope(seq: number, after: number): Envelope {
    const { tenantId, runnerId } = this.certified;
    const ack = this.#ackedSeq;
    return { tenantId, runnerId, seq, after, ack, incarnation: this.#incarnation, sentAtMs: Date.now() };
  }
}
