import type { Channel, ChannelModel } from "amqplib";
import { AppError } from "../../kit/errors.ts";
import type { Loop } from "../../kit/loops.ts";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import {
  type Afterlife,
  type Broker,
  type Intake,
  type IntakeOptions,
  type Publication,
  QueueGone,
} from "./broker.ts";
import { brokerWords } from "./broker-names.ts";
import { type Carried, carriedText, readCarried } from "./carried.ts";
import type { DeathReason, MessageQueue, StreamStart } from "./model.ts";
import { RabbitmqConnection, withinTime } from "./rabbitmq-connection.ts";
import { RabbitmqIntake } from "./rabbitmq-intake.ts";
import { RabbitmqPublisher } from "./rabbitmq-publisher.ts";

/** RabbitMQ lets a connection have 2,047 channels. */
const consumersPerConnectionMax = 1_500;
const deadAtOnceMax = 50;
const retryPauseMs = 1_000;
/** An exclusive queue that nobody consumes for so long was left behind. */
const exclusiveExpiresMs = 3_600_000;
/** The house counts; RabbitMQ must not give up before it does. */
const deliveryLimit = 1_000_000;

export interface RabbitmqBrokerParts {
  url: string;
  log: Logger;
  afterlife: Afterlife;
  /** Which Millrace this is, among those that share the RabbitMQ. */
  installationId: () => Promise<string>;
  /** Keeps what RabbitMQ cannot keep as promised: streams, by number, and read from any of them. */
  streams: Broker;
}

/**
 * Messages in RabbitMQ. A durable queue is a quorum queue; one with priorities is a classic queue, since quorum queues
 * of RabbitMQ 3 have none, and so lies on one node; one that is not durable is a classic queue of messages that are
 * not persistent. What expires comes through one queue of dead messages, which all nodes work on.
 */
export class RabbitmqBroker implements Broker {
  readonly engine = "rabbitmq";
  readonly #parts: RabbitmqBrokerParts;
  readonly #admin: RabbitmqConnection;
  readonly #publisher: RabbitmqPublisher;
  #consuming: RabbitmqConnection[] = [];
  /** Queues that are being made again. */
  readonly #declaring = new Map<string, Promise<void>>();
  #ready: Promise<string> | undefined;

  constructor(parts: RabbitmqBrokerParts) {
    this.#parts = parts;
    this.#admin = new RabbitmqConnection(parts.url, "publisher", parts.log);
    this.#publisher = new RabbitmqPublisher(this.#admin);
  }

  async declareQueue(queue: MessageQueue): Promise<void> {
    if (queue.kind === "stream") return this.#parts.streams.declareQueue(queue);
    const deadQueue = await this.#whenReady();
    await this.#onChannel((channel) => assertQueue(channel, queue, deadQueue));
  }

