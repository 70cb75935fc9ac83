import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { frameOf, type FoundRecord, readFrames, type RecordKind } from "./spool-format.ts";
import { type Lane, lanes, readSegment, Segment } from "./spool-segment.ts";

const bytesMaxDefault = 256 * 1024 * 1024;
const segmentBytesMax = 4 * 1024 * 1024;
/** Log segments are so much smaller than the whole that dropping one is no great loss. */
const segmentsPerSpoolMin = 16;
const retryEveryMs = 1_000;
/** Bodies that are about to be sent stay in memory up to here, so that they are not read again. */
const cachedBytesMax = 8 * 1024 * 1024;

export interface SpoolOptions {
  folder: string;
  /** Logs are dropped, and no jobs taken, above this. */
  bytesMax?: number;
  /** The record that says of a job how many of its lines were dropped. */
  dropMarker: (key: string, lines: number) => Uint8Array;
  /** Told what an operator must know: damage, a full disk, dropped logs. */
  warn: (message: string) => void;
}

/** A record on its way to the server. */
export interface SpoolRecord {
  seq: number;
  /** The seq of the record that is sent before it: numbers may be missing where logs were dropped. */
  after: number;
  body: Uint8Array;
}

interface Entry {
  seq: number;
  kind: RecordKind;
  lines: number;
  key: string;
  segment: Segment;
  offset: number;
  length: number;
  body: Uint8Array | undefined;
}

interface Pending {
  seq: number;
  kind: RecordKind;
  lines: number;
  key: string;
  body: Uint8Array;
  resolve: () => void;
}

/**
 * The runner's records on its disk until the server has acknowledged them: flushed before they are sent, sent in
 * order, and gone when acknowledged. Appends that come together share one flush.
 */
export class Spool {
  readonly id: string;
  readonly #options: Required<SpoolOptions>;
  readonly #current: Record<Lane, Segment>;
  readonly #segments: Set<Segment>;
  #entries: Entry[];
  #nextSeq: number;
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #cachedBytes = 0;
  /** Why it cannot be written, while that is so. */
  #stuck = "";
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Lines dropped of jobs, that no record says yet. */
  readonly #untold = new Map<string, number>();
  /** Called when there is something new to send. */
  onNews: () => void = () => undefined;

  private constructor(options: Required<SpoolOptions>, left: Left) {
    this.#options = options;
    this.id = left.id;
    this.#segments = new Set(left.segments);
    this.#entries = left.entries;
    this.#nextSeq = left.nextSeq;
    this.#current = { kept: this.#begin("kept"), log: this.#begin("log") };
  }

