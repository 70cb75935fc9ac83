import { invalid } from "../../kit/errors.ts";
import { checkExpression } from "./check-expression.ts";
import { compileFilter } from "./filter.ts";
import { unknownOperator } from "./operators.ts";
import { foreignStages, stageOperators } from "./own-stages.ts";
import { isRecord } from "./paths.ts";
import { compileSort } from "./sort.ts";
import type { Value } from "./values.ts";

const stagesMax = 100;

/** Checks a whole pipeline before anything runs. `at` names the place of every mistake. */
export function checkPipeline(pipeline: Value, at: string): Record<string, Value>[] {
  if (!Array.isArray(pipeline)) throw invalid(at, "a pipeline is a list of stages");
  if (pipeline.length > stagesMax) throw invalid(at, `a pipeline has at most ${stagesMax} stages`);
  return pipeline.map((stage, index) => checkStage(stage, `${at}[${index}]`));
}

function checkStage(stage: Value, at: string): Record<string, Value> {
  const [name, ...others] = isRecord(stage) ? Object.keys(stage) : [];
  if (!isRecord(stage) || name === undefined || others.length > 0) {
    throw invalid(at, 'a stage is an object with one operator, such as {"$match": {}}');
  }
  const place = `${at}.${name}`;
  if (foreignStages.has(name)) {
    throw invalid(place, `${name} is refused for now: it reaches documents past the access check`);
  }
  if (!Object.hasOwn(stageOperators, name)) throw unknownOperator(name, Object.keys(stageOperators), place);
  checkArgument(name, stage[name] as Value, place);
  return stage;
}

function checkArgument(name: string, argument: Value, at: string): void {
  if (name === "$match") compileFilter(argument, { at });
  else if (name === "$sort") compileSort(argument, { at });
  else if (name === "$limit" || name === "$skip") readCount(argument, at);
  else if (name === "$facet" && isRecord(argument)) {
    for (const [facet, stages] of Object.entries(argument)) checkPipeline(stages, `${at}.${facet}`);
  } else checkExpression(argument, at);
}

/** The number behind `$limit` or `$skip`. */
export function readCount(argument: Value, at: string): number {
  if (!Number.isSafeInteger(argument) || Number(argument) < 0)
    throw invalid(at, "must be a whole number from 0");
  return Number(argument);
}
