import { add, type Arithmetic, arithmetic } from "./arithmetic.ts";
import {
  type Change,
  type Code,
  directCode,
  type Env,
  type InPlace,
  manyCode,
  type Owned,
  rootPath,
} from "./code.ts";
import { deletePaths, getPath, keysOf, setPath } from "./paths.ts";
import type { ArithmeticOperator, UpdateOperator } from "./syntax.ts";
import { isObject, isTruthy, type Json } from "./value.ts";

/**
 * `left = right`, `left |= right`, `left += right` and the like. `isFresh` says that what `right` makes holds no part
 * of its input.
 */
export function update(operator: UpdateOperator, left: Code, right: Code, isFresh: boolean): Code {
  if (operator === "|=") {
    const change = firstOf(right);
    return {
      ...modification(left, change),
      inPlace: (input, env, owned) => modified(left, change, input, env, owned),
    };
  }
  const { direct } = right;
  if (direct === null) {
    return manyCode((input, env, emit) =>
      right.each(input, env, (value) => emit(changed(left, changeBy(operator, value), input, env))),
    );
  }
  const inPlace: InPlace = (input, env, owned) => {
    const value = direct(input, env);
    if (value === undefined) return undefined;
    // A value that was read from the state shares parts with it, and those must stay as they are from here on.
    if (!isFresh && typeof value === "object" && value !== null) owned.clear();
    return modified(left, changeBy(operator, value), input, env, owned);
  };
  const code = directCode((input, env) => {
    const value = direct(input, env);
    return value === undefined ? undefined : changed(left, changeBy(operator, value), input, env);
  });
  return { ...code, inPlace };
}

function changeBy(operator: Exclude<UpdateOperator, "|=">, value: Json): Change {
  if (operator === "=") return () => value;
  if (operator === "//=") return (old) => (isTruthy(old) ? old : value);
  const operate: Arithmetic = arithmetic[operator.slice(0, -1) as ArithmeticOperator];
  return (old, env) => operate(old, value, env.run);
}

export function modification(left: Code, change: Change): Code {
  return directCode((input, env) => changed(left, change, input, env));
}

/** The first output of an expression, as a change. */
export function firstOf(code: Code): Change {
  if (code.direct !== null) return code.direct;
  return (old, env) => {
    let found: Json | undefined;
    code.each(old, env, (value) => {
      found = value;
      return true;
    });
    return found;
  };
}

function changed(left: Code, change: Change, input: Json, env: Env): Json {
  if (left.change === undefined) return modified(left, change, input, env, new Set());
  return left.change(input, env, (old) => change(old, env)) ?? null;
}

/**
 * The input with every value that `left` finds in it changed. Paths are found in the input as it was, values are read
 * as they have become, and deletions come last, so that they do not move what is still to be changed.
 */
function modified(left: Code, change: Change, input: Json, env: Env, owned: Owned): Json {
  const run = env.run;
  const found: Json[][] = [];
  left.paths(input, rootPath, env, (value, path) => {
    run.step();
    found.push(keysOf(path, value, run));
    return false;
  });
  const deletions: Json[][] = [];
  let result = input;
  for (const keys of found) {
    const old = getPath(result, keys, run);
    // What the change has seen it may have kept, so it must not be changed in place.
    if (owned.has(old)) owned.clear();
    const fresh = change(old, env);
    if (fresh === undefined) deletions.push(keys);
    else result = setPath(result, keys, fresh, owned, run);
  }
  return deletions.length === 0 ? result : deletePaths(result, deletions, run);
}

/** `. + right` in a fold: what the fold made itself grows in place. */
export function growth(right: Code): InPlace | undefined {
  const { direct } = right;
  if (direct === null) return undefined;
  return (state, env, owned) => {
    const value = direct(state, env);
    if (value === undefined) return undefined;
    const { run } = env;
    const areLists = Array.isArray(state) && Array.isArray(value);
    if (!areLists && !(isObject(state) && isObject(value))) return add(state, value, run);
    if (!owned.has(state)) {
      const grown = add(state, value, run);
      owned.add(grown);
      return grown;
    }
    if (areLists) {
      run.allow(state.length + value.length);
      run.spend(value.length);
      for (const member of value) state.push(member);
      return state;
    }
    Object.assign(state, value);
    run.spend(Object.keys(value).length);
    return state;
  };
}
