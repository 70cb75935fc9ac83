import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Intake, IntakeOptions, RawDelivery } from "./broker.ts";
import { brokerAway, type Carried, readCarried } from "./carried.ts";
import { leaseLost } from "./lease-lost.ts";
import type { DeathReason, MessageQueue } from "./model.ts";
import type { RabbitmqConnection } from "./rabbitmq-connection.ts";

/** What an intake needs of its engine. */
export interface Ends {
  giveUp: (queue: MessageQueue, carried: Carried, reason: DeathReason) => Promise<void>;
  /** Puts a message back where the queue keeps no count; it goes to the end. */
  republish: ((queue: MessageQueue, carried: Carried, deliveries: number) => Promise<void>) | undefined;
}

/**
 * A consumer on RabbitMQ: a channel of its own, opened again on each new connection. What was handed out on a channel
 * that is gone has gone back to its queue.
 */
export class RabbitmqIntake implements Intake {
  readonly #queue: MessageQueue;
  readonly #queueName: string;
  readonly #options: IntakeOptions;
  readonly #assert: (channel: Channel) => Promise<void>;
  readonly #ends: Ends;
  readonly #log: Logger;
  #channel: Channel | undefined;
  #tag: string | undefined;
  #state: "taking" | "stopped" | "closed" = "taking";
  #forget: () => void = () => undefined;

  constructor(parts: {
    queue: MessageQueue;
    queueName: string;
    options: IntakeOptions;
    assert: (channel: Channel) => Promise<void>;
    ends: Ends;
    log: Logger;
  }) {
    this.#queue = parts.queue;
    this.#queueName = parts.queueName;
    this.#options = parts.options;
    this.#assert = parts.assert;
    this.#ends = parts.ends;
    this.#log = parts.log;
  }

  async open(connection: RabbitmqConnection): Promise<void> {
    this.#forget = await connection.keep((model) => this.#setUp(model));
  }

  async stop(): Promise<void> {
    if (this.#state !== "taking") return;
    this.#state = "stopped";
    if (this.#tag !== undefined) await this.#channel?.cancel(this.#tag).catch(() => this.#gone());
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#forget();
    const channel = this.#channel;
    this.#channel = undefined;
    await channel?.close().catch(() => this.#gone());
  }

  /** The channel broke by itself, and with that everything went back. */
  #gone(): void {
    this.#channel = undefined;
  }

  async #setUp(model: ChannelModel): Promise<void> {
    if (this.#state !== "taking") return;
    const channel = await model.createChannel();
    this.#channel = channel;
    channel.on("error", (error) => this.#lost(channel, error));
    channel.on("close", () => {
      if (this.#channel === channel) this.#channel = undefined;
    });
    await this.#assert(channel);
    await channel.prefetch(this.#options.prefetch);
    const { consumerTag } = await channel.consume(this.#queueName, (message) => this.#take(channel, message));
    this.#tag = consumerTag;
  }

  /** The channel was closed by the broker (the queue is gone, a timeout), which the connection outlives. */
  #lost(channel: Channel, cause: Error): void {
    if (this.#channel !== channel || this.#state === "closed") return;
    this.#log.warn({ err: cause, queue: this.#queue.name }, "RabbitMQ closed a consumer");
    this.#end(brokerAway(cause));
  }

  #end(error: AppError): void {
    this.#state = "closed";
    this.#forget();
    this.#options.onEnd(error);
  }

  #take(channel: Channel, message: ConsumeMessage | null): void {
    if (message === null) {
      const name = JSON.stringify(this.#queue.name);
      if (this.#state === "taking") this.#end(new AppError("not_found", `Message queue ${name} was deleted`));
      return;
    }
    const carried = readCarried(message.content.toString("utf8"));
    const deliveries = deliveriesOf(message, carried);
    let ended = false;
    const end = async (act: () => Promise<void> | void) => {
      if (ended || this.#channel !== channel) throw leaseLost();
      ended = true;
      try {
        await act();
      } catch (error) {
        ended = false;
        throw error;
      }
    };
    const { giveUp, republish } = this.#ends;
    const delivery: RawDelivery = {
      message: carried.message,
      deliveries,
      ack: () => end(() => channel.ack(message)),
      giveUp: (reason) =>
        end(async () => {
          await giveUp(this.#queue, carried, reason);
          channel.ack(message);
        }),
      requeue: () =>
        end(async () => {
          if (republish === undefined) return channel.nack(message, false, true);
          await republish(this.#queue, carried, deliveries);
          channel.ack(message);
        }),
    };
    this.#options.onDelivery(delivery);
  }
}

/** A quorum queue counts; of a classic one it is known that it was handed out before, or what was written down. */
function deliveriesOf({ properties, fields }: ConsumeMessage, { deliveries = 0 }: Carried): number {
  const counted = properties.headers?.["x-delivery-count"] as unknown;
  return 1 + deliveries + (typeof counted === "number" ? counted : fields.redelivered ? 1 : 0);
}
