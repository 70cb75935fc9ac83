import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import { InOrder } from "../../kit/in-order.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Wakes } from "../../kit/wakes.ts";
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
import type { DatabaseClock } from "../../kit/database-clock.ts";
import type { DeathReason, MessageQueue, StreamStart } from "./model.ts";
import { type Acknowledged, NatsLink } from "./nats-connection.ts";
import { NatsIntake } from "./nats-intake.ts";
import { queueFull } from "./queue-lengths.ts";

const nanosecondsPerMs = 1_000_000;
/** How long what is handed out may go without a sign of its consumer. */
const ackWaitMs = 20_000;
const heldMax = 1_000_000;
const answerMs = 5_000;
/** After a look that found nothing to take: somebody else had it. */
const lookAgainMs = 500;
/** Of readers that come back after a break. */
const readerExpiresMs = 60_000;
/** Queues whose expiries a process looks after. */
const expiringMax = 10_000;

const consumerNotFound = 10014;
const streamNotFound = 10059;
const messagesUsedUp = 10077;

export interface NatsBrokerParts {
  url: string;
  log: Logger;
  wakes: Wakes;
  clock: DatabaseClock;
  afterlife: Afterlife;
}

interface Expiring {
  queue: MessageQueue;
  /** When the next message expires, at the earliest. */
  atMs: number;
  /** One was taken too early and put back, where no look at the heads finds it. */
  putBack: boolean;
}

/**
 * Messages in NATS JetStream: a stream for each queue, by its id, and in it a subject and a consumer for each priority.
 * NATS lets no single message expire, so consumers pass over what is too old, and a loop looks at the heads of the
 * queues that messages with an expiry were published to.
 */
export class NatsBroker implements Broker {
  readonly engine = "nats";
  readonly #link: NatsLink;
  readonly #parts: NatsBrokerParts;
  /** Queues that hold messages which may expire. */
  readonly #expiring = new Map<string, Expiring>();
  readonly #order = new InOrder<string>();

  constructor(parts: NatsBrokerParts) {
    this.#parts = parts;
    this.#link = new NatsLink(parts.url, parts.log);
  }

