/** A client that writes from several threads may mix up so many of its messages. */
const aheadMax = 100;

/**
 * The numbers of the messages of one direction. They count up by one, from 0 in all known clients. The order of what a
 * connection brings is the order in which it is taken, so a number that is early or missing harms nobody; one that came
 * already is a message sent twice.
 */
export class Sequence {
  #next = 0;
  readonly #ahead = new Set<number>();

  /** Whether the message of this number is the first of it. */
  take(number: number): boolean {
    if (number < this.#next || this.#ahead.has(number)) return false;
    if (number > this.#next) {
      this.#ahead.add(number);
      if (this.#ahead.size > aheadMax) this.#next = Math.min(...this.#ahead);
    } else this.#next += 1;
    while (this.#ahead.size > 0 && this.#ahead.delete(this.#next)) this.#next += 1;
    return true;
  }
}
