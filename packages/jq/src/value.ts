/** A JSON value, as it goes into a program and comes out of it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** How deep values may be nested where a whole value is read: the limit of jq. */
export const nestingMax = 10_000;

const Bare = function () {} as unknown as new () => JsonObject;
Bare.prototype = Object.freeze(Object.create(null));

/**
 * An object that inherits nothing, so that `__proto__` and `constructor` are keys like any other. What it has for a
 * prototype is empty and frozen, because V8 keeps objects without any prototype in its slow form.
 */
export function emptyObject(): JsonObject {
  return new Bare();
}

export function copyObject(source: JsonObject): JsonObject {
  const copy = emptyObject();
  for (const key of Object.keys(source)) copy[key] = source[key]!;
  return copy;
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTruthy(value: Json): boolean {
  return value !== null && value !== false;
}

/** The value under a key of the object's own; null where there is none. */
export function ownValue(object: JsonObject, key: string): Json {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}

export type TypeName = "null" | "boolean" | "number" | "string" | "array" | "object";

/** The name of a value's type as `type` answers it. What is no JSON value is a fault of the host. */
export function typeName(value: Json): TypeName {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const name = typeof value;
  if (name === "boolean" || name === "number" || name === "string" || name === "object") return name;
  throw new TypeError(`a value of type ${name} is not JSON`);
}
