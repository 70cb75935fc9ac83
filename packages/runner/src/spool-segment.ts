import { constants } from "node:fs";
import { type FileHandle, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Damage, type FoundRecord, readFrames } from "./spool-format.ts";

const namePattern = /^(kept|log)-(\d{16})\.spool$/;

/** Logs lie apart from what is never dropped, so that they can go in one piece. */
export const lanes = ["kept", "log"] as const;
export type Lane = (typeof lanes)[number];

/** One file of a spool: records of one lane, in order. It is named by the first seq that it may hold. */
export class Segment {
  readonly path: string;
  readonly lane: Lane;
  readonly firstSeq: number;
  /** Records in it that are not acknowledged. */
  live = 0;
  bytes: number;
  #file: FileHandle | undefined;

  constructor(
    folder: string,
    { lane, firstSeq, bytes = 0 }: { lane: Lane; firstSeq: number; bytes?: number },
  ) {
    this.path = join(folder, `${lane}-${String(firstSeq).padStart(16, "0")}.spool`);
    this.lane = lane;
    this.firstSeq = firstSeq;
    this.bytes = bytes;
  }

  /** Writes behind what is there and answers where; not flushed yet. */
  async append(bytes: Buffer): Promise<number> {
    const file = await this.#opened();
    const offset = this.bytes;
    // By position: what a write that failed has left behind is written over.
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written);
      written += bytesWritten;
    }
    this.bytes += bytes.length;
    return offset;
  }

  /** What was appended is on the disk when this resolves. */
  async flush(): Promise<void> {
    await this.#file?.datasync();
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const file = await this.#opened();
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  }

  async #opened(): Promise<FileHandle> {
    this.#file ??= await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    return this.#file;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await unlink(this.path);
  }
}

/** Reads a segment that was left; undefined if the name is none of ours. */
export async function readSegment(
  folder: string,
  name: string,
): Promise<{ segment: Segment; records: FoundRecord[]; damages: Damage[]; bytes: Buffer } | undefined> {
  const match = namePattern.exec(name);
  if (match === null) return undefined;
  const bytes = await readFile(join(folder, name));
  const lane = match[1] as Lane;
  const segment = new Segment(folder, { lane, firstSeq: Number(match[2]), bytes: bytes.length });
  return { segment, bytes, ...readFrames(bytes) };
}
