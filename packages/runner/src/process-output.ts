import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";
import { BoundedLines } from "./bounded-lines.ts";
import type { LogLine } from "./protocol.ts";
import { MaskedStream, type SecretMask } from "./secret-mask.ts";

/** A line of the log is cut behind this many bytes. */
const logLineBytesMax = 64 * 1024;

/**
 * Follows one of a process's streams as lines of text without secrets. What is answered hands out a line that has
 * begun, for when whoever prints it has come to his end.
 */
export function followLog(stream: Readable, mask: SecretMask, onLine: (line: string) => void): () => void {
  const decoder = new StringDecoder("utf8");
  const masked = new MaskedStream(mask);
  const lines = new BoundedLines(logLineBytesMax, (line, isCut) => {
    const text = line.toString("utf8").replace(/\r$/, "");
    onLine(isCut ? `${text} [cut]` : text);
  });
  stream.on("data", (chunk: Buffer) => lines.add(Buffer.from(masked.add(decoder.write(chunk)))));
  const flush = () => {
    lines.add(Buffer.from(masked.end()));
    lines.end();
  };
  stream.once("close", () => {
    lines.add(Buffer.from(masked.add(decoder.end())));
    flush();
  });
  return flush;
}

/** Counts what an invocation prints; what is past the limit is dropped, and the log says that it was. */
export class OutputBudget {
  readonly #bytesMax: number;
  readonly #onLine: (line: LogLine) => void;
  readonly #onSpent: () => void;
  #bytes = 0;

  constructor(
    bytesMax: number,
    { onLine, onSpent }: { onLine: (line: LogLine) => void; onSpent: () => void },
  ) {
    this.#bytesMax = bytesMax;
    this.#onLine = onLine;
    this.#onSpent = onSpent;
  }

  get isSpent(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  log(line: LogLine): void {
    if (this.take(line.message.length + 1)) this.#onLine(line);
  }

  /** Whether so many bytes more are within the limit. */
  take(bytes: number): boolean {
    if (this.isSpent) return false;
    this.#bytes += bytes;
    if (!this.isSpent) return true;
    this.#onLine({ level: "warn", message: `[output cut: more than ${this.#bytesMax} bytes]` });
    this.#onSpent();
    return false;
  }
}
