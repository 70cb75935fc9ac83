import { invalid } from "../../kit/errors.ts";
import type { BitsOperator, RangeOperator, Test, TypeName } from "./filter-model.ts";
import { isRecord } from "./paths.ts";
import type { Value } from "./values.ts";

type Parser = (operand: Value, at: string) => Test;

const parsers: Record<string, Parser> = {
  $eq: (operand) => ({ kind: "in", values: [operand] }),
  $in: parseIn,
  $gt: range("$gt"),
  $gte: range("$gte"),
  $lt: range("$lt"),
  $lte: range("$lte"),
  $type: parseType,
  $size: parseSize,
  $mod: parseRemainder,
  $bitsAllSet: bits("$bitsAllSet"),
  $bitsAllClear: bits("$bitsAllClear"),
  $bitsAnySet: bits("$bitsAnySet"),
  $bitsAnyClear: bits("$bitsAnyClear"),
};

/** The operators that test one value. */
export const testNames = [...Object.keys(parsers), "$exists"];

/** Parses one of `testNames`. */
export function parseTest(name: string, operand: Value, at: string): Test {
  const parser = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (parser === undefined) throw invalid(at, `there is no operator ${name} here`);
  return parser(operand, at);
}

function parseIn(operand: Value, at: string): Test {
  if (!Array.isArray(operand)) throw invalid(at, "wants a list");
  for (const [index, item] of operand.entries()) {
    const operator = isRecord(item) ? Object.keys(item).find((key) => key.startsWith("$")) : undefined;
    if (operator !== undefined)
      throw invalid(`${at}[${index}].${operator}`, "a value is wanted here, not an operator");
  }
  return { kind: "in", values: operand };
}

function range(operator: RangeOperator): Parser {
  return (value, at) => {
    const name = isRecord(value) ? Object.keys(value).find((key) => key.startsWith("$")) : undefined;
    if (name !== undefined) throw invalid(`${at}.${name}`, "a value is wanted here, not an operator");
    return { kind: "range", operator, value };
  };
}

const typeNames: Record<string, TypeName[]> = {
  double: ["number"],
  decimal: ["number"],
  number: ["number"],
  int: ["integer"],
  long: ["integer"],
  string: ["string"],
  object: ["object"],
  array: ["array"],
  bool: ["boolean"],
  boolean: ["boolean"],
  date: ["date"],
  timestamp: ["date"],
  null: ["null"],
  objectId: [],
  binData: [],
  regex: [],
  undefined: [],
  javascript: [],
  minKey: [],
  maxKey: [],
};

const typeNumbers: Record<string, string> = {
  1: "double",
  2: "string",
  3: "object",
  4: "array",
  5: "binData",
  6: "undefined",
  7: "objectId",
  8: "bool",
  9: "date",
  10: "null",
  11: "regex",
  13: "javascript",
  16: "int",
  17: "timestamp",
  18: "long",
  19: "decimal",
  [-1]: "minKey",
  127: "maxKey",
};

function parseType(operand: Value, at: string): Test {
  const list = Array.isArray(operand) ? operand : [operand];
  const types = list.flatMap((item) => {
    const name = typeof item === "number" ? typeNumbers[item] : item;
    const known = typeof name === "string" && Object.hasOwn(typeNames, name) ? typeNames[name] : undefined;
    if (known === undefined)
      throw invalid(at, `${JSON.stringify(item)} is not a type; try "string" or "number"`);
    return known;
  });
  return { kind: "type", types: [...new Set(types)] };
}

function parseSize(operand: Value, at: string): Test {
  if (!Number.isInteger(operand) || Number(operand) < 0)
    throw invalid(at, "$size wants a whole number from 0");
  return { kind: "size", size: Number(operand) };
}

function parseRemainder(operand: Value, at: string): Test {
  const numbers = Array.isArray(operand) && operand.length === 2 ? operand.map(toWhole) : [];
  const [divisor, remainder] = numbers;
  if (divisor === undefined || remainder === undefined) throw invalid(at, "$mod wants [divisor, remainder]");
  if (divisor === 0) throw invalid(at, "the divisor of $mod must not be 0");
  return { kind: "remainder", divisor, remainder };
}

function toWhole(value: Value): number | undefined {
  const whole = typeof value === "number" ? Math.trunc(value) : Number.NaN;
  return Number.isSafeInteger(whole) ? whole : undefined;
}

const positionMax = 200;

function bits(operator: BitsOperator): Parser {
  return (operand, at) => ({ kind: "bits", operator, mask: parseMask(operand, at) });
}

function parseMask(operand: Value, at: string): bigint {
  if (Number.isSafeInteger(operand) && Number(operand) >= 0) return BigInt(Number(operand));
  if (!Array.isArray(operand)) throw invalid(at, "wants a whole number from 0 or a list of bit positions");
  return operand.reduce<bigint>((mask, position) => {
    if (!Number.isInteger(position) || Number(position) < 0 || Number(position) > positionMax) {
      throw invalid(at, `a bit position is a whole number from 0 to ${positionMax}`);
    }
    return mask | (1n << BigInt(Number(position)));
  }, 0n);
}
