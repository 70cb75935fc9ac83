/**
 * The one catalogue of what can go wrong through the world's or the caller's fault.
 * A code is a promise to clients: never reused, never renamed. `grpc` is the canonical status number.
 */
const catalogue = {
  invalid_input: { status: 400, grpc: 3, title: "The request is not valid" },
  unauthenticated: { status: 401, grpc: 16, title: "Sign in first" },
  forbidden: { status: 403, grpc: 7, title: "You may not do this" },
  not_found: { status: 404, grpc: 5, title: "There is no such thing, or you may not see it" },
  timed_out: { status: 408, grpc: 4, title: "The request took too long" },
  conflict: { status: 409, grpc: 6, title: "The request conflicts with the present state" },
  already_exists: { status: 409, grpc: 6, title: "It exists already" },
  lease_lost: { status: 409, grpc: 9, title: "The lease is no longer yours" },
  version_mismatch: { status: 412, grpc: 10, title: "Somebody changed it in the meantime" },
  too_large: { status: 413, grpc: 3, title: "The request is too large" },
  unsupported_media_type: { status: 415, grpc: 3, title: "The content type is not supported" },
  range_not_satisfiable: { status: 416, grpc: 11, title: "The range lies outside the file" },
  position_expired: { status: 410, grpc: 11, title: "The position is older than what is kept" },
  rate_limited: { status: 429, grpc: 8, title: "Too many requests" },
  internal: { status: 500, grpc: 13, title: "Something broke on our side" },
  unavailable: { status: 503, grpc: 14, title: "The service is not available right now" },
  overloaded: { status: 503, grpc: 8, title: "The service is overloaded" },
} as const;

export type ErrorCode = keyof typeof catalogue;

export interface ErrorDetails {
  /** The field at fault, as a path: `items[3].payload`. */
  field?: string;
  /** Every field at fault, when there are several. */
  fields?: { field: string; message: string }[];
  retryAfterSeconds?: number;
  /** What a program may want to know beside the message; JSON only. */
  extra?: Record<string, unknown>;
  /** Logged, never sent. */
  cause?: unknown;
}

/** A fault of the caller or the world. `message` is shown to the caller: it names the field and the way out. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  get grpcStatus(): number {
    return catalogue[this.code].grpc;
  }

  get title(): string {
    return catalogue[this.code].title;
  }
}

/** Shorthand for the commonest one: bad input in one field. */
export function invalid(field: string, message: string): AppError {
  return new AppError("invalid_input", `${field}: ${message}`, { field });
}

/** Whether `error` is an AppError with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}
