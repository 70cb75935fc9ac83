/** Records of one runner that are being worked on; above it reading pauses, below it goes on. */
const workingMax = 512;
const workingLow = 256;

interface Place {
  seq: number;
  isDone: boolean;
}

export interface InboxEvents {
  /** Everything up to `seq` is kept. */
  onKept(seq: number): void;
  onFull(): void;
  onLow(): void;
}

/** What was seen of a record's place. */
export type Arrival = "next" | "again" | "gap";

/**
 * A runner's records in the order of its spool. Those of one job are worked on one after the other and those of many
 * at once; kept is what no earlier one is missing of.
 */
export class Inbox {
  readonly #events: InboxEvents;
  readonly #places: Place[] = [];
  readonly #chains = new Map<string, Promise<void>>();
  #lastSeq: number;
  #isFull = false;

  constructor(receivedSeq: number, events: InboxEvents) {
    this.#lastSeq = receivedSeq;
    this.#events = events;
  }

  /** Where a record stands that follows the one at `after`. */
  see({ seq, after }: { seq: number; after: number }): Arrival {
    if (seq <= this.#lastSeq) return "again";
    return after > this.#lastSeq ? "gap" : "next";
  }

  /** Works on the next record, behind those of the same `key`. A failure is told, and keeps the record open. */
  take(seq: number, key: string, work: () => Promise<void>, onFailure: (error: unknown) => void): void {
    this.#lastSeq = seq;
    const place = { seq, isDone: false };
    this.#places.push(place);
    if (this.#places.length >= workingMax && !this.#isFull) {
      this.#isFull = true;
      this.#events.onFull();
    }
    const before = this.#chains.get(key);
    const mine = (before === undefined ? work() : before.then(work)).then(() => this.#done(place));
    this.#chains.set(key, mine);
    mine
      .catch(onFailure)
      .finally(() => {
        if (this.#chains.get(key) === mine) this.#chains.delete(key);
      })
      .catch(onFailure);
  }

  #done(place: Place): void {
    place.isDone = true;
    let kept = 0;
    while (this.#places[0]?.isDone === true) kept = this.#places.shift()!.seq;
    if (kept > 0) this.#events.onKept(kept);
    if (!this.#isFull || this.#places.length > workingLow) return;
    this.#isFull = false;
    this.#events.onLow();
  }
}
