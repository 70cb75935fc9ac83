import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import type { Client, Held } from "./client.ts";
import { type Dispatch, failureReply } from "./dispatch.ts";
import { decodeEnvelope, encodeEnvelope, type Outgoing } from "./envelope.ts";
import { IncomingBytes } from "./incoming-bytes.ts";
import { decodeMessage, encodeMessage, type Envelope, type MessageName, type Messages } from "./messages.ts";
import { Sequence } from "./sequence.ts";

/** Bytes of one envelope; of a client that has not shown who he is. */
export const frameBytesMax = 100 * 1024 * 1024;
export const frameBytesUnknownMax = 4 * 1024 * 1024;
/** Commands of one connection at work at once; further ones are read when one has ended. */
const inFlightMax = 32;
/** Unread answers from which on no further command is taken, and at which the client is too slow to be kept. */
const bufferedBytesHigh = 1024 * 1024;
const bufferedBytesMax = 64 * 1024 * 1024;
/** Uploads of one connection at once, and their bytes that wait to be stored. */
const uploadsMax = 64;
const uploadBytesHigh = 4 * 1024 * 1024;

/** What carries a connection's envelopes. */
export interface Transport {
  /** Sends an envelope; `done` when it is out, or never will be. */
  send(envelope: Uint8Array, done: () => void): void;
  /** Stops and goes on reading. */
  pause(): void;
  resume(): void;
  /** Asks the client for a sign of life below the protocol, where there is such a thing. */
  probe(): void;
  /** Ends it after what was sent is out. */
  end(reason: string): void;
  /** Ends it at once. */
  cut(): void;
  /** Whether messages are numbered. */
  readonly isNumbered: boolean;
}

interface ConnectionOptions {
  transport: Transport;
  dispatch: Dispatch;
  address: string;
  log: Logger;
}

/** One client: who it is, what it asks, what it is sent, and what it holds as long as it is there. */
export class Connection implements Client {
  readonly id = newId();
  readonly address: string;
  call: Call | undefined;
  agent = "";
  version = "";
  wantsPings = false;
  renewTokenAtMs = Number.POSITIVE_INFINITY;
  readonly openedAtMs = performance.now();
  aliveAtMs = performance.now();

  readonly #transport: Transport;
  readonly #dispatch: Dispatch;
  readonly #log: Logger;
  readonly #received = new Sequence();
  #sent = 0;
  #bufferedBytes = 0;
  #inFlight = 0;
  #isBarred = false;
  #isPaused = false;
  #isGoingOn = false;
  #isTrusted = false;
  #state: "open" | "ending" | "closed" = "open";
  /** Envelopes that came although no more were taken: what carries them could not hold them back. */
  #waiting: Envelope[] = [];
  readonly #uploads = new Map<string, IncomingBytes>();
  #uploadBytes = 0;
  readonly #held = new Map<string, Held>();
  #onDrained: (() => void)[] = [];
  #onIdle: (() => void)[] = [];

