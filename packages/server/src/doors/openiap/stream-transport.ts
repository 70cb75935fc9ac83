import type { Socket } from "node:net";
import type { Transport } from "./connection.ts";
import { frameHeader } from "./framing.ts";

/** A client that does not read the goodbye holds nobody up. */
const goodbyeMs = 1_000;

/** Envelopes over a plain stream of bytes, each behind its length: pipes and unix sockets. */
export class StreamTransport implements Transport {
  readonly isNumbered = true;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(envelope: Uint8Array, done: () => void): void {
    this.#socket.cork();
    this.#socket.write(frameHeader(envelope.length));
    this.#socket.write(envelope, () => done());
    process.nextTick(() => this.#socket.uncork());
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  probe(): void {
    // There is nothing below the protocol that would be answered.
  }

  end(): void {
    this.#socket.resume();
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), goodbyeMs).unref();
  }

  cut(): void {
    this.#socket.destroy();
  }
}
