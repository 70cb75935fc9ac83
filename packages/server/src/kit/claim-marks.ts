/**
 * What a process remembers of where each queue's claimable items begin, so that claims need not walk over dead rows.
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
