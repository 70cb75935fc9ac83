import { evalExpr } from "mingo/core";

import { AppError, invalid } from "../../kit/errors.ts";
import { Budget } from "./budget.ts";
import { checkExpression } from "./check-expression.ts";
import { toDates } from "./dates.ts";
import { mingoOptions } from "./mingo-options.ts";
import type { Value } from "./values.ts";

const limits = { stepsMax: 100_000, durationMs: 250 };

/** `$expr`: an aggregation expression as a condition, evaluated by mingo with dates as Dates. */
export function computeExpression(operand: Value, at: string): (document: unknown) => boolean {
  checkExpression(operand, at);
  const expression = toDates(operand);
  const budget = new Budget(limits);
  const options = mingoOptions(budget);
  return (document) => {
    budget.start();
    const value = runMingo(at, () => evalExpr(toDates(document), expression, options));
    return value !== undefined && value !== null && value !== false && value !== 0;
  };
}

/** Runs mingo; what it throws is the caller's mistake, said as such. */
export function runMingo<Result>(at: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(at, `cannot be evaluated: ${reason}`);
  }
}
