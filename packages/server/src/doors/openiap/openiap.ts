import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
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
import { Dispatch, type RequestFacts } from "./dispatch.ts";
import { FrameFeed } from "./frame-feed.ts";
import { GrpcServer } from "./grpc-server.ts";
import { HeldWork } from "./held-work.ts";
import { Heartbeat } from "./heartbeat.ts";
import { addJsonEnvelopes } from "./json-envelopes.ts";
import { listenOnPipe, pathOfPipe } from "./pipe-server.ts";
import { QueueConsumers } from "./queue-consumers.ts";
import { StreamTransport } from "./stream-transport.ts";
import { addWebRoutes, type WebParts } from "./web-routes.ts";
import { WorkDispatch } from "./work-dispatch.ts";
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
  /** Who has not signed in may read what the role everyone may. */
  hasGuest: boolean;
  metrics: Metrics;
  log: Logger;
}

/** The connections of OpenIAP clients, whatever carries them. */
export class OpeniapDoor {
  readonly #trust: Trust;
  readonly #log: Logger;
  readonly #dispatch: Dispatch;
  readonly #web: WebParts & { gate: Gate };
  readonly #connections = new Set<Connection>();
  readonly #heartbeat: Heartbeat;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytesMax + 4,
    perMessageDeflate: false,
  });
  readonly #closing: (() => Promise<void>)[] = [];
  #isClosing = false;

  constructor({ house, gate, trust, publicUrl, version, hasGuest, metrics, log }: OpeniapDoorOptions) {
    const { identity, files } = house;
    const clientConfig = () => clientConfigOf({ publicUrl: publicUrl(), version });
    const guest = hasGuest ? (facts: RequestFacts) => identity.callOfGuest(facts) : undefined;
    const clients = () => this.#connections;
    const held = new HeldWork(house.items, log);
    const consumers = new QueueConsumers(house.messages, log);
    const dispatch = new WorkDispatch({ ...house, held, consumers, log });
    this.#closing.push(
      () => dispatch.close(),
      () => held.close(),
      () => consumers.close(),
    );
    this.#web = { identity, files, clientConfig, gate };
    this.#trust = trust;
    this.#log = log;
    this.#dispatch = new Dispatch({
      commands: commandTable(house, { held, consumers, clients, clientConfig, ...(guest && { guest }) }),
      gate,
      refresh: (call) => identity.refresh(call, { isUse: true }),
      ...(guest && { guest }),
      metrics,
      log,
    });
    this.#heartbeat = new Heartbeat(this.#connections, {
      refresh: (call) => this.#dispatch.refresh(call),
      renewToken: (connection) => renewToken(identity, connection),
      log,
    });
  }

  /** Who is connected at this moment. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** One heartbeat now: silent clients are cut off, tokens that are nearly over are renewed. */
  beat(): void {
    this.#heartbeat.beat(performance.now());
  }

  /** Takes an upgrade to `webSocketPath`: 101, or an HTTP error before it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      this.#requireRoom();
      const { address } = clientOf(request, this.#trust);
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.#serveWebSocket(webSocket, socket, address);
      });
    } catch (error) {
      refuseUpgrade(socket, error, this.#log);
    }
  }

  /** Serves what clients ask for by HTTP: envelopes as JSON, their configuration, tokens and files. */
  async serveHttp(app: FastifyInstance): Promise<void> {
    addJsonEnvelopes(app, this.#dispatch);
    await addWebRoutes(app, this.#web);
  }

  /** Listens for gRPC; answers the port, which 0 leaves to the system. */
  async listenGrpc(host: string, port: number): Promise<number> {
    const server = new GrpcServer({
      dispatch: this.#dispatch,
      add: (transport, address) => this.#add(transport, address),
      remove: (connection) => this.#remove(connection),
    });
    const bound = await server.listen(host, port);
    this.#closing.push(() => server.close());
    return bound;
  }

  /** Listens for `pipe://localhost/name`. */
  async listenPipe(name: string): Promise<void> {
    const server = await listenOnPipe(pathOfPipe(name), (socket) => this.#servePipe(socket));
    this.#closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  }

  /** Refuses another connection when there are enough, or the server stops. */
  #requireRoom(): void {
    if (this.#isClosing) throw new AppError("unavailable", "The server stops: connect again in a moment");
    if (this.#connections.size >= connectionsMax) {
      throw new AppError("overloaded", "Too many connections", { retryAfterSeconds: 5 });
    }
  }

  /** A client that has come. */
  #add(transport: Transport, address: string): Connection {
    this.#requireRoom();
    const connection = new Connection({ transport, dispatch: this.#dispatch, address, log: this.#log });
    this.#connections.add(connection);
    return connection;
  }

  /** A client that has gone. */
  #remove(connection: Connection): void {
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
    await Promise.all(this.#closing.map((close) => close()));
  }

  #serveWebSocket(webSocket: WebSocket, socket: Duplex, address: string): void {
    const connection = this.#add(new WebSocketTransport(webSocket, socket), address);
    const feed = new FrameFeed(connection);
    webSocket.on("message", (data) => feed.push(data as Buffer));
    webSocket.on("pong", () => connection.noteAlive());
    webSocket.on("close", () => this.#remove(connection));
    this.#noteErrors(webSocket, connection);
  }

  #servePipe(socket: Socket): void {
    try {
      const connection = this.#add(new StreamTransport(socket), "pipe");
      const feed = new FrameFeed(connection);
      socket.on("data", (chunk: Buffer) => feed.push(chunk));
      socket.on("end", () => void connection.finishAndEnd());
      socket.on("close", () => this.#remove(connection));
      this.#noteErrors(socket, connection);
    } catch (error) {
      this.#log.debug({ err: error }, "an OpenIAP pipe was refused");
      socket.destroy();
    }
  }

  #noteErrors(socket: Socket | WebSocket, connection: Connection): void {
    socket.on("error", (error: Error) => {
      this.#log.debug({ err: error, connection: connection.id }, "an OpenIAP connection broke");
    });
  }
}
