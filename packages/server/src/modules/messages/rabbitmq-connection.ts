import { type ChannelModel, connect, type RecoveringChannelModel } from "amqplib";
import type { Logger } from "../../kit/log.ts";
import { brokerAway } from "./carried.ts";

const reconnectFirstMs = 100;
const reconnectMaxMs = 2_000;
const heartbeatSeconds = 10;
/** How long a verb waits for a connection that is just coming back. */
const patienceMs = 5_000;

/** What was not set up again in this time is tried again, until the connection is another one. */
const setupMs = 8_000;

/** What must be set up again on every new connection. */
export type Setup = (model: ChannelModel) => Promise<void>;

/** One connection to RabbitMQ, made when it is first needed and made again whenever it breaks. */
export class RabbitmqConnection {
  readonly #url: string;
  readonly #name: string;
  readonly #log: Logger;
  readonly #setups = new Set<Setup>();
  #opening: Promise<RecoveringChannelModel> | undefined;
  #model: ChannelModel | undefined;
  #waiting: ((model: ChannelModel) => void)[] = [];
  #closed = false;

  constructor(url: string, name: string, log: Logger) {
    this.#url = withHeartbeat(url);
    this.#name = name;
    this.#log = log;
  }

  /** How many ask to be set up on each new connection. */
  get size(): number {
    return this.#setups.size;
  }

  /** Runs `setup` on this connection and on each that follows, until the returned function is called. */
  async keep(setup: Setup): Promise<() => void> {
    const model = await this.model();
    this.#setups.add(setup);
    try {
      await setup(model);
    } catch (error) {
      this.#setups.delete(setup);
      throw error;
    }
    return () => void this.#setups.delete(setup);
  }

  /** The connection as it stands; waits a little for one that is coming. */
  async model(): Promise<ChannelModel> {
    if (this.#closed) throw brokerAway(new Error("the connection is closed"));
    this.#opening ??= this.#open();
    if (this.#model !== undefined) return this.#model;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== take);
        reject(brokerAway(new Error("no connection in time")));
      }, patienceMs);
      const take = (model: ChannelModel) => {
        clearTimeout(timer);
        resolve(model);
      };
      this.#waiting.push(take);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#opening;
    await connection?.close();
  }

  async #open(): Promise<RecoveringChannelModel> {
    const connection = await connect(this.#url, {
      clientProperties: { connection_name: `millrace ${this.#name}` },
      noDelay: true,
      recovery: {
        initialDelay: reconnectFirstMs,
        maxDelay: reconnectMaxMs,
        waitForConnect: false,
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    });
    connection.on("disconnect", (error) => {
      this.#model = undefined;
      if (!this.#closed)
        this.#log.warn({ err: error, connection: this.#name }, "RabbitMQ was lost; connecting again");
    });
    connection.on("connect-failed", (error) => {
      this.#log.warn({ err: error, connection: this.#name }, "RabbitMQ is not reachable; trying again");
    });
    connection.on("error", (error) => this.#log.debug({ err: error }, "a connection to RabbitMQ broke"));
    return connection;
  }

  async #setUp(model: ChannelModel): Promise<void> {
    // A connection whose setup failed is given up by the client, but its heartbeat may still break.
    model.on("error", (error) => this.#log.debug({ err: error }, "a connection to RabbitMQ broke"));
    this.#model = model;
    for (const setup of this.#setups) void this.#setUpAgain(setup, model);
    for (const take of this.#waiting.splice(0)) take(model);
  }

  /** Each on its own: RabbitMQ may leave one queue without an answer that lost its leader, and serve all others. */
  async #setUpAgain(setup: Setup, model: ChannelModel): Promise<void> {
    while (this.#model === model && this.#setups.has(setup) && !this.#closed) {
      try {
        return await withinTime(setup(model));
      } catch (error) {
        this.#log.warn(
          { err: error, connection: this.#name },
          "RabbitMQ did not take a consumer back; trying again",
        );
        await new Promise((resolve) => setTimeout(resolve, reconnectMaxMs).unref());
      }
    }
  }
}

/** Fails when RabbitMQ does not answer: it may leave a request without one, and serve all others. */
export async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(brokerAway(new Error("RabbitMQ does not answer in time"))), setupMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has("heartbeat")) parsed.searchParams.set("heartbeat", String(heartbeatSeconds));
  return parsed.href;
}
