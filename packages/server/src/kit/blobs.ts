import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { AppError, invalid } from "./errors.ts";

export interface StoredBlob {
  /** 64 hex digits in lower case; the blob's only name. */
  sha256: string;
  size: number;
}

export interface ListedBlob extends StoredBlob {
  modifiedAt: string;
}

/** Positions of bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A part of some bytes as a caller asks for it; positions count from 0, `end` is included. */
export type WantedRange = { start: number; end?: number } | { last: number };

/** The bytes that are meant, of so many; refused if there are none. */
export function resolveRange(wanted: WantedRange, size: number): ByteRange {
  const start = "last" in wanted ? Math.max(0, size - wanted.last) : wanted.start;
  const end = "last" in wanted ? size - 1 : Math.min(wanted.end ?? size - 1, size - 1);
  if (start <= end) return { start, end };
  throw new AppError("range_not_satisfiable", `range: the file has ${size} bytes`, {
    field: "range",
    extra: { size },
  });
}

export interface PutOptions {
  /** More bytes are refused as `too_large`. */
  bytesMax: number;
  /** Bytes with another hash are refused as `invalid_input`. */
  expectedSha256?: string;
  /**
   * Called when all bytes have come and their hash is known, before the store looks whether it has them. Who deletes
   * blobs learns here that this one is wanted again; if it throws, nothing is kept.
   */
  beforeKeep?: (blob: StoredBlob) => Promise<void>;
}

/** Bytes by their SHA-256. What was acknowledged survives a crash; what was refused or cut leaves nothing. */
export interface BlobStore {
  /** Keeps all bytes of the stream; the same bytes a second time take no more room. Memory stays bounded. */
  put(stream: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob>;
  /** The bytes, or a range within them; fails before the first byte if the blob is not there. */
  get(sha256: string, range?: ByteRange): Promise<Readable>;
  has(sha256: string): Promise<boolean>;
  /** Removes the blob; one that is not there counts as removed. */
  delete(sha256: string): Promise<void>;
  /** Up to `limit` (at most 1,000) blobs after `afterSha256`, in the order of their hashes; fewer only at the end. */
  list(afterSha256: string, limit: number): Promise<ListedBlob[]>;
  /** Removes what uploads that were cut off by a crash have left; answers how many. */
  removeLeftovers(): Promise<number>;
}

const hashPattern = /^[0-9a-f]{64}$/;

/** Whether `text` is a SHA-256 as blobs are named by. */
export function isSha256(text: string): boolean {
  return hashPattern.test(text);
}

/** `ab/cd/abcd...`: where a blob lies in every store. */
export function placeOf(sha256: string): string {
  // A name that is no hash could lead out of the store: that would be our bug.
  if (!isSha256(sha256)) throw new Error("a blob is named by its SHA-256");
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}

/** Counts and hashes bytes as they pass. */
export class Measurement {
  readonly #options: PutOptions;
  readonly #hash = createHash("sha256");
  #size = 0;

  constructor(options: PutOptions) {
    this.#options = options;
  }

  /** Refuses the chunk with which there are too many bytes. */
  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    const { bytesMax } = this.#options;
    if (this.#size > bytesMax) throw new AppError("too_large", `A file has at most ${bytesMax} bytes`);
    this.#hash.update(chunk);
  }

  /** What has passed; refused if another hash was expected. */
  complete(): StoredBlob {
    const sha256 = this.#hash.digest("hex");
    const { expectedSha256 } = this.#options;
    if (expectedSha256 !== undefined && expectedSha256 !== sha256) {
      throw invalid("sha256", `the bytes that came have ${sha256}, not ${expectedSha256}: send them again`);
    }
    return { sha256, size: this.#size };
  }
}

/** The answer when the store itself is at fault; the cause is logged. */
export function storeUnavailable(message: string, cause: unknown): AppError {
  return new AppError("unavailable", message, { retryAfterSeconds: 5, cause });
}
