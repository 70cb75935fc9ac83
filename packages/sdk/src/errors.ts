/** What a client itself has to say beside the server's catalogue of codes. */
export type ClientErrorCode =
  /** Nothing was sent: no connection came about. */
  | "unreachable"
  /** The connection broke before the answer: it may or may not have happened. */
  | "connection_lost"
  /** No answer in time: it may or may not have happened. */
  | "timed_out";

export interface MillraceErrorDetails {
  /** The HTTP status; 0 where no answer came. */
  status?: number;
  /** The field at fault, as a path: `items[3].payload`. */
  field?: string;
  /** Every field at fault, when there are several. */
  fields?: { field: string; message: string }[];
  /** Under which the server logged the request. */
  requestId?: string;
  /** How long the server asks to be left alone. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** A call that failed. `code` is one of the server's catalogue (`not_found`, `lease_lost`, ...) or of ours. */
export class MillraceError extends Error {
  readonly code: string;
  readonly status: number;
  /** For people: names the field and the way out. */
  readonly detail: string;
  readonly field: string | undefined;
  readonly fields: { field: string; message: string }[] | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, detail: string, details: MillraceErrorDetails = {}) {
    super(detail, { cause: details.cause });
    this.name = "MillraceError";
    this.code = code;
    this.detail = detail;
    this.status = details.status ?? 0;
    this.field = details.field;
    this.fields = details.fields;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Thrown by a handler: the item is at fault, trying again would not help. Any other error may be retried. */
export class BusinessError extends Error {
  /** Where in the data or the work it went wrong, at most 500 characters. */
  readonly source: string | undefined;

  constructor(message: string, options: { source?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "BusinessError";
    this.source = options.source;
  }
}

interface ProblemBody {
  code?: string;
  detail?: string;
  title?: string;
  field?: string;
  fields?: { field: string; message: string }[];
  requestId?: string;
}

/** An answer that is not a success as an error; also where a proxy answered instead of the server. */
export function errorOfAnswer(
  status: number,
  text: string,
  header: (name: string) => string | undefined,
): MillraceError {
  const problem = problemOf(text);
  const code = problem.code ?? codeOfStatus(status);
  const detail = problem.detail ?? problem.title ?? `The server answered ${status}`;
  const { field, fields } = problem;
  const requestId = problem.requestId ?? header("x-request-id");
  const retryAfterSeconds = secondsOf(header("retry-after"));
  return new MillraceError(code, detail, { status, field, fields, requestId, retryAfterSeconds });
}

function problemOf(text: string): ProblemBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

function codeOfStatus(status: number): string {
  if (status === 429) return "rate_limited";
  return status === 502 || status === 503 || status === 504 ? "unavailable" : `http_${status}`;
}

/** `Retry-After` in seconds; a date is the other form the header may have. */
function secondsOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
