const newline = 0x0a;

/**
 * Cuts bytes into lines. A line that grows past `lineBytesMax` is never held: its beginning is handed out as far as it
 * was allowed, marked as cut, and the rest of it is passed over.
 */
export class BoundedLines {
  readonly #lineBytesMax: number;
  readonly #onLine: (line: Buffer, isCut: boolean) => void;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isSkipping = false;

  constructor(lineBytesMax: number, onLine: (line: Buffer, isCut: boolean) => void) {
    this.#lineBytesMax = lineBytesMax;
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#take(chunk.subarray(from, end));
      this.#finishLine();
      from = end + 1;
    }
    if (from < chunk.length) this.#take(chunk.subarray(from));
  }

  /** Hands out what stands behind the last line's end. */
  end(): void {
    if (this.#heldBytes > 0) this.#finishLine();
  }

  #take(part: Buffer): void {
    if (this.#isSkipping) return;
    this.#held.push(part);
    this.#heldBytes += part.length;
    if (this.#heldBytes <= this.#lineBytesMax) return;
    const cut = this.#joined().subarray(0, this.#lineBytesMax);
    this.#isSkipping = true;
    this.#onLine(cut, true);
  }

  #finishLine(): void {
    const wasCut = this.#isSkipping;
    this.#isSkipping = false;
    const line = this.#joined();
    if (!wasCut) this.#onLine(line, false);
  }

  #joined(): Buffer {
    const line = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }
}
