import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError } from "./errors.ts";

/** Everything an operator can set; see docs/guide/operations.md. */
export interface Config {
  /** Where the embedded database, files and keys lie. */
  dataDir: string;
  host: string;
  port: number;
  /**
   * Where runners connect by gRPC under mutual TLS; 0: nowhere, and they come over the WebSocket. Not given: 4102,
   * where nobody else has it.
   */
  runnerPort: number | undefined;
  /** host:port that runners reach the runner port by; not given: the host they enrolled at, and that port. */
  runnerSlots: number | undefined;
  runnerAddress: string | undefined;
  /** An external PostgreSQL >= 15; without it the embedded one is started. */
  databaseUrl: string | undefined;
  /** What links in answers begin with; never taken from a request. */
  publicUrl: string | undefined;
  logLevel: string;
  logPretty: boolean;
  /** Addresses or CIDRs of proxies whose forwarded headers are believed. */
  trustedProxies: string[];
  /** Origins that browsers may call from; empty: none but our own. */
  corsOrigins: string[];
  /** `disk`, or an S3-compatible store as `s3://bucket?endpoint=...&region=...`. */
  blobStore: string;
  /** What keeps messages: `postgres`, or RabbitMQ or NATS JetStream by its URL. */
  brokerUrl: string;
  /** Requests a minute for one token, and for one address that has not signed in. 0 turns the limit off. */
  rateLimitPerToken: number;
  rateLimitPerAddress: number;
  eventsKeepDays: number;
  finishedItemsKeepDays: number;
  finishedJobsKeepDays: number;
  /** As 64 hex digits, the same on all nodes; else the one in `<dataDir>/root.key`, made at the first start. */
  rootKey: string | undefined;
  /** Root keys from before, or of the next change, as 64 hex digits each: they open what they sealed. */
  formerRootKeys: string[];
  /** Starts with a root key that the database does not know. */
  acceptRootKey: boolean;
  /** For gRPC of OpenIAP clients; if not given the port after `port`, or any free one where that is 0. */
  openiapPort: number | "off" | undefined;
  /** Clients on this machine reach the server by `pipe://localhost/<name>`. */
  openiapPipe: string | undefined;
  /** OpenIAP clients that have not signed in may read what the role everyone may. */
  openiapGuest: boolean;
}

interface Setting {
  variable: string;
  /** The same name in `millrace.config.json`. */
  key: keyof Config;
  help: string;
  fallback: string | undefined;
  parse: (text: string) => unknown;
}

