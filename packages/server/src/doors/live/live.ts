import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Change, Watch, WatchListener, WatchRequest } from "../../modules/documents/watch.ts";
import { requireScope } from "../rest/authenticate.ts";
import { appErrorOf, problemOf } from "../rest/problem.ts";
import { type FollowLog, FollowedLog } from "./followed-log.ts";
import { HintFeed, type OnHint } from "./hint-feed.ts";
import { type ClientMessage, idOf, messageBytesMax, parseMessage } from "./protocol.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";

const livePath = "/api/v1/live";

const watchesPerConnectionMax = 1_000;
const connectionsMax = 10_000;
/** A client that lets this much pile up is too slow: its watches end, and it may resume from their positions. */
const bufferedBytesMax = 8 * 1024 * 1024;
/** A client that does not answer the goodbye holds nobody up. */
const goodbyeMs = 1_000;
const pingEveryMs = 20_000;
/** Each hour. */
const positionsEveryPings = 180;
/** Rights that are taken away cut a running watch within five seconds. */
const recheckEveryMs = 2_000;

export interface LiveOptions {
  /** Who asks by this upgrade request; refuses foreign pages and missing credentials. */
  authenticate(request: IncomingMessage): Promise<Call>;
  /** The same caller as of now; undefined when his credential is gone. */
  refresh(call: Call): Promise<Call | undefined>;
  watch(call: Call, request: WatchRequest, listener: WatchListener): Promise<Watch>;
  followLog: FollowLog;
  onHint: OnHint;
  metrics: Metrics;
  log: Logger;
}

