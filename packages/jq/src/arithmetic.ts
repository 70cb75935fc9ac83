import { Failure, shown } from "./failure.ts";
import { equals } from "./order.ts";
import type { Run } from "./run.ts";
import type { ArithmeticOperator } from "./syntax.ts";
import { copyObject, isObject, type Json, type JsonObject, nestingMax } from "./value.ts";

export type Arithmetic = (left: Json, right: Json, run: Run) => Json;

/** The most characters jq itself lets a repeated string have. */
const repeatedMax = 2 ** 31 - 1;

function refuse(left: Json, right: Json, what: string): never {
  throw new Failure(`${shown(left)} and ${shown(right)} cannot be ${what}`);
}

export const add: Arithmetic = (left, right, run) => {
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left === "string" && typeof right === "string") {
    run.allow(left.length + right.length);
    return left + right;
  }
  if (left === null) return right;
  if (right === null) return left;
  if (Array.isArray(left) && Array.isArray(right)) {
    run.allow(left.length + right.length);
    run.spend((left.length + right.length) >> 2);
    run.built += 1;
    return left.concat(right);
  }
  if (!isObject(left) || !isObject(right)) return refuse(left, right, "added");
  const sum = copyObject(left);
  const keys = Object.keys(right);
  for (const key of keys) sum[key] = right[key]!;
  run.spend(Object.keys(sum).length);
  run.built += 1;
  return sum;
};

export const subtract: Arithmetic = (left, right, run) => {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (!Array.isArray(left) || !Array.isArray(right)) return refuse(left, right, "subtracted");
  return left.filter((member) => {
    run.spend(right.length);
    return !right.some((other) => equals(member, other, run));
  });
};

export const multiply: Arithmetic = (left, right, run) => {
  if (typeof left === "number" && typeof right === "number") return left * right;
  if (typeof left === "string" && typeof right === "number") return repeat(left, right, run);
  if (typeof left === "number" && typeof right === "string") return repeat(right, left, run);
  if (isObject(left) && isObject(right)) return merge(left, right, run);
  return refuse(left, right, "multiplied");
};

function repeat(text: string, count: number, run: Run): Json {
  if (Number.isNaN(count) || count < 0) return null;
  const times = Math.floor(count);
  if (text === "" || times === 0) return "";
  const length = text.length * times;
  if (length > repeatedMax) throw new Failure("Repeat string result too long");
  run.allow(length);
  run.spend(length >> 6);
  return text.repeat(times);
}

/** Merges objects into each other, level by level, without recursion. */
function merge(left: JsonObject, right: JsonObject, run: Run): JsonObject {
  const result = copyObject(left);
  const waiting = [{ into: result, from: right, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { into, from, depth } = next;
    if (depth > nestingMax) throw new Failure("Object merge too deep");
    const keys = Object.keys(from);
    run.spend(keys.length + 1);
    for (const key of keys) {
      const old = Object.hasOwn(into, key) ? into[key]! : null;
      const fresh = from[key]!;
      if (!isObject(old) || !isObject(fresh)) {
        into[key] = fresh;
        continue;
      }
      const merged = copyObject(old);
      into[key] = merged;
      waiting.push({ into: merged, from: fresh, depth: depth + 1 });
    }
  }
  run.built += 1;
  return result;
}

export const divide: Arithmetic = (left, right, run) => {
  if (typeof left === "number" && typeof right === "number") {
    if (right === 0) return refuse(left, right, "divided because the divisor is zero");
    return left / right;
  }
  if (typeof left === "string" && typeof right === "string") return splitText(left, right, run);
  return refuse(left, right, "divided");
};

/** The parts of a text between a separator; its characters where the separator is empty. */
export function splitText(text: string, separator: string, run: Run): Json[] {
  run.spend(text.length >> 3);
  if (text === "") return [];
  return separator === "" ? [...text] : text.split(separator);
}

export const remainder: Arithmetic = (left, right) => {
  if (typeof left !== "number" || typeof right !== "number")
    return refuse(left, right, "divided (remainder)");
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  const dividend = Math.trunc(left);
  const divisor = Math.abs(Math.trunc(right));
  if (divisor === 0) return refuse(left, right, "divided (remainder) because the divisor is zero");
  const rest =
    Math.abs(dividend) < exactMax && divisor < exactMax
      ? Math.abs(dividend) % divisor
      : Number(wholeNumber(Math.abs(dividend), dividend < 0) % wholeNumber(divisor, right < 0));
  return dividend < 0 ? 0 - rest : rest;
};

const exactMax = 2 ** 53;

/** The size of the integer of 64 bits that a number becomes where jq counts with integers. */
function wholeNumber(size: number, isNegative: boolean): bigint {
  const max = isNegative ? 2n ** 63n : 2n ** 63n - 1n;
  const whole = size === Infinity ? max : BigInt(size);
  return whole > max ? max : whole;
}

export const arithmetic: Readonly<Record<ArithmeticOperator, Arithmetic>> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "%": remainder,
};

export function negate(value: Json): Json {
  if (typeof value === "number") return -value;
  throw new Failure(`${shown(value)} cannot be negated`);
}
