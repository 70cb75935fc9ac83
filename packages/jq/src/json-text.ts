import { type Json, type JsonObject, nestingMax } from "./value.ts";

const integersExactMax = 1e16;

/** A number as jq prints it: 17 digits at most, `1e-05`, `1e+17`, the largest double for what is infinite. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-4 && size < integersExactMax) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isNaN(value)) return "null";
  if (size === Infinity) return value > 0 ? "1.7976931348623157e+308" : "-1.7976931348623157e+308";
  const [mantissa, power] = value.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  const digits = mantissa.replace(/[-.]/g, "");
  // Up to fifteen zeros behind the digits, and up to three before them, are written out.
  if (exponent > 0 && exponent + 1 <= digits.length + 15) {
    return (value < 0 ? "-" : "") + digits.padEnd(exponent + 1, "0");
  }
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const needsEscape = /[^ !#-[\]-~\u0080-\ud7ff\ue000-\uffff]/;

/** A string with its quotes and escapes. */
export function quoted(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

interface Open {
  readonly keys: readonly string[] | null;
  readonly values: Json[] | JsonObject;
  readonly length: number;
  at: number;
}

/**
 * The JSON text of a value, its keys in the order they have or sorted. Once `nodesMax` nodes are written the rest is
 * left out; `spend` is told of every container with the number of its members.
 */
export function toJson(
  value: Json,
  nodesMax = Infinity,
  sortKeys = false,
  spend: (members: number) => void = nothing,
): string {
  if (typeof value !== "object" || value === null) return scalarText(value);
  if (nodesMax === Infinity && !sortKeys && isPlain(value, 0, spend)) {
    return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  }
  const stack: Open[] = [open(value, sortKeys)];
  let out = opening(value);
  let nodes = 1;
  spend(stack[0]!.length);
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    if (top.at === top.length || nodes >= nodesMax) {
      out += top.keys === null ? "]" : "}";
      stack.pop();
      continue;
    }
    if (top.at > 0) out += ",";
    const member = nextMember(top);
    if (top.keys !== null) out += `${quoted(top.keys[top.at - 1]!)}:`;
    nodes += 1;
    if (typeof member !== "object" || member === null) out += scalarText(member);
    else if (stack.length > nestingMax) out += '"<skipped: too deep>"';
    else {
      const inner = open(member, sortKeys);
      spend(inner.length);
      out += opening(member);
      stack.push(inner);
    }
  }
  return out;
}

function nothing(): void {}

const plainDepthMax = 500;

/** Whether the host writes a value as jq does: its numbers are of middling size, and it is not nested deep. */
function isPlain(value: Json, depth: number, spend: (members: number) => void): boolean {
  if (typeof value === "number") {
    const size = Math.abs(value);
    return (size >= 1e-4 && size < integersExactMax) || Object.is(value, 0);
  }
  if (typeof value !== "object" || value === null) return true;
  if (depth > plainDepthMax) return false;
  const members = Array.isArray(value) ? value : Object.values(value);
  spend(members.length);
  for (const member of members) if (!isPlain(member, depth + 1, spend)) return false;
  return true;
}

function scalarText(value: null | boolean | number | string): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" ? numberText(value) : String(value);
}

function opening(value: Json[] | JsonObject): string {
  return Array.isArray(value) ? "[" : "{";
}

function open(value: Json[] | JsonObject, sortKeys: boolean): Open {
  if (Array.isArray(value)) return { keys: null, values: value, length: value.length, at: 0 };
  const keys = Object.keys(value);
  if (sortKeys) keys.sort();
  return { keys, values: value, length: keys.length, at: 0 };
}

function nextMember(top: Open): Json {
  const at = top.at;
  top.at += 1;
  const values = top.values;
  return (Array.isArray(values) ? values[at] : values[top.keys![at]!]) ?? null;
}