/** The one WebSocket that carries all of a client's live subscriptions. */
export class LiveDoor {
  readonly #options: LiveOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  readonly #connections = new Set<LiveConnection>();
  readonly #timers: NodeJS.Timeout[];
  #rechecking = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#ping(), pingEveryMs).unref(),
      setInterval(() => void this.#recheck(), recheckEveryMs).unref(),
    ];
  }

  /** Takes an upgrade request: 101, or an HTTP error before it. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Nobody else listens by now, and a client that breaks off must not end the process.
    const onError = (error: Error) => this.#options.log.debug({ err: error }, "an upgrade broke off");
    socket.on("error", onError);
    try {
      if (request.url?.split("?")[0] !== livePath) {
        throw new AppError("not_found", `Only ${livePath} can be upgraded: ask again without Upgrade`);
      }
      if (this.#connections.size >= connectionsMax) {
        throw new AppError("overloaded", "Too many live connections", { retryAfterSeconds: 5 });
      }
      const call = await this.#options.authenticate(request);
      socket.off("error", onError);
      this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#add(webSocket, call));
    } catch (error) {
      refuseUpgrade(socket, error, this.#options.log);
    }
  }

  async close(): Promise<void> {
    this.#timers.forEach((timer) => clearInterval(timer));
    for (const connection of this.#connections)
      connection.end(1012, "the server restarts: connect again and resume");
    this.#server.close();
    const connections = [...this.#connections];
    setTimeout(() => connections.forEach((connection) => connection.cut()), goodbyeMs).unref();
  }

  #add(webSocket: WebSocket, call: Call): void {
    const connection = new LiveConnection(webSocket, call, this.#options);
    this.#connections.add(connection);
    webSocket.on("close", () => this.#connections.delete(connection));
  }

  #ping(): void {
    for (const connection of this.#connections) connection.ping();
  }

  /** All at once, so that they share their reads: one by one, the last of many would wait too long. */
  async #recheck(): Promise<void> {
    if (this.#rechecking) return;
    this.#rechecking = true;
    const looked = await Promise.allSettled([...this.#connections].map((connection) => connection.recheck()));
    this.#rechecking = false;
    for (const look of looked) {
      if (look.status === "fulfilled") continue;
      this.#options.log.debug({ err: look.reason }, "a caller's rights could not be looked at; trying again");
    }
  }
}

/** A subscription by the id that its client gave it; while it is being opened there is none yet. */
interface Named {
  id: string;
  watch: Watch | FollowedLog | HintFeed | undefined;
}

/** One client: its caller, and its watches by the ids it gave them. */
class LiveConnection {
  readonly #socket: WebSocket;
  readonly #options: LiveOptions;
  readonly #watches = new Map<string, Named>();
  #call: Call;
  #alive = true;
  #pings = 0;

  constructor(socket: WebSocket, call: Call, options: LiveOptions) {
    this.#socket = socket;
    this.#call = call;
    this.#options = options;
    socket.on("message", (data) => void this.#receive((data as Buffer).toString("utf8")));
    socket.on("pong", () => {
      this.#alive = true;
    });
    socket.on("close", () => this.#unwatchAll());
    socket.on("error", (error) => options.log.debug({ err: error }, "a live connection broke"));
  }

  ping(): void {
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
    this.#pings += 1;
    if (this.#pings % positionsEveryPings === 0) this.tellPositions();
  }

  /** Where its watches stand, so that a quiet one can be resumed when the last change is long past. */
  tellPositions(): void {
    for (const { id, watch } of this.#watches.values()) {
      if (watch !== undefined && "position" in watch)
        this.#send({ op: "watching", id, position: watch.position });
    }
  }

  end(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  cut(): void {
    this.#socket.terminate();
  }

  async recheck(): Promise<void> {
    const call = await this.#options.refresh(this.#call);
    if (call === undefined) {
      this.#unwatchAll();
      this.end(4401, "the token or session has ended");
      return;
    }
    if (call === this.#call) return;
    this.#call = call;
    for (const { watch } of this.#watches.values()) watch?.updateCall(call);
  }

  async #receive(text: string): Promise<void> {
    let id: string | undefined;
    try {
      const message = parseMessage(text);
      if (message.op === "pong") return;
      id = message.id;
      if (message.op === "unwatch") this.#unwatch(message.id);
      else await this.#subscribe(message);
    } catch (error) {
      this.#send({
        op: "error",
        id: id ?? idOf(text),
        problem: problemOf(appErrorOf(error), this.#call.requestId),
      });
    }
  }

  async #subscribe(message: Exclude<ClientMessage, { op: "unwatch" | "pong" }>): Promise<void> {
    const { id } = message;
    if (this.#watches.has(id))
      throw new AppError("already_exists", `id: there is a watch ${id} already`, { field: "id" });
    if (this.#watches.size >= watchesPerConnectionMax) {
      throw new AppError("conflict", `A connection has at most ${watchesPerConnectionMax} watches`);
    }
    const named: Named = { id, watch: undefined };
    this.#watches.set(id, named);
    try {
      if (message.op === "hints") this.#hint(named, message);
      else if (message.op === "followLog") this.#follow(named, message);
      else await this.#open(named, requestOf(message));
    } catch (error) {
      if (this.#isOpen(named)) this.#watches.delete(id);
      throw error;
    }
  }

  async #open(named: Named, request: WatchRequest): Promise<void> {
    const call = this.#call;
    const watch = await this.#options.watch(call, request, {
      onChange: (change) => this.#deliver(named, change),
      onEnd: (error) => this.#ended(named, error),
    });
    if (!this.#isOpen(named) || this.#socket.readyState !== this.#socket.OPEN) {
      watch.close();
      return;
    }
    // The caller may have lost rights while the watch was opened with those he had.
    if (this.#call !== call) watch.updateCall(this.#call);
    named.watch = watch;
    this.#options.metrics.liveSubscriptions.inc();
    this.#send({ op: "watching", id: named.id, position: watch.position });
  }

  /** The log comes in pages of lines, and its end ends the subscription. */
  #follow(named: Named, { job, after = 0 }: Extract<ClientMessage, { op: "followLog" }>): void {
    requireScope(this.#call, "jobs:read");
    const { followLog, metrics } = this.#options;
    metrics.liveSubscriptions.inc();
    named.watch = new FollowedLog(this.#call, (who) => followLog(who, job, after), {
      onLines: (lines, next) => {
        if (this.#isOpen(named)) this.#deliverMessage(named, { op: "log", id: named.id, lines, next });
      },
      onEnd: (error) => {
        if (error !== undefined) return this.#ended(named, error);
        if (this.#isOpen(named)) this.#send({ op: "logEnd", id: named.id });
        this.#unwatch(named.id);
      },
    });
  }

  /** The first answer says that nothing goes unhinted from here on. */
  #hint(named: Named, { id, topics }: Extract<ClientMessage, { op: "hints" }>): void {
    const { onHint, metrics } = this.#options;
    metrics.liveSubscriptions.inc();
    named.watch = new HintFeed(topics, onHint, (news) => {
      if (this.#isOpen(named)) this.#deliverMessage(named, { op: "hint", id, topics: news });
    });
    this.#send({ op: "hinting", id });
  }

  /** Whether the id still means this watch: it may have been given up, and the id given to another. */
  #isOpen(named: Named): boolean {
    return this.#watches.get(named.id) === named;
  }

  #deliver(named: Named, change: Change): void {
    if (this.#isOpen(named)) this.#deliverMessage(named, { op: "change", id: named.id, change });
  }

  #deliverMessage(named: Named, message: object): void {
    if (this.#socket.bufferedAmount > bufferedBytesMax) {
      this.#ended(
        named,
        new AppError("overloaded", "You read too slowly: watch again from your last position"),
      );
      return;
    }
    this.#send(message);
  }

  #ended(named: Named, error: unknown): void {
    if (!this.#isOpen(named)) return;
    this.#unwatch(named.id);
    this.#send({ op: "error", id: named.id, problem: problemOf(appErrorOf(error), this.#call.requestId) });
  }

  #unwatch(id: string): void {
    const watch = this.#watches.get(id)?.watch;
    this.#watches.delete(id);
    if (watch === undefined) return;
    watch.close();
    this.#options.metrics.liveSubscriptions.dec();
  }

  #unwatchAll(): void {
    for (const id of Array.from(this.#watches.keys())) this.#unwatch(id);
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function requestOf(message: Extract<ClientMessage, { op: "watch" }>): WatchRequest {
  const { collection, filter, documentId, from } = message;
  return { collection, filter, documentId, from };
}
