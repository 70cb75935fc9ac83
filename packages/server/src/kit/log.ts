import { pino, type Logger } from "pino";

export type { Logger } from "pino";

export interface LogOptions {
  level: string;
  /** Human lines for a terminal; JSON lines otherwise. */
  pretty: boolean;
  /** A file to append to, or a file descriptor; the standard output if not given. */
  to?: string | 1 | 2;
}

const secretPaths = [
  "password",
  "*.password",
  "token",
  "*.token",
  "secret",
  "*.secret",
  "headers.authorization",
  "headers.cookie",
];

/** The process's log: one JSON line an event, secrets blotted out. */
export function createLog(options: LogOptions): Logger {
  const { level, pretty, to = 1 } = options;
  const redact = { paths: secretPaths, censor: "***" };
  if (!pretty) return pino({ level, redact }, pino.destination({ dest: to, mkdir: true, mode: 0o600 }));
  const lines = { translateTime: "HH:MM:ss", ignore: "pid,hostname", destination: to };
  return pino({ level, redact, transport: { target: "pino-pretty", options: lines } });
}
