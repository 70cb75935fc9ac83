import { AppError, invalid } from "../../kit/errors.ts";

/** A document's JSON text; larger contents belong in a file. */
export const documentBytesMax = 2 * 1024 * 1024;
export const documentDepthMax = 64;

const loneSurrogate = /\p{Surrogate}/u;

/** Refuses what JSON on the wire or jsonb cannot hold, and names that queries could not reach; names the place. */
export function checkContent(value: unknown, at: string, depth = 1): void {
  switch (typeof value) {
    case "string":
      return checkText(value, at);
    case "number":
      return checkNumber(value, at);
    case "boolean":
      return;
    case "object":
      return value === null ? undefined : checkContainer(value, at, depth);
    default:
      throw invalid(at, `${typeof value} is not a JSON value`);
  }
}

/** The document's JSON text, refused when it is too large. */
export function textOfDocument(document: object, at: string): string {
  const text = JSON.stringify(document);
  // A character takes at most three bytes here, so that most texts need no count.
  const bytes = text.length * 3 <= documentBytesMax ? 0 : Buffer.byteLength(text);
  if (bytes <= documentBytesMax) return text;
  const message = `a document has at most ${documentBytesMax} bytes, this one ${bytes}: put large contents into a file`;
  throw new AppError("too_large", `${at}: ${message}`, { field: at });
}

/** `items[3]` and `payload` make `items[3].payload`. */
export function fieldOf(at: string, key: string): string {
  return at === "" ? key : `${at}.${key}`;
}

/** Whether `value` is an object of JSON: neither null nor a list, nor something with a class of its own. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkContainer(value: object, at: string, depth: number): void {
  if (depth > documentDepthMax) throw invalid(at, `nested deeper than ${documentDepthMax} levels`);
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkContent(item, `${at}[${index}]`, depth + 1));
    return;
  }
  if (!isPlainObject(value)) throw invalid(at, "is not a JSON value: send text, numbers, lists and objects");
  for (const [key, item] of Object.entries(value)) {
    checkKey(key, at);
    checkContent(item, fieldOf(at, key), depth + 1);
  }
}

function checkKey(key: string, at: string): void {
  const place = fieldOf(at, key);
  if (key.startsWith("$")) throw invalid(place, "a field name must not begin with $");
  if (key.includes(".")) throw invalid(place, "a field name must not contain a dot: nest objects instead");
  if (key === "__proto__") throw invalid(place, "is not a field name");
  checkText(key, place);
}

function checkText(text: string, at: string): void {
  if (text.includes("\0")) throw invalid(at, "text must not contain the NUL character");
  if (loneSurrogate.test(text)) throw invalid(at, "text must not contain half a surrogate pair");
}

function checkNumber(number: number, at: string): void {
  if (!Number.isFinite(number)) throw invalid(at, "a number must be finite");
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    throw invalid(at, "whole numbers beyond 2^53 lose digits in JSON: send this one as text");
  }
}
