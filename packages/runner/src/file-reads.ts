import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { FilePart, FileRequest } from "@millrace/contract/runner-wire.ts";

/** A part that does not come within this time is asked for again: its stream may have broken. */
const partMs = 15_000;
const triesMax = 8;
const pauseMs = 1_000;

/** Reads files of the server over the channel, part by part; a break costs the part that was on its way. */
export class FileReads {
  readonly #send: (request: FileRequest) => boolean;
  readonly #waiting = new Map<number, (part: FilePart) => void>();
  #lastRequest = 0;

  /** `send` answers false while there is no line. */
  constructor(send: (request: FileRequest) => boolean) {
    this.#send = send;
  }

  /** A part that came in. */
  take(part: FilePart): void {
    this.#waiting.get(part.request)?.(part);
  }

  /** Writes the whole file to a path. */
  async fetch(fileId: string, path: string): Promise<void> {
    const file = await open(path, "w", 0o600);
    try {
      for (let offset = 0, isLast = false; !isLast;) {
        const part = await this.#part(fileId, offset);
        await file.write(part.bytes);
        offset += part.bytes.length;
        isLast = part.isLast;
      }
    } finally {
      await file.close();
    }
  }

  async #part(fileId: string, offset: number): Promise<FilePart> {
    for (let attempt = 1; attempt <= triesMax; attempt++) {
      const part = await this.#ask(fileId, offset);
      if (part?.error === "") return part;
      if (part !== undefined) throw new Error(`file ${fileId}: ${part.error}`);
      await delay(pauseMs);
    }
    throw new Error(`file ${fileId}: the server sends nothing of it`);
  }

  async #ask(fileId: string, offset: number): Promise<FilePart | undefined> {
    const request = (this.#lastRequest += 1);
    const answer = new Promise<FilePart | undefined>((resolve) => {
      this.#waiting.set(request, resolve);
      setTimeout(() => resolve(undefined), partMs).unref();
      if (!this.#send({ fileId, offset, request })) resolve(undefined);
    });
    return answer.finally(() => this.#waiting.delete(request));
  }
}
