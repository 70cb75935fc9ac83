import { invalid } from "../../kit/errors.ts";
import { expressionNames } from "./mingo-options.ts";
import { unknownOperator } from "./operators.ts";
import type { Value } from "./values.ts";

const prototypeNames = /(^|\.)(__proto__|constructor|prototype)(\.|$)/;

/** Refuses operators that do not exist and paths that could reach a prototype. */
export function checkExpression(expression: Value, at: string): void {
  if (
    typeof expression === "string" &&
    expression.startsWith("$") &&
    prototypeNames.test(expression.slice(1))
  ) {
    throw invalid(at, `"${expression}" is not a field name`);
  }
  if (typeof expression !== "object" || expression === null) return;
  if (Array.isArray(expression)) {
    for (const [index, part] of expression.entries()) checkExpression(part, `${at}[${index}]`);
    return;
  }
  for (const [key, part] of Object.entries(expression)) {
    if (key.startsWith("$") && !expressionNames.has(key))
      throw unknownOperator(key, expressionNames, `${at}.${key}`);
    if (prototypeNames.test(key)) throw invalid(`${at}.${key}`, `"${key}" is not a field name here`);
    if (key !== "$literal") checkExpression(part, `${at}.${key}`);
  }
}
