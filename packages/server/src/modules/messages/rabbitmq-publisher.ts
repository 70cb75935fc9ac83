import type { ChannelModel, ConfirmChannel } from "amqplib";
import { brokerAway } from "./carried.ts";
import { type RabbitmqConnection, withinTime } from "./rabbitmq-connection.ts";

const waitingMax = 20_000;
/** What is not confirmed in this time may or may not be kept. */
const confirmMs = 15_000;

export interface Parcel {
  queueName: string;
  content: string;
  persistent: boolean;
  priority: number;
  expiryMs: number | undefined;
}

export type Outcome = "kept" | "refused" | "returned";

/** Publishes with confirms: an answer means that the queue has the message, on a quorum of nodes where it has some. */
export class RabbitmqPublisher {
  readonly #connection: RabbitmqConnection;
  readonly #returned = new Set<string>();
  readonly #waiting = new Map<
    string,
    { channel: ConfirmChannel; settle: (outcome: Outcome | Error) => void }
  >();
  #channel: ConfirmChannel | undefined;
  #opening: Promise<ConfirmChannel> | undefined;
  #ready: { model: ChannelModel; channel: Promise<void> } | undefined;
  #keeping: Promise<() => void> | undefined;
  #numbers = 0;

  constructor(connection: RabbitmqConnection) {
    this.#connection = connection;
  }

  /** `refused`: the queue is full. `returned`: there is no such queue. */
  async publish(parcel: Parcel): Promise<Outcome> {
    if (this.#waiting.size >= waitingMax)
      throw brokerAway(new Error("too many publications wait for their confirms"));
    const channel = await this.#open();
    const number = String(this.#numbers++);
    const outcome = await new Promise<Outcome | Error>((resolve) => {
      const timer = setTimeout(() => this.#settle(number, new Error("no confirm in time")), confirmMs);
      const settle = (outcome: Outcome | Error) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#waiting.set(number, { channel, settle });
      const options = {
        mandatory: true,
        persistent: parcel.persistent,
        priority: parcel.priority,
        messageId: number,
        ...(parcel.expiryMs === undefined ? {} : { expiration: String(parcel.expiryMs) }),
      };
      try {
        channel.publish("", parcel.queueName, Buffer.from(parcel.content), options, (error: unknown) => {
          this.#confirm(number, error === null || error === undefined ? "kept" : "refused");
        });
      } catch (error) {
        this.#settle(number, error as Error);
      }
    });
    if (outcome instanceof Error) throw brokerAway(outcome);
    return outcome;
  }

  /** All who ask meanwhile get it in the order in which they asked. */
  #open(): Promise<ConfirmChannel> {
    this.#opening ??= this.#openChannel().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #openChannel(): Promise<ConfirmChannel> {
    this.#keeping ??= this.#connection.keep((model) => this.#setUp(model));
    try {
      await this.#keeping;
    } catch (error) {
      this.#keeping = undefined;
      throw error;
    }
    if (this.#channel !== undefined) return this.#channel;
    const model = await this.#connection.model();
    if (this.#channel === undefined) await this.#setUp(model);
    return this.#channel!;
  }

  /** One channel on each connection, whoever asks for it: what goes by two does not keep its order. */
  #setUp(model: ChannelModel): Promise<void> {
    if (this.#ready?.model === model) return this.#ready.channel;
    const isWanted = (): boolean => this.#ready === ready;
    const ready = { model, channel: withinTime(this.#createChannel(model, isWanted)) };
    this.#ready = ready;
    ready.channel.catch(() => {
      if (isWanted()) this.#ready = undefined;
    });
    return ready.channel;
  }

  async #createChannel(model: ChannelModel, isWanted: () => boolean): Promise<void> {
    const channel = await model.createConfirmChannel();
    if (!isWanted()) return channel.close();
    channel.on("return", ({ properties }) => this.#returned.add(String(properties.messageId)));
    channel.on("error", (error) => this.#lose(channel, error));
    channel.on("close", () => this.#lose(channel, new Error("the channel was closed")));
    this.#channel = channel;
  }

  /** What was under way may or may not have been kept. */
  #lose(channel: ConfirmChannel, error: Error): void {
    if (this.#channel === channel) {
      this.#channel = undefined;
      this.#ready = undefined;
    }
    for (const [number, waiting] of this.#waiting)
      if (waiting.channel === channel) this.#settle(number, error);
  }

  /** The return of a message comes before its confirm. */
  #confirm(number: string, outcome: Outcome): void {
    this.#settle(number, this.#returned.delete(number) ? "returned" : outcome);
  }

  #settle(number: string, outcome: Outcome | Error): void {
    this.#waiting.get(number)?.settle(outcome);
    this.#waiting.delete(number);
  }
}
