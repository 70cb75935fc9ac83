import { isUtf8 } from "node:buffer";

/** Bytes that are no UTF-8: where they stand, and what they may be instead. */
export class EncodingError extends Error {
  /** Of the bytes, from 0, and of their line, from 1. */
  readonly offset: number;
  readonly line: number;

  constructor(place: { offset: number; line: number }, hint: string) {
    super(`the bytes from offset ${place.offset} on are not UTF-8; ${hint}`);
    this.name = "EncodingError";
    this.offset = place.offset;
    this.line = place.line;
  }
}

/** What `bytes` are refused for; undefined when they are UTF-8. */
export function encodingErrorOf(bytes: Buffer): EncodingError | undefined {
  return isUtf8(bytes) ? undefined : new Checker().errorAt(bytes, badByteIn(bytes));
}

/** The bytes as they come; those before the first that is no UTF-8, and then an `EncodingError`. */
export async function* onlyUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const checker = new Checker();
  for await (const chunk of chunks) {
    const { good, error } = checker.take(chunk);
    if (good.length > 0) yield good;
    if (error !== undefined) throw error;
  }
  const error = checker.end();
  if (error !== undefined) throw error;
}

const newline = 0x0a;
/** Halves of what UTF-16 begins with. */
const marks = [0xfe, 0xff];

class Checker {
  /** The beginning of a character whose end has not come. */
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;
  #line = 1;

  take(chunk: Buffer): { good: Buffer; error?: EncodingError } {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = bytes.subarray(0, wholeLengthOf(bytes));
    this.#rest = bytes.subarray(whole.length);
    if (isUtf8(whole)) {
      this.#pass(whole);
      return { good: whole };
    }
    const bad = badByteIn(whole);
    return { good: whole.subarray(0, bad), error: this.errorAt(whole, bad) };
  }

  end(): EncodingError | undefined {
    return this.#rest.length === 0 ? undefined : this.errorAt(this.#rest, 0);
  }

  errorAt(bytes: Buffer, bad: number): EncodingError {
    const isUtf16 = this.#offset === 0 && bad === 0 && marks.includes(bytes[0]!) && marks.includes(bytes[1]!);
    const from = isUtf16 ? "utf-16" : "iso-8859-1";
    const what = isUtf16 ? "they begin as UTF-16 does" : `the first is 0x${bytes[bad]!.toString(16)}`;
    this.#pass(bytes.subarray(0, bad));
    const hint = `${what}: convert them first, as with \`iconv -f ${from} -t utf-8\``;
    return new EncodingError({ offset: this.#offset, line: this.#line }, hint);
  }

  #pass(bytes: Buffer): void {
    this.#offset += bytes.length;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) this.#line += 1;
  }
}

/** Without the beginning of a character at the end. */
function wholeLengthOf(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const length = lengthByLead(bytes[bytes.length - back]!);
    if (length === 0) continue;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function badByteIn(bytes: Buffer): number {
  for (let at = 0; at < bytes.length;) {
    const length = lengthByLead(bytes[at]!);
    if (length === 0 || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return bytes.length;
}

/** How many bytes a character has that begins so; 0 if none does. */
function lengthByLead(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}
