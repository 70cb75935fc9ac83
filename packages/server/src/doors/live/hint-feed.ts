import type { Topic } from "../../modules/events/model.ts";

/** Calls the listener whenever a topic may have new facts; the returned function takes it off. */
export type OnHint = (topic: Topic, listener: () => void) => () => void;

/** Who is hinted asks again, so that a busy topic must not make everybody ask all the time. */
const restMs = 400;

/** Tells one client which topics may have news: at once after a rest, else gathered until the rest is over. */
export class HintFeed {
  readonly #unsubscribe: (() => void)[];
  readonly #tell: (topics: Topic[]) => void;
  readonly #pending = new Set<Topic>();
  #timer: NodeJS.Timeout | undefined;

  constructor(topics: readonly Topic[], onHint: OnHint, tell: (topics: Topic[]) => void) {
    this.#tell = tell;
    this.#unsubscribe = [...new Set(topics)].map((topic) => onHint(topic, () => this.#hint(topic)));
  }

  /** A hint tells nothing that a right could forbid: what is new is asked for by the caller. */
  updateCall(): void {}

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    clearTimeout(this.#timer);
  }

  #hint(topic: Topic): void {
    this.#pending.add(topic);
    if (this.#timer === undefined) this.#send();
  }

  #send(): void {
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    this.#timer = setTimeout(() => this.#send(), restMs).unref();
    const topics = [...this.#pending];
    this.#pending.clear();
    this.#tell(topics);
  }
}
