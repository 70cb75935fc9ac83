import type { Sql } from "../../kit/sql.ts";
import type { Filter, RangeOperator, Test, TypeName } from "./filter-model.ts";
import type { Path } from "./paths.ts";
import {
  always,
  and,
  column,
  columnCompares,
  columnIsOneOf,
  contains,
  element,
  elementIsObject,
  hasPattern,
  hasRemainder,
  hasSize,
  isEqualTo,
  isThere,
  not,
  or,
  scalarMeets,
  someElement,
  someMeets,
  someValue,
  type KeyCondition,
  type KeyRange,
  type Subject,
} from "./sql-forms.ts";
import { isCutInKey, keyBracket, keyOf, kindOf, type Kind, type Value } from "./values.ts";

/** A condition that every match meets; when `inexact` is empty, it is met by nothing else. */
export interface Condition {
  where: Sql;
  /** The operators that SQL could not decide. */
  inexact: string[];
}

/** What the compiler knows of the documents. */
export interface Knowledge {
  /** Dotted paths that never meet an array; their filters are plain index conditions. */
  scalarFields: ReadonlySet<string>;
}

type FieldFilter = Filter & { kind: "field" };

/** The filter as SQL over `subject`: as narrow as SQL can say it, and never losing a match. */
export function compileCondition(filter: Filter, subject: Subject, knowledge: Knowledge): Condition {
  switch (filter.kind) {
    case "all":
      return compileAll(filter.parts, subject, knowledge);
    case "any": {
      const parts = filter.parts.map((part) => compileCondition(part, subject, knowledge));
      return { where: or(parts.map((part) => part.where)), inexact: parts.flatMap((part) => part.inexact) };
    }
    case "not": {
      const part = compileCondition(filter.part, subject, knowledge);
      return part.inexact.length === 0 ? exact(not(part.where)) : { where: always, inexact: part.inexact };
    }
    case "computed":
      return { where: always, inexact: [filter.operator] };
    case "field":
      return compileAll([filter], subject, knowledge);
  }
}

/** Key conditions of one path go together, so that one range of one index can serve them. */
function compileAll(parts: readonly Filter[], subject: Subject, knowledge: Knowledge): Condition {
  const byPath = new Map<string, { path: Path; conditions: KeyCondition[] }>();
  const compiled: Condition[] = [];
  for (const part of parts) {
    const conditions =
      part.kind === "field" && !hasColumn(part, subject) ? keyConditions(part.test) : undefined;
    if (part.kind !== "field") compiled.push(compileCondition(part, subject, knowledge));
    else if (conditions === undefined) compiled.push(compileField(part, subject, knowledge));
    else {
      const group = byPath.get(part.path.join(".")) ?? { path: part.path, conditions: [] };
      group.conditions.push(conditions);
      byPath.set(part.path.join("."), group);
      compiled.push(...prefilter(part, subject));
    }
  }
  for (const { path, conditions } of byPath.values()) {
    compiled.push(exact(meets(subject, path, conditions, knowledge)));
  }
  return {
    where: and(compiled.map((condition) => condition.where)),
    inexact: compiled.flatMap((condition) => condition.inexact),
  };
}

function exact(where: Sql): Condition {
  return { where, inexact: [] };
}

function meets(subject: Subject, path: Path, conditions: KeyCondition[], knowledge: Knowledge): Sql {
  const isScalar = path.length === 0 || (subject.isDocument && knowledge.scalarFields.has(path.join(".")));
  return isScalar ? scalarMeets(subject, path, conditions) : someMeets(subject, path, conditions);
}

/** The whole meaning of a test as one condition on keys, if keys can say it. */
function keyConditions(test: Test): KeyCondition | undefined {
  switch (test.kind) {
    case "in":
      return test.values.every(isWholeInKey) ? { kind: "of", keys: test.values.map(keyOf) } : undefined;
    case "range":
      return isWholeInKey(test.value) ? keyRange(test.operator, test.value) : undefined;
    case "type": {
      const [type] = test.types;
      const isOneRange =
        test.types.length === 1 && type !== undefined && type !== "integer" && type !== "null";
      return isOneRange ? kindRange(type) : undefined;
    }
    default:
      return undefined;
  }
}

function isWholeInKey(value: Value): boolean {
  const kind = kindOf(value);
  return kind !== "object" && kind !== "array" && !(typeof value === "string" && isCutInKey(value));
}

/** Within one type only: a number is neither above nor below a string. */
function keyRange(operator: RangeOperator, value: Value): KeyRange {
  const key = keyOf(value);
  const range = kindRange(kindOf(value));
  if (operator === "$gt" || operator === "$gte") return { ...range, low: key, lowIsOpen: operator === "$gt" };
  return { ...range, high: key, highIsOpen: operator === "$lt" };
}

function kindRange(kind: Kind): KeyRange {
  const { from, to } = keyBracket(kind);
  return { kind: "between", low: from, lowIsOpen: false, high: to, highIsOpen: true };
}

