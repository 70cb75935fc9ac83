import { invalid } from "../../kit/errors.ts";
import { emptyArrayKey, keyOf } from "./values.ts";

/** A dotted path, split. The empty path is the value itself. */
export type Path = readonly string[];

const segmentsMax = 32;
const placesMax = 4;
const lengthMax = 1000;

/** What stands where a path reaches nothing. */
export const missing: undefined = undefined;

/** Splits `a.b.0`; refuses empty segments, operators and what could reach a prototype. */
export function parsePath(text: string, at: string): Path {
  if (text.length > lengthMax) throw invalid(at, `a field name has at most ${lengthMax} characters`);
  const path = text.split(".");
  if (path.length > segmentsMax) throw invalid(at, `a path has at most ${segmentsMax} segments`);
  if (path.filter((segment) => /^\d+$/.test(segment)).length > placesMax) {
    throw invalid(at, `a path has at most ${placesMax} array positions`);
  }
  for (const segment of path) checkSegment(segment, text, at);
  return path;
}

function checkSegment(segment: string, text: string, at: string): void {
  if (segment === "") throw invalid(at, `"${text}" is not a field name: a segment is empty`);
  if (segment.startsWith("$")) throw invalid(at, `"${text}" is not a field name: it begins with $`);
  if (segment === "__proto__") throw invalid(at, "__proto__ is not a field name");
}

/** Own property of an object; never what a prototype lends. */
export function own(container: unknown, key: string): unknown {
  return isRecord(container) && Object.hasOwn(container, key) ? container[key] : missing;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * The values a path reaches, as MongoDB counts them: through the objects of arrays, by index, and (with expand)
 * the elements of an array at its end, then that array itself. The SQL function `values_at` does the same.
 */
export function valuesAt(document: unknown, path: Path, expand: boolean): unknown[] {
  let found = document;
  for (const [step, segment] of path.entries()) {
    found = own(found, segment);
    if (found === undefined) return [missing];
    if (!Array.isArray(found)) continue;
    if (step < path.length - 1) return valuesThrough(found, path.slice(step + 1), expand);
    return expand ? [...found, found] : [found];
  }
  return [found];
}

function valuesThrough(items: readonly unknown[], path: Path, expand: boolean): unknown[] {
  const reached: unknown[] = [];
  const isLast = path.length === 1;
  for (const [place, item] of items.entries()) {
    const isPlace = path[0] === String(place);
    if (isRecord(item)) append(reached, valuesAt(item, path, expand));
    if (isPlace && isLast) reached.push(item);
    else if (isPlace && isRecord(item)) append(reached, valuesAt(item, path.slice(1), expand));
    else if (isPlace && Array.isArray(item)) append(reached, valuesThrough(item, path.slice(1), expand));
  }
  return reached;
}

/** Not a spread: an array of a document may be longer than a call may have arguments. */
function append(list: unknown[], more: readonly unknown[]): void {
  for (const value of more) list.push(value);
}

/** The keys a document sorts by at a path: those of the elements of an array, not of the array itself. */
export function sortKeys(document: unknown, path: Path): string[] {
  const keys = valuesAt(document, path, false).flatMap((value) => {
    if (!Array.isArray(value)) return [keyOf(value)];
    return value.length === 0 ? [emptyArrayKey] : value.map(keyOf);
  });
  return keys.length === 0 ? [keyOf(missing)] : keys;
}
