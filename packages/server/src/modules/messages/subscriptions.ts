import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import { absent, refusalOf } from "../access/model.ts";
import type { Broker, Intake, RawDelivery } from "./broker.ts";
import type { Definitions } from "./definitions.ts";
import type { Message, MessageQueue, StreamStart } from "./model.ts";

/** How often a consumer's rights are looked at again. */
const recheckEveryMs = 2_000;
/** Before a message whose handler failed goes back to its queue. */
const retryPauseMs = 1_000;
const subscriptionsMax = 50_000;

/** The same caller as of now; undefined when his credential is gone. */
export type Refresh = (call: Call) => Promise<Call | undefined>;

/** A message that was handed out. One that is not ended comes back when its consumer closes or dies. */
export interface Delivery {
  readonly message: Message;
  /** The message queue it came from. */
  readonly queue: string;
  /** How often it was handed out, this time included. */
  readonly deliveries: number;
  /** Of a stream: where it stands. */
  readonly offset?: number;
  readonly publishedAt?: string;
  /** It is done. Refused if it is not the consumer's any more: `lease_lost`. */
  ack(): Promise<void>;
  /** It can never be done: it goes to the dead-letter target, and its sender is told. */
  reject(): Promise<void>;
  /** It goes back to its place in the queue, to be handed out again. */
  requeue(): Promise<void>;
}

export interface Listener {
  /** In the mode `auto` a promise holds back the acknowledgement, and an error brings the message back. */
  onMessage: (delivery: Delivery) => void | Promise<void>;
  /** Called once if the subscription ends by itself: the right was taken away, the queue deleted. */
  onEnd?: (error: AppError) => void;
}

export interface ConsumeOptions {
  /** Messages handed out and not ended, at most. */
  prefetch?: number;
  /** `auto`: a message is acknowledged as soon as the handler is done. */
  acknowledge?: "manual" | "auto";
  /** Of a stream: where to begin; `next` if left out. */
  start?: StreamStart;
}

export interface Subscription {
  /** The message queue's name. */
  readonly queue: string;
  /** Takes no more; what was handed out may still be ended. */
  stop(): Promise<void>;
  /** Takes no more, and what was not ended goes back. */
  close(): Promise<void>;
  /** From now on the rights of this call count. */
  updateCall(call: Call): void;
}

interface Open {
  call: Call;
  queue: MessageQueue;
  end: (error: AppError) => Promise<void>;
}

const prefetchDefault = 25;

/** The consumers of this process: hands them messages, and cuts those whose right was taken away. */
export class Subscriptions {
  readonly #broker: Broker;
  readonly #definitions: Definitions;
  readonly #refresh: Refresh;
  readonly #log: Logger;
  readonly #open = new Set<Open>();
  readonly #timer: NodeJS.Timeout;
  #rechecking: Promise<void> | undefined;