  constructor({ transport, dispatch, address, log }: ConnectionOptions) {
    this.#transport = transport;
    this.#dispatch = dispatch;
    this.#log = log;
    this.address = address;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** How large an envelope may be by now. */
  get frameBytesMax(): number {
    return this.#isTrusted ? frameBytesMax : frameBytesUnknownMax;
  }

  /** Somebody of the house stands behind it, by a sign-in or by a token that came with a message. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  trust(): void {
    this.#isTrusted = true;
  }

  /** Whether it takes nothing more for now: what carries it keeps what comes until `onRoom`. */
  get isFull(): boolean {
    return (
      this.#waiting.length > 0 ||
      this.#isBarred ||
      this.#inFlight >= inFlightMax ||
      this.#bufferedBytes > bufferedBytesHigh ||
      this.#uploadBytes > uploadBytesHigh
    );
  }

  /** Called when it takes more again. */
  onRoom: () => void = () => undefined;

  signIn(call: Call): void {
    this.call = call;
    this.trust();
  }

  /** Something came below the protocol. */
  noteAlive(): void {
    this.aliveAtMs = performance.now();
  }

  probe(): void {
    this.#transport.probe();
  }

  // What comes.

  /** Takes an envelope's bytes. What is no envelope ends the connection, as nothing behind it can be told. */
  receive(bytes: Uint8Array): void {
    if (this.#state !== "open") return;
    this.noteAlive();
    try {
      this.take(decodeEnvelope(bytes));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Takes an envelope. */
  take(envelope: Envelope): void {
    if (this.#state !== "open") return;
    this.noteAlive();
    if (this.#transport.isNumbered && !this.#received.take(envelope.seq)) {
      const message = `seq: the message ${envelope.seq} came already; count up by one from 0`;
      this.fail(new AppError("invalid_input", message, { field: "seq" }), envelope);
      return;
    }
    if (this.isFull) this.#waiting.push(envelope);
    else this.#perform(envelope);
    this.#regulate();
  }

  /** Tells the client what it did wrong, and ends the connection. */
  fail(error: unknown, request: Pick<Envelope, "id" | "traceid" | "spanid"> = nameless): void {
    const known = error instanceof AppError ? error : undefined;
    const requestId = newId();
    if (known === undefined)
      this.#log.error({ err: error, reqId: requestId }, "an OpenIAP connection failed");
    this.send(failureReply(request, known, requestId));
    this.end(known?.message ?? "something broke");
  }

  #perform(envelope: Envelope): void {
    try {
      this.#act(envelope);
    } catch (error) {
      this.fail(error, envelope);
    }
  }

  #act(envelope: Envelope): void {
    switch (envelope.command) {
      case "":
      case "noop":
      case "ping":
      case "pong":
        return;
      case "beginstream":
        return;
      case "stream":
        return this.#takeBytes(envelope);
      case "endstream":
        return this.#uploads.get(envelope.rid)?.end();
      default:
        void this.#answer(envelope);
    }
  }

  #takeBytes({ rid, data }: Envelope): void {
    const upload = this.#uploads.get(rid);
    if (upload === undefined) return;
    const { data: bytes } = decodeMessage("Stream", data?.value ?? new Uint8Array(0));
    this.#uploadBytes += bytes.length;
    upload.push(bytes);
  }

  async #answer(envelope: Envelope): Promise<void> {
    const command = this.#dispatch.find(envelope.command);
    if (command?.takesBytes === true) return this.#answerUpload(envelope);
    this.#inFlight += 1;
    const isBarrier = command?.isBarrier === true;
    if (isBarrier) this.#isBarred = true;
    const reply = await this.#dispatch.answer(envelope, { address: this.address, client: this });
    this.#inFlight -= 1;
    if (isBarrier) this.#isBarred = false;
    this.#reply(reply);
  }

  /** It waits for frames that come behind it, so it does not count among those for whose end others wait. */
  async #answerUpload(envelope: Envelope): Promise<void> {
    if (this.#uploads.size >= uploadsMax || this.#uploads.has(envelope.id)) {
      const error = new AppError(
        "conflict",
        `A connection has at most ${uploadsMax} uploads, each of its own id`,
      );
      this.send(failureReply(envelope, error, newId()));
      return;
    }
    const incoming = new IncomingBytes((bytes) => {
      this.#uploadBytes -= bytes;
      this.#goOn();
    });
    this.#uploads.set(envelope.id, incoming);
    const origin = { address: this.address, client: this, incoming };
    const reply = await this.#dispatch.answer(envelope, origin);
    this.#uploads.delete(envelope.id);
    incoming.abandon();
    this.#reply(reply);
  }

