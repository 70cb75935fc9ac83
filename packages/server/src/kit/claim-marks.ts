/**
 * What a process remembers of where the claimable rows of each queue begin, so that claims need not walk over dead
 * rows. A queue is any line of rows that are handed out by priority, then by place.
 */

const levelsPerQueueMax = 32;
const queuesMax = 10_000;
/** A look from the front of a queue happens at most this often, and rarer when it is slow. */
const frontEveryMs = 1_000;
const frontShare = 20;

interface QueueMarks {
  /** By priority: nothing at or before this place is left, as far as this process knows. */
  after: Map<number, number>;
  frontDueAt: number;
}

export interface Place {
  queueId: string;
  priority: number;
  position: number;
}

/**
 * Low-water marks per queue and priority. They are hints: a push that commits out of order, on another node, lies
 * behind a mark until the next look from the front of the queue, as does what was there before this process. A claim
 * looks there once in a second, and the first time at once.
 * `nowMs` paces those looks and decides nothing.
 */
export class ClaimMarks {
  readonly #queues = new Map<string, QueueMarks>();

  /** The known levels of a queue, the highest priority first. */
  levels(queueId: string): { priority: number; after: number }[] {
    const after = this.#queues.get(queueId)?.after ?? new Map<number, number>();
    return [...after]
      .map(([priority, place]) => ({ priority, after: place }))
      .sort((a, b) => b.priority - a.priority);
  }

  /** An item was put at this place by this process: look there again. */
  noteArrived({ queueId, priority, position }: Place): void {
    const { after } = this.#of(queueId);
    const mark = after.get(priority);
    if (mark === undefined || position <= mark) after.set(priority, position - 1);
    if (after.size > levelsPerQueueMax) this.#queues.delete(queueId);
  }

  /** An item at this place was claimed, and those before it at its level were claimed or are being claimed. */
  noteClaimed({ queueId, priority, position }: Place): void {
    const { after } = this.#of(queueId);
    if ((after.get(priority) ?? -1) < position) after.set(priority, position);
  }

  /** An item at this place was claimed from the front: at its level nothing is left before, and what follows may be. */
  noteClaimedFromFront({ queueId, priority, position }: Place): void {
    this.#of(queueId).after.set(priority, position);
  }

  /** Whether it is time to look from the front of the queue: for what the marks do not know of. */
  frontIsDue(queueId: string, nowMs: number): boolean {
    return (this.#queues.get(queueId)?.frontDueAt ?? 0) <= nowMs;
  }

  /** The front was looked at, which took `tookMs`. */
  noteFront(queueId: string, nowMs: number, tookMs: number): void {
    this.#of(queueId).frontDueAt = nowMs + Math.max(frontEveryMs, tookMs * frontShare);
  }

  #of(queueId: string): QueueMarks {
    let marks = this.#queues.get(queueId);
    if (marks === undefined) {
      if (this.#queues.size >= queuesMax) this.#queues.clear();
      marks = { after: new Map(), frontDueAt: 0 };
      this.#queues.set(queueId, marks);
    }
    return marks;
  }
}

/** How many rows of a queue are wanted. */
export interface AskedFront {
  queueId: string;
  wanted: number;
}

/** One level of one queue to claim from: a priority, and the place after which to look. */
export interface AskedLevel extends AskedFront {
  priority: number;
  after: number;
}

export interface Picked<Row> {
  fromFront: Row[];
  fromMarks: Row[];
}

/**
 * Locks the rows that are missing, by queue: from the front where it is time to look there, in the claim's own order;
 * else by levels from the marks.
 */
export async function pickByMarks<Row extends Place>(
  marks: ClaimMarks,
  wanted: ReadonlyMap<string, number>,
  look: { front(asked: AskedFront[]): Promise<Row[]>; after(levels: AskedLevel[]): Promise<Row[]> },
): Promise<Picked<Row>> {
  const missing = new Map(wanted);
  const fromFront = await pickFromFront(marks, missing, look.front);
  const levels = new Map([...missing.keys()].map((queueId) => [queueId, marks.levels(queueId)]));
  const fromMarks: Row[] = [];
  for (let depth = 0; ; depth++) {
    const asked = [...missing].flatMap(([queueId, count]) => {
      const level = levels.get(queueId)![depth];
      return count > 0 && level !== undefined ? [{ queueId, wanted: count, ...level }] : [];
    });
    if (asked.length === 0) return { fromFront, fromMarks };
    const rows = await look.after(asked);
    for (const row of rows) missing.set(row.queueId, missing.get(row.queueId)! - 1);
    fromMarks.push(...rows);
  }
}

/** Serves the queues whose front is due; they are missing nothing then, since there is no more in them. */
async function pickFromFront<Row>(
  marks: ClaimMarks,
  missing: Map<string, number>,
  look: (asked: AskedFront[]) => Promise<Row[]>,
): Promise<Row[]> {
  const startedAt = performance.now();
  const asked = [...missing]
    .filter(([queueId]) => marks.frontIsDue(queueId, startedAt))
    .map(([queueId, wanted]) => ({ queueId, wanted }));
  if (asked.length === 0) return [];
  const rows = await look(asked);
  const endedAt = performance.now();
  for (const { queueId } of asked) {
    marks.noteFront(queueId, endedAt, endedAt - startedAt);
    missing.delete(queueId);
  }
  return rows;
}