  async deleteQueue(queue: MessageQueue): Promise<void> {
    if (queue.kind === "stream") return this.#parts.streams.deleteQueue(queue);
    await this.#whenReady();
    await this.#onChannel(async (channel) => {
      await channel.deleteQueue(nameOf(queue));
    });
  }

  async publish(publications: readonly Publication[]): Promise<void> {
    const toStreams = publications.filter(({ queue }) => queue.kind === "stream");
    const others = publications.filter(({ queue }) => queue.kind !== "stream");
    // All at once: what goes to queues keeps its order, and must not wait for what goes to streams.
    const outcomes = await Promise.allSettled([
      ...others.map((publication) => this.#publishOne(publication)),
      ...(toStreams.length > 0 ? [this.#parts.streams.publish(toStreams)] : []),
    ]);
    const gone = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? outcome.reason : []));
    const queueIds = gone.flatMap((error: unknown) => (error instanceof QueueGone ? error.queueIds : []));
    if (queueIds.length > 0) throw new QueueGone(queueIds);
    if (gone.length > 0) throw gone[0];
  }

  async consume(queue: MessageQueue, options: IntakeOptions): Promise<Intake> {
    const deadQueue = await this.#whenReady();
    const intake = new RabbitmqIntake({
      queue,
      queueName: nameOf(queue),
      options,
      assert: (channel) => assertQueue(channel, queue, deadQueue),
      ends: {
        giveUp: (from, carried, reason) => this.#giveUp(from, carried, reason),
        republish: isQuorum(queue) ? undefined : (...args) => this.#republish(...args),
      },
      log: this.#parts.log,
    });
    await intake.open(this.#consumingConnection());
    return intake;
  }

  async readStream(queue: MessageQueue, options: IntakeOptions & { start: StreamStart }): Promise<Intake> {
    return this.#parts.streams.readStream(queue, options);
  }

  /** RabbitMQ sees for itself when a node's connection is gone. */
  async retire(nodeIds: readonly string[]): Promise<void> {
    await this.#parts.streams.retire(nodeIds);
  }

  loops(): Loop[] {
    return this.#parts.streams.loops();
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#admin, ...this.#consuming].map((connection) => connection.close()));
    await this.#parts.streams.close();
  }

  /** The name of the queue of dead messages, once it is there and worked on by this node, too. */
  #whenReady(): Promise<string> {
    this.#ready ??= this.#begin().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #begin(): Promise<string> {
    const deadQueue = `millrace.dead.${await this.#parts.installationId()}`;
    await this.#admin.keep((model) => this.#setUp(model, deadQueue));
    return deadQueue;
  }

  async #setUp(model: ChannelModel, deadQueue: string): Promise<void> {
    const channel = await model.createChannel();
    channel.on("error", (error) => this.#parts.log.warn({ err: error }, "a channel to RabbitMQ broke"));
    await channel.assertQueue(deadQueue, { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.prefetch(deadAtOnceMax);
    await channel.consume(deadQueue, (message) => {
      if (message === null) return;
      const death = (message.properties.headers?.["x-death"] as { reason: string }[] | undefined)?.[0];
      const ends = { ack: () => channel.ack(message), putBack: () => channel.nack(message, false, true) };
      void this.#bury(readCarried(message.content.toString("utf8")), reasonOf(death?.reason), ends);
    });
  }

  async #bury(
    carried: Carried,
    reason: DeathReason,
    ends: { ack: () => void; putBack: () => void },
  ): Promise<void> {
    try {
      await this.#giveUp(carried.queue, carried, reason);
      ends.ack();
    } catch (error) {
      this.#parts.log.warn({ err: error }, "a dead message could not go on; it is tried again");
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs).unref());
      try {
        ends.putBack();
      } catch (cause) {
        this.#parts.log.debug({ err: cause }, "the channel is gone, and with that the message went back");
      }
    }
  }

  /** Work on a channel of its own, since RabbitMQ may leave it without an answer, or close the channel for a fault. */
  async #onChannel(act: (channel: Channel) => Promise<void>): Promise<void> {
    const model = await this.#admin.model();
    const channel = await withinTime(model.createChannel());
    const debug = (error: unknown) => this.#parts.log.debug({ err: error }, "a passing channel broke");
    channel.on("error", debug);
    try {
      await withinTime(act(channel));
    } finally {
      channel.close().catch(debug);
    }
  }

  /** The definition says that there is one, so the broker has lost it. All who miss it wait for one making of it. */
  #declareAgain(queue: MessageQueue): Promise<void> {
    const known = this.#declaring.get(queue.id);
    if (known !== undefined) return known;
    const declaring = this.declareQueue(queue).finally(() => this.#declaring.delete(queue.id));
    this.#declaring.set(queue.id, declaring);
    return declaring;
  }

  async #publishOne({ queue, message }: Publication, deliveries?: number): Promise<void> {
    const parcel = {
      queueName: nameOf(queue),
      content: carriedText(queue, message, deliveries === undefined ? {} : { deliveries }),
      persistent: queue.durable,
      priority: Math.min(message.priority, queue.priorityMax),
      expiryMs: message.expiryMs,
    };
    let outcome = await this.#publisher.publish(parcel);
    if (outcome === "returned" && queue.sessionId === null) {
      await this.#declareAgain(queue);
      outcome = await this.#publisher.publish(parcel);
    }
    if (outcome === "returned") throw new QueueGone([queue.id]);
    if (outcome === "refused") throw refused(queue);
  }

  async #republish(queue: MessageQueue, { message }: Carried, deliveries: number): Promise<void> {
    await this.#publishOne({ queue, message }, deliveries);
  }

  /** What comes in its place is published before it is removed: a break in between brings it twice, never not. */
  async #giveUp(
    queue: Pick<MessageQueue, "tenantId" | "name">,
    { message }: Carried,
    reason: DeathReason,
  ): Promise<void> {
    for (const publication of await this.#parts.afterlife(queue, message, reason)) {
      try {
        await this.publish([publication]);
      } catch (error) {
        if (!(error instanceof QueueGone)) throw error;
      }
    }
  }

  #consumingConnection(): RabbitmqConnection {
    const free = this.#consuming.find((connection) => connection.size < consumersPerConnectionMax);
    if (free !== undefined) return free;
    const opened = new RabbitmqConnection(this.#parts.url, `consumer ${newId()}`, this.#parts.log);
    this.#consuming.push(opened);
    return opened;
  }
}

function nameOf(queue: MessageQueue): string {
  return ["millrace", ...brokerWords(queue)].join(".");
}

function isQuorum(queue: MessageQueue): boolean {
  return queue.durable && queue.priorityMax === 0;
}

async function assertQueue(channel: Channel, queue: MessageQueue, deadQueue: string): Promise<void> {
  const common = {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": deadQueue,
    "x-max-length": queue.lengthMax,
    "x-overflow": "reject-publish",
  };
  const own = isQuorum(queue)
    ? {
        "x-queue-type": "quorum",
        "x-dead-letter-strategy": "at-least-once",
        "x-delivery-limit": deliveryLimit,
      }
    : {
        ...(queue.priorityMax > 0 ? { "x-max-priority": queue.priorityMax } : {}),
        ...(queue.sessionId === null ? {} : { "x-expires": exclusiveExpiresMs }),
      };
  await channel.assertQueue(nameOf(queue), { durable: true, arguments: { ...common, ...own } });
}

/** RabbitMQ does not say why it takes no message. */
function refused({ name, lengthMax }: MessageQueue): AppError {
  const full = `it is full (${lengthMax} messages wait in it)`;
  const message = `Message queue ${JSON.stringify(name)} takes no message: ${full}, or RabbitMQ is starting it`;
  return new AppError("overloaded", message, { retryAfterSeconds: 1 });
}

function reasonOf(reason: string | undefined): DeathReason {
  if (reason === "expired") return "expired";
  return reason === "delivery_limit" ? "deliveries_used_up" : "rejected";
}
