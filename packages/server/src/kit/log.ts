import { pino, type Logger } from "pino";

export type { Logger } from "pino";

export interface LogOptions {
  level: string;
  /** Human lines for a terminal; JSON lines otherwise. */
  pretty: boolean;
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
  const transport = options.pretty
    ? { target: "pino-pretty", options: { translateTime: "HH:MM:ss", ignore: "pid,hostname" } }
    : undefined;
  return pino({ level: options.level, transport, redact: { paths: secretPaths, censor: "***" } });
}
