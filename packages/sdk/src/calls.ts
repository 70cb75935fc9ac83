import type { Operation } from "@millrace/contract/shapes.ts";
import { backOffMs, pause } from "./back-off.ts";
import { errorOfAnswer, MillraceError } from "./errors.ts";
import {
  type Content,
  isStream,
  readBytes,
  type Transport,
  type WireAnswer,
  type WireRequest,
} from "./transport.ts";

/** What may be said with any call. */
export interface CallOptions {
  signal?: AbortSignal;
  /** The longest silence of the server, in milliseconds; a long poll's own waiting time is added. */
  timeoutMs?: number;
  /** How often a safe call is tried again; 0 turns it off. */
  retriesMax?: number;
  /** Change a document only if it still has this version. */
  ifVersion?: number;
  /** The type of an upload's bytes. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** One call, ready to be sent. */
export interface Ask {
  operation: Operation;
  /** With the prefix and the query. */
  path: string;
  body: Content | undefined;
  /** Doing it twice is the same as doing it once. */
  repeatable: boolean;
  options: CallOptions;
  /** How long the server was asked to hold the answer back. */
  waitMs: number;
}

/** Bytes that are on their way. */
export interface Download {
  /** `undefined` where the server does not say. */
  readonly size: number | undefined;
  readonly contentType: string | undefined;
  header(name: string): string | undefined;
  /** Read it once, to its end; leaving early ends the download. */
  readonly stream: AsyncIterable<Uint8Array>;
  bytes(): Promise<Uint8Array>;
  text(): Promise<string>;
}

export interface CallsOptions {
  transport: Transport;
  /** Comes before the path of every operation where the server stands below another. */
  basePath: string;
  token: string | undefined;
  csrfToken: (() => string | undefined) | undefined;
  timeoutMs: number;
  retriesMax: number;
}

/** Sends calls: headers, time limits, errors, and another try where that is safe. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #plainHeaders: string[];
  readonly #jsonHeaders: string[];

  constructor(options: CallsOptions) {
    this.#options = options;
    const { token } = options;
    this.#plainHeaders = token === undefined ? [] : ["authorization", `Bearer ${token}`];
    this.#jsonHeaders = [...this.#plainHeaders, "content-type", "application/json"];
  }

  /** The answer's JSON; undefined where there is none. */
  async json(ask: Ask): Promise<unknown> {
    const answer = await this.#tried(ask, async (request) => {
      const got = await this.#options.transport.send(request);
      if (got.status >= 200 && got.status < 300) return got;
      throw errorOfAnswer(got.status, got.text, (name) => got.header(name));
    });
    return answer.text === "" ? undefined : readJson(answer);
  }

  /** The answer as it comes. */
  async download(ask: Ask): Promise<Download> {
    const { status, header, body } = await this.#tried(ask, async (request) => {
      const got = await this.#options.transport.open(request);
      if (got.status >= 200 && got.status < 300) return got;
      throw errorOfAnswer(got.status, decode(await readBytes(got.body)), got.header);
    });
    const size = header("content-length");
    return {
      size: status === 200 && size !== undefined ? Number(size) : undefined,
      contentType: header("content-type"),
      header,
      stream: body,
      bytes: () => readBytes(body),
      text: async () => decode(await readBytes(body)),
    };
  }

  async #tried<T>(ask: Ask, act: (request: WireRequest) => Promise<T>): Promise<T> {
    const { signal, retriesMax = this.#options.retriesMax } = ask.options;
    if (signal?.aborted === true) throw signal.reason;
    const request = this.#requestOf(ask);
    for (let failures = 0; ; failures++) {
      try {
        return await act(request);
      } catch (error) {
        if (failures >= retriesMax || !mayTryAgain(ask, error)) throw error;
        await pause(backOffMs(failures, error), signal);
      }
    }
  }

  #requestOf({ operation, path, body, options, waitMs }: Ask): WireRequest {
    return {
      method: operation.method,
      path: this.#options.basePath + path,
      headers: this.#headersOf(operation, options, body),
      body,
      timeoutMs: (options.timeoutMs ?? this.#options.timeoutMs) + waitMs,
      signal: options.signal,
      waits: operation.waits,
    };
  }

  #headersOf(operation: Operation, options: CallOptions, body: Content | undefined): string[] {
    const { ifVersion, contentType, headers } = options;
    const csrfToken = operation.method === "GET" ? undefined : this.#options.csrfToken?.();
    const isJson = body !== undefined && operation.body !== "stream";
    const usual = isJson ? this.#jsonHeaders : this.#plainHeaders;
    const isUsual = (isJson || body === undefined) && csrfToken === undefined;
    if (isUsual && ifVersion === undefined && headers === undefined) return usual;
    const all = [...usual];
    if (operation.body === "stream") all.push("content-type", contentType ?? "application/octet-stream");
    if (csrfToken !== undefined) all.push("x-csrf-token", csrfToken);
    if (ifVersion !== undefined) all.push("if-match", `"${ifVersion}"`);
    for (const [name, value] of Object.entries(headers ?? {})) all.push(name, value);
    return all;
  }
}

/** A call that never arrived may always be sent again; one that may have arrived, only if repeating it is safe. */
function mayTryAgain({ repeatable, body }: Ask, error: unknown): boolean {
  if (!(error instanceof MillraceError) || isStream(body)) return false;
  if (error.code === "unreachable") return true;
  const passes = error.code === "connection_lost" || error.status === 503 || error.status === 429;
  return repeatable && passes;
}

function readJson(answer: WireAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch (cause) {
    const detail = "The answer is not JSON: is this the address of a Millrace server?";
    throw new MillraceError("bad_answer", detail, { status: answer.status, cause });
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
