import { arithmetic, negate } from "./arithmetic.ts";
import { type Code, directCode, type Each, manyCode, mapCode, mapPair } from "./code.ts";
import { attemptDirect, attempting } from "./attempt.ts";
import { compare, equals } from "./order.ts";
import type { Run } from "./run.ts";
import type { BinaryOperator } from "./syntax.ts";
import { isTruthy, type Json } from "./value.ts";

type Operation = (left: Json, right: Json, run: Run) => Json;

const operations: Readonly<Record<BinaryOperator, Operation>> = {
  ...arithmetic,
  "==": equals,
  "!=": (left, right, run) => !equals(left, right, run),
  "<": (left, right, run) => compare(left, right, run) < 0,
  "<=": (left, right, run) => compare(left, right, run) <= 0,
  ">": (left, right, run) => compare(left, right, run) > 0,
  ">=": (left, right, run) => compare(left, right, run) >= 0,
};

/** Arithmetic and comparisons. As in jq, the right side is the outer loop. */
export function binary(operator: BinaryOperator, left: Code, right: Code): Code {
  const operate = operations[operator];
  const { constant } = right;
  if (constant !== undefined) return withConstant(operator, left, constant);
  return mapPair(right, left, (two, one, _input, env) => operate(one, two, env.run));
}

function withConstant(operator: BinaryOperator, left: Code, right: Json): Code {
  const operate = operations[operator];
  const isScalar = typeof right !== "object" || right === null;
  if (operator === "==" && isScalar) return mapCode(left, (value) => value === right);
  if (operator === "!=" && isScalar) return mapCode(left, (value) => value !== right);
  if (typeof right === "number") {
    const quick = withNumber(operator, right);
    if (quick !== null) {
      return mapCode(left, (value, _input, env) =>
        typeof value === "number" ? quick(value) : operate(value, right, env.run),
      );
    }
  }
  return mapCode(left, (value, _input, env) => operate(value, right, env.run));
}

/** What most programs compare and count with: a number that stands in the program. */
function withNumber(operator: BinaryOperator, right: number): ((left: number) => Json) | null {
  switch (operator) {
    case "+":
      return (left) => left + right;
    case "-":
      return (left) => left - right;
    case "*":
      return (left) => left * right;
    case ">":
      return (left) => left > right;
    case ">=":
      return (left) => left >= right;
    // A nan is less than every number.
    case "<":
      return (left) => !(left >= right);
    case "<=":
      return (left) => !(left > right);
    default:
      return null;
  }
}

export function negation(operand: Code): Code {
  if (typeof operand.constant === "number") {
    const constant = -operand.constant;
    return { ...directCode(() => constant), constant };
  }
  return mapCode(operand, negate);
}

/** `and` and `or`: the right side is not asked where the left one decides. */
export function logic(operator: "and" | "or", left: Code, right: Code): Code {
  const decides = operator === "or";
  const first = left.direct;
  const second = right.direct;
  if (first !== null && second !== null) {
    return directCode((input, env) => {
      const one = first(input, env);
      if (one === undefined) return undefined;
      if (isTruthy(one) === decides) return decides;
      const other = second(input, env);
      return other === undefined ? undefined : isTruthy(other);
    });
  }
  return manyCode((input, env, emit) =>
    left.each(input, env, (one) => {
      if (isTruthy(one) === decides) return emit(decides);
      return right.each(input, env, (other) => emit(isTruthy(other)));
    }),
  );
}

/** `left // right`: what is true of the left, or else the right. Errors on the left end the left and no more. */
export function alternative(left: Code, right: Code): Code {
  const first = left.direct;
  const second = right.direct;
  const paths: Code["paths"] = (input, path, env, emit) => {
    let isFound = false;
    const stop = attempting(
      env,
      emit,
      (inner) =>
        left.paths(input, path, env, (value, way) => {
          if (!isTruthy(value)) return false;
          isFound = true;
          return inner(value, way);
        }),
      () => false,
    );
    return stop || isFound ? stop : right.paths(input, path, env, emit);
  };
  if (first !== null && second !== null) {
    const quiet = attemptDirect(first);
    return directCode((input, env) => {
      const value = quiet(input, env);
      return value !== undefined && isTruthy(value) ? value : second(input, env);
    }, paths);
  }
  const each: Each = (input, env, emit) => {
    let isFound = false;
    const stop = attempting(
      env,
      emit,
      (inner) =>
        left.each(input, env, (value) => {
          if (!isTruthy(value)) return false;
          isFound = true;
          return inner(value);
        }),
      () => false,
    );
    return stop || isFound ? stop : right.each(input, env, emit);
  };
  return manyCode(each, paths);
}
