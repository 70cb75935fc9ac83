import { MillraceError } from "./errors.ts";

/** What may be uploaded. */
export type Content = string | Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface WireRequest {
  method: string;
  /** From the root, with the query. */
  path: string;
  /** Names and values in turn: the form that costs least. */
  headers: string[];
  body: Content | undefined;
  /** The longest silence: before the answer begins, and within it. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
  /** The server may hold the answer back on purpose. */
  waits: boolean;
}

/** An answer read to its end. */
export interface WireAnswer {
  status: number;
  text: string;
  header(name: string): string | undefined;
}

/** An answer whose body is still coming. */
export interface WireStream {
  status: number;
  body: AsyncIterable<Uint8Array>;
  header(name: string): string | undefined;
}

/** Carries requests to one server. Failures are MillraceErrors with a code of our own; an abort throws its reason. */
export interface Transport {
  send(request: WireRequest): Promise<WireAnswer>;
  open(request: WireRequest): Promise<WireStream>;
  /** Ends idle connections; what is under way is answered first. */
  close(): Promise<void>;
}

const details: Record<string, string> = {
  unreachable: "The server cannot be reached",
  connection_lost: "The connection broke before the answer: it may or may not have happened",
  timed_out: "The server did not answer in time: it may or may not have happened",
};

/** A failure on the way as the error that callers see. */
export function failureOf(
  code: "unreachable" | "connection_lost" | "timed_out",
  cause: unknown,
): MillraceError {
  const reason = cause instanceof Error && cause.message !== "" ? ` (${cause.message})` : "";
  return new MillraceError(code, `${details[code]}${reason}`, { cause });
}

/** Reads a body to its end. */
export async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Whether `content` comes bit by bit, so that it cannot be sent a second time. */
export function isStream(content: Content | undefined): boolean {
  return typeof content === "object" && !(content instanceof Uint8Array) && !(content instanceof Blob);
}
