import { setTimeout as delay } from "node:timers/promises";
import {
  type ConnectRequest,
  type ConnectResponse,
  decodeRunnerMessage,
  encodeRunnerMessage,
  type Envelope,
  type Heartbeat,
  type Hello,
  RefusalReason,
  runnerProtocols,
  underEnvelope,
  type Welcome,
} from "@millrace/contract/runner-wire.ts";
import { type Dialled, dialGrpc, dialWebSocket, type Line, type Transport } from "./dial.ts";
import { type Credential, makeKey, type NewKey, type RunnerFolder } from "./enrol.ts";
import type { Spool } from "./spool.ts";

const attemptPauseMinMs = 1_000;
const attemptPauseMaxMs = 30_000;
const credentialPauseMs = 15_000;
const welcomeMs = 20_000;
/** So much is on its way at once; the rest waits on the disk. */
const bufferedBytesMax = 4 * 1024 * 1024;
const readBytes = 512 * 1024;
/** Without a word from the server for so many heartbeats the line is dead. */
const silentHeartbeatsMax = 3;
const renewAgainMs = 300_000;
const ackAfterMs = 20;

/** What a hello says beside what the channel knows itself. */
export type HelloFacts = Pick<Hello, "version" | "platform" | "runtimes" | "sandbox" | "slots" | "running">;

export interface ChannelLog {
  info(message: string): void;
  warn(message: string): void;
}

export interface ChannelOptions {
  folder: RunnerFolder;
  spool: Spool;
  incarnation: number;
  log: ChannelLog;
  /** Ways to try, in this order. */
  transports?: readonly Transport[];
  hello(): HelloFacts;
  heartbeat(): Heartbeat;
  onWelcome(welcome: Welcome): void;
  onMessage(message: ConnectResponse): void;
  /** A later start of this runner has taken over: this one must end. */
  onFenced(): void;
}

const dial = { grpc: dialGrpc, websocket: dialWebSocket };

/** The runner's one stream to its server, opened again and again: by gRPC first, then by WebSocket. */
export class Channel {
  readonly #options: ChannelOptions;
  #stopped = new AbortController();
  #session: Session | undefined;
  #outbox = { id: "", received: 0 };
  #failures = 0;
  #loop: Promise<void> | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
    options.spool.onNews = () => this.#session?.pump();
  }

  start(): void {
    this.#loop ??= this.#keepConnected();
  }

  get transport(): Transport | undefined {
    return this.#session?.isWelcome === true ? this.#session.line.transport : undefined;
  }

  /** Says what is of no use later; false while there is no line. */
  send(body: Omit<ConnectRequest, "envelope">): boolean {
    if (this.#session?.isWelcome !== true) return false;
    this.#session.send(body);
    return true;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#session?.line.cut();
    await this.#loop;
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const pauseMs = await this.#connectOnce();
      if (!signal.aborted) await pause(pauseMs, signal);
    }
  }

  /** Opens a stream and stays on it; answers how long to wait before the next. */
  async #connectOnce(): Promise<number> {
    const { folder, log, transports = ["grpc", "websocket"] } = this.#options;
    const dialled = { record: await folder.record(), credential: await folder.credential() };
    for (const transport of transports) {
      if (this.#stopped.signal.aborted || (transport === "grpc" && dialled.record.address === null)) continue;
      try {
        const ended = await this.#stay(transport, dialled);
        if (!ended.wasWelcome && ended.refused === undefined) continue;
        log.info(`the stream ended: ${ended.refused?.message ?? ended.why}`);
        return this.#pauseAfter(ended);
      } catch (error) {
        log.info(`no stream by ${transport}: ${(error as Error).message}`);
      }
    }
    return this.#backOff();
  }

  async #stay(transport: Transport, dialled: Dialled): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const session = new Session({ ...this.#options, dialled, outbox: this.#outbox, onEnd: resolve });
      this.#session = session;
      dial[transport](dialled, session)
        .then((line) => {
          session.open(line);
          if (this.#stopped.signal.aborted) line.cut();
        })
        .catch(reject);
    });
  }

  #pauseAfter(ended: Ended): number {
    const { refused, wasWelcome, isRenewed } = ended;
    // A stream that breaks as soon as it stands is no success.
    if (wasWelcome && ended.livedMs > attemptPauseMaxMs) this.#failures = 0;
    if (isRenewed) return 0;
    switch (refused?.reason) {
      case RefusalReason.REFUSAL_REASON_FENCED:
        this.#options.log.warn("a later start of this runner has taken over");
        this.#stopped.abort();
        this.#options.onFenced();
        return 0;
      case RefusalReason.REFUSAL_REASON_CREDENTIAL:
      case RefusalReason.REFUSAL_REASON_BLOCKED:
      case RefusalReason.REFUSAL_REASON_PROTOCOL:
        this.#options.log.warn(refused.message);
        return Math.max(refused.retryAfterMs, credentialPauseMs) * (0.5 + Math.random());
      default:
        return Math.max(refused?.retryAfterMs ?? 0, this.#backOff());
    }
  }

  /** Full jitter, so that a thousand that were cut at once do not come at once; never more than one try a second. */
  #backOff(): number {
    const ceiling = Math.min(attemptPauseMaxMs, attemptPauseMinMs * 2 ** this.#failures);
    this.#failures += 1;
    return Math.max(attemptPauseMinMs, Math.random() * ceiling);
  }
}

