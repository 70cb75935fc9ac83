import { StringDecoder } from "node:string_decoder";
import { AppError } from "../../kit/errors.ts";
import { documentBytesMax } from "./check-document.ts";

export interface Line {
  /** Counted from 1. */
  number: number;
  text: string;
}

/** The lines of a text that comes in pieces; empty ones are left out. Holds no more than one line. */
export async function* readLines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let number = 0;
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === "string" ? chunk : decoder.write(bufferOf(chunk)))).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      number += 1;
      if (text.trim() !== "") yield checked({ number, text });
    }
    checked({ number: number + 1, text: rest });
  }
  rest += decoder.end();
  if (rest.trim() !== "") yield checked({ number: number + 1, text: rest });
}

function checked(line: Line): Line {
  if (line.text.length <= documentBytesMax) return line;
  const field = `line ${line.number}`;
  throw new AppError("too_large", `${field}: has more than ${documentBytesMax} bytes`, { field });
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
