/**
 * Lets the members of each key go on in the order in which they came, however long what each does before that takes.
 * Nobody waits for what an earlier one does after it has gone on.
 */
export class InOrder<Key> {
  readonly #last = new Map<Key, Promise<unknown>>();

  /**
   * Takes a place behind those of `key` that came before, at once. When `prepared` is there and each of them has gone
   * on or failed, `goOn` is called with it; answers what that answers. A member whose `prepared` fails keeps nobody.
   */
  async pass<Prepared, Result>(
    key: Key,
    prepared: Promise<Prepared>,
    goOn: (prepared: Prepared) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(key);
    // Its result is held within an object, lest the next one wait for it.
    const gone = (async () => {
      const [value] = await Promise.all([prepared, before]);
      return { result: goOn(value) };
    })();
    const passed = Promise.allSettled([gone, before]);
    this.#last.set(key, passed);
    void passed.then(() => {
      if (this.#last.get(key) === passed) this.#last.delete(key);
    });
    const { result } = await gone;
    return result;
  }
}