  async declareQueue(queue: MessageQueue): Promise<void> {
    const isStream = queue.kind === "stream";
    await this.#link.manage((manager) =>
      manager.streams.add({
        name: streamOf(queue),
        subjects: [`${subjectOf(queue)}.*`],
        retention: isStream ? RetentionPolicy.Limits : "workqueue",
        storage: queue.durable ? StorageType.File : StorageType.Memory,
        num_replicas: this.#link.replicas,
        max_msgs: isStream ? (queue.keepMessages ?? -1) : queue.lengthMax,
        max_bytes: queue.keepBytes ?? -1,
        max_age: (queue.keepMs ?? 0) * nanosecondsPerMs,
        discard: isStream ? DiscardPolicy.Old : DiscardPolicy.New,
      }),
    );
  }

  async deleteQueue(queue: MessageQueue): Promise<void> {
    this.#expiring.delete(queue.id);
    await this.#link.manage(async (manager) => {
      try {
        await manager.streams.delete(streamOf(queue));
      } catch (error) {
        if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error;
      }
    });
  }

  async publish(publications: readonly Publication[]): Promise<void> {
    const outcomes = await Promise.allSettled(
      publications.map((publication) => this.#publishOne(publication)),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? outcome.reason : []));
    const gone = failures.flatMap((error: unknown) => (error instanceof QueueGone ? error.queueIds : []));
    if (gone.length > 0) throw new QueueGone(gone);
    if (failures.length > 0) throw failures[0];
  }

  async consume(queue: MessageQueue, options: IntakeOptions): Promise<Intake> {
    await this.#parts.clock.now();
    const levels = Array.from({ length: queue.priorityMax + 1 }, (_, index) => queue.priorityMax - index);
    const source = {
      stream: streamOf(queue),
      consumers: levels.map(consumerOf),
      readsOnly: false,
      ensure: async () => {
        await this.declareQueue(queue);
        for (const level of levels) await this.#ensureConsumer(queue, level);
      },
      isExpired: (carried: Carried) => this.#isExpired(carried),
      giveUp: (carried: Carried, reason: DeathReason) => this.#giveUp(carried, reason),
      onNews: levels.length === 1 ? undefined : (act: () => void) => this.#parts.wakes.on(wakeOf(queue), act),
    };
    return this.#openIntake(source, options);
  }

  async readStream(queue: MessageQueue, options: IntakeOptions & { start: StreamStart }): Promise<Intake> {
    let reader = "";
    const ensure = async () => {
      await this.declareQueue(queue);
      const start = intake.lastOffset > 0 ? { offset: intake.lastOffset + 1 } : options.start;
      const { name } = await this.#link.manage((manager) =>
        manager.consumers.add(streamOf(queue), {
          ack_policy: AckPolicy.None,
          inactive_threshold: readerExpiresMs * nanosecondsPerMs,
          ...startOf(start),
        }),
      );
      reader = name;
    };
    const intake = new NatsIntake({
      link: this.#link,
      source: {
        stream: streamOf(queue),
        get consumers() {
          return [reader];
        },
        readsOnly: true,
        ensure,
        isExpired: () => false,
        giveUp: async () => undefined,
        onNews: undefined,
      },
      options,
      log: this.#parts.log,
    });
    await intake.open();
    return intake;
  }

  /** NATS hands out again by itself what shows no sign of its consumer. */
  async retire(): Promise<void> {
    // Nothing is held in a node's name.
  }

  loops(): Loop[] {
    return [{ name: "expire-messages", everyMs: 500, tick: () => this.#expire() }];
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  async #openIntake(source: ConstructorParameters<typeof NatsIntake>[0]["source"], options: IntakeOptions) {
    const intake = new NatsIntake({ link: this.#link, source, options, log: this.#parts.log });
    await intake.open();
    return intake;
  }

  /** One that is there is left alone: creating it again makes a server lose track of what it hands out. */
  async #ensureConsumer(queue: MessageQueue, level: number): Promise<void> {
    const config: Partial<ConsumerConfig> = {
      durable_name: consumerOf(level),
      filter_subject: `${subjectOf(queue)}.${level}`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ackWaitMs * nanosecondsPerMs,
      max_deliver: -1,
      max_ack_pending: heldMax,
    };
    await this.#link.manage(async (manager) => {
      try {
        await manager.consumers.info(streamOf(queue), consumerOf(level));
      } catch (error) {
        if (!(error instanceof JetStreamApiError) || error.code !== consumerNotFound) throw error;
        await manager.consumers.add(streamOf(queue), config);
      }
    });
  }

  async #publishOne(publication: Publication): Promise<void> {
    const { queue } = publication;
    await this.#order.pass(queue.id, this.#carry(publication), (carried) => this.#send(publication, carried));
  }

  /** The text of a message, and when it expires if it does. */
  async #carry({ queue, message }: Publication): Promise<{ content: string; expiresAtMs?: number }> {
    const { expiryMs } = message;
    const expires = expiryMs === undefined ? {} : { expiresAtMs: (await this.#parts.clock.now()) + expiryMs };
    const content = carriedText(queue, message, expires);
    await this.#link.checkSize(content);
    return { content, ...expires };
  }

  async #send(
    { queue, message }: Publication,
    { content, expiresAtMs }: { content: string; expiresAtMs?: number },
  ): Promise<void> {
    const subject = `${subjectOf(queue)}.${Math.min(message.priority, queue.priorityMax)}`;
    let answer = await this.#link.request(subject, content);
    if (answer === undefined && queue.sessionId === null) {
      // The definition says that there is one, so the broker has lost it.
      await this.declareQueue(queue);
      answer = await this.#link.request(subject, content);
    }
    if (answer === undefined) throw new QueueGone([queue.id]);
    const { error } = JSON.parse(answer) as Acknowledged;
    if (error?.err_code === messagesUsedUp) throw queueFull(queue);
    if (error !== undefined)
      throw new AppError("unavailable", `The message broker refused: ${error.description}`);
    if (queue.priorityMax > 0) this.#parts.wakes.signal(wakeOf(queue));
    if (expiresAtMs !== undefined) this.#noteExpiring(queue, expiresAtMs);
  }

  #noteExpiring(queue: MessageQueue, atMs: number): void {
    const known = this.#expiring.get(queue.id);
    if (known !== undefined) known.atMs = Math.min(known.atMs, atMs);
    else if (this.#expiring.size < expiringMax) this.#expiring.set(queue.id, { queue, atMs, putBack: false });
  }

  #isExpired({ expiresAtMs }: Carried): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#parts.clock.last();
  }

  /** Looks at the heads of queues where something should have expired. */
  async #expire(): Promise<boolean> {
    const nowMs = await this.#parts.clock.now();
    for (const expiring of this.#expiring.values()) {
      if (expiring.atMs > nowMs) continue;
      const { queue, putBack } = expiring;
      Object.assign(expiring, { atMs: Number.MAX_SAFE_INTEGER, putBack: false });
      for (let level = 0; level <= queue.priorityMax; level++)
        await this.#expireLevel(expiring, level, putBack);
      if (expiring.atMs === Number.MAX_SAFE_INTEGER) this.#expiring.delete(queue.id);
    }
    return false;
  }

  /** Gives up what is too old at the front of a level; `blindly` takes one without a look first. */
  async #expireLevel(expiring: Expiring, level: number, blindly: boolean): Promise<void> {
    const { queue } = expiring;
    for (let isBlind = blindly; ; isBlind = false) {
      const atMs = isBlind ? 0 : ((await this.#headExpiry(queue, level)) ?? Number.MAX_SAFE_INTEGER);
      if (atMs > this.#parts.clock.last()) {
        expiring.atMs = Math.min(expiring.atMs, atMs);
        return;
      }
      const early = await this.#takeExpired(queue, level);
      if (early === undefined) continue;
      expiring.atMs = Math.min(expiring.atMs, early);
      expiring.putBack = true;
      return;
    }
  }

  /** When the first message of a level that was not handed out expires; undefined if there is none. */
  async #headExpiry(queue: MessageQueue, level: number): Promise<number | undefined> {
    return this.#link.manage(async (manager) => {
      try {
        await this.#ensureConsumer(queue, level);
        const { delivered } = await manager.consumers.info(streamOf(queue), consumerOf(level));
        const next = { seq: delivered.stream_seq + 1, next_by_subj: `${subjectOf(queue)}.${level}` };
        const stored = await manager.streams.getMessage(streamOf(queue), next);
        if (stored === null) return undefined;
        return readCarried(stored.string()).expiresAtMs ?? Number.MAX_SAFE_INTEGER;
      } catch (error) {
        if (error instanceof JetStreamApiError) return undefined;
        throw error;
      }
    });
  }

  /** Takes one message and gives it up, or, if it is not too old yet, puts it back and answers when to look. */
  async #takeExpired(queue: MessageQueue, level: number): Promise<number | undefined> {
    const { connection } = await this.#link.open();
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${streamOf(queue)}.${consumerOf(level)}`;
    // A message that is handed out keeps its own subject, so the shared inbox would not know it for the answer.
    const options = { noMux: true, timeout: answerMs };
    const taken = await connection.request(subject, JSON.stringify({ batch: 1, no_wait: true }), options);
    if ((taken.headers?.code ?? 0) !== 0) return this.#parts.clock.last() + lookAgainMs;
    const carried = readCarried(taken.string());
    if (!this.#isExpired(carried)) {
      taken.respond("-NAK");
      return carried.expiresAtMs ?? Number.MAX_SAFE_INTEGER;
    }
    await this.#giveUp(carried, "expired");
    await this.#link.request(taken.reply ?? "", "+ACK");
    return undefined;
  }

  /** What comes in its place is published before it is removed: a break in between brings it twice, never not. */
  async #giveUp({ queue, message }: Carried, reason: DeathReason): Promise<void> {
    for (const publication of await this.#parts.afterlife(queue, message, reason)) {
      try {
        await this.publish([publication]);
      } catch (error) {
        if (!(error instanceof QueueGone)) throw error;
      }
    }
  }
}

function streamOf(queue: MessageQueue): string {
  return ["millrace", ...brokerWords(queue)].join("_");
}

function subjectOf(queue: MessageQueue): string {
  return ["millrace", ...brokerWords(queue)].join(".");
}

function consumerOf(level: number): string {
  return `priority-${level}`;
}

function wakeOf(queue: MessageQueue): string {
  return `message_queue:${queue.id}`;
}

function startOf(start: StreamStart): Partial<ConsumerConfig> {
  if (start === "first") return { deliver_policy: DeliverPolicy.All };
  if (start === "last") return { deliver_policy: DeliverPolicy.Last };
  if (start === "next") return { deliver_policy: DeliverPolicy.New };
  if ("time" in start) return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: start.time };
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, start.offset) };
}
