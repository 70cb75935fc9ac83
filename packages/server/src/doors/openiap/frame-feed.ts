import type { Connection } from "./connection.ts";
import { FrameParser } from "./framing.ts";

/** Hands a stream of bytes to its connection, frame by frame, no faster than it takes them. */
export class FrameFeed {
  readonly #connection: Connection;
  readonly #parser = new FrameParser();
  /** Chunks that no frame was cut from yet; few, since the transport is paused while the connection is full. */
  #chunks: Buffer[] = [];
  #frames: Iterator<Buffer> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onRoom = () => this.#pump();
  }

  /** Takes a chunk as it came. A stream that cannot be read on ends the connection. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#pump();
  }

  #pump(): void {
    const connection = this.#connection;
    try {
      while (connection.isOpen && !connection.isFull) {
        const frame = this.#next();
        if (frame === undefined) return;
        connection.receive(frame);
      }
      if (!connection.isOpen) this.#chunks = [];
    } catch (error) {
      connection.fail(error);
    }
  }

  #next(): Buffer | undefined {
    for (;;) {
      if (this.#frames === undefined) {
        const chunk = this.#chunks.shift();
        if (chunk === undefined) return undefined;
        this.#frames = this.#parser.push(chunk, () => this.#connection.frameBytesMax);
      }
      const { value, done } = this.#frames.next();
      if (done !== true) return value;
      this.#frames = undefined;
    }
  }
}
