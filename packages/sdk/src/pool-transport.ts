import { setMaxListeners } from "node:events";
import { type Dispatcher, Pool } from "undici";
import {
  failureOf,
  type Transport,
  type WireAnswer,
  type WireRequest,
  type WireStream,
} from "./transport.ts";

/** Long polls hold their connections, so they have their own and never keep other calls waiting. */
const waitingConnectionsMax = 1_000;
const connectTimeoutMs = 10_000;
/** Shorter than any server's, so that it is we who end an idle connection; a server's own hint goes first. */
const keepAliveMs = 4_000;

/** Node's own way: undici's pool below `fetch`, which costs a tenth of its processor time. */
export class PoolTransport implements Transport {
  readonly #calls: Pool;
  readonly #polls: Pool;

  constructor(origin: string, connectionsMax: number) {
    const open = (connections: number) =>
      new Pool(origin, {
        connections,
        pipelining: 1,
        keepAliveTimeout: keepAliveMs,
        connect: { timeout: connectTimeoutMs, keepAlive: true },
      });
    this.#calls = open(connectionsMax);
    this.#polls = open(waitingConnectionsMax);
  }

  send(request: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(request.signal, resolve, reject);
      this.#poolOf(request).dispatch(dispatchOf(request), exchange);
    });
  }

  async open(request: WireRequest): Promise<WireStream> {
    const { signal } = request;
    try {
      const options = { ...dispatchOf(request), signal, bodyTimeout: request.timeoutMs };
      const { statusCode, headers, body } = await this.#poolOf(request).request(options);
      return { status: statusCode, header: (name) => single(headers[name]), body: watched(body, signal) };
    } catch (error) {
      throw errorOf(error, signal);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#calls.close(), this.#polls.close()]);
  }

  #poolOf({ waits }: WireRequest): Pool {
    return waits ? this.#polls : this.#calls;
  }
}

function dispatchOf(request: WireRequest): Dispatcher.DispatchOptions {
  return {
    method: request.method,
    path: request.path,
    headers: request.headers,
    body: (request.body ?? null) as Dispatcher.DispatchOptions["body"],
    headersTimeout: request.timeoutMs,
    bodyTimeout: request.timeoutMs,
  };
}

/** One request and its answer. Undici tells it what arrives; it keeps the bytes until the end. */
class Exchange implements Dispatcher.DispatchHandler, WireAnswer {
  status = 0;
  text = "";
  #headers: Record<string, string | string[] | undefined> = {};
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    signal: AbortSignal | undefined,
    resolve: (answer: WireAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal === undefined) return;
    // One signal may stand for any number of calls.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  header(name: string): string | undefined {
    return single(this.#headers[name]);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal?.aborted === true) this.#abort();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === undefined) this.#first = chunk;
    else (this.#rest ??= [this.#first]).push(chunk);
  }

  onResponseEnd(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    const bytes = this.#rest === undefined ? this.#first : Buffer.concat(this.#rest);
    this.text = bytes?.toString("utf8") ?? "";
    this.#resolve(this);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#reject(errorOf(error, this.#signal));
  }

  /** Where the request still waits for a connection, its start finds the aborted signal. */
  readonly #abort = (): void => {
    const reason: unknown = this.#signal?.reason;
    this.#controller?.abort(reason instanceof Error ? reason : new Error("aborted"));
    this.#reject(reason);
  };
}

/** A break in the middle of a body is told in our own words too. */
async function* watched(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw errorOf(error, signal);
  }
}

const nothingSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const late = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

function errorOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  const code = (error as { code?: string }).code ?? "";
  if (nothingSent.has(code)) return failureOf("unreachable", error);
  return failureOf(late.has(code) ? "timed_out" : "connection_lost", error);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
