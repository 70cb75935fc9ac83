import { Context, ProcessingMode } from "mingo/core";
import type { Iterator as Lazy } from "mingo/lazy";
import * as accumulators from "mingo/operators/accumulator";
import * as expressions from "mingo/operators/expression";
import * as projections from "mingo/operators/projection";
import * as windows from "mingo/operators/window";
import type { Options } from "mingo/types";

import type { Budget } from "./budget.ts";
import { ownExpressions } from "./own-expressions.ts";

/** An operator as mingo calls it; what it is called with depends on its kind. */
export type Operator = (...parameters: never[]) => unknown;

const codeOperators = new Set(["$function", "$accumulator"]);

/** Every operator that may stand inside a stage. */
export const expressionNames = new Set(
  [accumulators, expressions, projections, windows, ownExpressions]
    .flatMap((operators) => Object.keys(operators))
    .filter((name) => name.startsWith("$") && !codeOperators.has(name)),
);

/** What mingo runs with: no code, and every step on the budget. Stages and projections come from who needs them. */
export function mingoOptions(
  budget: Budget,
  more: { stages?: Record<string, Operator>; projections?: Record<string, Operator> } = {},
): Options {
  const calls = tableOf({ ...expressions, ...ownExpressions }, (name) => expressionNames.has(name));
  const operators: object = {
    accumulator: tableOf(accumulators, (name) => !codeOperators.has(name)),
    expression: wrap(calls, (operator) => countedCall(operator, budget)),
    pipeline: wrap(more.stages ?? {}, (operator) => countedStage(operator, budget)),
    projection: more.projections ?? {},
    window: tableOf(windows, () => true),
  };
  return {
    // mingo's type lists each operator; ours is a table of them.
    context: Context.init(operators),
    idKey: "_id",
    scriptEnabled: false,
    useStrictMode: true,
    failOnError: true,
    processingMode: ProcessingMode.CLONE_OFF,
  };
}

/** The operators of a module of mingo's, without what else a module has. */
export function tableOf(operators: object, isWanted: (name: string) => boolean): Record<string, Operator> {
  const entries = Object.entries(operators).filter(([name]) => name.startsWith("$") && isWanted(name));
  return Object.fromEntries(entries);
}

function wrap(
  operators: Record<string, Operator>,
  change: (operator: Operator) => Operator,
): Record<string, Operator> {
  return Object.fromEntries(Object.entries(operators).map(([name, operator]) => [name, change(operator)]));
}

function countedCall(operator: Operator, budget: Budget): Operator {
  return (...parameters) => {
    budget.spend();
    return operator(...parameters);
  };
}

function countedStage(operator: Operator, budget: Budget): Operator {
  return (...parameters) => {
    const output = operator(...parameters) as Lazy;
    return output.map((document) => {
      budget.spend();
      return document;
    });
  };
}
