/** The bytes of an upload between the connection that brings them and the verb that stores them. */
export class IncomingBytes implements AsyncIterable<Uint8Array> {
  readonly #onTaken: (bytes: number) => void;
  #chunks: Uint8Array[] = [];
  #state: "open" | "ended" | "abandoned" = "open";
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** `onTaken`: so many bytes do not wait any longer. */
  constructor(onTaken: (bytes: number) => void) {
    this.#onTaken = onTaken;
  }

  /** Takes a chunk; of an upload that nobody reads any more nothing is kept. */
  push(chunk: Uint8Array): void {
    if (this.#state !== "open") {
      this.#onTaken(chunk.length);
      return;
    }
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** All has come; with `failure`, the rest never will. */
  end(failure?: Error): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#failure = failure;
    this.#wake?.();
  }

  /** Nobody wants the rest. */
  abandon(): void {
    this.#state = "abandoned";
    for (const chunk of this.#chunks.splice(0)) this.#onTaken(chunk.length);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#onTaken(chunk.length);
          yield chunk;
        } else if (this.#state === "open") await this.#more();
        else break;
      }
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      this.abandon();
    }
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}
