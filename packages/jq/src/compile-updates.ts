import { type Arithmetic, arithmetic } from "./arithmetic.ts";
import { type Code, directCode, type Env, manyCode, rootPath } from "./code.ts";
import { deletePaths, getPath, keysOf, type Owned, setPath } from "./paths.ts";
import type { ArithmeticOperator, UpdateOperator } from "./syntax.ts";
import { isTruthy, type Json } from "./value.ts";

/** What becomes of the value at a path; undefined deletes it. */
type Change = (old: Json, env: Env) => Json | undefined;

/** `left = right`, `left |= right`, `left += right` and the like. */
export function update(operator: UpdateOperator, left: Code, right: Code): Code {
  if (operator === "|=") return modification(left, firstOf(right));
  const change = (value: Json): Change => changeBy(operator, value);
  const { direct } = right;
  if (direct !== null) {
    return directCode((input, env) => {
      const value = direct(input, env);
      return value === undefined ? undefined : modified(left, change(value), input, env);
    });
  }
  return manyCode((input, env, emit) =>
    right.each(input, env, (value) => emit(modified(left, change(value), input, env))),
  );
}

function changeBy(operator: Exclude<UpdateOperator, "|=">, value: Json): Change {
  if (operator === "=") return () => value;
  if (operator === "//=") return (old) => (isTruthy(old) ? old : value);
  const operate: Arithmetic = arithmetic[operator.slice(0, -1) as ArithmeticOperator];
  return (old, env) => operate(old, value, env.run);
}

export function modification(left: Code, change: Change): Code {
  return directCode((input, env) => modified(left, change, input, env));
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

/**
 * The input with every value that `left` finds in it changed. Paths are found in the input as it was, values are read
 * as they have become, and deletions come last, so that they do not move what is still to be changed.
 */
function modified(left: Code, change: Change, input: Json, env: Env): Json {
  const run = env.run;
  const owned: Owned = new Set();
  const deletions: Json[][] = [];
  let result = input;
  left.paths(input, rootPath, env, (value, path) => {
    run.step();
    const keys = keysOf(path, value);
    const old = getPath(result, keys, run);
    // What the change has seen it may have kept, so it must not be changed in place.
    if (owned.has(old)) owned.clear();
    const fresh = change(old, env);
    if (fresh === undefined) deletions.push(keys);
    else result = setPath(result, keys, fresh, owned, run);
    return false;
  });
  return deletions.length === 0 ? result : deletePaths(result, deletions, run);
}
