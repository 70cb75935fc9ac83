import type { ReplyOf } from "@millrace/contract/shapes.ts";
import { backOffMs, pause } from "./back-off.ts";
import { BusinessError } from "./errors.ts";
import { errorOf } from "./failures.ts";
import type { ApiVerbs } from "./verbs.ts";

const messagesPerCallMax = 100;
const pollMs = 30_000;
const prefetchDefault = 25;

type Received = ReplyOf<"receive">["items"][number];
/** A message as it was sent, with its id and its sender. */
export type Message = Received["message"];

/** What a handler learns of a message beside it. */
export interface DeliveryContext {
  /** How often it was handed out, this time included. */
  deliveries: number;
}

/**
 * Does what a message asks for. The message is acknowledged when it is done; a BusinessError rejects it, any other
 * error brings it back. What it answers goes to the sender, if he waits for a reply.
 */
export type MessageHandler<Data = unknown> = (
  message: Message & { data: Data },
  context: DeliveryContext,
) => unknown;

export interface ConsumerOptions {
  /** Messages in its hands at once; 25 if not given. */
  prefetch?: number;
  /** How long it has for each, in milliseconds; a minute if not given. */
  leaseMs?: number;
  /** Told of handlers that failed and of a server that is away; written to stderr if not given. */
  onError?: (error: Error, message?: Message) => void;
}

/** A running consumer. */
export interface Consumer {
  /** Takes nothing more, and lets handlers end. */
  stop(): Promise<void>;
}

/** Takes messages by long poll, as many as it has room for. */
export class MessageConsumer implements Consumer {
  readonly #verbs: ApiVerbs;
  readonly #queue: string;
  readonly #handler: MessageHandler;
  readonly #options: ConsumerOptions;
  readonly #stopRequest = new AbortController();
  readonly #held = new Set<Promise<void>>();
  readonly #taking: Promise<void>;

  constructor(parts: { verbs: ApiVerbs; queue: string; handler: MessageHandler; options: ConsumerOptions }) {
    this.#verbs = parts.verbs;
    this.#queue = parts.queue;
    this.#handler = parts.handler;
    this.#options = parts.options;
    this.#taking = this.#takeUntilStopped();
  }

  async stop(): Promise<void> {
    this.#stopRequest.abort(new Error("the consumer stops"));
    await this.#taking;
    await Promise.all(this.#held);
  }

  async #takeUntilStopped(): Promise<void> {
    const { signal } = this.#stopRequest;
    for (let failures = 0; !signal.aborted;) {
      const free = (this.#options.prefetch ?? prefetchDefault) - this.#held.size;
      if (free <= 0) {
        await Promise.race(this.#held);
        continue;
      }
      try {
        await this.#take(Math.min(free, messagesPerCallMax));
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        const error = errorOf(thrown);
        this.#report(error);
        await pause(backOffMs(failures++, error), signal).catch(() => undefined);
      }
    }
  }

  async #take(count: number): Promise<void> {
    const wanted = { count, waitMs: pollMs, leaseMs: this.#options.leaseMs };
    const options = { signal: this.#stopRequest.signal, retriesMax: 0 };
    for (const received of await this.#verbs.receive(this.#queue, wanted, options)) {
      const done: Promise<void> = this.#work(received).finally(() => this.#held.delete(done));
      this.#held.add(done);
    }
  }

  async #work(received: Received): Promise<void> {
    const { message, receipt, deliveries } = received;
    try {
      const answer = await this.#handler(message, { deliveries });
      if (message.replyTo !== undefined) {
        const { correlationId } = message;
        await this.#verbs.publish(message.replyTo, { data: answer ?? null, correlationId });
      }
      await this.#verbs.endReceived(this.#queue, { receipt, ending: "acknowledge" });
    } catch (error) {
      this.#report(error, message);
      const ending = error instanceof BusinessError ? "reject" : "requeue";
      await this.#verbs
        .endReceived(this.#queue, { receipt, ending })
        .catch((again: unknown) => this.#report(again, message));
    }
  }

  #report(thrown: unknown, message?: Message): void {
    const error = errorOf(thrown);
    if (this.#options.onError !== undefined) this.#options.onError(error, message);
    else console.error(`consumer of ${this.#queue}: ${error.message}`);
  }
}
