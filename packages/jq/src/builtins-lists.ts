import { membersOf } from "./access.ts";
import { type Builtin, type Builtins, ofInput, ofOne } from "./builtin-shape.ts";
import { type Code, collect, directCode, type Env } from "./code.ts";
import { Failure, fail, shown } from "./failure.ts";
import { compare, sortByKeys } from "./order.ts";
import type { Run } from "./run.ts";
import { type Json, typeName } from "./value.ts";

/** Order, groups and shapes of lists. */
export const listBuiltins: Builtins = {
  "sort/0": ofInput((input, run) => membersSorted(input, run)),
  "sort_by/1": byKey((items) => items.map(({ value }) => value)),
  "group_by/1": byKey((items, run) => groups(items, run).map((group) => group.map(({ value }) => value))),
  "unique/0": ofInput((input, run) => {
    const sorted = membersSorted(input, run);
    return sorted.filter((member, at) => at === 0 || compare(sorted[at - 1]!, member, run) !== 0);
  }),
  "unique_by/1": byKey((items, run) => groups(items, run).map((group) => group[0]!.value)),
  "min/0": ofInput((input, run) => extreme(itself(input, "iterated over"), -1, run)),
  "max/0": ofInput((input, run) => extreme(itself(input, "iterated over"), 1, run)),
  "min_by/1": extremeBy(-1),
  "max_by/1": extremeBy(1),
  "reverse/0": ofInput((input, run) => {
    if (input === null) return [];
    if (typeof input === "string") return [...input].toReversed().join("");
    if (!Array.isArray(input)) throw new Failure(`Cannot reverse ${shown(input)}`);
    run.spend(input.length >> 3);
    return input.toReversed();
  }),
  "flatten/0": ofInput((input, run) => flatten(input, Infinity, run)),
  "flatten/1": ofOne((input, depth, run) => {
    if (typeof depth !== "number") throw new Failure(`${shown(depth)} is no flatten depth`);
    if (depth < 0) fail("flatten depth must not be negative");
    return flatten(input, depth, run);
  }),
  "transpose/0": ofInput(transpose),
  "bsearch/1": ofOne(search),
};

interface Item {
  readonly key: Json;
  readonly value: Json;
}

function membersSorted(input: Json, run: Run): Json[] {
  return sortByKeys(itself(input, "sorted"), run).map(({ value }) => value);
}

function itself(input: Json, what: string): Item[] {
  if (Array.isArray(input)) return input.map((value) => ({ key: value, value }));
  throw new Failure(`${shown(input)} cannot be ${what}, as it is not an array`);
}

/** The members with what the expression makes of each: its one output, or the list of them. */
function keyed(input: Json, key: Code, env: Env): Item[] {
  const members = membersOf(input);
  if (!Array.isArray(input)) throw new Failure(`Cannot index ${shown(input)} as an array`);
  env.run.spend(members.length);
  const { direct } = key;
  if (direct !== null) {
    const keys = members.map((value) => direct(value, env));
    const areAll = keys.every((found) => found !== undefined);
    return members.map((value, at) => {
      const found = keys[at];
      return { key: areAll ? found! : found === undefined ? [] : [found], value };
    });
  }
  return members.map((value) => ({ key: collect(key, value, env), value }));
}

function byKey(arrange: (sorted: Item[], run: Run) => Json): Builtin {
  return ([key]) =>
    directCode((input, env) => {
      env.run.built += 1;
      return arrange(sortByKeys(keyed(input, key!, env), env.run), env.run);
    });
}

function groups(sorted: Item[], run: Run): Item[][] {
  const found: Item[][] = [];
  for (const item of sorted) {
    const last = found.at(-1);
    if (last !== undefined && compare(last[0]!.key, item.key, run) === 0) last.push(item);
    else found.push([item]);
  }
  return found;
}

/** The first of the least, the last of the greatest. */
function extreme(items: readonly Item[], sign: -1 | 1, run: Run): Json {
  let best: Item | undefined;
  for (const item of items) {
    run.step();
    if (best === undefined) best = item;
    else {
      const order = compare(item.key, best.key, run) * sign;
      if (order > 0 || (order === 0 && sign > 0)) best = item;
    }
  }
  return best?.value ?? null;
}

function extremeBy(sign: -1 | 1): Builtin {
  return ([key]) => directCode((input, env) => extreme(keyed(input, key!, env), sign, env.run));
}

/** Without recursion, as lists may be nested deep. */
function flatten(input: Json, depth: number, run: Run): Json {
  const found: Json[] = [];
  const stack = [membersOf(input).values()];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.next();
    run.step();
    if (next.done === true) stack.pop();
    else if (Array.isArray(next.value) && stack.length <= depth) stack.push(next.value.values());
    else found.push(next.value);
  }
  return found;
}

function rowOf(row: Json): readonly Json[] {
  if (Array.isArray(row)) return row;
  throw new Failure(`Cannot index ${typeName(row)} with number (0)`);
}

function transpose(input: Json, run: Run): Json {
  const rows = membersOf(input).map((row) => (row === null ? [] : rowOf(row)));
  const width = Math.max(0, ...rows.map((row) => row.length));
  run.spend(width * rows.length);
  run.built += 1;
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
}

/** The place of a value in a sorted list, or -1 - the place where it would stand. */
function search(input: Json, target: Json, run: Run): Json {
  if (!Array.isArray(input)) throw new Failure(`${shown(input)} cannot be searched from`);
  let low = 0;
  let high = input.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    run.step();
    const order = compare(input[middle]!, target, run);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1 - low;
}
