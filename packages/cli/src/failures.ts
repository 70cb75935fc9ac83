import type { Command } from "commander";
import { wordOfField } from "./fields.ts";

/** What the exit code tells a script; the README lists them. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notSignedIn: 3, notFound: 4 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A command that could not do what was asked; the message names the way out. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

/** Shorthand for an argument or option that cannot be understood. */
export function usage(message: string): CommandError {
  return new CommandError(message, exitCodes.usage);
}

interface CodedError extends Error {
  code: string;
  detail?: string;
  field?: string;
  fields?: { field: string; message: string }[];
  requestId?: string;
  details?: { fields?: { field: string; message: string }[] };
}

const exitCodeOfCode: Readonly<Record<string, ExitCode>> = {
  unauthenticated: exitCodes.notSignedIn,
  not_found: exitCodes.notFound,
};

/** The exit code for an error of ours, of the client or of the server. */
export function exitCodeOf(error: unknown, command?: Command): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (!isCoded(error)) return exitCodes.failed;
  if (error.code === "invalid_input" && isOfCommandLine(error, command)) return exitCodes.usage;
  return exitCodeOfCode[error.code] ?? exitCodes.failed;
}

/** Whether everything that is wrong stood on the command line, and not in a file or a record. */
function isOfCommandLine(error: CodedError, command: Command | undefined): boolean {
  const fields = fieldsOf(error);
  if (command === undefined || fields.length === 0) return false;
  return fields.every(({ field }) => wordOfField(command, field) !== undefined);
}

interface MessagePlace {
  url?: string | undefined;
  /** Whose token was used, where none was given. */
  profile?: string | undefined;
  command?: Command | undefined;
}

/** What a person reads on the error output: what is wrong, in which field, and the way out. */
export function messageOf(error: unknown, { url, profile, command }: MessagePlace = {}): string {
  if (error instanceof CommandError) return error.message;
  if (!isCoded(error)) return error instanceof Error ? error.message : String(error);
  const wordOf = (field: string) => (command && wordOfField(command, field)) ?? field;
  const fields = fieldsOf(error);
  const first = fields.find(({ field }) => error.message.startsWith(`${field}: `))?.field;
  const message =
    first === undefined ? error.message : `${wordOf(first)}${error.message.slice(first.length)}`;
  const lines = fields.map((one) => `  ${wordOf(one.field)}: ${one.message}`);
  const way = wayOut(error, url, profile);
  return [message, ...(lines.length > 1 ? lines : []), ...(way === undefined ? [] : [way])].join("\n");
}

function fieldsOf({ field, message, fields, details }: CodedError): { field: string; message: string }[] {
  const named = fields ?? details?.fields;
  if (named !== undefined && named.length > 0) return named;
  return field === undefined ? [] : [{ field, message }];
}

/** The same for a program. */
export function jsonOf(error: unknown): Record<string, unknown> {
  if (!isCoded(error)) return { error: { message: messageOf(error) } };
  const { code, message, fields, requestId } = error;
  return { error: { code, message, fields, requestId } };
}

/** Errors of the client and of the server have a code of one catalogue; those of Node have one of their own. */
function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && /^(MillraceError|AppError)$/.test(error.name) && "code" in error;
}

function wayOut(
  { code, message, requestId }: CodedError,
  url: string | undefined,
  profile: string | undefined,
): string | undefined {
  if (code === "unauthenticated") {
    const whose = profile === undefined ? "" : `The token was that of the profile ${profile}. `;
    return `${whose}Sign in with \`millrace login\`, or give --token or MILLRACE_TOKEN.`;
  }
  if (code === "unreachable")
    return `Is Millrace running at ${url ?? "that address"}? Start it with \`millrace up\`.`;
  if (code === "unavailable" && message.startsWith("MILLRACE_DATABASE_URL:"))
    return "Start that PostgreSQL or correct --database-url; without it, Millrace starts a database of its own.";
  if (code === "internal" && requestId !== undefined) return `The server logged it under ${requestId}.`;
  return undefined;
}
