import type { Call } from "../../kit/call.ts";
import type { Logger } from "../../kit/log.ts";
import type { Held } from "./client.ts";
import type { Connection } from "./connection.ts";

const beatEveryMs = 10_000;
/** A client from which nothing came for so long is gone; one that never signed in may take its time once. */
const silentMs = 60_000;
const signInWithinMs = 120_000;
/** Rights that are taken away end what a connection holds within this. */
const recheckEveryMs = 2_000;

interface HeartbeatOptions {
  refresh(call: Call): Promise<Call | undefined>;
  renewToken(connection: Connection): Promise<void>;
  log: Logger;
}

/**
 * Keeps connections alive and ends dead ones. Whatever comes is a sign of life; an answer to a `ping` is never waited
 * for, since clients do not give one.
 */
export class Heartbeat {
  readonly #connections: ReadonlySet<Connection>;
  readonly #options: HeartbeatOptions;
  readonly #timers: NodeJS.Timeout[];
  #isRechecking = false;

  constructor(connections: ReadonlySet<Connection>, options: HeartbeatOptions) {
    this.#connections = connections;
    this.#options = options;
    this.#timers = [
      setInterval(() => this.beat(performance.now()), beatEveryMs).unref(),
      setInterval(() => void this.recheck(), recheckEveryMs).unref(),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** One beat at this time of the process's clock, which paces connections and decides nothing else. */
  beat(nowMs: number): void {
    for (const connection of this.#connections) {
      if (nowMs - connection.aliveAtMs > silentMs) connection.cut();
      else if (!connection.isTrusted && nowMs - connection.openedAtMs > signInWithinMs) {
        connection.end("nobody signed in");
      } else this.#tend(connection, nowMs);
    }
  }

  /** Looks again at who holds something: his rights of now count, and without a credential he holds nothing. */
  async recheck(): Promise<void> {
    if (this.#isRechecking) return;
    this.#isRechecking = true;
    const all = [...this.#connections].flatMap((connection) =>
      [...connection.held].map(([name, held]) => this.#recheck(connection, name, held)),
    );
    const looked = await Promise.allSettled(all);
    this.#isRechecking = false;
    for (const look of looked) {
      if (look.status === "fulfilled") continue;
      this.#options.log.debug({ err: look.reason }, "a caller's rights could not be looked at; trying again");
    }
  }

  #tend(connection: Connection, nowMs: number): void {
    if (connection.wantsPings) connection.push("ping", "PingRequest", {});
    connection.probe();
    if (nowMs < connection.renewTokenAtMs) return;
    connection.renewTokenAtMs = Number.POSITIVE_INFINITY;
    this.#options.renewToken(connection).catch((error: unknown) => {
      this.#options.log.debug({ err: error, connection: connection.id }, "a token could not be renewed");
      connection.end("the credential has ended: sign in again");
    });
  }

  async #recheck(connection: Connection, name: string, held: Held): Promise<void> {
    const { call } = held;
    const fresh = await this.#options.refresh(call);
    if (connection.held.get(name) !== held) return;
    if (fresh !== undefined) {
      if (fresh.epoch !== call.epoch) held.updateCall(fresh);
      return;
    }
    connection.release(name);
    if (call.credentialId === connection.call?.credentialId) connection.end("the token or session has ended");
  }
}