interface Ended {
  why: string;
  wasWelcome: boolean;
  livedMs: number;
  /** The next stream goes with a new certificate, and at once. */
  isRenewed: boolean;
  refused: ConnectResponse["refused"] | undefined;
}

interface SessionOptions extends ChannelOptions {
  dialled: Dialled;
  outbox: { id: string; received: number };
  onEnd: (ended: Ended) => void;
}

/** One stream, from its hello to its end. */
class Session {
  readonly #options: SessionOptions;
  line!: Line;
  isWelcome = false;
  #sentSeq = 0;
  #isPumping = false;
  #isEnded = false;
  #isRenewed = false;
  #refused: ConnectResponse["refused"];
  readonly #beganAtMs = performance.now();
  #heardAtMs = performance.now();
  #newKey: NewKey | undefined;
  #saving: Promise<void> = Promise.resolve();
  readonly #timers = new Set<NodeJS.Timeout>();
  #ackTimer: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  open(line: Line): void {
    this.line = line;
    const { spool, hello, outbox } = this.#options;
    const { id: outboxId, received } = outbox;
    const protocols = [...runnerProtocols];
    this.#write({ hello: { ...hello(), protocols, tags: [], spoolId: spool.id, outboxId, received } });
    this.#after(welcomeMs, () => {
      if (!this.isWelcome) this.line.cut();
    });
  }

  send(body: Omit<ConnectRequest, "envelope">): void {
    this.#write(body);
  }

  /** Sends what is on the disk and was not sent by this stream, in order. */
  pump(): void {
    if (!this.isWelcome || this.#isPumping || this.#isEnded) return;
    this.#isPumping = true;
    void this.#sendSpool()
      .catch((error: unknown) => {
        this.#options.log.warn(`the spool cannot be read: ${(error as Error).message}`);
        this.line.cut();
      })
      .finally(() => {
        this.#isPumping = false;
      });
  }

  onMessage(bytes: Uint8Array): void {
    if (this.#isEnded) return;
    this.#heardAtMs = performance.now();
    const message = decodeRunnerMessage("ConnectResponse", bytes);
    const { envelope, welcome, refused, credential } = message;
    if (envelope == null || !this.#isForUs(envelope)) return this.line.cut();
    this.#options.spool.acknowledge(envelope.ack);
    if (welcome != null) return this.#welcome(welcome);
    if (refused != null) {
      this.#refused = refused;
      return;
    }
    if (envelope.seq > 0 && !this.#isNext(envelope)) return;
    if (credential != null) void this.#takeCredential(credential).catch(this.#failed);
    else if (message.rotate != null) void this.#renew().catch(this.#failed);
    else this.#options.onMessage(message);
    this.pump();
  }

  onEnd(why: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#ackTimer);
    const { isWelcome: wasWelcome } = this;
    const livedMs = performance.now() - this.#beganAtMs;
    this.#options.onEnd({ why, wasWelcome, livedMs, isRenewed: this.#isRenewed, refused: this.#refused });
  }

  #isForUs({ tenantId, runnerId, incarnation }: Envelope): boolean {
    const { record } = this.#options.dialled;
    const isUs = tenantId === record.tenantId && runnerId === record.runnerId;
    return isUs && (incarnation === this.#options.incarnation || incarnation === 0);
  }

  /** Whether a placed message is the next one; one that was heard is passed over, a gap ends the stream. */
  #isNext({ seq, after }: Envelope): boolean {
    const { outbox } = this.#options;
    if (seq <= outbox.received) return false;
    if (after > outbox.received) {
      this.#options.log.warn("something of the server is missing: connecting again");
      this.line.cut();
      return false;
    }
    outbox.received = seq;
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = undefined;
      if (!this.#isEnded) this.#write({});
    }, ackAfterMs);
    return true;
  }

  #welcome(welcome: Welcome): void {
    const { spool, outbox, onWelcome, log } = this.#options;
    outbox.id = welcome.outboxId;
    outbox.received = welcome.outboxAfter;
    spool.learnReceived(welcome.received);
    this.#sentSeq = welcome.received;
    this.isWelcome = true;
    log.info(`connected by ${this.line.transport} as ${welcome.name}`);
    onWelcome(welcome);
    this.#every(welcome.heartbeatMs, () => this.#beat(welcome.heartbeatMs));
    this.#beat(welcome.heartbeatMs);
    void this.#trust(welcome.authorities).catch(this.#failed);
    const renewInMs = welcome.credentialLeftMs - welcome.credentialLifeMs * (0.45 + Math.random() * 0.1);
    this.#after(Math.max(renewInMs, attemptPauseMinMs), () => {
      void this.#renew().catch(this.#failed);
      this.#every(renewAgainMs, () => void this.#renew().catch(this.#failed));
    });
    this.pump();
  }

  /** By the monotonic clock alone: what this machine's wall clock says does not matter. */
  #beat(heartbeatMs: number): void {
    if (performance.now() - this.#heardAtMs > heartbeatMs * silentHeartbeatsMax) this.line.cut();
    else this.#write({ heartbeat: this.#options.heartbeat() });
  }

  async #sendSpool(): Promise<void> {
    const { spool } = this.#options;
    while (!this.#isEnded && this.line.bufferedBytes < bufferedBytesMax) {
      const records = await spool.read(this.#sentSeq, readBytes);
      if (records.length === 0 || this.#isEnded) return;
      for (const { seq, after, body } of records) {
        this.line.send(underEnvelope("ConnectRequest", this.#envelope(seq, after), body));
        this.#sentSeq = seq;
      }
    }
    // What piled up is on its way: the next message, or the next record, goes on from here.
  }

  async #renew(): Promise<void> {
    this.#newKey = await makeKey();
    if (!this.#isEnded) this.#write({ certificateRequest: { csr: this.#newKey.csr } });
  }

  async #takeCredential({
    certificate,
    authorities,
  }: NonNullable<ConnectResponse["credential"]>): Promise<void> {
    if (certificate === "") return this.#trust(authorities);
    if (this.#newKey === undefined) return;
    await this.#save({ key: this.#newKey.key, certificate, authorities });
    this.#options.log.info("the certificate was renewed");
    this.#isRenewed = true;
    this.line.cut();
  }

  /** The authorities to trust may change while the certificate stays. */
  async #trust(authorities: string[]): Promise<void> {
    const { credential } = this.#options.dialled;
    if (authorities.length === 0 || authorities.join() === credential.authorities.join()) return;
    await this.#save({ authorities });
  }

  /** One change after the other, so that none is written over by an older one. */
  #save(change: Partial<Credential>): Promise<void> {
    const { folder, dialled } = this.#options;
    Object.assign(dialled.credential, change);
    const whole = { ...dialled.credential };
    this.#saving = this.#saving.then(() => folder.saveCredential(whole));
    return this.#saving;
  }

  #write(body: Omit<ConnectRequest, "envelope">): void {
    if (!this.#isEnded)
      this.line.send(encodeRunnerMessage("ConnectRequest", { ...body, envelope: this.#envelope(0, 0) }));
  }

  #envelope(seq: number, after: number): Envelope {
    const { incarnation, outbox, dialled } = this.#options;
    const { tenantId, runnerId } = dialled.record;
    return { tenantId, runnerId, seq, after, ack: outbox.received, incarnation, sentAtMs: Date.now() };
  }

  readonly #failed = (error: unknown): void => {
    this.#options.log.warn(`the certificate could not be renewed: ${(error as Error).message}`);
  };

  #after(ms: number, act: () => void): void {
    // A timer holds 31 bits of milliseconds.
    this.#timers.add(setTimeout(act, Math.min(ms, 2 ** 31 - 1)).unref());
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms).unref());
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
