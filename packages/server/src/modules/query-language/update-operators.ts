import { invalid } from "../../kit/errors.ts";
import { compileMatch } from "./match.ts";
import { parseCondition, parseFilter } from "./parse-filter.ts";
import { isRecord, parsePath, type Path } from "./paths.ts";
import { compilePush } from "./update-push.ts";
import { refuseOperators } from "./stored-names.ts";
import type { Target } from "./update-targets.ts";
import { compareValues, equalValues, type Value } from "./values.ts";

/** What one operator does to one field. */
export type Change =
  | { kind: "change"; createsParents: boolean; run: (target: Target) => void }
  | { kind: "rename"; to: Path };

export interface ChangeContext {
  at: string;
  now: Date;
}

type Compiler = (argument: Value, context: ChangeContext) => Change;

const compilers: Record<string, Compiler> = {
  $set: (argument, { at }) => {
    refuseOperators(argument, at);
    return making((target) => target.set(structuredClone(argument)));
  },
  $unset: () => ({ kind: "change", createsParents: false, run: (target) => target.remove() }),
  $inc: arithmetic("$inc", 0, (value, argument) => value + argument),
  $mul: arithmetic("$mul", 0, (value, argument) => value * argument),
  $min: extreme(-1),
  $max: extreme(1),
  $rename: (argument, { at }) => ({ kind: "rename", to: parsePath(String(argument), at) }),
  $currentDate: (argument, { at, now }) => {
    const type = isRecord(argument) ? argument["$type"] : undefined;
    if (argument !== true && type !== "date" && type !== "timestamp")
      throw invalid(at, "$currentDate wants true");
    return making((target) => target.set(now.toISOString()));
  },
  $push: (argument, { at }) => {
    const push = compilePush(argument, at);
    return making((target) => target.set(push(listIn(target, at) ?? [])));
  },
  $addToSet: addToSet,
  $pop: (argument, { at }) => {
    if (argument !== 1 && argument !== -1)
      throw invalid(at, "$pop wants 1 for the last item or -1 for the first");
    return onList(at, (list) => (argument === 1 ? list.slice(0, -1) : list.slice(1)));
  },
  $pull: (argument, { at }) => {
    const isPulled = compilePull(argument, at);
    return onList(at, (list) => list.filter((item) => !isPulled(item)));
  },
  $pullAll: (argument, { at }) => {
    if (!Array.isArray(argument)) throw invalid(at, "$pullAll wants a list");
    return onList(at, (list) => list.filter((item) => !argument.some((pulled) => equalValues(item, pulled))));
  },
  $bit: bitwise,
};

/** Known, but without effect on a document that exists. */
export const ignoredOperators = new Set(["$setOnInsert"]);

export const changeNames = new Set([...Object.keys(compilers), ...ignoredOperators]);

/** The change one operator makes to one field. */
export function compileChange(name: string, argument: Value, context: ChangeContext): Change {
  const compiler = compilers[name];
  if (compiler === undefined) throw invalid(context.at, `there is no operator ${name} here`);
  return compiler(argument, context);
}

function making(run: (target: Target) => void): Change {
  return { kind: "change", createsParents: true, run };
}

function arithmetic(name: string, whenMissing: number, combine: (a: number, b: number) => number): Compiler {
  return (argument, { at }) => {
    if (typeof argument !== "number") throw invalid(at, `${name} wants a number`);
    return making((target) => {
      const value = target.get() ?? whenMissing;
      if (typeof value !== "number" || target.get() === null)
        throw invalid(at, `${name} wants a number in the field`);
      const result = combine(value, argument);
      if (!Number.isFinite(result)) throw invalid(at, `the result of ${name} is not a finite number`);
      target.set(result);
    });
  };
}

function extreme(direction: 1 | -1): Compiler {
  return (argument, { at }) => {
    refuseOperators(argument, at);
    return making((target) => {
      const value = target.get();
      if (value === undefined || compareValues(argument, value) * direction > 0)
        target.set(structuredClone(argument));
    });
  };
}

function addToSet(argument: Value, { at }: ChangeContext): Change {
  const each = isRecord(argument) && "$each" in argument ? argument["$each"] : [argument];
  if (!Array.isArray(each)) throw invalid(`${at}.$each`, "wants a list");
  const items = each;
  for (const item of items) refuseOperators(item, at);
  return making((target) => {
    const list = [...(listIn(target, at) ?? [])];
    for (const item of items) {
      if (!list.some((there) => equalValues(there, item))) list.push(structuredClone(item));
    }
    target.set(list);
  });
}

/** A value pulls what equals it, an object what matches it as a filter, operators what they hold for. */
function compilePull(argument: Value, at: string): (item: unknown) => boolean {
  if (!isRecord(argument)) return (item) => equalValues(item, argument);
  if (Object.keys(argument).some((key) => key.startsWith("$") && !["$and", "$or", "$nor"].includes(key))) {
    return compileMatch(parseCondition([], argument, at));
  }
  const matches = compileMatch(parseFilter(argument, at));
  return (item) => isRecord(item) && matches(item);
}

function bitwise(argument: Value, { at }: ChangeContext): Change {
  const [entry, ...others] = isRecord(argument) ? Object.entries(argument) : [];
  const [name, operand] = entry ?? [];
  const isKnown = name === "and" || name === "or" || name === "xor";
  if (!isKnown || others.length > 0 || !Number.isSafeInteger(operand)) {
    throw invalid(at, '$bit wants {"and" | "or" | "xor": whole number}');
  }
  const mask = BigInt(Number(operand));
  return making((target) => {
    const value = target.get() ?? 0;
    if (!Number.isSafeInteger(value)) throw invalid(at, "$bit wants a whole number in the field");
    const bits = BigInt(Number(value));
    const result = name === "and" ? bits & mask : name === "or" ? bits | mask : bits ^ mask;
    target.set(Number(result));
  });
}

/** Changes a list that is there; does nothing where there is none. */
function onList(at: string, change: (list: readonly unknown[]) => unknown[]): Change {
  return {
    kind: "change",
    createsParents: false,
    run: (target) => {
      const list = listIn(target, at);
      if (list !== undefined) target.set(change(list));
    },
  };
}

function listIn(target: Target, at: string): unknown[] | undefined {
  const value = target.get();
  if (value === undefined || Array.isArray(value)) return value;
  throw invalid(at, "the field is not a list");
}
