import { AppError } from "../../kit/errors.ts";

/** Before each envelope stands its length: an unsigned number of 32 bits, the lowest byte first. */
const headerBytes = 4;
/** A body that comes in pieces gets its room as it comes: who announces much and sends little holds little. */
const firstRoomBytes = 64 * 1024;

/** The length that stands before a frame of so many bytes. */
export function frameHeader(bodyBytes: number): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32LE(bodyBytes);
  return header;
}

/** Cuts a stream of bytes into frames, however the bytes come: joined, split, or one by one. */
export class FrameParser {
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;

  /**
   * The frames that this chunk completes, cut as they are asked for; they may share its memory. A frame that is longer
   * than `frameBytesMax` is refused before any of it is kept, and the stream cannot be read on.
   */
  *push(chunk: Buffer, frameBytesMax: () => number): Generator<Buffer> {
    let rest = chunk;
    for (;;) {
      if (this.#headerFilled < headerBytes) rest = this.#fillHeader(rest, frameBytesMax());
      if (this.#headerFilled < headerBytes) return;
      const length = this.#header.readUInt32LE();
      const missing = length - this.#bodyFilled;
      if (rest.length < missing) return this.#keep(rest, length);
      yield this.#complete(rest.subarray(0, missing), length);
      rest = rest.subarray(missing);
    }
  }

  #fillHeader(chunk: Buffer, frameBytesMax: number): Buffer {
    const taken = chunk.copy(this.#header, this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#headerFilled === headerBytes && this.#header.readUInt32LE() > frameBytesMax) {
      const message = `A message has at most ${frameBytesMax} bytes, this one says ${this.#header.readUInt32LE()}`;
      throw new AppError("too_large", message);
    }
    return chunk.subarray(taken);
  }

  #keep(chunk: Buffer, length: number): void {
    const needed = this.#bodyFilled + chunk.length;
    if (this.#body === undefined || this.#body.length < needed) {
      const roomier = Buffer.allocUnsafe(Math.min(length, Math.max(firstRoomBytes, needed * 2)));
      this.#body?.copy(roomier, 0, 0, this.#bodyFilled);
      this.#body = roomier;
    }
    chunk.copy(this.#body, this.#bodyFilled);
    this.#bodyFilled = needed;
  }

  #complete(last: Buffer, length: number): Buffer {
    const kept = this.#body?.subarray(0, this.#bodyFilled);
    this.#headerFilled = 0;
    this.#body = undefined;
    this.#bodyFilled = 0;
    return kept === undefined ? last : Buffer.concat([kept, last], length);
  }
}