  /** Nobody waits for this: what goes wrong in it ends the connection and not the process. */
  #reply(reply: Outgoing): void {
    try {
      this.send(reply);
      this.#goOn();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Something has ended: takes what waits, and wakes whom it may concern. */
  #goOn(): void {
    // What is taken may end at once, and so call this again: once is enough.
    if (this.#isGoingOn) return;
    this.#isGoingOn = true;
    this.#takeWaiting();
    if (!this.isFull) this.onRoom();
    this.#isGoingOn = false;
    this.#regulate();
    if (this.#bufferedBytes <= bufferedBytesHigh) for (const resume of this.#onDrained.splice(0)) resume();
    if (this.#isIdle()) for (const tell of this.#onIdle.splice(0)) tell();
  }

  #takeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const taken = waiting.findIndex((envelope) => {
      if (this.isFull || this.#state !== "open") return true;
      this.#perform(envelope);
      return false;
    });
    if (taken !== -1) this.#waiting = [...waiting.slice(taken), ...this.#waiting];
  }

  #isIdle(): boolean {
    return this.#inFlight === 0 && this.#uploads.size === 0 && this.#waiting.length === 0;
  }

  #regulate(): void {
    const { isFull } = this;
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    if (isFull) this.#transport.pause();
    else this.#transport.resume();
  }

  // What goes out.

  send(outgoing: Outgoing): void {
    if (this.#state !== "open") return;
    const envelope = encodeEnvelope(outgoing, this.#sent);
    this.#sent += 1;
    this.#bufferedBytes += envelope.length;
    if (this.#bufferedBytes > bufferedBytesMax) {
      this.#log.warn(
        { connection: this.id, agent: this.agent },
        "an OpenIAP client reads too slowly: cut off",
      );
      this.cut();
      return;
    }
    this.#transport.send(envelope, () => {
      this.#bufferedBytes -= envelope.length;
      // While nothing of it is read, that it reads is the sign of its life.
      if (this.#isPaused) this.noteAlive();
      this.#goOn();
    });
  }

  push<Name extends MessageName>(command: string, type: Name, message: Partial<Messages[Name]>): void {
    this.send({ command, rid: "", type, value: encodeMessage(type, message) });
  }

  async drained(): Promise<void> {
    if (this.#state !== "open" || this.#bufferedBytes <= bufferedBytesHigh) return;
    await new Promise<void>((resolve) => this.#onDrained.push(resolve));
  }

  // What it holds.

  hold(name: string, held: Held): void {
    this.#held.get(name)?.release();
    if (this.#state !== "open") held.release();
    else this.#held.set(name, held);
  }

  get heldCount(): number {
    return this.#held.size;
  }

  release(name: string): boolean {
    const held = this.#held.get(name);
    this.#held.delete(name);
    held?.release();
    return held !== undefined;
  }

  /** What it holds, by name. */
  get held(): ReadonlyMap<string, Held> {
    return this.#held;
  }

  // Its end.

  /** Takes nothing more; resolves when what was taken is answered. Uploads that are not all here never will be. */
  async finish(): Promise<void> {
    if (this.#state === "open") this.#transport.pause();
    this.#endUploads();
    if (!this.#isIdle()) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** The client says nothing more: what it asked is answered, then it is over. */
  async finishAndEnd(): Promise<void> {
    await this.finish();
    this.end("the client has ended");
  }

  end(reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#letGo();
    this.#transport.end(reason);
  }

  cut(): void {
    this.#transport.cut();
    this.closed();
  }

  /** It is gone: whatever it held is let go. */
  closed(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#letGo();
  }

  #endUploads(): void {
    const gone = new AppError("timed_out", "The connection ended before all bytes had come");
    for (const upload of this.#uploads.values()) upload.end(gone);
  }

  #letGo(): void {
    this.#waiting = [];
    this.#endUploads();
    for (const held of this.#held.values()) held.release();
    this.#held.clear();
    for (const resume of this.#onDrained.splice(0)) resume();
    if (this.#isIdle()) for (const tell of this.#onIdle.splice(0)) tell();
  }
}

const nameless = { id: "", traceid: "", spanid: "" };
