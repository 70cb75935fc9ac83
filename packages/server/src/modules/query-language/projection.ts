import { evalExpr } from "mingo/core";

import { invalid } from "../../kit/errors.ts";
import { Budget } from "./budget.ts";
import { checkExpression } from "./check-expression.ts";
import { toDates, toJson } from "./dates.ts";
import { runMingo } from "./expressions.ts";
import { compileFilter } from "./filter.ts";
import { filterLimits, readInput } from "./input.ts";
import { mingoOptions } from "./mingo-options.ts";
import { isRecord, own, parsePath, type Path } from "./paths.ts";
import type { Value } from "./values.ts";

export interface CompiledProjection {
  /** The part of a document that was asked for; the document itself stays as it is. */
  project: (document: Record<string, unknown>) => Record<string, unknown>;
}

/** Fields by name; `true` where a path ends. */
type Tree = Map<string, Tree | true>;

/** Sets or changes one field of the output, from the whole document. */
type Step = (output: Record<string, unknown>, document: Record<string, unknown>) => void;

interface Parts {
  included: Tree;
  excluded: Tree;
  steps: Step[];
  /** Whether only what is named comes out. */
  isInclusive: boolean;
  isIdExcluded: boolean;
}

const limits = { stepsMax: 100_000, durationMs: 250 };

/** Compiles a projection: 1, 0, nested, `$slice`, `$elemMatch`, expressions. Nothing or `{}` means everything. */
export function compileProjection(input: unknown, options: { at?: string } = {}): CompiledProjection {
  const { at = "projection" } = options;
  const projection = input === undefined || input === null ? {} : readInput(input, at, filterLimits);
  if (!isRecord(projection)) throw invalid(at, 'a projection is an object, such as {"name": 1}');
  const parts: Parts = {
    included: new Map(),
    excluded: new Map(),
    steps: [],
    isInclusive: false,
    isIdExcluded: false,
  };
  for (const [name, value] of Object.entries(projection)) readField(parts, name, value, `${at}.${name}`);
  if (parts.isInclusive && parts.excluded.size > 0) {
    throw invalid(
      at,
      "fields are either included or excluded; only _id may be excluded beside included ones",
    );
  }
  const isOnlyId = !parts.isInclusive && parts.included.has("_id") && parts.excluded.size === 0;
  if (isOnlyId) parts.isInclusive = true;
  if (!parts.isIdExcluded) parts.included.set("_id", true);
  else if (!parts.isInclusive) parts.excluded.set("_id", true);
  return { project: (document) => projectParts(parts, document) };
}

function projectParts(parts: Parts, document: Record<string, unknown>): Record<string, unknown> {
  const output = parts.isInclusive
    ? pickFields(document, parts.included)
    : omitFields(document, parts.excluded);
  for (const step of parts.steps) step(output, document);
  return output;
}

function readField(parts: Parts, name: string, value: Value, at: string): void {
  const path = parsePath(name, at);
  const isId = name === "_id";
  if (value === 0 || value === false) {
    if (isId) parts.isIdExcluded = true;
    else place(parts.excluded, path, at);
  } else if (typeof value === "number" || value === true) {
    place(parts.included, path, at);
    if (!isId) parts.isInclusive = true;
  } else if (isRecord(value) && !Object.keys(value).some((key) => key.startsWith("$"))) {
    const fields = Object.entries(value);
    if (fields.length === 0) throw invalid(at, "an empty object names no field");
    for (const [inner, part] of fields) readField(parts, `${name}.${inner}`, part, `${at}.${inner}`);
  } else {
    readOperator(parts, path, value, at);
  }
}

function readOperator(parts: Parts, path: Path, value: Value, at: string): void {
  const operator = isRecord(value) ? Object.keys(value)[0] : undefined;
  const argument = isRecord(value) && operator !== undefined ? (value[operator] as Value) : null;
  const isPlainSlice = operator === "$slice" && isSliceArgument(argument);
  if (!isPlainSlice) parts.isInclusive = true;
  if (isPlainSlice) parts.steps.push(sliceStep(path, argument));
  else if (operator === "$elemMatch") parts.steps.push(elementStep(path, argument, at));
  else parts.steps.push(expressionStep(path, value, at));
}

function isSliceArgument(argument: Value): boolean {
  const numbers = Array.isArray(argument) ? argument : [argument];
  return numbers.length <= 2 && numbers.length > 0 && numbers.every(Number.isSafeInteger);
}

/** `$slice: n`, `-n` from the end, or `[skip, n]`. */
function sliceStep(path: Path, argument: Value): Step {
  const [skip, count] = Array.isArray(argument) ? argument.map(Number) : [undefined, Number(argument)];
  return (output, document) => {
    const list = valueOf(document, path);
    if (!Array.isArray(list)) return;
    if (skip !== undefined && count !== undefined) {
      const from = skip < 0 ? Math.max(list.length + skip, 0) : skip;
      setField(output, path, list.slice(from, from + Math.max(count, 0)));
    } else {
      const number = count ?? skip ?? 0;
      setField(output, path, number < 0 ? list.slice(number) : list.slice(0, number));
    }
  };
}

function elementStep(path: Path, argument: Value, at: string): Step {
  const { matches } = compileFilter({ list: { $elemMatch: argument } }, { at });
  return (output, document) => {
    const list = valueOf(document, path);
    const found = Array.isArray(list) ? list.findIndex((item) => matches({ list: [item] })) : -1;
    if (Array.isArray(list) && found >= 0) setField(output, path, [list[found]]);
  };
}

function expressionStep(path: Path, value: Value, at: string): Step {
  checkExpression(value, at);
  const expression = toDates(value);
  const budget = new Budget(limits);
  const options = mingoOptions(budget);
  return (output, document) => {
    budget.start();
    const result = runMingo(at, () => evalExpr(toDates(document), expression, options));
    if (result !== undefined) setField(output, path, toJson(result));
  };
}

function valueOf(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((container, name) => own(container, name), document);
}

function setField(output: Record<string, unknown>, path: Path, value: unknown): void {
  let container = output;
  for (const name of path.slice(0, -1)) {
    const inner = own(container, name);
    const next = isRecord(inner) ? { ...inner } : {};
    container[name] = next;
    container = next;
  }
  container[path.at(-1) ?? ""] = value;
}

function place(tree: Tree, path: Path, at: string): void {
  let branch = tree;
  for (const [step, name] of path.entries()) {
    const isLast = step === path.length - 1;
    const there = branch.get(name);
    if (there === true || (isLast && there !== undefined))
      throw invalid(at, "collides with another field named here");
    if (isLast) branch.set(name, true);
    else {
      const next: Tree = there ?? new Map();
      branch.set(name, next);
      branch = next;
    }
  }
}

function pickFields(record: Record<string, unknown>, tree: Tree): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    const branch = tree.get(name);
    if (branch === true) output[name] = value;
    else if (branch !== undefined && isContainer(value)) output[name] = pickInside(value, branch);
  }
  return output;
}

/** In a list only the objects and lists remain: a number has no fields to include. */
function pickInside(value: object, tree: Tree): unknown {
  if (!Array.isArray(value)) return pickFields(value as Record<string, unknown>, tree);
  return value.filter(isContainer).map((item) => pickInside(item, tree));
}

function omitFields(record: Record<string, unknown>, tree: Tree): Record<string, unknown> {
  const output: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    const branch = tree.get(name);
    if (branch === undefined) output[name] = value;
    else if (branch !== true) output[name] = omitInside(value, branch);
  }
  return output;
}

function omitInside(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => omitInside(item, tree));
  return isRecord(value) ? omitFields(value, tree) : value;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
