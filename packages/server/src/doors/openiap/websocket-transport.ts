import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Transport } from "./connection.ts";
import { frameHeader } from "./framing.ts";

/** A client that does not answer the goodbye holds nobody up. */
const goodbyeMs = 1_000;

/**
 * Envelopes over a WebSocket: the length as a message of its own, then the body. Some clients read exactly these two;
 * the others take any.
 */
export class WebSocketTransport implements Transport {
  readonly isNumbered = true;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  #isCorked = false;

  /** `socket`: what lies below, so that what is sent at one time goes out together. */
  constructor(webSocket: WebSocket, socket: Duplex) {
    this.#webSocket = webSocket;
    this.#socket = socket;
  }

  send(envelope: Uint8Array, done: () => void): void {
    this.#cork();
    const onError = () => undefined;
    this.#webSocket.send(frameHeader(envelope.length), onError);
    this.#webSocket.send(envelope, done);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  probe(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }

  end(reason: string): void {
    // What a paused socket holds back would keep the goodbye from being heard.
    this.#webSocket.resume();
    this.#webSocket.close(1000, reasonOf(reason));
    setTimeout(() => this.#webSocket.terminate(), goodbyeMs).unref();
  }

  cut(): void {
    this.#webSocket.terminate();
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#socket.uncork();
    });
  }
}

/** A close frame has room for 123 bytes. */
function reasonOf(reason: string): string {
  return Buffer.from(reason).subarray(0, 120).toString("utf8").replaceAll("\uFFFD", "");
}
