import { existsSync } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { parseDocument } from "yaml";
import { type FieldProblem, Refusal, textOf } from "./failures.ts";
import { Fields, isObject } from "./fields.ts";
import { readOpeniapManifest } from "./openiap-manifest.ts";
import { type RuntimeName, runtimeNames } from "./runtime-names.ts";

/** `plugin` answers invocations; `once` runs to its end and is judged by its exit code; `daemon` is kept running. */
export type PackageKind = "plugin" | "once" | "daemon";

export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

export interface FunctionManifest {
  description: string;
  /** JSON Schema of the input and of the output; `true` takes anything. */
  input: JsonSchema;
  output: JsonSchema;
  /** Whether it takes or makes files, so that it is given a directory of its own. */
  files: boolean;
}

/** What one process of the package may use. */
export interface Limits {
  timeoutMs: number;
  memoryBytes: number;
  /** Shares of one CPU; 0.5 is half of one. */
  cpus: number;
  processesMax: number;
  openFilesMax: number;
  /** Of everything one invocation prints, logs and answers. */
  outputBytes: number;
  diskBytes: number;
}

/** Whether and how long a process goes on to serve invocations. */
export interface Reuse {
  enabled: boolean;
  idleMs: number;
  usesMax: number;
  /** Invocations at once in one process. */
  concurrency: number;
}

/** What a package says about itself; every field is checked and has its default. */
export interface Manifest {
  name: string;
  version: string;
  description: string;
  runtime: RuntimeName;
  /** Range of versions of the runtime; `*` takes any. */
  runtimeVersion: string;
  /** Path within the package, with slashes. */
  entry: string;
  kind: PackageKind;
  functions: Readonly<Record<string, FunctionManifest>>;
  /** Settings it wants, by name, each with its JSON Schema. */
  config: Readonly<Record<string, JsonSchema>>;
  /** Secrets it wants, by name. */
  secrets: Readonly<Record<string, { description: string; required: boolean }>>;
  /** `host` or `host:port`; empty for a package that needs no network. */
  network: readonly string[];
  limits: Limits;
  reuse: Reuse;
}

export const manifestFile = "millrace.yaml";
/** Of a package of OpenIAP's agents. */
export const foreignFile = "package.json";
export const manifestBytesMax = 256 * 1024;

const nameRule = {
  pattern: /^[a-z][a-z0-9._-]{0,99}$/,
  meaning: "has small letters, digits, . _ and -, and begins with a letter; at most 100 characters",
};
const keys = { pattern: /^[A-Za-z][A-Za-z0-9_-]{0,99}$/, max: 200 };
const times = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const bytes = { B: 1, kB: 1_000, KB: 1_000, KiB: 1_024, MB: 1e6, MiB: 2 ** 20, GB: 1e9, GiB: 2 ** 30 };

export const defaultLimits: Limits = {
  timeoutMs: 60_000,
  memoryBytes: 512 * 2 ** 20,
  cpus: 1,
  processesMax: 64,
  openFilesMax: 256,
  outputBytes: 10 * 2 ** 20,
  diskBytes: 256 * 2 ** 20,
};

/** Reads the manifest of a package's folder: `millrace.yaml`, else a `package.json` with an `openiap` section. */
export async function readManifest(folder: string): Promise<Manifest> {
  const own = await readBounded(join(folder, manifestFile));
  const foreign = own === undefined ? await readBounded(join(folder, foreignFile)) : undefined;
  return manifestOf({ own, foreign, has: (name) => existsSync(join(folder, name)) });
}

/** The manifest by the texts of the two files that may hold it; `has` says whether a file is at the package's top. */
export function manifestOf(texts: {
  own: string | undefined;
  foreign: string | undefined;
  has: (name: string) => boolean;
}): Manifest {
  if (texts.own !== undefined) return parseManifest(texts.own);
  const manifest = texts.foreign === undefined ? undefined : readOpeniapManifest(texts.foreign, texts.has);
  if (manifest !== undefined) return checkManifest(manifest);
  throw new Refusal(
    "manifest_invalid",
    `there is no ${manifestFile}, and no ${foreignFile} with an "openiap" section`,
  );
}

async function readBounded(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > manifestBytesMax)
    throw new Refusal("manifest_invalid", `the manifest is no file of at most ${manifestBytesMax} bytes`);
  return readFile(path, "utf8");
}

/** Reads the text of a `millrace.yaml`; a refusal lists every mistake with its field. */
export function parseManifest(text: string): Manifest {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined)
    throw new Refusal("manifest_invalid", `${manifestFile} is no YAML: ${error.message}`);
  const value = valueOf(document);
  if (!isObject(value)) throw new Refusal("manifest_invalid", `${manifestFile} holds no fields`);
  return checkManifest(value);
}

/** A few references that grow each other would fill the memory, and no manifest needs one. */
function valueOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw new Refusal("manifest_invalid", `${manifestFile} may hold no references (*name): ${textOf(error)}`);
  }
}

/** Checks what a manifest says, wherever it was written. */
export function checkManifest(value: Readonly<Record<string, unknown>>): Manifest {
  const problems: FieldProblem[] = [];
  const fields = new Fields(value, "", problems);
  const manifest = readFields(fields);
  fields.close();
  if (problems.length === 0) return manifest;
  const lines = problems.map(({ field, message }) => `${field} ${message}`);
  throw new Refusal("manifest_invalid", lines.join("\n"), { fields: problems });
}

