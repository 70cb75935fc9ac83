import type { Call } from "../../kit/call.ts";

interface Page {
  items: unknown[];
  next: number;
  ended: boolean;
}

/** The log of a job page by page; `who` is asked before each. */
export type FollowLog = (who: () => Promise<Call>, jobId: string, after: number) => AsyncIterable<Page>;

export interface LogListener {
  /** The next lines, and the number to go on after. */
  onLines(lines: unknown[], next: number): void;
  /** The job has ended and all was told; or why it cannot go on. */
  onEnd(error?: unknown): void;
}

/** One client's following of one job's log. */
export class FollowedLog {
  readonly #gone = new AbortController();
  #call: Call;

  constructor(call: Call, open: (who: () => Promise<Call>) => AsyncIterable<Page>, listener: LogListener) {
    this.#call = call;
    const who = async () => ({ ...this.#call, signal: this.#gone.signal });
    void this.#run(open(who), listener);
  }

  /** The caller as of now: what he may no longer read is not told any more. */
  updateCall(call: Call): void {
    this.#call = call;
  }

  close(): void {
    this.#gone.abort();
  }

  async #run(pages: AsyncIterable<Page>, { onLines, onEnd }: LogListener): Promise<void> {
    try {
      for await (const { items, next } of pages) if (items.length > 0) onLines(items, next);
      if (!this.#gone.signal.aborted) onEnd();
    } catch (error) {
      if (!this.#gone.signal.aborted) onEnd(error);
    }
  }
}
