import {
  type Content,
  failureOf,
  isStream,
  type Transport,
  type WireAnswer,
  type WireRequest,
  type WireStream,
} from "./transport.ts";

/** What browsers and other runtimes offer, or what the caller brought along. */
export class FetchTransport implements Transport {
  readonly #origin: string;
  readonly #fetch: typeof globalThis.fetch;

  constructor(origin: string, fetch: typeof globalThis.fetch) {
    this.#origin = origin;
    this.#fetch = fetch;
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    return guarded(request, async (signal) => {
      const response = await this.#request(request, signal);
      return { status: response.status, text: await response.text(), header: headerOf(response) };
    });
  }

  async open(request: WireRequest): Promise<WireStream> {
    const response = await guarded(request, (signal) => this.#request(request, signal));
    const body = response.body === null ? noBytes() : bytesOf(response.body);
    return { status: response.status, body, header: headerOf(response) };
  }

  async close(): Promise<void> {}

  #request({ method, path, headers, body }: WireRequest, signal: AbortSignal): Promise<Response> {
    const entries: [string, string][] = [];
    for (let index = 0; index < headers.length; index += 2)
      entries.push([headers[index]!, headers[index + 1]!]);
    const fetch = this.#fetch;
    return fetch(this.#origin + path, {
      method,
      headers: entries,
      credentials: "same-origin",
      signal,
      ...(body === undefined ? {} : { body: bodyOf(body) }),
      ...(isStream(body) ? { duplex: "half" } : {}),
    });
  }
}

async function guarded<T>(request: WireRequest, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("timed out")), request.timeoutMs);
  const onAbort = () => controller.abort(request.signal?.reason);
  request.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    request.signal?.throwIfAborted();
    return await act(controller.signal);
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    // fetch does not tell whether anything was sent, so the worse of the two is assumed.
    throw failureOf(controller.signal.aborted ? "timed_out" : "connection_lost", error);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", onAbort);
  }
}

function headerOf(response: Response): (name: string) => string | undefined {
  return (name) => response.headers.get(name) ?? undefined;
}

function bodyOf(content: Content): BodyInit {
  if (typeof content === "string" || content instanceof Blob || content instanceof ReadableStream)
    return content;
  if (content instanceof Uint8Array) return content as Uint8Array<ArrayBuffer>;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void copy(content, writable.getWriter());
  return readable;
}

/** What goes wrong on either side ends the other. */
async function copy(
  chunks: AsyncIterable<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  try {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
  }
}

/** Not every browser can iterate a stream by itself. */
async function* bytesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
