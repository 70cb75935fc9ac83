import { createInbox, type Msg, type NatsConnection } from "@nats-io/transport-node";
import type { Logger } from "../../kit/log.ts";
import type { Intake, IntakeOptions, RawDelivery } from "./broker.ts";
import { type Carried, readCarried } from "./carried.ts";
import { leaseLost } from "./lease-lost.ts";
import type { DeathReason } from "./model.ts";
import type { NatsLink } from "./nats-connection.ts";

/**
 * How long one request for messages lies at the server. It is short, since it cannot be taken back: a server (2.9) that
 * finds nobody behind the last request when a message is put back loses sight of that message until `ackWaitMs`.
 */
const pullMs = 1_000;
/** A request whose end was lost is forgotten after so much more. */
const graceMs = 5_000;
/** The promise beside the hints, for queues with priorities. */
const pollEveryMs = 1_000;
/** What is being worked on is said to be so: before the server hands it out again (`ackWaitMs`). */
const workingEveryMs = 6_000;
/** Before a stream that is missing is made again: a queue that was deleted has cut its consumers by then. */
const missingPauseMs = 4_000;
const nanosecondsPerMs = 1_000_000;

interface Pull {
  left: number;
  end: () => void;
  ended: Promise<void>;
}

export interface NatsSource {
  stream: string;
  /** The consumers to pull from: one, or one for each priority, the highest first. */
  consumers: readonly string[];
  /** Of a stream that is only read: nothing is acknowledged. */
  readsOnly: boolean;
  /** Makes stream and consumers if they are missing. */
  ensure: () => Promise<void>;
  /** The message may not be handed out any more. */
  isExpired: (carried: Carried) => boolean;
  giveUp: (carried: Carried, reason: DeathReason) => Promise<void>;
  /** Hints that something was published. */
  onNews: ((act: () => void) => () => void) | undefined;
}

/**
 * A consumer on NATS JetStream, by the pull protocol: it asks for as many messages as it has room for, so that what is
 * handed out and what is asked for never exceed `prefetch`.
 */
export class NatsIntake implements Intake {
  readonly #link: NatsLink;
  readonly #source: NatsSource;
  readonly #options: IntakeOptions;
  readonly #log: Logger;
  readonly #pulls = new Set<Pull>();
  readonly #held = new Map<string, Msg>();
  /** Acknowledgements and the like that the server has not answered yet. */
  readonly #ending = new Set<Promise<void>>();
  /** Came in after the stop; they go back once no request is open. */
  readonly #late: Msg[] = [];
  #connection: NatsConnection | undefined;
  #undo: (() => void)[] = [];
  #state: "taking" | "stopped" | "closed" = "taking";
  #filling = false;
  #again = false;
  #mending = false;
  /** Of a stream: the last place that was seen. */
  lastOffset = 0;

  constructor(parts: { link: NatsLink; source: NatsSource; options: IntakeOptions; log: Logger }) {
    this.#link = parts.link;
    this.#source = parts.source;
    this.#options = parts.options;
    this.#log = parts.log;
  }