function compileField({ path, test }: FieldFilter, subject: Subject, knowledge: Knowledge): Condition {
  const onColumn = compileColumn(path, test, subject);
  if (onColumn !== undefined) return exact(onColumn);
  const some = (condition: Sql) => exact(someValue(subject, path, { expand: true, condition }));
  switch (test.kind) {
    case "in":
      return compileIn(path, test.values, subject, knowledge);
    case "range":
      return narrowedByKind(path, test.operator, [kindOf(test.value)], subject, knowledge);
    case "exists":
      return path.length === 0 ? exact(always) : some(isThere);
    case "type":
      return compileTypes(path, test.types, subject, knowledge);
    case "pattern":
      return compilePatternTest(path, test, subject, knowledge);
    case "size":
      return exact(someValue(subject, path, { expand: false, condition: hasSize(test.size) }));
    case "remainder":
      return some(hasRemainder(test.divisor, test.remainder));
    case "bits":
      return narrowedByKind(path, test.operator, ["number"], subject, knowledge);
    case "elements":
      return compileElements(path, test, subject, knowledge);
  }
}

/** SQL sees to the types; the value is left to memory. */
function narrowedByKind(
  path: Path,
  operator: string,
  kinds: readonly Kind[],
  subject: Subject,
  knowledge: Knowledge,
): Condition {
  const parts = kinds.map((kind) => meets(subject, path, [kindRange(kind)], knowledge));
  return { where: or(parts), inexact: [operator] };
}

function compileIn(path: Path, values: readonly Value[], subject: Subject, knowledge: Knowledge): Condition {
  const inKeys = values.filter(isWholeInKey);
  const containers = values.filter((value) => !isWholeInKey(value) && typeof value !== "string");
  const isDecided = values.length === inKeys.length + containers.length && !containers.some(holdsDate);
  if (!isDecided) return narrowedByKind(path, "$in", [...new Set(values.map(kindOf))], subject, knowledge);
  const parts = containers.map((value) =>
    someValue(subject, path, { expand: true, condition: isEqualTo(value) }),
  );
  if (inKeys.length > 0)
    parts.push(meets(subject, path, [{ kind: "of", keys: inKeys.map(keyOf) }], knowledge));
  return exact(or(parts));
}

/** Dates inside an object compare as instants, which jsonb equality does not. */
function holdsDate(value: Value): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(holdsDate);
  return kindOf(value) === "date";
}

function compileTypes(
  path: Path,
  types: readonly TypeName[],
  subject: Subject,
  knowledge: Knowledge,
): Condition {
  const parts = types.map((type) => {
    if (type === "null") return someValue(subject, path, { expand: true, condition: isEqualTo(null) });
    return meets(subject, path, [kindRange(type === "integer" ? "number" : type)], knowledge);
  });
  const isDecided = !types.includes("integer") || types.includes("number");
  return { where: or(parts), inexact: isDecided ? [] : ["$type"] };
}

function compilePatternTest(
  path: Path,
  { pattern }: Test & { kind: "pattern" },
  subject: Subject,
  knowledge: Knowledge,
): Condition {
  if (pattern.sql === undefined)
    return narrowedByKind(path, "$regex", ["string", "date"], subject, knowledge);
  const where = someValue(subject, path, { expand: true, condition: hasPattern(pattern.sql) });
  const { prefix } = pattern;
  // A date is kept under another key than its text, and dates begin with a digit.
  if (prefix === undefined || /^[0-9]/.test(prefix) || isCutInKey(prefix)) return exact(where);
  const range: KeyRange = { ...kindRange("string"), low: keyOf(prefix), high: `${keyOf(prefix)}\u{10ffff}` };
  return exact(and([meets(subject, path, [range], knowledge), where]));
}

function compileElements(
  path: Path,
  test: Test & { kind: "elements" },
  subject: Subject,
  knowledge: Knowledge,
): Condition {
  const inner = compileCondition(test.filter, element, knowledge);
  const condition = test.objectsOnly ? and([elementIsObject, inner.where]) : inner.where;
  return { where: someElement(subject, path, condition), inexact: inner.inexact };
}

/** `_id` and `_type` are strings in columns of their own. */
function compileColumn(path: Path, test: Test, subject: Subject): Sql | undefined {
  const name = columnOf(path, subject);
  if (name === undefined) return undefined;
  if (test.kind === "in" && !test.values.some(holdsDate)) {
    return columnIsOneOf(
      name,
      test.values.filter((value) => typeof value === "string"),
    );
  }
  if (test.kind === "range" && kindOf(test.value) === "string") {
    return columnCompares(name, test.operator, String(test.value));
  }
  return undefined;
}

function hasColumn({ path, test }: FieldFilter, subject: Subject): boolean {
  return compileColumn(path, test, subject) !== undefined;
}

function columnOf(path: Path, subject: Subject): Sql | undefined {
  const [field] = path;
  const isColumn = subject.isDocument && path.length === 1 && (field === "_id" || field === "_type");
  return isColumn ? column(field) : undefined;
}

const prefilterSegmentsMax = 2;

/** Equality with one scalar also says what the document must contain, for the GIN index on whole documents. */
function prefilter({ path, test }: FieldFilter, subject: Subject): Condition[] {
  const [value, ...others] = test.kind === "in" ? test.values : [];
  const isScalar =
    value !== undefined && value !== null && typeof value !== "object" && kindOf(value) !== "date";
  const isPlain =
    path.length > 0 && path.length <= prefilterSegmentsMax && !path.some((name) => /^\d+$/.test(name));
  if (!isScalar || others.length > 0 || !isPlain || !subject.isDocument) return [];
  return [exact(contains(subject, shapesOf(path, value)))];
}

/** Every way a scalar can stand at a path: each step directly or in an array. */
function shapesOf(path: Path, value: Value): Value[] {
  const [first = "", ...rest] = path;
  const inner = rest.length === 0 ? [value] : shapesOf(rest, value);
  return inner.flatMap((shape) => [{ [first]: shape }, { [first]: [shape] }]);
}
