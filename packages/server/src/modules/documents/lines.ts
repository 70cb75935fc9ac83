import { isUtf8 } from "node:buffer";
import { AppError, invalid } from "../../kit/errors.ts";
import { documentBytesMax } from "./check-document.ts";

export interface Line {
  /** Counted from 1. */
  number: number;
  text: string;
  /** Why it cannot be looked at; it is the last one then. */
  problem?: AppError;
}

const newline = 0x0a;

/** The lines of a text that comes in pieces; empty ones are left out. Holds no more than one line. */
export async function* readLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, typeof chunk === "string" ? Buffer.from(chunk) : chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      const line = lineOf(bytes.subarray(from, end), ++number);
      from = end + 1;
      if (line.text.trim() !== "" || line.problem !== undefined) yield line;
      if (line.problem !== undefined) return;
    }
    rest = bytes.subarray(from);
    if (rest.length > documentBytesMax) return void (yield lineOf(rest, number + 1));
  }
  const line = lineOf(rest, number + 1);
  if (line.text.trim() !== "" || line.problem !== undefined) yield line;
}

function lineOf(bytes: Buffer, number: number): Line {
  const field = `line ${number}`;
  if (bytes.length > documentBytesMax) {
    const message = `${field}: has more than ${documentBytesMax} bytes`;
    return { number, text: "", problem: new AppError("too_large", message, { field }) };
  }
  if (isUtf8(bytes)) return { number, text: bytes.toString("utf8") };
  return { number, text: "", problem: invalid(field, "is not UTF-8: convert it first") };
}
