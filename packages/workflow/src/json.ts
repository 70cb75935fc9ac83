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

const weights = new WeakMap<object, number>();
const weightsFrom = 64;

/**
 * About how many characters a value has as JSON. What was weighed is remembered, so a value that is built out of
 * others costs only what is new; a value that holds another many times weighs as much as whoever writes it would write.
 */
export function weigh(value: Json): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 5;
  const known = weights.get(value);
  if (known !== undefined) return known;
  let weight = 2;
  if (Array.isArray(value)) for (const member of value) weight += weigh(member) + 1;
  else for (const key of Object.keys(value)) weight += key.length + 4 + weigh(value[key]!);
  if (weight >= weightsFrom) weights.set(value, weight);
  return weight;
}