  constructor(parts: { broker: Broker; definitions: Definitions; refresh: Refresh; log: Logger }) {
    this.#broker = parts.broker;
    this.#definitions = parts.definitions;
    this.#refresh = parts.refresh;
    this.#log = parts.log;
    const recheck = () => (this.#rechecking ??= this.recheck().finally(() => (this.#rechecking = undefined)));
    this.#timer = setInterval(() => void recheck(), recheckEveryMs).unref();
  }

  /** The caller's right on the queue has been checked. */
  async open(
    call: Call,
    queue: MessageQueue,
    options: ConsumeOptions,
    listener: Listener,
  ): Promise<Subscription> {
    if (this.#open.size >= subscriptionsMax) {
      throw new AppError("overloaded", `This node serves at most ${subscriptionsMax} consumers`);
    }
    let intake: Intake | undefined;
    const close = async () => {
      this.#open.delete(open);
      await intake?.close();
    };
    const open: Open = {
      call,
      queue,
      end: async (error) => {
        if (!this.#open.delete(open)) return;
        listener.onEnd?.(error);
        await this.#closeQuietly(intake, queue);
      },
    };
    this.#open.add(open);
    const intakeOptions = {
      prefetch: options.prefetch ?? prefetchDefault,
      onDelivery: (raw: RawDelivery) => void this.#hand(queue, raw, options, listener),
      onEnd: (error: unknown) => void open.end(error instanceof AppError ? error : ended(error)),
    };
    try {
      intake =
        queue.kind === "stream"
          ? await this.#broker.readStream(queue, { ...intakeOptions, start: options.start ?? "next" })
          : await this.#broker.consume(queue, intakeOptions);
    } catch (error) {
      this.#open.delete(open);
      throw error;
    }
    return {
      queue: queue.name,
      stop: async () => {
        this.#open.delete(open);
        await intake.stop();
      },
      close,
      updateCall: (fresh) => {
        open.call = fresh;
      },
    };
  }

  /** Cuts every consumer whose right is gone; what the timer does. */
  async recheck(): Promise<void> {
    for (const open of this.#open) {
      try {
        const refusal = await this.#refusalOf(open);
        if (refusal !== undefined) await open.end(refusal);
      } catch (error) {
        this.#log.warn(
          { err: error, queue: open.queue.name },
          "the rights of a consumer could not be looked at",
        );
      }
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#rechecking;
    await this.endAll(new AppError("unavailable", "The server is stopping"));
  }

  /** Ends every consumer of this process. */
  async endAll(reason: AppError): Promise<void> {
    const open = [...this.#open];
    await Promise.all(open.map(({ end }) => end(reason)));
  }

  /** Nobody waits for it: what could not be given back is given back when this node is gone. */
  async #closeQuietly(intake: Intake | undefined, { name }: MessageQueue): Promise<void> {
    try {
      await intake?.close();
    } catch (error) {
      this.#log.warn({ err: error, queue: name }, "a consumer could not be closed");
    }
  }

  async #refusalOf(open: Open): Promise<AppError | undefined> {
    const call = await this.#refresh(open.call);
    if (call === undefined) return new AppError("unauthenticated", "The token or session has ended");
    open.call = call;
    const queue = await this.#definitions.findQueue(call, open.queue.name);
    if (queue?.id !== open.queue.id)
      return absent(`message queue ${JSON.stringify(open.queue.name)} any more`);
    if (queue.sessionId === null) return refusalOf(queue.acl, call, "invoke", `message queue ${queue.name}`);
    for (const exchange of await this.#definitions.exchangesTo(call, queue.id)) {
      const refusal = refusalOf(exchange.acl, call, "invoke", `exchange ${exchange.name}`);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  async #hand(
    queue: MessageQueue,
    raw: RawDelivery,
    options: ConsumeOptions,
    listener: Listener,
  ): Promise<void> {
    try {
      if (raw.deliveries > queue.deliveriesMax) return await raw.giveUp("deliveries_used_up");
      const delivery = deliveryOf(queue, raw);
      if (options.acknowledge !== "auto") return await listener.onMessage(delivery);
      await this.#handAndEnd(raw, delivery, listener);
    } catch (error) {
      this.#log.warn(
        { err: error, queue: queue.name },
        "a message could not be handed to its consumer or ended",
      );
    }
  }

  async #handAndEnd(raw: RawDelivery, delivery: Delivery, listener: Listener): Promise<void> {
    try {
      await listener.onMessage(delivery);
    } catch (error) {
      this.#log.info(
        { err: error, queue: delivery.queue },
        "a consumer failed; the message goes back to its queue",
      );
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs).unref());
      return raw.requeue();
    }
    await raw.ack();
  }
}

function deliveryOf(queue: MessageQueue, raw: RawDelivery): Delivery {
  const { message, deliveries, offset, publishedAt } = raw;
  return {
    message,
    queue: queue.name,
    deliveries,
    ...(offset === undefined ? {} : { offset }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ack: () => raw.ack(),
    reject: () => raw.giveUp("rejected"),
    requeue: () => raw.requeue(),
  };
}

function ended(cause: unknown): AppError {
  return new AppError("unavailable", "The consumer was ended, since the broker could not go on", { cause });
}
