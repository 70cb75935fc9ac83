import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database } from "../../kit/database.ts";
import { storableText } from "../../kit/json-text.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { ActiveJob } from "./connected-runners.ts";
import * as store from "./log-store.ts";
import type { LogLine } from "./runner-model.ts";

/** Of one job, over all its attempts. */
export const logBytesMax = 10 * 2 ** 20;
const lineCharactersMax = 16_384;
const batchesPerWriteMax = 200;
const bytesPerWriteMax = 8 * 2 ** 20;
const waitingMax = 20_000;
export const linesPerPageMax = 5_000;
const batchesPerPageMax = 500;
/** The promise beside the hints. */
const pollEveryMs = 1_000;

/** A line as it is shown: with its number, the first one is 0. */
export interface NumberedLine extends LogLine {
  line: number;
}

/** The logs of jobs: appended in batches, bounded, read page by page and followed. */
export class Logs {
  readonly #database: Database;
  readonly #wakes: Wakes;
  readonly #coalescer: Coalescer<store.LogRow, true>;

  constructor(parts: { database: Database; wakes: Wakes; onWrite: (size: number) => void }) {
    this.#database = parts.database;
    this.#wakes = parts.wakes;
    const lane = parts.database.lane("job-logs");
    this.#coalescer = new Coalescer({
      name: "logs of jobs",
      write: async (rows) => {
        await lane.transaction((tx) => store.appendLogs(tx, rows));
        for (const topic of new Set(rows.map(({ id }) => logTopic(id)))) this.#wakes.signal(topic);
        return rows.map(() => true as const);
      },
      batchMax: batchesPerWriteMax,
      waitingMax,
      weigh: { weight: (row) => row.bytes, max: bytesPerWriteMax },
      onWrite: parts.onWrite,
    });
  }

  /** Appends what the job has said; beyond the limit a last line says that the rest is left out. */
  async append(active: ActiveJob, sessionId: string, lines: readonly LogLine[]): Promise<void> {
    const kept = boundLines(active.logBytes, lines);
    if (kept.lines.length === 0) return;
    const { jobId: id, leaseNumber, logLines: firstLine } = active;
    const count = kept.lines.length;
    active.logLines += count;
    active.logBytes += kept.bytes;
    const { bytes } = kept;
    const row = { id, leaseNumber, sessionId, firstLine, count, bytes, lines: kept.lines };
    const writing = this.#coalescer.submit(row).then(() => undefined);
    active.logging = Promise.all([active.logging, writing.catch(() => undefined)]).then(() => undefined);
    await writing;
  }

  /** Lines from number `after` on. The caller has checked that the job may be read. */
  async read(call: Call, jobId: string, after: number, limit: number): Promise<NumberedLine[]> {
    const reader = this.#database.read(call);
    const batches = await store.listBatches(reader, call.tenantId, jobId, after, batchesPerPageMax);
    const numbered = batches.flatMap(({ firstLine, lines }) =>
      lines.map((line, index) => ({ line: firstLine + index, ...line })),
    );
    return numbered.filter(({ line }) => line >= after).slice(0, Math.min(limit, linesPerPageMax));
  }

  /** Hears of new lines of a job from now on, until it is closed. */
  listen(jobId: string): LogNews {
    return new LogNews(this.#wakes, logTopic(jobId));
  }

  /** A job has ended: who follows its log may want to know. */
  ended(ids: readonly string[]): void {
    for (const topic of new Set(ids.map(logTopic))) this.#wakes.signal(topic);
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }
}

/** What one reader has heard of a log since he last looked. */
export class LogNews {
  readonly #unsubscribe: () => void;
  #isNew = false;
  #waiting: (() => void) | undefined;

  constructor(wakes: Wakes, topic: string) {
    this.#unsubscribe = wakes.on(topic, () => {
      this.#isNew = true;
      this.#waiting?.();
    });
  }

  /** Resolves when there may be more lines, at the latest with the next poll, or when nobody waits any more. */
  async wait(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isNew && signal?.aborted !== true) await this.#pause(Math.min(waitMs, pollEveryMs), signal);
    this.#isNew = false;
  }

  close(): void {
    this.#unsubscribe();
  }

  async #pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#waiting = () => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener("abort", this.#waiting, { once: true });
    });
    if (this.#waiting !== undefined) signal?.removeEventListener("abort", this.#waiting);
    this.#waiting = undefined;
  }
}

/** A job shares its topic with others, so that the hints are few however many jobs talk. */
function logTopic(jobId: string): string {
  return `job-logs:${jobId.slice(-2)}`;
}

/** What fits of these lines into a log that has so many bytes already, each line of a length that can be shown. */
export function boundLines(
  bytesBefore: number,
  lines: readonly LogLine[],
): { lines: LogLine[]; bytes: number } {
  const kept: LogLine[] = [];
  let bytes = 0;
  for (const { at, stream, text } of lines) {
    if (bytesBefore + bytes >= logBytesMax) break;
    const line = { at, stream, text: shownText(text) };
    bytes += Buffer.byteLength(line.text) + 1;
    kept.push(line);
    if (bytesBefore + bytes < logBytesMax) continue;
    kept.push({ at, stream: "log", text: `The log has ${logBytesMax} bytes: what follows is left out.` });
  }
  return { lines: kept, bytes };
}

/** A line is not longer than can be shown. */
function shownText(text: string): string {
  const kept = storableText(text, lineCharactersMax);
  return text.length <= lineCharactersMax ? kept : `${kept} … (${text.length} characters)`;
}