  async open(): Promise<void> {
    await this.#source.ensure();
    const { connection } = await this.#link.open();
    this.#connection = connection;
    this.#undo.push(this.#link.onReconnect(() => this.#restart()));
    const working = setInterval(() => this.#sayWorking(), workingEveryMs).unref();
    this.#undo.push(() => clearInterval(working));
    if (this.#source.onNews !== undefined) {
      const poll = setInterval(() => this.#fill(), pollEveryMs).unref();
      this.#undo.push(
        () => clearInterval(poll),
        this.#source.onNews(() => this.#fill()),
      );
    }
    this.#fill();
  }

  async stop(): Promise<void> {
    if (this.#state !== "taking") return;
    this.#state = "stopped";
    await Promise.allSettled(this.#ending);
    if (this.#held.size === 0) for (const pull of this.#pulls) pull.end();
    await Promise.all(Array.from(this.#pulls, (pull) => pull.ended));
    for (const message of this.#late.splice(0)) message.respond("-NAK");
  }

  async close(): Promise<void> {
    await this.stop();
    this.#state = "closed";
    this.#undo.forEach((undo) => undo());
    const held = [...this.#held.values()];
    this.#held.clear();
    if (this.#source.readsOnly) return;
    for (const message of held) message.respond("-NAK");
    await this.#connection?.flush();
  }

  #free(): number {
    let asked = 0;
    for (const { left } of this.#pulls) asked += left;
    return this.#options.prefetch - this.#held.size - asked;
  }

  /** Asks for what there is room for: with one consumer ahead of time, with priorities in their order. */
  #fill(): void {
    if (this.#state !== "taking") return;
    const [only, ...more] = this.#source.consumers;
    if (more.length === 0) {
      const free = this.#free();
      if (free > 0 && (this.#pulls.size === 0 || free * 2 >= this.#options.prefetch)) {
        void this.#pull(only!, { batch: free, expires: pullMs * nanosecondsPerMs });
      }
      return;
    }
    if (this.#filling) this.#again = true;
    else void this.#fillByLevels();
  }

  async #fillByLevels(): Promise<void> {
    this.#filling = true;
    do {
      this.#again = false;
      for (const consumer of this.#source.consumers) {
        const free = this.#free();
        if (free > 0 && this.#state === "taking") await this.#pull(consumer, { batch: free, no_wait: true });
      }
    } while (this.#again && this.#state === "taking");
    this.#filling = false;
  }

  /** One request for messages, over when it brings no more. What comes keeps its own subject, hence an inbox each. */
  async #pull(
    consumer: string,
    request: { batch: number; expires?: number; no_wait?: boolean },
  ): Promise<void> {
    const connection = this.#connection!;
    const reply = createInbox();
    let resolve: () => void = () => undefined;
    const ended = new Promise<void>((done) => (resolve = done));
    const inbox = connection.subscribe(reply, { callback: (_error, message) => this.#take(pull, message) });
    const timer = setTimeout(() => pull.end(), (request.no_wait === true ? 0 : pullMs) + graceMs).unref();
    const end = () => {
      clearTimeout(timer);
      inbox.unsubscribe();
      this.#pulls.delete(pull);
      resolve();
    };
    const pull: Pull = { left: request.batch, end, ended };
    this.#pulls.add(pull);
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${this.#source.stream}.${consumer}`;
    connection.publish(subject, JSON.stringify(request), { reply });
    await ended;
    if (request.no_wait !== true) this.#fill();
  }

  #take(pull: Pull, message: Msg): void {
    const status = message.headers?.code ?? 0;
    if (status !== 0) {
      const isMissing =
        status === 503 || (status === 409 && /deleted/i.test(message.headers?.description ?? ""));
      // The end of a request that found its queue missing waits until that is mended, lest it be asked at once again.
      if (isMissing) void this.#mend(pull);
      else if (status !== 100) pull.end();
      return;
    }
    pull.left -= 1;
    if (pull.left === 0) pull.end();
    if (this.#state !== "taking") {
      if (!this.#source.readsOnly) this.#late.push(message);
      return;
    }
    const reply = message.reply ?? "";
    const { deliveries, offset, at } = placeOf(reply);
    const carried = readCarried(message.string());
    this.lastOffset = offset;
    this.#held.set(reply, message);
    const delivery = this.#deliveryOf(message, reply, carried, deliveries);
    if (this.#source.isExpired(carried)) {
      delivery
        .giveUp("expired")
        .catch((error: unknown) => this.#log.warn({ err: error }, "a message did not expire"));
      return;
    }
    const place = this.#source.readsOnly ? { offset } : {};
    this.#options.onDelivery({ ...delivery, ...place, publishedAt: at });
  }

  #deliveryOf(message: Msg, reply: string, carried: Carried, deliveries: number): RawDelivery {
    const end = async (act: () => Promise<void> | void) => {
      if (!this.#held.has(reply)) throw leaseLost();
      const ending = Promise.resolve(act());
      this.#ending.add(ending);
      try {
        await ending;
      } catch (error) {
        // Nobody works on it any more: it would be kept from the others, and its room from those that follow.
        message.respond("-NAK");
        throw error;
      } finally {
        this.#held.delete(reply);
        this.#ending.delete(ending);
        this.#fill();
      }
    };
    if (this.#source.readsOnly) {
      const done = () => end(() => undefined);
      return { message: carried.message, deliveries: 1, ack: done, giveUp: done, requeue: done };
    }
    return {
      message: carried.message,
      deliveries,
      ack: () => end(() => this.#confirm(reply)),
      giveUp: (reason) =>
        end(async () => {
          await this.#source.giveUp(carried, reason);
          await this.#confirm(reply);
        }),
      requeue: () => end(() => void message.respond("-NAK")),
    };
  }

  /** The server answers an acknowledgement, so that it is known to be one. */
  async #confirm(reply: string): Promise<void> {
    if ((await this.#link.request(reply, "+ACK")) === undefined) throw leaseLost();
  }

  /** Requests died with the connection; what is held is still held. */
  #restart(): void {
    for (const pull of Array.from(this.#pulls)) pull.end();
    this.#fill();
  }

  /** The stream or its consumer is gone: with a broker that forgot it, unless the queue was deleted. */
  async #mend(pull: Pull): Promise<void> {
    if (!this.#mending) {
      this.#mending = true;
      await new Promise((resolve) => setTimeout(resolve, missingPauseMs).unref());
      this.#mending = false;
      try {
        if (this.#state === "taking") await this.#source.ensure();
      } catch (error) {
        // A server that has just started may refuse for a while; whose queue was deleted is cut by the house.
        this.#log.warn({ err: error }, "a consumer's queue is missing in NATS; trying again");
      }
    }
    pull.end();
  }

  #sayWorking(): void {
    if (this.#source.readsOnly) return;
    for (const message of this.#held.values()) message.respond("+WPI");
  }
}

/** `$JS.ACK.<stream>.<consumer>.<deliveries>.<offset>...`, with two more words before the stream on newer servers. */
function placeOf(reply: string): { deliveries: number; offset: number; at: string } {
  const words = reply.split(".");
  const from = words.length === 9 ? 4 : 6;
  const ms = Math.floor(Number(words[from + 3]) / nanosecondsPerMs);
  return { deliveries: Number(words[from]), offset: Number(words[from + 1]), at: new Date(ms).toISOString() };
}
