import { instantOf, type Value } from "./values.ts";

/** The text a Date was read from, so that what passes through unchanged is written as it was. */
const texts = new WeakMap<Date, string>();

/** A copy in which date strings are Dates, which is what mingo's operators know. */
export function toDates(value: unknown): unknown {
  if (typeof value === "string") return toDate(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(toDates);
  return mapObject(value, toDates);
}

function toDate(text: string): unknown {
  const instant = instantOf(text);
  if (instant === undefined) return text;
  const date = new Date(instant);
  texts.set(date, text);
  return date;
}

/** The way back to JSON: Dates as text, what JSON cannot hold as null or left out. */
export function toJson(value: unknown): Value {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Date) return textOfDate(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return null;
  return mapObject(value, (part) => (isStorable(part) ? toJson(part) : undefined)) as Value;
}

function isStorable(value: unknown): boolean {
  return value !== undefined && typeof value !== "symbol" && typeof value !== "function";
}

/** The text of a Date as it was read, or in the form of `toISOString`. */
export function textOfDate(date: Date): string {
  const instant = date.getTime();
  return texts.get(date) ?? (Number.isNaN(instant) ? "" : date.toISOString());
}

function mapObject(value: object, change: (part: unknown) => unknown): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    const changed = key === "__proto__" ? undefined : change(part);
    if (changed !== undefined) output[key] = changed;
  }
  return output;
}
