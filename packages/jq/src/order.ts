import { fail } from "./failure.ts";
import type { Run } from "./run.ts";
import { isObject, type Json, type JsonObject, nestingMax } from "./value.ts";

/** Two lists of values under comparison, and how far it has come. */
interface Pair {
  readonly left: readonly Json[];
  readonly right: readonly Json[];
  at: number;
}

/** Whether two values are the same value. A nan equals nothing. */
export function equals(left: Json, right: Json, run: Run): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const stack: Pair[] = [];
  if (!openEqual(stack, left, right, run)) return false;
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    if (top.at === top.left.length) {
      stack.pop();
      continue;
    }
    const one = top.left[top.at]!;
    const other = top.right[top.at]!;
    top.at += 1;
    if (one === other) continue;
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
    if (stack.length > nestingMax) fail("Equality check too deep");
    if (!openEqual(stack, one, other, run)) return false;
  }
  return true;
}

/** Puts the members of two containers on the stack, or answers that they cannot be equal. */
function openEqual(stack: Pair[], left: Json[] | JsonObject, right: Json[] | JsonObject, run: Run): boolean {
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    run.spend(left.length);
    stack.push({ left, right, at: 0 });
    return true;
  }
  if (Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  if (!keys.every((key) => Object.hasOwn(right, key))) return false;
  run.spend(keys.length);
  stack.push({ left: keys.map((key) => left[key]!), right: keys.map((key) => right[key]!), at: 0 });
  return true;
}

const ranks = { boolean: 1, number: 3, string: 4, object: 6 } as const;

/** null < false < true < numbers < strings < arrays < objects. */
function rank(value: Json): number {
  if (value === null) return 0;
  if (value === true) return 2;
  if (Array.isArray(value)) return 5;
  return ranks[typeof value as keyof typeof ranks];
}

/** The order of jq: negative where `left` comes first, 0 where neither does. A nan is less than any number. */
export function compare(left: Json, right: Json, run: Run): number {
  if (typeof left === "number" && typeof right === "number") return compareNumbers(left, right);
  if (typeof left === "string" && typeof right === "string") return compareStrings(left, right);
  const difference = rank(left) - rank(right);
  if (difference !== 0 || typeof left !== "object" || left === null) return difference;
  return compareContainers(left, right as Json[] | JsonObject, run);
}

function compareContainers(left: Json[] | JsonObject, right: Json[] | JsonObject, run: Run): number {
  const stack: Pair[] = [];
  let found = openCompared(stack, left, right, run);
  while (found === 0 && stack.length > 0) {
    const top = stack.at(-1)!;
    const at = top.at;
    if (at === top.left.length || at === top.right.length) {
      found = top.left.length - top.right.length;
      stack.pop();
      continue;
    }
    top.at += 1;
    const one = top.left[at]!;
    const other = top.right[at]!;
    const bothContain =
      typeof one === "object" && typeof other === "object" && one !== null && other !== null;
    if (!bothContain || Array.isArray(one) !== Array.isArray(other)) {
      found = compare(one, other, run);
      continue;
    }
    if (stack.length > nestingMax) fail("Comparison too deep");
    found = openCompared(stack, one, other, run);
  }
  return found;
}

/** Objects are compared by their sorted keys first, then by the values in that order. */
function openCompared(
  stack: Pair[],
  left: Json[] | JsonObject,
  right: Json[] | JsonObject,
  run: Run,
): number {
  if (Array.isArray(left) || Array.isArray(right)) {
    const pair = { left: left as Json[], right: right as Json[], at: 0 };
    run.spend(Math.min(pair.left.length, pair.right.length));
    stack.push(pair);
    return 0;
  }
  const keys = sortedKeys(left);
  const otherKeys = sortedKeys(right);
  run.spend(keys.length + otherKeys.length);
  for (let at = 0; at < keys.length && at < otherKeys.length; at += 1) {
    const found = compareStrings(keys[at]!, otherKeys[at]!);
    if (found !== 0) return found;
  }
  if (keys.length !== otherKeys.length) return keys.length - otherKeys.length;
  stack.push({ left: keys.map((key) => left[key]!), right: keys.map((key) => right[key]!), at: 0 });
  return 0;
}

function compareNumbers(left: number, right: number): number {
  if (left < right || Number.isNaN(left)) return -1;
  return left === right ? 0 : 1;
}

/** By code points, as UTF-8 sorts; JavaScript's own order puts surrogates before U+E000. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  let at = 0;
  while (at < left.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === left.length) return -1;
  if (at === right.length) return 1;
  return utf8Rank(left.charCodeAt(at)) - utf8Rank(right.charCodeAt(at));
}

function utf8Rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

export function sortedKeys(object: JsonObject): string[] {
  return Object.keys(object).sort(compareStrings);
}

/** A stable sort of items by a key that was computed for each. */
export function sortByKeys<Item extends { readonly key: Json }>(items: Item[], run: Run): Item[] {
  run.spend(items.length);
  if (items.every(({ key }) => typeof key === "number" && !Number.isNaN(key))) {
    run.spend(items.length * Math.ceil(Math.log2(items.length + 1)));
    return items.sort(({ key: one }, { key: other }) => (one! < other! ? -1 : one! > other! ? 1 : 0));
  }
  return items.sort((one, other) => {
    run.step();
    return compare(one.key, other.key, run);
  });
}

/** Whether `inner` is a part of `outer`, as `contains` means it. */
export function contains(outer: Json, inner: Json, run: Run, depth = 0): boolean {
  run.step();
  if (depth === probedDepth && isDeeperThan(inner, nestingMax - depth)) fail("Containment check too deep");
  if (isObject(outer) && isObject(inner)) {
    return Object.keys(inner).every(
      (key) => Object.hasOwn(outer, key) && contains(outer[key]!, inner[key]!, run, depth + 1),
    );
  }
  if (Array.isArray(outer) && Array.isArray(inner)) {
    return inner.every((part) => outer.some((whole) => contains(whole, part, run, depth + 1)));
  }
  if (typeof outer === "string" && typeof inner === "string") {
    run.spend(outer.length >> 6);
    return outer.includes(inner);
  }
  return equals(outer, inner, run);
}

/** From here on it pays to know first whether the value is deeper than allowed. */
const probedDepth = 64;

function isDeeperThan(value: Json, levels: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((member) =>
      typeof member === "object" && member !== null ? Object.values(member) : [],
    );
  }
  return false;
}