  /** Opens the spool of a folder: what was left in it is to be sent again, what is damaged is set aside and told. */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const whole = { bytesMax: bytesMaxDefault, ...options };
    return new Spool(whole, await readLeft(whole));
  }

  /** Keeps a record that is never dropped. Resolves when it is on the disk, however long the disk is full. */
  async append(key: string, body: Uint8Array): Promise<void> {
    await this.#submit({ kind: "kept", key, lines: 0, body });
  }

  /** The same for what ends the job of this key. */
  async appendResult(key: string, body: Uint8Array): Promise<void> {
    await this.#submit({ kind: "result", key, lines: 0, body });
  }

  /** The jobs that have ended here and of whose results the server does not know. */
  get endedKeys(): string[] {
    return this.#entries.filter(({ kind }) => kind === "result").map(({ key }) => key);
  }

  /** Keeps lines of a log. Where there is no room they are dropped, and a record that comes later says how many. */
  async appendLog(key: string, lines: number, body: Uint8Array): Promise<void> {
    if (this.#stuck !== "") this.#noteDropped(key, lines);
    else await this.#submit({ kind: "log", key, lines, body });
  }

  /** The records after `seq`, the last one sent, that are on the disk, in order, up to about `bytesMax`. */
  async read(seq: number, bytesMax: number): Promise<SpoolRecord[]> {
    const records: SpoolRecord[] = [];
    let bytes = 0;
    for (let index = this.#indexAfter(seq); index < this.#entries.length && bytes < bytesMax; index++) {
      const entry = this.#entries[index]!;
      const body = entry.body ?? (await this.#bodyOf(entry));
      bytes += entry.length;
      // What was damaged while it lay there is told and passed over.
      if (body !== undefined) records.push({ seq: entry.seq, after: records.at(-1)?.seq ?? seq, body });
    }
    return records;
  }

  /** Forgets everything up to `seq`. */
  acknowledge(seq: number): void {
    const count = this.#indexAfter(seq);
    if (count === 0) return;
    for (const entry of this.#entries.splice(0, count)) {
      this.#uncache(entry);
      entry.segment.live -= 1;
    }
    for (const segment of this.#segments)
      if (segment.live === 0 && !this.#isCurrent(segment)) this.#remove(segment);
    if (this.#stuck !== "") this.#pump();
  }

  /** What the server has of this spool: numbers go on above it, even where the files tell of fewer. */
  learnReceived(seq: number): void {
    this.acknowledge(seq);
    this.#nextSeq = Math.max(this.#nextSeq, seq + 1);
  }

  /** Why no more jobs should be taken, in words; empty where there is room. */
  get refusing(): string {
    if (this.#stuck !== "") return `the spool cannot be written: ${this.#stuck}`;
    return this.keptBytes > this.#options.bytesMax / 2
      ? "the spool is full of what the server has not taken"
      : "";
  }

  get bytes(): number {
    return sum(this.#segments, () => true);
  }

  get keptBytes(): number {
    return sum(this.#segments, ({ lane, live }) => lane === "kept" && live > 0);
  }

  /** Records that are not acknowledged. */
  get count(): number {
    return this.#entries.length;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#writing;
    for (const segment of this.#segments) await segment.close();
  }

  #submit(record: Omit<Pending, "seq" | "resolve">): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.push({ ...record, seq: this.#nextSeq, resolve });
      this.#nextSeq += 1;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#writing !== undefined || this.#isClosed || this.#pending.length === 0) return;
    const batch = this.#pending;
    this.#pending = [];
    this.#writing = this.#write(batch)
      .catch((error: unknown) => this.#stick(batch, error))
      .finally(() => {
        this.#writing = undefined;
        if (this.#stuck === "") this.#pump();
      });
  }

  async #write(batch: Pending[]): Promise<void> {
    for (const lane of lanes) this.#turn(lane);
    const placed: Entry[] = [];
    for (const lane of lanes) placed.push(...(await this.#place(lane, batch)));
    await Promise.all([...new Set(placed.map(({ segment }) => segment))].map((segment) => segment.flush()));
    this.#unstick();
    for (const entry of placed.sort((a, b) => a.seq - b.seq)) this.#add(entry);
    for (const { resolve } of batch) resolve();
    this.#makeRoom();
    this.#tellDropped();
    this.onNews();
  }

  /** Writes the batch's records of one lane behind each other. */
  async #place(lane: Lane, batch: readonly Pending[]): Promise<Entry[]> {
    const mine = batch.filter(({ kind }) => laneOf(kind) === lane);
    if (mine.length === 0) return [];
    const segment = this.#current[lane];
    const frames = mine.map((record) => frameOf(record));
    let offset = await segment.append(Buffer.concat(frames));
    return mine.map(({ seq, kind, lines, key, body }, index) => {
      const { length } = frames[index]!;
      const entry = { seq, kind, lines, key, segment, offset, length, body };
      offset += length;
      return entry;
    });
  }

  /** The disk takes nothing: logs give way, and what must be kept waits in memory and is tried again. */
  #stick(batch: Pending[], error: unknown): void {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (this.#stuck === "")
      this.#options.warn(`the spool cannot be written (${reason}): no more jobs are taken`);
    this.#stuck = reason;
    for (const { kind, key, lines, resolve } of batch) {
      if (kind !== "log") continue;
      this.#noteDropped(key, lines);
      resolve();
    }
    this.#pending.unshift(...batch.filter(({ kind }) => kind !== "log"));
    // Nobody knows what became of a write that failed: its segment is left as it is, and another begun.
    for (const lane of lanes) this.#current[lane] = this.#begin(lane);
    this.#dropOldestLogs();
    clearTimeout(this.#retry);
    if (!this.#isClosed) this.#retry = setTimeout(() => this.#pump(), retryEveryMs).unref();
  }

  #unstick(): void {
    if (this.#stuck === "") return;
    this.#stuck = "";
    this.#options.warn("the spool can be written again");
  }

  #add(entry: Entry): void {
    entry.segment.live += 1;
    if (this.#cachedBytes + entry.length > cachedBytesMax) entry.body = undefined;
    else this.#cachedBytes += entry.length;
    this.#entries.push(entry);
  }

  #uncache(entry: Entry): void {
    if (entry.body === undefined) return;
    entry.body = undefined;
    this.#cachedBytes -= entry.length;
  }

  /** Begins another segment where the present one is large enough, and leaves the one that holds nothing more. */
  #turn(lane: Lane): void {
    const current = this.#current[lane];
    const bytesMax = Math.min(segmentBytesMax, this.#options.bytesMax / segmentsPerSpoolMin);
    if (current.bytes < bytesMax) return;
    this.#current[lane] = this.#begin(lane);
    if (current.live === 0) this.#remove(current);
  }

  /** A segment named by the next seq that is not given away: the name alone tells where numbers go on. */
  #begin(lane: Lane): Segment {
    const firstSeq = Math.max(this.#pending[0]?.seq ?? this.#nextSeq, 1);
    const taken = [...this.#segments].find((each) => each.lane === lane && each.firstSeq === firstSeq);
    const segment = taken ?? new Segment(this.#options.folder, { lane, firstSeq });
    this.#segments.add(segment);
    return segment;
  }

  #makeRoom(): void {
    while (this.bytes > this.#options.bytesMax && this.#dropOldestLogs());
  }

  /** Drops the oldest segment of logs; false where there is none but the one that is being written. */
  #dropOldestLogs(): boolean {
    const logs = [...this.#segments].filter(({ lane, bytes }) => lane === "log" && bytes > 0);
    const oldest = logs.sort((a, b) => a.firstSeq - b.firstSeq)[0];
    if (oldest === undefined) return false;
    if (this.#isCurrent(oldest)) this.#current.log = this.#begin("log");
    if (this.#isCurrent(oldest)) return false;
    for (const entry of this.#entries) {
      if (entry.segment !== oldest) continue;
      this.#uncache(entry);
      this.#noteDropped(entry.key, entry.lines);
    }
    this.#entries = this.#entries.filter(({ segment }) => segment !== oldest);
    this.#remove(oldest);
    return true;
  }

  #noteDropped(key: string, lines: number): void {
    if (lines === 0) return;
    if (this.#untold.size === 0)
      this.#options.warn("lines of logs are dropped: the spool has no room for them");
    this.#untold.set(key, (this.#untold.get(key) ?? 0) + lines);
  }

  #tellDropped(): void {
    for (const [key, lines] of this.#untold) {
      this.#untold.delete(key);
      void this.append(key, this.#options.dropMarker(key, lines));
    }
  }

  #isCurrent(segment: Segment): boolean {
    return segment === this.#current.kept || segment === this.#current.log;
  }

  #remove(segment: Segment): void {
    this.#segments.delete(segment);
    segment.remove().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT")
        this.#options.warn(`${segment.path} could not be removed: ${error.message}`);
    });
  }

  /** Where the first entry above `seq` is. */
  #indexAfter(seq: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #bodyOf({ segment, offset, length, seq }: Entry): Promise<Uint8Array | undefined> {
    const { records } = readFrames(await segment.read(offset, length));
    const record = records.find((found) => found.seq === seq);
    if (record === undefined)
      this.#options.warn(`${segment.path}: record ${seq} was damaged while it lay there`);
    return record?.body;
  }
}

interface Left {
  id: string;
  segments: Segment[];
  entries: Entry[];
  nextSeq: number;
}

/** What an earlier process left; a record that lies there twice counts once. */
async function readLeft(options: Required<SpoolOptions>): Promise<Left> {
  const { folder } = options;
  const entries = new Map<number, Entry>();
  const segments: Segment[] = [];
  const damaged: { path: string; damages: ReturnType<typeof readFrames>["damages"] }[] = [];
  let nextSeq = 1;
  for (const name of (await readdir(folder)).sort()) {
    const read = await readSegment(folder, name);
    if (read === undefined) continue;
    const { segment, records, damages, bytes } = read;
    segments.push(segment);
    nextSeq = Math.max(nextSeq, segment.firstSeq);
    for (const record of records) {
      nextSeq = Math.max(nextSeq, record.seq + 1);
      if (!entries.has(record.seq)) entries.set(record.seq, entryOf(record, segment));
    }
    if (damages.length > 0) damaged.push({ path: segment.path, damages });
    for (const { offset, bytes: length } of damages)
      await setAside(segment.path, offset, bytes.subarray(offset, offset + length));
  }
  for (const { path, damages } of damaged) {
    for (const damage of damages) options.warn(describe(path, damage, entries));
  }
  const ordered = [...entries.values()].sort((a, b) => a.seq - b.seq);
  for (const { segment } of ordered) segment.live += 1;
  return { id: await readId(folder), segments, entries: ordered, nextSeq };
}

function laneOf(kind: RecordKind): Lane {
  return kind === "log" ? "log" : "kept";
}

function entryOf({ seq, kind, lines, key, offset, length }: FoundRecord, segment: Segment): Entry {
  return { seq, kind, lines, key, segment, offset, length, body: undefined };
}

/** Damaged bytes are kept for whoever wants to look at them. */
async function setAside(path: string, offset: number, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.${offset}.damaged`, bytes, { mode: 0o600 });
}

function describe(
  path: string,
  {
    offset,
    bytes,
    afterSeq,
    beforeSeq,
  }: { offset: number; bytes: number; afterSeq?: number; beforeSeq?: number },
  whole: ReadonlyMap<number, unknown>,
): string {
  const where = `${path}: ${bytes} bytes at ${offset} are damaged`;
  if (beforeSeq === undefined)
    return `${where}: what stood behind record ${afterSeq ?? "the beginning"} is lost`;
  const first = (afterSeq ?? 0) + 1;
  const lost = Array.from({ length: Math.max(beforeSeq - first, 0) }, (_each, index) => first + index);
  return `${where}: lost are the records ${lost.filter((seq) => !whole.has(seq)).join(", ") || "of no number"}`;
}

/** Names the numbers of this spool: another folder counts anew, and the server must know. */
async function readId(folder: string): Promise<string> {
  const path = join(folder, "id");
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const id = randomUUID();
    const file = await open(`${path}.new`, "w", 0o600);
    await file.writeFile(id);
    await file.sync();
    await file.close();
    await rename(`${path}.new`, path);
    return id;
  }
}

function sum(segments: Iterable<Segment>, which: (segment: Segment) => boolean): number {
  let bytes = 0;
  for (const segment of segments) if (which(segment)) bytes += segment.bytes;
  return bytes;
}
