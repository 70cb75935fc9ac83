import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "./packages.ts";

type Config = ReturnType<Server["readConfig"]>;
type Log = ReturnType<Server["createLog"]>;

const logBytesMax = 50 * 1024 * 1024;

export interface ServerLog {
  log: Log;
  /** Where it goes when not to the error output. */
  file: string | undefined;
}

/** On a terminal the log goes to a file beside the data, so that people read their own lines; else to stderr. */
export function openServerLog(server: Server, config: Config, isTerminal: boolean): ServerLog {
  const { logLevel: level, logPretty: pretty, dataDir } = config;
  if (!isTerminal || pretty) return { log: server.createLog({ level, pretty, to: 2 }), file: undefined };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, "millrace.log");
  turn(file);
  return { log: server.createLog({ level, pretty, to: file }), file };
}

/** One file before is kept. */
function turn(file: string): void {
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.1`);
}