const settings: Setting[] = [
  {
    key: "dataDir",
    variable: "MILLRACE_DATA",
    help: "folder of the embedded database, files and keys",
    fallback: "./data",
    parse: (text) => resolve(text),
  },
  {
    key: "host",
    variable: "MILLRACE_HOST",
    help: "address to listen on",
    fallback: "127.0.0.1",
    parse: parseText,
  },
  {
    key: "port",
    variable: "MILLRACE_PORT",
    help: "port to listen on",
    fallback: "4100",
    parse: wholeNumber(0, 65_535),
  },
  {
    key: "runnerPort",
    variable: "MILLRACE_RUNNER_PORT",
    help: "port for runners (gRPC, mutual TLS), 0: none; 4102 if not given and free",
    fallback: undefined,
    parse: wholeNumber(0, 65_535),
  },
  {
    key: "runnerSlots",
    variable: "MILLRACE_RUNNER_SLOTS",
    help: "jobs at once of the runner that `millrace up` starts here; 0: none; the machine's cores if not given",
    fallback: undefined,
    parse: wholeNumber(0, 1_000),
  },
  {
    key: "runnerAddress",
    variable: "MILLRACE_RUNNER_ADDRESS",
    help: "host:port that runners reach that port by, where it is another",
    fallback: undefined,
    parse: parseHostPort,
  },
  {
    key: "databaseUrl",
    variable: "MILLRACE_DATABASE_URL",
    help: "an external PostgreSQL >= 15 (postgres://...)",
    fallback: undefined,
    parse: parseUrl("postgres:", "postgresql:"),
  },
  {
    key: "publicUrl",
    variable: "MILLRACE_PUBLIC_URL",
    help: "the address users reach this server by",
    fallback: undefined,
    parse: parseUrl("http:", "https:"),
  },
  {
    key: "logLevel",
    variable: "MILLRACE_LOG_LEVEL",
    help: "trace, debug, info, warn, error or silent",
    fallback: "info",
    parse: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  },
  {
    key: "logPretty",
    variable: "MILLRACE_LOG_PRETTY",
    help: "true: lines for people instead of JSON",
    fallback: "false",
    parse: parseFlag,
  },
  {
    key: "trustedProxies",
    variable: "MILLRACE_TRUSTED_PROXIES",
    help: "comma list of proxy addresses or CIDRs",
    fallback: "",
    parse: parseList,
  },
  {
    key: "corsOrigins",
    variable: "MILLRACE_CORS_ORIGINS",
    help: "comma list of origins browsers may call from",
    fallback: "",
    parse: parseList,
  },
  {
    key: "blobStore",
    variable: "MILLRACE_BLOB_STORE",
    help: "disk, or s3://bucket?endpoint=...&region=...",
    fallback: "disk",
    parse: parseText,
  },
  {
    key: "brokerUrl",
    variable: "MILLRACE_BROKER_URL",
    help: "what keeps messages: postgres, amqp(s)://... (RabbitMQ), or nats://... or tls://... (NATS JetStream)",
    fallback: "postgres",
    parse: parseBroker,
  },
  {
    key: "rateLimitPerToken",
    variable: "MILLRACE_RATE_LIMIT_PER_TOKEN",
    help: "requests a minute for one token, 0: no limit",
    fallback: "0",
    parse: wholeNumber(0, 1e9),
  },
  {
    key: "rateLimitPerAddress",
    variable: "MILLRACE_RATE_LIMIT_PER_ADDRESS",
    help: "requests a minute for one address that has not signed in, 0: no limit",
    fallback: "600",
    parse: wholeNumber(0, 1e9),
  },
  {
    key: "eventsKeepDays",
    variable: "MILLRACE_EVENTS_KEEP_DAYS",
    help: "days that events (history, audit) are kept",
    fallback: "365",
    parse: wholeNumber(7, 36_500),
  },
  {
    key: "finishedItemsKeepDays",
    variable: "MILLRACE_FINISHED_ITEMS_KEEP_DAYS",
    help: "days that finished work items are kept",
    fallback: "90",
    parse: wholeNumber(1, 36_500),
  },
  {
    key: "finishedJobsKeepDays",
    variable: "MILLRACE_FINISHED_JOBS_KEEP_DAYS",
    help: "days that ended jobs and their logs are kept",
    fallback: "30",
    parse: wholeNumber(1, 36_500),
  },
  {
    key: "rootKey",
    variable: "MILLRACE_ROOT_KEY",
    help: "64 hex digits that seal encrypted fields; else <data>/root.key",
    fallback: undefined,
    parse: parseText,
  },
  {
    key: "formerRootKeys",
    variable: "MILLRACE_FORMER_ROOT_KEYS",
    help: "comma list of root keys from before a change, which open what they sealed",
    fallback: "",
    parse: parseList,
  },
  {
    key: "acceptRootKey",
    variable: "MILLRACE_ACCEPT_ROOT_KEY",
    help: "true: start with a root key that the database does not know; what others sealed stays closed",
    fallback: "false",
    parse: parseFlag,
  },
  {
    key: "openiapPort",
    variable: "MILLRACE_OPENIAP_PORT",
    help: "port of gRPC for OpenIAP clients, or off; the one after the port if not given",
    fallback: undefined,
    parse: (text) => (text === "off" ? text : wholeNumber(0, 65_535)(text)),
  },
  {
    key: "openiapPipe",
    variable: "MILLRACE_OPENIAP_PIPE",
    help: "name of a pipe for OpenIAP clients on this machine",
    fallback: undefined,
    parse: parsePipeName,
  },
  {
    key: "openiapGuest",
    variable: "MILLRACE_OPENIAP_GUEST",
    help: "true: OpenIAP clients that have not signed in read what the role everyone may",
    fallback: "false",
    parse: parseFlag,
  },
];

