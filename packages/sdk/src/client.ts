import type { paths } from "@millrace/contract/openapi.ts";
import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import { Calls } from "./calls.ts";
import { type Consumer, type ConsumerOptions, MessageConsumer, type MessageHandler } from "./consumer.ts";
import { FetchTransport } from "./fetch-transport.ts";
import { GatheredCalls } from "./gathered-calls.ts";
import { LateTransport } from "./late-transport.ts";
import {
  Live,
  type Change,
  type HintOptions,
  type Hints,
  type Watch,
  type WatchOptions,
  type WatchRequest,
} from "./live.ts";
import { openBrowserSocket, openNodeSocket } from "./live-socket.ts";
import type { Payload } from "./model.ts";
import type { Transport } from "./transport.ts";
import { type ApiVerbs, createVerbs } from "./verbs.ts";
import { type Handler, QueueWorker, type Worker, type WorkerOptions } from "./worker.ts";

const defaultTimeoutMs = 30_000;
const defaultRetriesMax = 4;
const defaultConnectionsMax = 64;
const livePath = "/api/v1/live";

export interface ClientOptions {
  /** Where the server is: `http://127.0.0.1:4100`. */
  url: string;
  /** An API token; a browser's session needs none. */
  token?: string;
  /** For calls that change something with a browser's session: the token the server gave the page. */
  csrfToken?: () => string | undefined;
  /** Carries the calls instead of our own pool of connections. */
  fetch?: typeof globalThis.fetch;
  /** The longest silence of the server, in milliseconds; 30 seconds if not given. */
  timeoutMs?: number;
  /** How often a safe call is tried again; 4 if not given. */
  retriesMax?: number;
  /** Connections at once, long polls apart; 64 if not given. */
  connectionsMax?: number;
  /** Whether pushes, claims and finishes that come together share a call; they do if not given. */
  gather?: boolean;
}

/** A client of one server: every operation of its API as a verb, workers, consumers and watches. */
export interface Client extends ApiVerbs {
  /** Works a queue off: claims, keeps the leases, calls `handler`, and writes what came of it. */
  worker<P extends Payload = Payload>(queue: string, handler: Handler<P>, options?: WorkerOptions): Worker;
  /** Takes messages from a message queue: calls `handler`, acknowledges, and sends its answer to who waits for one. */
  consume<Data = unknown>(queue: string, handler: MessageHandler<Data>, options?: ConsumerOptions): Consumer;
  /** Follows the changes of a collection or document; restores itself after a break, with nothing missed. */
  watch(request: WatchRequest, onChange: (change: Change) => void, options?: WatchOptions): Watch;
  /** Tells when topics (`work_items`, `jobs`, ...) may have news, so that who shows them asks again. */
  hints(topics: string[], onHint: (topics: string[]) => void, options?: HintOptions): Hints;
  /** Any path of the OpenAPI page by hand, typed by it; goes through the platform's `fetch`. */
  readonly rest: FetchClient<paths>;
  /** Ends watches and idle connections. Stop workers and consumers before. */
  close(): Promise<void>;
}

/** A client of the server at `url`. Opens no connection before the first call. */
export function createClient(options: ClientOptions): Client {
  const { origin, basePath } = addressOf(options.url);
  const transport = transportOf(options, origin);
  const calls = new Calls({
    transport,
    basePath,
    token: options.token,
    csrfToken: options.csrfToken,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    retriesMax: options.retriesMax ?? defaultRetriesMax,
  });
  const verbs = createVerbs(calls);
  const openSocket = isNode() ? openNodeSocket(options.token) : openBrowserSocket;
  const live = new Live(origin.replace(/^http/, "ws") + basePath + livePath, openSocket);
  return {
    ...verbs,
    ...(options.gather === false ? {} : new GatheredCalls(verbs).verbs()),
    worker: (queue, handler, workerOptions = {}) =>
      new QueueWorker({ verbs, queue, handler: handler as Handler, options: workerOptions }),
    consume: (queue, handler, consumerOptions = {}) =>
      new MessageConsumer({ verbs, queue, handler: handler as MessageHandler, options: consumerOptions }),
    watch: (request, onChange, watchOptions) => live.watch(request, onChange, watchOptions),
    hints: (topics, onHint, hintOptions) => live.hints(topics, onHint, hintOptions),
    rest: restOf(options, origin + basePath),
    close: async () => {
      live.close();
      await transport.close();
    },
  };
}

/** The bare origin, and what stands between it and `/api`. */
function addressOf(text: string): { origin: string; basePath: string } {
  if (!/^https?:\/\//.test(text))
    throw new TypeError(`url: must begin with http:// or https://, not ${text}`);
  const url = new URL(text);
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, "") };
}

function transportOf(options: ClientOptions, origin: string): Transport {
  if (options.fetch !== undefined) return new FetchTransport(origin, options.fetch);
  if (!isNode()) return new FetchTransport(origin, globalThis.fetch.bind(globalThis));
  const connectionsMax = options.connectionsMax ?? defaultConnectionsMax;
  return new LateTransport(async () => {
    // Loaded when it is needed: a bundle for browsers does without.
    const { PoolTransport } = await import("./pool-transport.ts");
    return new PoolTransport(origin, connectionsMax);
  });
}

function restOf({ token, fetch }: ClientOptions, baseUrl: string): FetchClient<paths> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createFetchClient<paths>({ baseUrl, headers, ...(fetch === undefined ? {} : { fetch }) });
}

function isNode(): boolean {
  return typeof process === "object" && process.versions?.node !== undefined;
}