function readFields(fields: Fields): Manifest {
  const functions = readFunctions(fields);
  const isPlugin = Object.keys(functions).length > 0;
  const kind = fields.oneOf("kind", ["plugin", "once", "daemon"]) ?? (isPlugin ? "plugin" : "once");
  if (kind === "plugin" && !isPlugin) fields.refuse("functions", "is missing: a plugin offers some");
  if (kind !== "plugin" && isPlugin) fields.refuse("functions", `is for plugins, this is kind ${kind}`);
  const version = fields.text("version", { required: true });
  if (version !== undefined && semver.valid(version) !== version)
    fields.refuse("version", `is ${JSON.stringify(version)}, no semantic version such as 1.0.0`);
  return {
    name: fields.text("name", { ...nameRule, required: true }) ?? "",
    version: version ?? "",
    description: fields.text("description", { max: 10_000 }) ?? "",
    runtime: fields.oneOf("runtime", runtimeNames, true) ?? "executable",
    runtimeVersion: readRange(fields),
    entry: readEntry(fields),
    kind,
    functions,
    config: readConfig(fields),
    secrets: readSecrets(fields),
    network: fields.texts("network", { ...hostRule, most: 100 }),
    limits: readLimits(fields.within("limits")),
    reuse: readReuse(fields.within("reuse"), fields.raw("reuse") !== undefined),
  };
}

const hostRule = {
  max: 260,
  pattern: /^(\*|(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?)$/i,
  meaning: "is no host such as api.example.com or api.example.com:443",
};

function readRange(fields: Fields): string {
  const range = fields.text("runtimeVersion") ?? "*";
  if (semver.validRange(range) === null)
    fields.refuse("runtimeVersion", `is ${JSON.stringify(range)}, no range of versions such as >=3.10`);
  return range;
}

function readEntry(fields: Fields): string {
  const entry = fields.text("entry", { required: true, max: 500 }) ?? "";
  const isWithin = /^[^/\\\0-][^\\\0]*$/.test(entry) && !entry.split("/").includes("..");
  if (entry !== "" && !isWithin) fields.refuse("entry", "is no path within the package");
  return entry;
}

function readFunctions(fields: Fields): Record<string, FunctionManifest> {
  const entries = fields.members("functions", keys).map(([name, value]) => {
    const each = fields.within(`functions.${name}`, value ?? {});
    const one = {
      description: each.text("description", { max: 10_000 }) ?? "",
      input: readSchema(each, "input"),
      output: readSchema(each, "output"),
      files: each.flag("files") ?? false,
    };
    each.close();
    return [name, one] as const;
  });
  return Object.fromEntries(entries);
}

function readSchema(fields: Fields, name: string): JsonSchema {
  const value = fields.raw(name);
  if (value === undefined) return true;
  if (typeof value === "boolean" || isObject(value)) return value;
  fields.refuse(name, "is no JSON Schema");
  return true;
}

function readConfig(fields: Fields): Record<string, JsonSchema> {
  const config = fields.within("config");
  const names = fields.members("config", keys).map(([name]) => [name, readSchema(config, name)] as const);
  return Object.fromEntries(names);
}

function readSecrets(fields: Fields): Manifest["secrets"] {
  const entries = fields.members("secrets", keys).map(([name, value]) => {
    const each = fields.within(`secrets.${name}`, value ?? {});
    const one = {
      description: each.text("description", { max: 10_000 }) ?? "",
      required: each.flag("required") ?? true,
    };
    each.close();
    return [name, one] as const;
  });
  return Object.fromEntries(entries);
}

function readLimits(fields: Fields): Limits {
  const time = { units: times, wanted: "a time such as 30s" };
  const size = { units: bytes, wanted: "a size such as 256MB" };
  const count = { wanted: "a number", min: 1, max: 100_000 };
  const limits = {
    timeoutMs: fields.number("timeout", { ...time, min: 1, max: times.d * 30 }),
    memoryBytes: fields.number("memory", { ...size, min: 2 ** 20, max: 2 ** 40 }),
    cpus: fields.number("cpus", { wanted: "a number", min: 0.01, max: 256 }),
    processesMax: fields.number("processes", count),
    openFilesMax: fields.number("openFiles", count),
    outputBytes: fields.number("output", { ...size, min: 1_024, max: 2 ** 30 }),
    diskBytes: fields.number("disk", { ...size, min: 0, max: 2 ** 40 }),
  };
  fields.close();
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...defaultLimits, ...(Object.fromEntries(given) as Partial<Limits>) };
}

function readReuse(fields: Fields, isGiven: boolean): Reuse {
  const reuse = {
    enabled: fields.flag("enabled") ?? isGiven,
    idleMs:
      fields.number("idle", { units: times, wanted: "a time such as 5m", min: 0, max: times.d }) ?? 60_000,
    usesMax: fields.number("uses", { wanted: "a number", min: 1, max: 1e9 }) ?? 10_000,
    concurrency: fields.number("concurrency", { wanted: "a number", min: 1, max: 1_000 }) ?? 1,
  };
  fields.close();
  return reuse;
}
