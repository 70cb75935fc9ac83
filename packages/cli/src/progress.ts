import { formatDuration } from "./table.ts";

const barWidth = 30;
const drawEveryMs = 100;

export interface ProgressState {
  done: number;
  /** Unknown where a stream has no end that can be foreseen. */
  total?: number;
  text: string;
}

/** A line that is drawn again and again on a terminal, and not at all elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #drawnAt = -Infinity;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(state: ProgressState): void {
    const now = performance.now();
    const isDone = state.total !== undefined && state.done >= state.total;
    if (!this.#stream.isTTY || (now - this.#drawnAt < drawEveryMs && !isDone)) return;
    this.#drawnAt = now;
    this.#stream.write(`\r${formatProgress(state, now - this.#startedAt, this.#stream.columns)}\u001B[K`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#stream.isTTY && this.#drawnAt > -Infinity) this.#stream.write("\r\u001B[K");
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
