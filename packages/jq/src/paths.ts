import { indexValue, sliceBounds } from "./access.ts";
import { noPath, type Owned, type Path } from "./code.ts";
import { Failure, fail, shown, shownText } from "./failure.ts";
import { compare, equals } from "./order.ts";
import type { Run } from "./run.ts";
import {
  copyObject,
  emptyObject,
  isObject,
  type Json,
  type JsonObject,
  nestingMax,
  ownValue,
  typeName,
} from "./value.ts";

/** The longest list jq makes for an index that was assigned. */
const indexMax = 2 ** 29 - 1;

export function stepInto(path: Path, key: Json, value: Json): Path {
  if (path === noPath) {
    const [element, whole] = [shownText(key, 29), shownText(value, 29)];
    fail(`Invalid path expression near attempt to access element ${element} of ${whole}`);
  }
  return { parent: path, key, length: path.length + 1 };
}

export function refuseIterating(value: Json): never {
  fail(`Invalid path expression near attempt to iterate through ${shownText(value, 29)}`);
}

/** The keys of a path from the input on. Where the value was made and not found there is none. */
export function keysOf(path: Path, value: Json, run: Run): Json[] {
  if (path === noPath) fail(`Invalid path expression with result ${shownText(value, 29)}`);
  run.spend(path.length >> 2);
  const keys = Array.from({ length: path.length }, (): Json => null);
  let step = path;
  for (let at = path.length - 1; at >= 0; at -= 1) {
    keys[at] = step.key;
    step = step.parent!;
  }
  return keys;
}

export function checkedPath(value: Json): Json[] {
  if (!Array.isArray(value)) return fail("Path must be specified as an array");
  if (value.length > nestingMax) fail("Path too deep");
  return value;
}

export function getPath(root: Json, keys: readonly Json[], run: Run): Json {
  let value = root;
  for (const key of keys) {
    if (value === null) return null;
    value = indexValue(value, key, run);
  }
  return value;
}

/** The value with another one at the end of a path; containers on the way are copied unless they are owned. */
export function setPath(root: Json, keys: readonly Json[], value: Json, owned: Owned, run: Run): Json {
  const ways: Json[] = [];
  let current = root;
  for (const key of keys) {
    ways.push(current);
    current = indexValue(current, key, run);
  }
  let result = value;
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    result = setMember(ways[at]!, keys[at]!, result, owned, run);
  }
  return result;
}

function setMember(container: Json, key: Json, value: Json, owned: Owned, run: Run): Json {
  run.spend(3);
  if (typeof key === "string" && (container === null || isObject(container))) {
    const object = own(container, owned, run, () => copyObject(container ?? emptyObject()));
    (object as JsonObject)[key] = value;
    return object;
  }
  if (typeof key === "number" && (container === null || Array.isArray(container))) {
    return setElement(container ?? [], key, value, owned, run);
  }
  if (isObject(key)) return setSlice(container, key, value, owned, run);
  if (Array.isArray(key) && Array.isArray(container)) fail("Cannot update field at array index of array");
  throw new Failure(`Cannot index ${typeName(container)} with ${shown(key)}`);
}

function own(container: Json, owned: Owned, run: Run, copy: () => Json): Json {
  if (owned.has(container)) return container;
  const fresh = copy();
  run.spend(Array.isArray(fresh) ? fresh.length >> 2 : Object.keys(fresh as JsonObject).length);
  run.built += 1;
  owned.add(fresh);
  return fresh;
}

function setElement(list: Json[], key: number, value: Json, owned: Owned, run: Run): Json {
  if (Number.isNaN(key)) fail("Cannot set array element at NaN index");
  const index = Math.trunc(key);
  const at = index < 0 ? index + list.length : index;
  if (at < 0) fail("Out of bounds negative array index");
  if (at > indexMax) fail("Array index too large");
  run.allow(at);
  const copy = own(list, owned, run, () => list.slice()) as Json[];
  if (at > copy.length) run.spend((at - copy.length) >> 3);
  while (copy.length < at) copy.push(null);
  copy[at] = value;
  return copy;
}

function setSlice(container: Json, key: Json, value: Json, owned: Owned, run: Run): Json {
  if (typeof container === "string") fail("Cannot update string slices");
  if (container !== null && !Array.isArray(container)) {
    throw new Failure(`Cannot update field at object index of ${typeName(container)}`);
  }
  const list = container ?? [];
  const { start, end } = boundsOf(list, key);
  if (!Array.isArray(value)) return fail("A slice of an array can only be assigned another array");
  run.allow(list.length + value.length);
  run.spend((list.length + value.length) >> 3);
  const result = [...list.slice(0, start), ...value, ...list.slice(end)];
  owned.add(result);
  return result;
}

function boundsOf(list: readonly Json[], key: Json) {
  return isObject(key)
    ? sliceBounds(list.length, ownValue(key, "start"), ownValue(key, "end"))
    : { start: 0, end: 0 };
}

/** The value without what stands at the ends of these paths; all are read against the value as it was. */
export function deletePaths(root: Json, paths: readonly (readonly Json[])[], run: Run): Json {
  const sorted = paths.map((keys) => [...keys]).sort((one, other) => compare(one, other, run));
  run.spend(paths.length);
  return deleteSorted(root, sorted, 0, run);
}

function deleteSorted(value: Json, paths: readonly (readonly Json[])[], depth: number, run: Run): Json {
  if (value === null || paths.length === 0) return value;
  if (paths[0]!.length === depth) return null;
  const doomed: Json[] = [];
  let result = value as Json;
  const owned: Owned = new Set();
  for (let end = paths.length; end > 0;) {
    const key = paths[end - 1]![depth]!;
    let start = end - 1;
    while (start > 0 && equals(paths[start - 1]![depth]!, key, run)) start -= 1;
    const group = paths.slice(start, end);
    end = start;
    if (group[0]!.length === depth + 1) {
      doomed.push(key);
      continue;
    }
    const member = indexValue(result, key, run);
    if (member === null) continue;
    result = setMember(result, key, deleteSorted(member, group, depth + 1, run), owned, run);
  }
  return doomed.length === 0 ? result : deleteMembers(result, doomed, run);
}

function deleteMembers(container: Json, keys: readonly Json[], run: Run): Json {
  if (container === null) return null;
  if (Array.isArray(container)) return deleteElements(container, keys, run);
  if (!isObject(container)) throw new Failure(`Cannot delete fields from ${typeName(container)}`);
  const copy = copyObject(container);
  for (const key of keys) {
    if (typeof key !== "string") throw new Failure(`Cannot delete ${typeName(key)} field of object`);
    delete copy[key];
  }
  return copy;
}

function deleteElements(list: readonly Json[], keys: readonly Json[], run: Run): Json {
  const doomed = new Set<number>();
  for (const key of keys) {
    if (typeof key === "number") {
      const at = Math.floor(key);
      doomed.add(at < 0 ? at + list.length : at);
    } else if (isObject(key)) {
      const { start, end } = boundsOf(list, key);
      for (let at = start; at < end; at += 1) doomed.add(at);
    } else throw new Failure(`Cannot delete ${typeName(key)} element of array`);
  }
  run.spend(list.length);
  return list.filter((_, at) => !doomed.has(at));
}
