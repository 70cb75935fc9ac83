import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection, RequestError, TimeoutError } from "@nats-io/transport-node";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import { brokerAway } from "./carried.ts";

const reconnectWaitMs = 250;
const pingEveryMs = 10_000;
/** How long a verb waits for an answer. */
const patienceMs = 5_000;

/** What NATS answers to a publication. */
export interface Acknowledged {
  error?: { code: number; err_code: number; description: string };
}

/** The one connection of a node to NATS, made when it is first needed; the client makes it again when it breaks. */
export class NatsLink {
  readonly #url: URL;
  readonly #log: Logger;
  readonly #onReconnect = new Set<() => void>();
  #opening: Promise<{ connection: NatsConnection; manager: JetStreamManager }> | undefined;

  constructor(url: string, log: Logger) {
    this.#url = new URL(url);
    this.#log = log;
  }

  /** How many copies a cluster keeps: `?replicas=3` in the URL. */
  get replicas(): number {
    return Number(this.#url.searchParams.get("replicas") ?? 1);
  }

  async open(): Promise<{ connection: NatsConnection; manager: JetStreamManager }> {
    this.#opening ??= this.#open();
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw brokerAway(error);
    }
  }

  /** Calls `act` whenever the connection was made again, until the returned function is called. */
  onReconnect(act: () => void): () => void {
    this.#onReconnect.add(act);
    return () => void this.#onReconnect.delete(act);
  }

  /** Sends and waits for the broker's answer; undefined if nobody takes what goes there. */
  async request(subject: string, payload: string): Promise<string | undefined> {
    const { connection } = await this.open();
    try {
      const reply = await connection.request(subject, payload, { timeout: patienceMs });
      return reply.string();
    } catch (error) {
      if (error instanceof RequestError && error.isNoResponders()) return undefined;
      if (error instanceof Error && error.name === "MaxPayloadError") throw error;
      throw brokerAway(error);
    }
  }

  /** Administers streams and consumers; what NATS does not answer in time is told as such. */
  async manage<T>(act: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const { manager } = await this.open();
    try {
      return await act(manager);
    } catch (error) {
      throw error instanceof TimeoutError || error instanceof RequestError ? brokerAway(error) : error;
    }
  }

  /** Refuses what the server takes no message of; operators set `max_payload` higher. */
  async checkSize(payload: string): Promise<void> {
    const { connection } = await this.open();
    const most = connection.info?.max_payload ?? Number.MAX_SAFE_INTEGER;
    if (payload.length * 3 <= most || Buffer.byteLength(payload) <= most) return;
    throw new AppError(
      "too_large",
      `data: the message broker takes at most ${most} bytes (max_payload of NATS)`,
      {
        field: "data",
      },
    );
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch((error: unknown) =>
      this.#log.debug({ err: error }, "NATS was away"),
    );
    await opened?.connection.close();
  }

  async #open(): Promise<{ connection: NatsConnection; manager: JetStreamManager }> {
    const { hostname, port, username, password, protocol } = this.#url;
    const user = decodeURIComponent(username);
    const pass = decodeURIComponent(password);
    const connection = await connect({
      servers: `${hostname}:${port === "" ? "4222" : port}`,
      name: "millrace",
      ...(user === "" ? {} : pass === "" ? { token: user } : { user, pass }),
      ...(protocol === "tls:" ? { tls: {} } : {}),
      maxReconnectAttempts: -1,
      reconnectTimeWait: reconnectWaitMs,
      pingInterval: pingEveryMs,
      timeout: patienceMs,
    });
    void this.#watch(connection);
    return {
      connection,
      manager: await jetstreamManager(connection, { checkAPI: false, timeout: patienceMs }),
    };
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") this.#log.warn("NATS was lost; connecting again");
      if (type === "reconnect") for (const act of Array.from(this.#onReconnect)) act();
    }
  }
}
