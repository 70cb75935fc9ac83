import { invalid } from "../../kit/errors.ts";
import { isRecord, own, parsePath } from "./paths.ts";
import { refuseOperators } from "./stored-names.ts";
import { compareValues, type Value } from "./values.ts";

type Push = (list: readonly unknown[]) => unknown[];

const modifiers = new Set(["$each", "$slice", "$sort", "$position"]);
const listMax = 1_000_000;

/** `$push`: one value, or `$each` with `$position`, then `$sort`, then `$slice`. */
export function compilePush(argument: Value, at: string): Push {
  const isModified = isRecord(argument) && Object.keys(argument).some((key) => modifiers.has(key));
  if (!isModified) {
    refuseOperators(argument, at);
    return (list) => bounded([...list, structuredClone(argument)], at);
  }
  const { $each, $position, $sort, $slice, ...others } = argument as Record<string, Value>;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw invalid(`${at}.${unknown}`, "stands beside $each only as $position, $sort or $slice");
  if (!Array.isArray($each)) throw invalid(`${at}.$each`, "wants a list");
  const position = readWhole($position, `${at}.$position`);
  const slice = readWhole($slice, `${at}.$slice`);
  const compare = $sort === undefined ? undefined : compileOrder($sort, `${at}.$sort`);
  for (const item of $each) refuseOperators(item, at);
  return (list) => {
    const pushed = list.toSpliced(position ?? list.length, 0, ...structuredClone($each));
    if (compare !== undefined) pushed.sort(compare);
    const kept = slice === undefined ? pushed : slice < 0 ? pushed.slice(slice) : pushed.slice(0, slice);
    return bounded(kept, at);
  };
}

function bounded(list: unknown[], at: string): unknown[] {
  if (list.length > listMax) throw invalid(at, `a list has at most ${listMax} items`);
  return list;
}

function readWhole(value: Value | undefined, at: string): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value)) throw invalid(at, "wants a whole number");
  return Number(value);
}

function compileOrder(order: Value, at: string): (a: unknown, b: unknown) => number {
  if (order === 1 || order === -1) return (a, b) => compareValues(a, b) * order;
  if (!isRecord(order)) throw invalid(at, "wants 1, -1 or fields with 1 or -1");
  const terms = Object.entries(order).map(([name, direction]) => {
    if (direction !== 1 && direction !== -1) throw invalid(`${at}.${name}`, "the order is 1 or -1");
    return { path: parsePath(name, at), direction };
  });
  return (a, b) => {
    for (const { path, direction } of terms) {
      const [left, right] = [a, b].map((item) => path.reduce<unknown>((part, name) => own(part, name), item));
      const difference = compareValues(left, right) * direction;
      if (difference !== 0) return difference;
    }
    return 0;
  };
}
