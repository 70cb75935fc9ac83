import { isObject } from "./fields.ts";

/** The version of the contract that `docs/guide/plugins.md` describes. */
export const protocolVersion = 1;

/** `business`: the work cannot succeed as it is. `application`: it may succeed later. */
export type ErrorKind = "business" | "application";

export interface PluginError {
  kind: ErrorKind;
  /** A word for programs, `invoice_unreadable`. */
  code: string;
  message: string;
  /** Whether trying again may help; `application` errors say yes unless told otherwise. */
  retry: boolean;
}

export interface LogLine {
  level: "debug" | "info" | "warn" | "error";
  message: string;
}

/** What a function is told beside its input. */
export interface InvocationContext {
  job: string;
  attempt: number;
  /** How long it has, from when the message was sent. */
  timeoutMs: number;
  config: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, string>>;
  /** A directory of the invocation's own; only where the manifest says `files: true`. */
  directory?: string | undefined;
  /** W3C Trace Context. */
  traceparent?: string | undefined;
}

/** To the plugin. */
export type HostMessage =
  | { type: "probe"; id: string; protocol: number }
  | { type: "invoke"; id: string; function: string; input: unknown; context: InvocationContext }
  | { type: "cancel"; id: string }
  | { type: "shutdown" };

/** From the plugin. */
export type PluginMessage =
  | { type: "ok"; id: string; output: unknown }
  | { type: "error"; id: string; error: PluginError }
  | { type: "progress"; id: string; fraction: number | undefined; message: string }
  | { type: "log"; id: string | undefined; line: LogLine };

const levels = ["debug", "info", "warn", "error"] as const;

/** The message on one line of a plugin's output, or undefined for a line that is none: a print of the user's code. */
export function readPluginMessage(line: string): PluginMessage | undefined {
  if (!line.startsWith("{")) return undefined;
  const value = parse(line);
  if (!isObject(value)) return undefined;
  const { type, id } = value;
  if (type === "log") return { type, id: typeof id === "string" ? id : undefined, line: logLineOf(value) };
  if (typeof id !== "string") return undefined;
  if (type === "ok") return { type, id, output: value["output"] ?? null };
  if (type === "error") return { type, id, error: errorOf(value["error"]) };
  if (type !== "progress") return undefined;
  const { fraction, message } = value;
  return {
    type,
    id,
    fraction: typeof fraction === "number" ? Math.min(1, Math.max(0, fraction)) : undefined,
    message: typeof message === "string" ? message : "",
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function logLineOf({ level, message }: Record<string, unknown>): LogLine {
  const known = levels.find((each) => each === level) ?? "info";
  return { level: known, message: typeof message === "string" ? message : JSON.stringify(message ?? "") };
}

/** What a plugin leaves out of an error is filled in so that the work may be tried again. */
function errorOf(value: unknown): PluginError {
  const error = isObject(value) ? value : { message: value };
  const kind = error["kind"] === "business" ? "business" : "application";
  const { code, message, retry } = error;
  return {
    kind,
    code: typeof code === "string" && code !== "" ? code : "failed",
    message: typeof message === "string" ? message : JSON.stringify(message ?? ""),
    retry: typeof retry === "boolean" ? retry : kind === "application",
  };
}
