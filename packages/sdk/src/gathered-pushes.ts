import type { CallOptions } from "./calls.ts";
import { MillraceError } from "./errors.ts";
import { Gatherer } from "./gatherer.ts";
import type { NewItem, PushedItem } from "./model.ts";
import type { ApiVerbs } from "./verbs.ts";

const itemsPerCallMax = 1_000;

/** Sends pushes that wait together as one call per queue. */
export class GatheredPushes {
  readonly #verbs: ApiVerbs;
  readonly #queues = new Map<string, Gatherer<NewItem, PushedItem>>();

  constructor(verbs: ApiVerbs) {
    this.#verbs = verbs;
  }

  /** As `pushItem`; a call with options of its own goes alone. */
  push(queue: string, item: NewItem, options?: CallOptions): Promise<PushedItem> {
    if (options !== undefined) return this.#verbs.pushItem(queue, item, options);
    return this.#gathererOf(queue).submit(item);
  }

  #gathererOf(queue: string): Gatherer<NewItem, PushedItem> {
    const known = this.#queues.get(queue);
    if (known !== undefined) return known;
    const gatherer = new Gatherer<NewItem, PushedItem>({
      write: (items) => this.#write(queue, items),
      batchMax: itemsPerCallMax,
      lanes: 1,
    });
    this.#queues.set(queue, gatherer);
    return gatherer;
  }

  /** The server takes a batch whole or not at all: where a member was refused, each goes by itself. */
  async #write(queue: string, items: readonly NewItem[]): Promise<readonly (PushedItem | Error)[]> {
    if (items.length === 1) return [await this.#verbs.pushItem(queue, items[0]!)];
    try {
      return await this.#verbs.pushItems(queue, items as NewItem[]);
    } catch (error) {
      if (!mayBeOfOneMember(error)) throw error;
    }
    return Promise.all(items.map((item) => this.#verbs.pushItem(queue, item).catch((error: Error) => error)));
  }
}

/** Nothing of a refused batch was written. */
function mayBeOfOneMember(error: unknown): boolean {
  const codes = ["invalid_input", "too_large", "conflict", "not_found", "already_exists"];
  return error instanceof MillraceError && error.status !== 0 && codes.includes(error.code);
}
