import { invalid } from "../../kit/errors.ts";
import { computeExpression } from "./expressions.ts";
import { everything, nothing, type Filter, type Test } from "./filter-model.ts";
import { unknownOperator } from "./operators.ts";
import { isRecord, parsePath, type Path } from "./paths.ts";
import { parseTest, testNames } from "./parse-test.ts";
import { compilePattern } from "./patterns.ts";
import { compileTextSearch } from "./text-search.ts";
import type { Value } from "./values.ts";

const rootOperators = ["$and", "$or", "$nor", "$expr", "$text", "$comment"];
const fieldOperators = [...testNames, "$ne", "$nin", "$all", "$not", "$regex", "$options", "$elemMatch"];

/** Parses a filter that `readInput` has cleaned. `at` names the place of every mistake. */
export function parseFilter(input: Value, at: string): Filter {
  if (!isRecord(input)) throw invalid(at, 'a filter is an object, such as {"name": "Ann"}');
  const parts = Object.entries(input).map(([key, value]) => {
    const place = `${at}.${key}`;
    if (key.startsWith("$")) return parseRootOperator(key, value, place);
    return parseCondition(parsePath(key, place), value, place);
  });
  return all(parts);
}

function parseRootOperator(name: string, value: Value, at: string): Filter {
  switch (name) {
    case "$and":
      return all(parseList(value, at));
    case "$or":
      return { kind: "any", parts: parseList(value, at) };
    case "$nor":
      return { kind: "not", part: { kind: "any", parts: parseList(value, at) } };
    case "$expr":
      return { kind: "computed", operator: name, holds: computeExpression(value, at) };
    case "$text":
      return { kind: "computed", operator: name, holds: compileTextSearch(value, at) };
    case "$comment":
      return everything;
    case "$jsonSchema":
      throw invalid(at, "$jsonSchema is not supported; use $type, $exists and comparisons");
    default:
      throw unknownOperator(name, fieldOperators.includes(name) ? [] : rootOperators, at);
  }
}

function parseList(value: Value, at: string): Filter[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(at, "must be a list of at least one filter");
  return value.map((part, index) => parseFilter(part, `${at}[${index}]`));
}

/** What stands after a field: operators, or a value it must equal. */
export function parseCondition(path: Path, value: Value, at: string): Filter {
  if (!hasOperators(value, at)) return field(path, { kind: "in", values: [value] });
  const operators = value as Record<string, Value>;
  if ("$options" in operators && !("$regex" in operators)) {
    throw invalid(`${at}.$options`, "$options stands beside $regex only");
  }
  return all(
    Object.entries(operators)
      .filter(([name]) => name !== "$options")
      .map(([name, operand]) => parseOperator({ path, name, operand, operators, at: `${at}.${name}` })),
  );
}

function hasOperators(value: Value, at: string): boolean {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  const operators = keys.filter((key) => key.startsWith("$"));
  if (operators.length === 0) return false;
  const other = keys.find((key) => !key.startsWith("$"));
  if (other !== undefined)
    throw invalid(`${at}.${other}`, `a field name cannot stand beside ${operators[0]}`);
  return true;
}

interface Operator {
  path: Path;
  name: string;
  operand: Value;
  operators: Record<string, Value>;
  at: string;
}

function parseOperator(operator: Operator): Filter {
  const { path, name, operand, at } = operator;
  switch (name) {
    case "$ne":
      return negate(field(path, { kind: "in", values: [plain(operand, at)] }));
    case "$nin":
      return negate(field(path, parseTest("$in", operand, at)));
    case "$not":
      return parseNot(path, operand, at);
    case "$all":
      return parseAll(path, operand, at);
    case "$exists":
      return operand === false || operand === 0 || operand === null
        ? negate(field(path, { kind: "exists" }))
        : field(path, { kind: "exists" });
    case "$regex":
      return field(path, parsePattern(operator));
    case "$elemMatch":
      return field(path, parseElements(operand, at));
    default:
      if (!testNames.includes(name)) throw unknownOperator(name, fieldOperators, at);
      return parseSimple(path, name, operand, at);
  }
}

function parseSimple(path: Path, name: string, operand: Value, at: string): Filter {
  const test = parseTest(name, name === "$eq" ? plain(operand, at) : operand, at);
  const isNull = test.kind === "range" && test.value === null;
  if (!isNull) return field(path, test);
  return name === "$gte" || name === "$lte" ? field(path, { kind: "in", values: [null] }) : nothing;
}

/** An operand that is a value: operators inside would be a mistake, not a document. */
function plain(operand: Value, at: string): Value {
  const name = isRecord(operand) ? Object.keys(operand).find((key) => key.startsWith("$")) : undefined;
  if (name !== undefined) throw invalid(`${at}.${name}`, "a value is wanted here, not an operator");
  return operand;
}

function parseNot(path: Path, operand: Value, at: string): Filter {
  if (!hasOperators(operand, at)) throw invalid(at, '$not wants operators, such as {"$not": {"$gt": 5}}');
  return negate(parseCondition(path, operand, at));
}

function parseAll(path: Path, operand: Value, at: string): Filter {
  if (!Array.isArray(operand)) throw invalid(at, "$all wants a list");
  if (operand.length === 0) return nothing;
  return all(
    operand.map((item, index) => {
      const place = `${at}[${index}]`;
      const isElements = isRecord(item) && Object.keys(item)[0] === "$elemMatch";
      if (isElements) return field(path, parseElements(item["$elemMatch"] as Value, place));
      return field(path, { kind: "in", values: [plain(item, place)] });
    }),
  );
}

function parsePattern({ operand, operators, at }: Operator): Test {
  const options = operators["$options"] ?? "";
  if (typeof operand !== "string") throw invalid(at, "$regex wants a string");
  if (typeof options !== "string") throw invalid(at, "$options wants a string");
  return { kind: "pattern", pattern: compilePattern(operand, options, at) };
}

function parseElements(operand: Value, at: string): Test {
  if (!isRecord(operand)) throw invalid(at, "$elemMatch wants an object");
  const first = Object.keys(operand)[0];
  const onValues = first?.startsWith("$") === true && !rootOperators.includes(first);
  const filter = onValues ? parseCondition([], operand, at) : parseFilter(operand, at);
  return { kind: "elements", objectsOnly: !onValues, filter };
}

function field(path: Path, test: Test): Filter {
  return { kind: "field", path, test };
}

function negate(part: Filter): Filter {
  return { kind: "not", part };
}

function all(parts: Filter[]): Filter {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return { kind: "all", parts: parts.flatMap((part) => (part.kind === "all" ? part.parts : [part])) };
}
