import { AppError } from "./errors.ts";

interface PostgresError extends Error {
  code?: string;
  constraint?: string;
  detail?: string;
}

const lostCodes = new Set(["57P01", "57P02", "57P03", "53300", "25006", "XX000"]);
const lostErrnos = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
const lostTexts = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "Client has encountered",
];
const fullCodes = new Set(["53100", "53200", "53400"]);

/** Whether the statement may be run again from the start: a deadlock or a serialization failure. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/** Whether the database is gone, restarting or out of connections; what was asked may or may not have happened. */
export function isDatabaseLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error) ?? "";
  if (code.startsWith("08") || lostCodes.has(code) || lostErrnos.has(code)) return true;
  return lostTexts.some((text) => error.message.includes(text));
}

/** Whether the statement failed for a value in it (wrong text, out of range, a constraint), not for the database. */
export function isFaultOfData(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return code.startsWith("22") || code.startsWith("23") || code === "54000";
}

/** The name of the violated constraint, if that is what went wrong. */
export function violatedConstraint(error: unknown): string | undefined {
  return codeOf(error)?.startsWith("23") ? (error as PostgresError).constraint : undefined;
}

/** Whether a statement found that what it demands does not hold (`kit.demand`). */
export function isUnmetDemand(error: unknown): boolean {
  return codeOf(error) === "MR001";
}

/** Turns what the driver threw into what a caller may see; leaves our own errors and bugs as they are. */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = codeOf(error) ?? "";
  if (isDatabaseLost(error)) {
    return new AppError("unavailable", "The database is not reachable; try again shortly", {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  if (fullCodes.has(code)) {
    return new AppError("unavailable", "The database is out of space or memory", {
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  if (code === "57014")
    return new AppError("timed_out", "The statement took too long and was stopped", { cause: error });
  if (code === "55P03")
    return new AppError("conflict", "Somebody else holds the lock; try again", { cause: error });
  if (code === "22021" || code === "22P05") {
    return new AppError(
      "invalid_input",
      "The text holds a character that cannot be stored (NUL or a lone surrogate)",
      {
        cause: error,
      },
    );
  }
  if (code === "22003") return new AppError("invalid_input", "A number is out of range", { cause: error });
  if (code === "22007" || code === "22008") {
    return new AppError("invalid_input", "A date is out of range", { cause: error });
  }
  return error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as PostgresError).code : undefined;
}
