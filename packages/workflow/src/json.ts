import type { Json, JsonObject } from "@millrace/jq";

export type { Json, JsonObject };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value under a key of the object's own. */
export function own(value: unknown, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A JSON Pointer (RFC 6901) one step further. */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The keys of a JSON Pointer, from the root. */
export function pointerKeys(pointer: string): string[] {
  const keys = pointer.split("/").slice(1);
  return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a JSON Pointer; undefined where there is none. */
export function valueAt(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const key of pointerKeys(pointer)) {
    value = Array.isArray(value) ? value[Number(key)] : own(value, key);
    if (value === undefined) return undefined;
  }
  return value;
}

/** Whether two JSON values are the same; the order of keys does not count. */
export function equal(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    return one.every((member, position) => equal(member, other[position]!));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && equal(one[key]!, other[key]!));
}

/** How large a value is. */
export interface Size {
  /** About how many characters it has as JSON. */
  readonly characters: number;
  /** How many levels it has. */
  readonly levels: number;
}

const sizes = new WeakMap<object, Size>();
const rememberedFrom = 64;
/** Deeper values are not looked through; they count as endless. */
const levelsMax = 1_000;

const endless: Size = { characters: Number.POSITIVE_INFINITY, levels: Number.POSITIVE_INFINITY };
const small: Size = { characters: 5, levels: 0 };

/**
 * The size of a value. What was measured is remembered, so a value that is built out of others costs only what is new;
 * one that holds another many times is as large as whoever writes it would find it.
 */
export function sizeOf(value: Json, depth = 0): Size {
  if (typeof value === "string") return { characters: value.length + 2, levels: 0 };
  if (typeof value !== "object" || value === null) return small;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  if (depth > levelsMax) return endless;
  let characters = 2;
  let levels = 0;
  const add = (part: Size): void => {
    characters += part.characters;
    if (part.levels > levels) levels = part.levels;
  };
  if (Array.isArray(value)) {
    for (const member of value) add(sizeOf(member, depth + 1));
    characters += value.length;
  } else {
    for (const key of Object.keys(value)) {
      characters += key.length + 4;
      add(sizeOf(value[key]!, depth + 1));
    }
  }
  const size = { characters, levels: levels + 1 };
  if (characters >= rememberedFrom) sizes.set(value, size);
  return size;
}
