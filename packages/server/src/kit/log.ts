import { type DestinationStream, type Logger, pino } from "pino";

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

/** Shows every line of this log, and of what comes of it, to `listener` as well; the returned function ends that. */
export function tapLog(log: Logger, listener: (line: string) => void): () => void {
  const holder = log as unknown as Record<symbol, FlushableStream>;
  const stream = holder[pino.symbols.streamSym]!;
  const write = (line: string) => {
    listener(line);
    stream.write(line);
  };
  holder[pino.symbols.streamSym] = { write, flush: (done) => stream.flush?.(done) };
  return () => {
    holder[pino.symbols.streamSym] = stream;
  };
}

const warnLevel = 40;

/** Keeps lines below a warning back, so that they stand in nobody's way; the returned function lets them out. */
export function holdLog(log: Logger): () => void {
  const holder = log as unknown as Record<symbol, FlushableStream>;
  const stream = holder[pino.symbols.streamSym]!;
  const held: string[] = [];
  let isHeld = true;
  const write = (line: string) => {
    const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? warnLevel);
    if (isHeld && level < warnLevel) held.push(line);
    else stream.write(line);
  };
  holder[pino.symbols.streamSym] = { write, flush: (done) => stream.flush?.(done) };
  // It stays in its place: somebody may have tapped it since.
  return () => {
    isHeld = false;
    for (const line of held.splice(0)) stream.write(line);
  };
}

interface FlushableStream extends DestinationStream {
  flush?(done?: (error?: Error) => void): void;
}
