import { type ConnectResponse, encodeRunnerMessage } from "@millrace/contract/runner-wire.ts";
import { newId } from "../../kit/ids.ts";

const messagesMax = 10_000;
const bytesMax = 32 * 1024 * 1024;

/** A message that its runner has not acknowledged. */
export interface Unacknowledged {
  seq: number;
  /** The seq of the one before it. */
  after: number;
  body: Uint8Array;
}

/**
 * What the server has said to one start of a runner and was not acknowledged. It outlives a connection, so that a
 * break loses nothing that was on its way; jobs settle the rest by what the runner says it runs.
 */
export class Outbox {
  readonly id = newId();
  /** The files that its jobs name: this start of the runner may read them. */
  readonly fileIds = new Set<string>();
  #lastSeq = 0;
  #bytes = 0;
  #waiting: Unacknowledged[] = [];

  /** Takes a message and gives it its place; undefined when the runner is so far behind that it must come anew. */
  push(body: Omit<ConnectResponse, "envelope">): Unacknowledged | undefined {
    const bytes = encodeRunnerMessage("ConnectResponse", body);
    if (this.#waiting.length >= messagesMax || this.#bytes + bytes.length > bytesMax) return undefined;
    const message = { seq: this.#lastSeq + 1, after: this.#lastSeq, body: bytes };
    this.#lastSeq = message.seq;
    this.#bytes += bytes.length;
    this.#waiting.push(message);
    return message;
  }

  /** Forgets everything up to `seq`. */
  acknowledge(seq: number): void {
    let count = 0;
    for (const { seq: each, body } of this.#waiting) {
      if (each > seq) break;
      this.#bytes -= body.length;
      count += 1;
    }
    this.#waiting.splice(0, count);
  }

  /** What is to be said again, in order. */
  get waiting(): readonly Unacknowledged[] {
    return this.#waiting;
  }
}
