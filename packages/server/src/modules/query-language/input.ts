import { invalid } from "../../kit/errors.ts";
import { instantOf, type Value } from "./values.ts";

/** How large a filter, update or pipeline may be. */
export interface InputLimits {
  depthMax: number;
  nodesMax: number;
  listMax: number;
}

export const filterLimits: InputLimits = { depthMax: 64, nodesMax: 1000, listMax: 10_000 };
export const updateLimits: InputLimits = { depthMax: 64, nodesMax: 200_000, listMax: 100_000 };
export const pipelineLimits: InputLimits = { depthMax: 64, nodesMax: 5000, listMax: 10_000 };

const codeOperators = new Set(["$where", "$function", "$accumulator"]);
const loneSurrogate = /\p{Surrogate}/u;

interface Reading {
  limits: InputLimits;
  nodes: number;
}

/**
 * A clean JSON copy of what a caller sent: within the limits, without code, numbers finite, text storable,
 * `{"$date"}`, `{"$oid"}` and the like resolved. Everything refused is named by its path under `at`.
 */
export function readInput(input: unknown, at: string, limits: InputLimits): Value {
  return read(input, at, 0, { limits, nodes: 0 });
}

function read(input: unknown, at: string, depth: number, reading: Reading): Value {
  if (depth > reading.limits.depthMax)
    throw invalid(at, `nested deeper than ${reading.limits.depthMax} levels`);
  if (typeof input === "string") return checkText(input, at);
  if (typeof input === "number") return checkNumber(input, at);
  if (typeof input === "boolean" || input === null) return input;
  if (input instanceof Date) return isoDate(input.getTime(), at);
  if (input instanceof RegExp) return { $regex: input.source, $options: input.flags.replace(/[gyudv]/g, "") };
  if (Array.isArray(input)) return readList(input, at, depth, reading);
  if (typeof input === "object") return readObject(input, at, depth, reading);
  throw invalid(at, `${typeof input} is not a JSON value`);
}

function readList(input: readonly unknown[], at: string, depth: number, reading: Reading): Value[] {
  if (input.length > reading.limits.listMax) {
    throw invalid(at, `a list has at most ${reading.limits.listMax} items, this has ${input.length}`);
  }
  return input.map((item, index) => {
    if (typeof item === "object" && item !== null) count(reading, at);
    return read(item, `${at}[${index}]`, depth + 1, reading);
  });
}

function readObject(input: object, at: string, depth: number, reading: Reading): Value {
  const entries = Object.entries(input);
  const resolved = entries.length === 1 ? resolveExtended(entries[0], at) : undefined;
  if (resolved !== undefined) return resolved;
  const output: Record<string, Value> = {};
  for (const [key, value] of entries) {
    count(reading, at);
    checkKey(key, at);
    output[key] = read(value, `${at}.${key}`, depth + 1, reading);
  }
  return output;
}

function count(reading: Reading, at: string): void {
  reading.nodes += 1;
  if (reading.nodes > reading.limits.nodesMax) {
    throw invalid(at, `more than ${reading.limits.nodesMax} parts; send fewer at once`);
  }
}

function checkKey(key: string, at: string): void {
  checkText(key, at);
  if (key === "__proto__") throw invalid(at, "__proto__ is not a field name");
  if (codeOperators.has(key))
    throw invalid(`${at}.${key}`, `${key} is refused: the server runs no code of callers`);
}

function checkText(text: string, at: string): string {
  if (text.includes("\0")) throw invalid(at, "text must not contain the NUL character");
  if (loneSurrogate.test(text))
    throw invalid(at, "text must be well-formed Unicode; it holds half a surrogate pair");
  return text;
}

function checkNumber(number: number, at: string): number {
  if (!Number.isFinite(number)) throw invalid(at, "a number must be finite");
  return number === 0 ? 0 : number;
}

/** MongoDB's extended JSON for what plain JSON cannot say. */
function resolveExtended(entry: [string, unknown] | undefined, at: string): Value | undefined {
  if (entry === undefined) return undefined;
  const [key, value] = entry;
  switch (key) {
    case "$date":
      return readDate(value, `${at}.$date`);
    case "$oid":
      if (typeof value !== "string") throw invalid(`${at}.$oid`, "must be a string");
      return checkText(value, at);
    case "$numberInt":
    case "$numberLong":
    case "$numberDouble":
    case "$numberDecimal":
      return readNumber(value, `${at}.${key}`);
    case "$regularExpression":
      return readExpression(value, `${at}.${key}`);
    default:
      return undefined;
  }
}

function readDate(value: unknown, at: string): string {
  if (typeof value === "number") return isoDate(value, at);
  if (typeof value === "string") {
    if (instantOf(value) !== undefined) return value;
    return isoDate(/^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN, at);
  }
  const long: unknown = Object(value)["$numberLong"];
  return isoDate(long === undefined ? Number.NaN : Number(long), at);
}

function isoDate(milliseconds: number, at: string): string {
  const date = new Date(milliseconds);
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  if (instantOf(text) === undefined) throw invalid(at, "is not a date between the years 1 and 9999");
  return text;
}

function readNumber(value: unknown, at: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return checkNumber(number, at);
}

function readExpression(value: unknown, at: string): Value {
  const { pattern, options = "" } = Object(value) as { pattern?: unknown; options?: unknown };
  if (typeof pattern !== "string" || typeof options !== "string")
    throw invalid(at, "needs a pattern and options");
  return { $regex: checkText(pattern, at), $options: checkText(options, at) };
}
