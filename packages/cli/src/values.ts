import { readFileSync } from "node:fs";
import { usage } from "./failures.ts";
import { encodingErrorOf } from "./utf8.ts";

export type JsonObject = Record<string, unknown>;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** JSON as text, as `@file`, or `-` for the standard input. `name` says where it stood on the command line. */
export function parseJson(text: string, name: string): unknown {
  try {
    return parseJsonText(readText(text, name));
  } catch (error) {
    if (error instanceof SyntaxError) throw usage(`${name}: must be JSON: ${error.message}`);
    throw error;
  }
}

/** An exponent or digits that may lead beyond all numbers. */
const maybeInfinite = /(?:^|[:[,\s-])\d(?:[\d.]*e\+?\d{3}|\d{308})/i;

/** Reads JSON; a number such as 1e999, which would be sent as null, is a mistake like any other. */
export function parseJsonText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const field = maybeInfinite.test(text) ? infiniteIn(value, "") : undefined;
  if (field === undefined) return value;
  throw new SyntaxError(`${field === "" ? "" : `${field}: `}the number is too large: send it as text`);
}

/** Where a number stands that is none; undefined if there is none. */
function infiniteIn(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const name = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    const found = infiniteIn(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function parseObject(text: string, name: string): JsonObject {
  const value = parseJson(text, name);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw usage(`${name}: must be a JSON object, such as {"year": 1999}`);
}

/** `1500` (milliseconds), `30s`, `5m`, `2h`, `1d`. */
export function parseDuration(text: string, name: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  if (match === null) throw usage(`${name}: must be a time such as 500ms, 30s, 5m, 2h or 1d`);
  return Math.round(Number(match[1]) * unitMs[match[2] ?? "ms"]!);
}

export function parseWhole(
  text: string,
  name: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw usage(`${name}: must be a whole number from ${min} to ${max}`);
}

/** One of a few words. */
export function parseWord<const Word extends string>(
  text: string,
  name: string,
  words: readonly Word[],
): Word {
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw usage(`${name}: must be one of ${words.join(", ")}`);
}

/** A comma list without empty parts. */
export function parseList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** The object without what is undefined, as the API wants its bodies. */
export function defined<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}

const fileFaults: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `there is no file ${path}`,
  EISDIR: (path) => `${path} is a folder and no file`,
  EACCES: (path) => `the file ${path} may not be read by this user`,
};

function readText(text: string, name: string): string {
  if (text !== "-" && !text.startsWith("@")) return text;
  const path = text === "-" ? 0 : text.slice(1);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(`${name}: ${fileFaults[code ?? ""]?.(String(path)) ?? message}`);
  }
  const wrong = encodingErrorOf(bytes);
  if (wrong !== undefined) throw usage(`${name}: line ${wrong.line}: ${wrong.message}`);
  return bytes.toString("utf8");
}
