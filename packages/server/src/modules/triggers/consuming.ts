import type { Json } from "@millrace/jq";
import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Delivery, Messages, Subscription } from "../messages/service.ts";
import { type ActAs, actorOf } from "./actor.ts";
import { type MessageSettings, prefetchDefault } from "./consuming-model.ts";
import * as store from "./consuming-store.ts";
import type { Fired, Firings, PreparedFiring } from "./firings.ts";
import type { Trigger } from "./model.ts";

const consumersMax = 5_000;
const firingsPerWriteMax = 200;
const waitingMax = 100_000;

export interface ConsumingParts {
  database: Database;
  firings: Firings;
  actAs: ActAs;
  messages: Messages;
}

interface Consumer {
  version: number;
  subscription: Subscription;
}

/** Triggers that consume messages: each of their message queues has a consumer on each node. */
export class Consuming {
  readonly #parts: ConsumingParts;
  readonly #writes: Coalescer<PreparedFiring, Fired>;
  /** By the trigger's id. */
  readonly #consumers = new Map<string, Consumer>();
  /** Why one cannot consume, as it was last listed. */
  readonly #problems = new Map<string, string>();

  constructor(parts: ConsumingParts) {
    this.#parts = parts;
    const lane = parts.database.lane("fire-messages");
    this.#writes = new Coalescer({
      name: "messages that start runs",
      write: (members) => lane.transaction((tx) => parts.firings.fireIn(tx, members)),
      batchMax: firingsPerWriteMax,
      waitingMax,
    });
  }

  /** Refuses what cannot be consumed. */
  async check(call: Call, { queue }: MessageSettings): Promise<void> {
    const { kind } = await this.#parts.messages.getQueue(call, queue);
    if (kind === "stream") throw invalid("message.queue", "is a stream, whose messages nobody takes out");
  }

  /** Opens and closes consumers until there is one for each active trigger, with the rights of now. */
  async reconcile(): Promise<void> {
    const triggers = await store.listConsuming(this.#parts.database, consumersMax);
    const wanted = new Map(triggers.map((trigger) => [trigger.id, trigger]));
    for (const [id, { version }] of this.#consumers)
      if (wanted.get(id)?.version !== version) await this.#close(id);
    for (const id of this.#problems.keys()) if (!wanted.has(id)) this.#problems.delete(id);
    for (const trigger of triggers) await this.#tend(trigger);
  }

  /** What is under way is ended, the rest goes back to its queues. */
  async close(): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((id) => this.#close(id)));
    await this.#writes.drained();
  }

  async #tend(trigger: Trigger): Promise<void> {
    const { id } = trigger;
    const call = await actorOf(this.#parts.actAs, trigger, newId());
    const consumer = this.#consumers.get(id);
    if (call === undefined) {
      await this.#close(id);
      return this.#cannot(trigger, "who made it or changed it last is gone or disabled");
    }
    if (consumer !== undefined) return consumer.subscription.updateCall(call);
    await this.#open(trigger, call);
  }

  async #open(trigger: Trigger, call: Call): Promise<void> {
    const { id, version, settings } = trigger;
    const { queue, prefetch = prefetchDefault } = settings.message!;
    try {
      // A queue that is not there would be made.
      await this.#parts.messages.getQueue(call, queue);
      const listener = {
        onMessage: (delivery: Delivery) => this.#take(trigger, delivery),
        onEnd: () => void this.#consumers.delete(id),
      };
      const options = { prefetch, acknowledge: "auto" } as const;
      const subscription = await this.#parts.messages.consume(call, queue, options, listener);
      this.#consumers.set(id, { version, subscription });
      this.#problems.delete(id);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      await this.#cannot(trigger, error.message);
    }
  }

  /** It is acknowledged once its run is committed; one that cannot start anything goes back to its queue. */
  async #take(trigger: Trigger, { message, queue }: Delivery): Promise<void> {
    const { id, data, headers, correlationId, exchange, routingKey, sender } = message;
    const optional = Object.entries({ correlationId, exchange, routingKey }).filter(
      ([, text]) => text !== undefined,
    );
    const facts = { queue, id, data, headers, sender, ...Object.fromEntries(optional) } as unknown as Json;
    const firing = { trigger, cause: `message ${id}`, facts, once: `message/${id}` };
    const { outcome, reason } = await this.#writes.submit(await this.#parts.firings.prepare(firing));
    if (outcome === "failed") throw new AppError("conflict", reason);
  }

  /** Lists why nothing is consumed, once as long as it stays the same. */
  async #cannot(trigger: Trigger, why: string): Promise<void> {
    if (this.#problems.get(trigger.id) === why) return;
    this.#problems.set(trigger.id, why);
    const { database, firings } = this.#parts;
    const cause = `message queue ${trigger.settings.message!.queue}`;
    await database.transaction((tx) => firings.skipIn(tx, trigger, cause, `nothing can be consumed: ${why}`));
  }

  async #close(id: string): Promise<void> {
    const consumer = this.#consumers.get(id);
    this.#consumers.delete(id);
    await consumer?.subscription.close();
  }
}
