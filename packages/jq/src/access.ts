import { Failure, fail, shown } from "./failure.ts";
import { equals } from "./order.ts";
import type { Run } from "./run.ts";
import { isObject, type Json, type JsonObject, ownValue, typeName } from "./value.ts";

/** Where a slice of a list or text of this length begins and ends. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

function cannotIndex(value: Json, key: Json): never {
  throw new Failure(`Cannot index ${typeName(value)} with ${shown(key)}`);
}

/** A reader of one key. Keys that every host object has are looked up with care, the others at full speed. */
export function fieldReader(name: string): (value: Json) => Json {
  const isInherited = name in Object.prototype;
  return (value) => {
    if (typeof value === "object") {
      if (value === null) return null;
      if (!Array.isArray(value)) {
        if (isInherited) return ownValue(value, name);
        const found = value[name];
        return found === undefined ? null : found;
      }
    }
    return cannotIndex(value, name);
  };
}

/** `value[key]` for any kinds of both. */
export function indexValue(value: Json, key: Json, run: Run): Json {
  if (typeof key === "string") {
    if (value === null) return null;
    return isObject(value) ? ownValue(value, key) : cannotIndex(value, key);
  }
  if (typeof key === "number") {
    if (value === null) return null;
    return Array.isArray(value) ? elementAt(value, key) : cannotIndex(value, key);
  }
  if (isObject(key) && (value === null || Array.isArray(value) || typeof value === "string")) {
    return sliceValue(value, ownValue(key, "start"), ownValue(key, "end"), run);
  }
  if (value === null && key === null) return null;
  if (Array.isArray(value) && Array.isArray(key)) return positionsOf(value, key, run);
  return cannotIndex(value, key);
}

export function elementAt(list: readonly Json[], key: number): Json {
  const at = Math.floor(key);
  return list[at < 0 ? at + list.length : at] ?? null;
}

/** `value[from:to]`; either end may be null for "as far as there is". */
export function sliceValue(value: Json, from: Json, to: Json, run: Run): Json {
  if (value === null) return null;
  if (typeof value === "string") {
    if (!hasSurrogates(value)) {
      const { start, end } = sliceBounds(value.length, from, to);
      return value.slice(start, end);
    }
    run.spend(value.length >> 3);
    const points = [...value];
    const { start, end } = sliceBounds(points.length, from, to);
    return points.slice(start, end).join("");
  }
  if (!Array.isArray(value)) return cannotIndex(value, sliceKey(from, to));
  const { start, end } = sliceBounds(value.length, from, to);
  run.spend((end - start) >> 3);
  return value.slice(start, end);
}

/** The key that stands for a slice in a path. */
export function sliceKey(start: Json, end: Json): JsonObject {
  return { start, end };
}

export function sliceBounds(length: number, from: Json, to: Json): Bounds {
  const start = bound(length, from, 0, Math.floor);
  const end = bound(length, to, length, Math.ceil);
  return { start, end: Math.max(start, end) };
}

function bound(length: number, value: Json, absent: number, round: (value: number) => number): number {
  if (value !== null && typeof value !== "number") {
    return fail("Start and end indices of an array slice must be numbers");
  }
  if (value === null || Number.isNaN(value)) return absent;
  return Math.min(Math.max(round(value < 0 ? value + length : value), 0), length);
}

/** Whether characters and UTF-16 units of a text are not the same. */
export function hasSurrogates(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

/** Where a list holds another one. */
export function positionsOf(list: readonly Json[], part: readonly Json[], run: Run): Json[] {
  if (part.length === 0) return [];
  run.spend(list.length);
  const found: Json[] = [];
  for (let at = 0; at + part.length <= list.length; at += 1) {
    if (part.every((member, offset) => equals(list[at + offset]!, member, run))) found.push(at);
  }
  return found;
}

/** The members of a container, for `.[]`. */
export function membersOf(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Object.values(value);
  return fail(`Cannot iterate over ${value === null ? "null" : shown(value)}`);
}

/** `has(key)`. */
export function hasKey(value: Json, key: Json): boolean {
  if (isObject(value) && typeof key === "string") return Object.hasOwn(value, key);
  if (Array.isArray(value) && typeof key === "number") return key >= 0 && Math.floor(key) < value.length;
  if (value === null && (typeof key === "string" || typeof key === "number")) return false;
  throw new Failure(`Cannot check whether ${typeName(value)} has a ${typeName(key)} key`);
}
