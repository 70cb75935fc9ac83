/** One mistake in something that was handed in: the field and what is the matter with it. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** Why a package, an archive or a job is refused; programs read the code, people the message. */
export type RefusalCode =
  | "manifest_invalid"
  | "archive_invalid"
  | "digest_mismatch"
  | "runtime_missing"
  | "isolation_missing"
  | "network_refused"
  | "dependencies_failed"
  | "build_failed"
  | "invalid_input"
  | "function_unknown"
  | "runner_full"
  | "runner_closed";

/** What was handed in cannot be used. The message says it all; `fields` holds each mistake by its place. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly fields: readonly FieldProblem[];
  /** Whether the same may go well later, or on another runner. */
  readonly retry: boolean;

  constructor(code: RefusalCode, message: string, options: RefusalOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "Refusal";
    this.code = code;
    this.fields = options.fields ?? [];
    this.retry = options.retry ?? false;
  }
}

interface RefusalOptions {
  fields?: readonly FieldProblem[];
  retry?: boolean;
  cause?: unknown;
}

/** The text of an error, whatever was thrown. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
