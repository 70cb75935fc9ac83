import { formatDuration } from "./table.ts";

const barWidth = 30;
const drawEveryMs = 100;

export interface ProgressState {
  done: number;
  /** Unknown where a stream has no end that can be foreseen. */
  total?: number;
  text: string;
}

export interface ProgressOptions {
  /** How often a plain line is written where there is no terminal; never if not given. */
  plainEveryMs?: number;
  clock?: () => number;
}

/** A line that is drawn again and again on a terminal; elsewhere plain lines now and then, or nothing. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #plainEveryMs: number;
  readonly #clock: () => number;
  readonly #startedAt: number;
  #drawnAt = -Infinity;
  #plainAt: number;

  constructor(
    stream: NodeJS.WriteStream,
    { plainEveryMs = Infinity, clock = () => performance.now() }: ProgressOptions = {},
  ) {
    this.#stream = stream;
    this.#plainEveryMs = plainEveryMs;
    this.#clock = clock;
    this.#startedAt = clock();
    this.#plainAt = this.#startedAt;
  }

  show(state: ProgressState): void {
    const now = this.#clock();
    if (!this.#stream.isTTY) return this.#showPlainly(state.text, now);
    const isDone = state.total !== undefined && state.done >= state.total;
    if (now - this.#drawnAt < drawEveryMs && !isDone) return;
    this.#drawnAt = now;
    this.#stream.write(`\r${formatProgress(state, now - this.#startedAt, this.#stream.columns)}\u001B[K`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#stream.isTTY && this.#drawnAt > -Infinity) this.#stream.write("\r\u001B[K");
  }

  #showPlainly(text: string, now: number): void {
    if (now - this.#plainAt < this.#plainEveryMs) return;
    this.#plainAt = now;
    this.#stream.write(`${text}\n`);
  }
}

/** A bar, the share in percent, the text and the time, cut to fit `width`. */
export function formatProgress(
  { done, total, text }: ProgressState,
  elapsedMs: number,
  width = Infinity,
): string {
  const elapsed = formatDuration(elapsedMs);
  if (total === undefined) return `${text}  ${elapsed}`.slice(0, width - 1);
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = "#".repeat(filled) + "-".repeat(barWidth - filled);
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)}%  ${text}  ${elapsed}`.slice(0, width - 1);
}