/** The settings as `--help` and the guide list them. */
export function describeSettings(): { variable: string; help: string; fallback: string | undefined }[] {
  return settings.map(({ variable, help, fallback }) => ({ variable, help, fallback }));
}

/**
 * Reads the configuration: what `overrides` says (flags), else the environment, else `millrace.config.json` in the
 * working folder or at MILLRACE_CONFIG, else the default. Every mistake is listed in one error.
 */
export function readConfig(
  environment: NodeJS.ProcessEnv,
  overrides: Partial<Record<keyof Config, string>> = {},
): Config {
  const mistakes: string[] = [];
  const file = readConfigFile(environment, mistakes);
  mistakes.push(...unknownNames(environment, file));
  const config: Record<string, unknown> = {};
  for (const { key, variable, fallback, parse } of settings) {
    const given = overrides[key] ?? environment[variable] ?? file[key];
    const text = given === undefined || given === "" ? fallback : textOf(given);
    try {
      config[key] = text === undefined ? undefined : parse(text);
    } catch (error) {
      mistakes.push(`${variable}=${JSON.stringify(text)}: ${(error as Error).message}`);
    }
  }
  if (mistakes.length > 0) {
    throw new AppError("invalid_input", `The configuration has mistakes:\n- ${mistakes.join("\n- ")}`);
  }
  return config as unknown as Config;
}

const otherVariables = new Set([
  "MILLRACE_CONFIG",
  "MILLRACE_URL",
  "MILLRACE_TOKEN",
  "MILLRACE_PROFILE",
  "MILLRACE_TEST_RABBITMQ_URL",
  "MILLRACE_TEST_NATS_URL",
  "MILLRACE_RUNNER_FOLDER",
]);

function unknownNames(environment: NodeJS.ProcessEnv, file: Record<string, unknown>): string[] {
  const variables = new Set([...settings.map((setting) => setting.variable), ...otherVariables]);
  const keys = new Set<string>(settings.map((setting) => setting.key));
  const wrongVariables = Object.keys(environment).filter(
    (name) => name.startsWith("MILLRACE_") && !variables.has(name),
  );
  const wrongKeys = Object.keys(file).filter((key) => !keys.has(key));
  return [
    ...wrongVariables.map((name) => `${name}: there is no such setting`),
    ...wrongKeys.map((key) => `${key} in the configuration file: there is no such setting`),
  ];
}

function readConfigFile(environment: NodeJS.ProcessEnv, mistakes: string[]): Record<string, unknown> {
  const named = environment["MILLRACE_CONFIG"];
  const path = named ?? join(process.cwd(), "millrace.config.json");
  if (!existsSync(path)) {
    if (named !== undefined) mistakes.push(`MILLRACE_CONFIG: there is no file ${named}`);
    return {};
  }
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch (error) {
    mistakes.push(`${path}: ${(error as Error).message}`);
    return {};
  }
}

/** A list in the file is what a comma list is in the environment. */
function textOf(given: unknown): string {
  if (Array.isArray(given)) return given.join(",");
  return typeof given === "string" ? given : JSON.stringify(given);
}

function parseText(text: string): string {
  return text;
}

function parsePipeName(text: string): string {
  if (/^[\w.-]{1,80}$/.test(text)) return text;
  throw new Error("must be of letters, digits, _ . and -, at most 80");
}

function parseBroker(text: string): string {
  if (text === "postgres") return text;
  const protocols = ["amqp:", "amqps:", "nats:", "tls:"];
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  throw new Error("must be postgres or a URL that begins with amqp://, amqps://, nats:// or tls://");
}

function parseList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function parseFlag(text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new Error("must be true or false");
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };
}

function oneOf(...words: string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new Error(`must be one of ${words.join(", ")}`);
    return text;
  };
}

function parseHostPort(text: string): string {
  if (!/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(text)) throw new Error("must be host:port");
  return text;
}

function parseUrl(...protocols: string[]): (text: string) => string {
  return (text) => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      throw new Error(`must be a URL that begins with ${protocols.join(" or ")}//`);
    }
    return text;
  };
}
