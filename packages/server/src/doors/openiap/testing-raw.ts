import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { decodeEnvelope } from "./envelope.ts";
import { FrameParser, frameHeader } from "./framing.ts";
import { decodeMessage, encodeMessage, type Envelope, type MessageName, type Messages } from "./messages.ts";
import { pathOfPipe } from "./pipe-server.ts";

/** A client of bytes: it sends what it is told, well formed or not, and keeps all that comes. */
export class RawClient {
  /** Each chunk as the transport brought it. */
  readonly chunks: Buffer[] = [];
  readonly envelopes: Envelope[] = [];
  isClosed = false;
  seq = 0;
  #ids = 0;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #parser = new FrameParser();
  #changed: (() => void)[] = [];

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  take(chunk: Buffer): void {
    this.chunks.push(chunk);
    for (const frame of this.#parser.push(chunk, () => 2 ** 31))
      this.envelopes.push(decodeEnvelope(Buffer.from(frame)));
    this.#tell();
  }

  close(): void {
    this.isClosed = true;
    this.#tell();
  }

  /** The bytes of a request, numbered as the next. */
  frame<Name extends MessageName>(
    command: string,
    type: Name,
    message: Partial<Messages[Name]>,
    more: Partial<Envelope> = {},
  ): Buffer {
    const data = { type_url: `type.googleapis.com/openiap.${type}`, value: encodeMessage(type, message) };
    const envelope = { command, id: `r${(this.#ids += 1)}`, seq: this.seq, data, ...more };
    this.seq += 1;
    const body = encodeMessage("Envelope", envelope);
    return Buffer.concat([frameHeader(body.length), body]);
  }

  write(bytes: Uint8Array): void {
    this.#write(bytes);
  }

  /** Sends a request and answers its reply. */
  async ask<Name extends MessageName>(
    command: string,
    type: Name,
    message: Partial<Messages[Name]>,
    more: Partial<Envelope> = {},
  ): Promise<Envelope> {
    this.write(this.frame(command, type, message, more));
    return this.reply(more.id ?? `r${this.#ids}`);
  }

  /** What answers the request of this id. */
  async reply(rid: string): Promise<Envelope> {
    return this.first((envelope) => envelope.rid === rid && !envelope.command.endsWith("stream"));
  }

  /** The first envelope that is so, when it comes. */
  async first(isWanted: (envelope: Envelope) => boolean): Promise<Envelope> {
    for (;;) {
      const found = this.envelopes.find(isWanted);
      if (found !== undefined) return found;
      if (this.isClosed) throw new Error("the connection was closed before it came");
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  /** Resolves when the server has ended the connection. */
  async closed(): Promise<void> {
    while (!this.isClosed) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

export async function rawWebSocket(url: string): Promise<RawClient & { webSocket: WebSocket }> {
  const webSocket = new WebSocket(url, { perMessageDeflate: false });
  const client = new RawClient((bytes) => webSocket.send(bytes));
  webSocket.on("message", (data) => client.take(data as Buffer));
  webSocket.on("close", () => client.close());
  webSocket.on("error", () => client.close());
  await once(webSocket, "open");
  return Object.assign(client, { webSocket });
}

export async function rawPipe(pipeUrl: string): Promise<RawClient & { socket: Socket }> {
  const socket = connect(pathOfPipe(new URL(pipeUrl).pathname.slice(1)));
  const client = new RawClient((bytes) => void socket.write(bytes));
  socket.on("data", (chunk: Buffer) => client.take(chunk));
  socket.on("close", () => client.close());
  socket.on("error", () => client.close());
  await once(socket, "connect");
  return Object.assign(client, { socket });
}

/** The message inside an envelope. */
export function messageIn<Name extends MessageName>(envelope: Envelope, type: Name): Messages[Name] {
  return decodeMessage(type, envelope.data!.value);
}
