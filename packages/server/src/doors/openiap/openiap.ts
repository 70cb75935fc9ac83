import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { refuseUpgrade } from "../live/refuse-upgrade.ts";
import type { Gate } from "../rest/authenticate.ts";
import { clientOf, type Trust } from "../rest/client-address.ts";
import type { House } from "../rest/route-table.ts";
import { commandTable } from "./commands.ts";
import { renewToken } from "./commands/signing-in.ts";
import { clientConfigOf } from "./client-config.ts";
import { Connection, frameBytesMax, type Transport } from "./connection.ts";
import { Dispatch } from "./dispatch.ts";
import { FrameParser } from "./framing.ts";
import { Heartbeat } from "./heartbeat.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

export const webSocketPath = "/ws/v2";
const connectionsMax = 10_000;
/** What was taken is answered within this when the server stops, or not at all. */
const finishMs = 10_000;

export interface OpeniapDoorOptions {
  house: House;
  gate: Gate;
  trust: Trust;
  /** Where users reach this server, once it listens. */
  publicUrl(): string;
  version: string;
  metrics: Metrics;
  log: Logger;
}

/** The connections of OpenIAP clients, whatever carries them. */
export class OpeniapDoor {
  readonly #trust: Trust;
  readonly #log: Logger;
  readonly #dispatch: Dispatch;
  readonly #connections = new Set<Connection>();
  readonly #heartbeat: Heartbeat;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytesMax + 4,
    perMessageDeflate: false,
  });
  #isClosing = false;

  constructor({ house, gate, trust, publicUrl, version, metrics, log }: OpeniapDoorOptions) {
    const { identity } = house;
    this.#trust = trust;
    this.#log = log;
    this.#dispatch = new Dispatch({
      commands: commandTable(house, () => clientConfigOf({ publicUrl: publicUrl(), version })),
      gate,
      refresh: (call) => identity.refresh(call, { isUse: true }),
      guest: async () => undefined,
      metrics,
      log,
    });
    this.#heartbeat = new Heartbeat(this.#connections, {
      refresh: (call) => identity.refresh(call),
      renewToken: (connection) => renewToken(identity, connection),
      log,
    });
  }

  /** Who is connected at this moment. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** Takes an upgrade to `webSocketPath`: 101, or an HTTP error before it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      this.requireRoom();
      const { address } = clientOf(request, this.#trust);
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.#serveWebSocket(webSocket, socket, address);
      });
    } catch (error) {
      refuseUpgrade(socket, error, this.#log);
    }
  }

  /** Refuses another connection when there are enough, or the server stops. */
  requireRoom(): void {
    if (this.#isClosing) throw new AppError("unavailable", "The server stops: connect again in a moment");
    if (this.#connections.size >= connectionsMax) {
      throw new AppError("overloaded", "Too many connections", { retryAfterSeconds: 5 });
    }
  }

  /** A client that has come. */
  add(transport: Transport, address: string): Connection {
    const connection = new Connection({ transport, dispatch: this.#dispatch, address, log: this.#log });
    this.#connections.add(connection);
    return connection;
  }

  /** A client that has gone. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    connection.closed();
  }

  /** Answers what was taken, then ends every connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#heartbeat.stop();
    await Promise.race([
      Promise.all([...this.#connections].map((connection) => connection.finish())),
      new Promise((resolve) => setTimeout(resolve, finishMs).unref()),
    ]);
    for (const connection of this.#connections) connection.end("the server stops: connect again");
    this.#webSockets.close();
  }

  #serveWebSocket(webSocket: WebSocket, socket: Duplex, address: string): void {
    const connection = this.add(new WebSocketTransport(webSocket, socket), address);
    const parser = new FrameParser();
    webSocket.on("message", (data) => receiveChunk(connection, parser, data as Buffer));
    webSocket.on("pong", () => connection.noteAlive());
    webSocket.on("close", () => this.remove(connection));
    webSocket.on("error", (error) => {
      this.#log.debug({ err: error, connection: connection.id }, "an OpenIAP connection broke");
    });
  }
}

/** Hands a chunk of a byte stream to its connection, frame by frame; a stream that cannot be read on is ended. */
export function receiveChunk(connection: Connection, parser: FrameParser, chunk: Buffer): void {
  try {
    for (const frame of parser.push(chunk, connection.frameBytesMax)) connection.receive(frame);
  } catch (error) {
    connection.fail(error);
  }
}
