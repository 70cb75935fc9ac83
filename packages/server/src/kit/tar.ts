import { AppError } from "./errors.ts";

/** One file of an archive; `content` yields exactly `size` bytes. */
export interface TarEntry {
  /** A relative path of at most 100 ASCII characters. */
  name: string;
  size: number;
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const blockBytes = 512;
const nameBytesMax = 100;
const octalSizeMax = 8 ** 11 - 1;
const place = { size: 124, modified: 136, checksum: 148, type: 156, magic: 257 } as const;
const regularFile = "0";

/** The entries as a ustar archive that any `tar` reads; files are for their owner alone. */
export async function* writeTar(entries: AsyncIterable<TarEntry>, modifiedAt: Date): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    yield headerOf(entry, modifiedAt);
    let written = 0;
    for await (const chunk of entry.content) {
      written += chunk.byteLength;
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
    if (written !== entry.size) {
      throw new Error(`${entry.name} has ${written} bytes, and ${entry.size} were announced`);
    }
    yield Buffer.alloc(paddingOf(entry.size));
  }
  yield Buffer.alloc(2 * blockBytes);
}

/** The entries of an archive that `writeTar` made, in order; what is not read of one is skipped. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(source);
  for (;;) {
    const header = await bytes.take(blockBytes);
    if (header.every((byte) => byte === 0)) return;
    const { name, size } = parseHeader(header);
    const content = new Bounded(bytes, size);
    yield { name, size, content };
    await content.skip();
    await bytes.take(paddingOf(size));
  }
}

function headerOf({ name, size }: TarEntry, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(name) > nameBytesMax) throw new Error(`${name} is too long for an archive`);
  header.write(name, 0);
  header.write("0000600\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  writeSize(header, size);
  header.write(`${octal(Math.floor(modifiedAt.getTime() / 1000), 11)} `, place.modified);
  header.write(regularFile, place.type);
  header.write("ustar\u000000", place.magic);
  header.write(`${octal(checksumOf(header), 6)}\0 `, place.checksum);
  return header;
}

/** Octal as the standard has it; larger sizes in the binary form that GNU tar introduced. */
function writeSize(header: Buffer, size: number): void {
  if (size <= octalSizeMax) {
    header.write(`${octal(size, 11)} `, place.size);
    return;
  }
  header.writeUInt8(0x80, place.size);
  header.writeBigUInt64BE(BigInt(size), place.size + 4);
}

function parseHeader(header: Buffer): { name: string; size: number } {
  const written = Number.parseInt(textAt(header, place.checksum, 8), 8);
  const isUstar = textAt(header, place.magic, 5) === "ustar";
  if (!isUstar || written !== checksumOf(header)) throw damaged("a header in it is not what was written");
  return { name: textAt(header, 0, nameBytesMax), size: readSize(header) };
}

function readSize(header: Buffer): number {
  if (header.readUInt8(place.size) === 0x80) return Number(header.readBigUInt64BE(place.size + 4));
  return Number.parseInt(textAt(header, place.size, 12), 8);
}

function textAt(header: Buffer, start: number, length: number): string {
  const text = header.toString("latin1", start, start + length);
  return text.split("\0")[0]!.trim();
}

/** The sum of the header's bytes, with the checksum itself counted as spaces. */
function checksumOf(header: Buffer): number {
  let sum = 8 * 0x20;
  header.forEach((byte, index) => {
    if (index < place.checksum || index >= place.checksum + 8) sum += byte;
  });
  return sum;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

function damaged(why: string): AppError {
  return new AppError("invalid_input", `The archive is damaged or no backup: ${why}`);
}

/** Takes exact numbers of bytes from a stream of chunks. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** What is there, at least one byte and at most `max`. */
  async some(max: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) throw damaged("it ends too early");
      const { buffer, byteOffset, byteLength } = next.value;
      this.#rest = Buffer.from(buffer, byteOffset, byteLength);
    }
    const part = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; left -= parts.at(-1)!.length) parts.push(await this.some(left));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }
}

/** The bytes of one entry. */
class Bounded implements AsyncIterable<Buffer> {
  readonly #bytes: ByteReader;
  #left: number;

  constructor(bytes: ByteReader, size: number) {
    this.#bytes = bytes;
    this.#left = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const part = await this.#bytes.some(this.#left);
      this.#left -= part.length;
      yield part;
    }
  }

  async skip(): Promise<void> {
    while (this.#left > 0) this.#left -= (await this.#bytes.some(this.#left)).length;
  }
}
