import { Aggregator } from "mingo/aggregator";

import { AppError } from "../../kit/errors.ts";
import { Budget } from "./budget.ts";
import { checkPipeline, readCount } from "./check-pipeline.ts";
import { toDates, toJson } from "./dates.ts";
import { runMingo } from "./expressions.ts";
import { compileFilter, type CompiledFilter, type FilterOptions } from "./filter.ts";
import { pipelineLimits, readInput } from "./input.ts";
import { mingoOptions } from "./mingo-options.ts";
import { projectionOperators, stageOperators } from "./own-stages.ts";
import { compileSort, type CompiledSort } from "./sort.ts";
import type { Value } from "./values.ts";

export interface PipelineLimits {
  /** Documents that may enter. */
  documentsMax: number;
  /** Documents that may come out. */
  resultsMax: number;
  stepsMax: number;
  durationMs: number;
}

export const defaultPipelineLimits: PipelineLimits = {
  documentsMax: 100_000,
  resultsMax: 10_000,
  stepsMax: 20_000_000,
  durationMs: 10_000,
};

/** What the store can do before mingo begins. */
export interface SplitPipeline {
  filter: CompiledFilter;
  /** The filter as it was sent, for `explain`. */
  match: Value;
  sort: CompiledSort | undefined;
  skip: number;
  limit: number | undefined;
  /** The name under which the pipeline wants only the number of documents. */
  countAs: string | undefined;
  /** What remains for `runPipeline`. */
  rest: Record<string, Value>[];
}

/**
 * Checks a pipeline and splits off its beginning: `$match`es, then `$sort`, `$skip` and `$limit` in this order,
 * then a last `$count`. `skip`, `limit` and `countAs` hold for the documents that `filter` truly matches.
 */
export function splitPipeline(input: unknown, options: FilterOptions = {}): SplitPipeline {
  const at = options.at ?? "pipeline";
  const rest = checkPipeline(readInput(input, at, pipelineLimits), at);
  const taken = (name: string): Value | undefined => {
    const first = rest[0];
    return first !== undefined && Object.hasOwn(first, name) ? rest.shift()?.[name] : undefined;
  };
  const matches: Value[] = [];
  for (let match = taken("$match"); match !== undefined; match = taken("$match")) matches.push(match);
  const match = matches.length === 0 ? {} : matches.length === 1 ? (matches[0] ?? {}) : { $and: matches };
  const sort = taken("$sort");
  const skip = taken("$skip");
  const limit = taken("$limit");
  const countAs = rest.length === 1 ? taken("$count") : undefined;
  return {
    filter: compileFilter(match, { ...options, at: `${at}.$match` }),
    match,
    sort: sort === undefined ? undefined : compileSort(sort, { at: `${at}.$sort` }),
    skip: skip === undefined ? 0 : readCount(skip, `${at}.$skip`),
    limit: limit === undefined ? undefined : readCount(limit, `${at}.$limit`),
    countAs: typeof countAs === "string" ? countAs : undefined,
    rest,
  };
}

/** Runs a pipeline over documents; throws too_large or timed_out at its limits. */
export async function runPipeline(
  input: unknown,
  documents: AsyncIterable<unknown> | Iterable<unknown>,
  options: { limits?: Partial<PipelineLimits>; at?: string } = {},
): Promise<Value[]> {
  const limits = { ...defaultPipelineLimits, ...options.limits };
  const at = options.at ?? "pipeline";
  const stages = checkPipeline(readInput(input, at, pipelineLimits), at);
  const entered = await collect(documents, limits.documentsMax);
  const budget = new Budget(limits);
  const pipeline = stages.map((stage) => toDates(stage) as Record<string, unknown>);
  const operators = { stages: stageOperators, projections: projectionOperators };
  return runMingo(at, () => {
    const output = new Aggregator(pipeline, mingoOptions(budget, operators)).stream(entered);
    const results: Value[] = [];
    for (let next = output.next(); !next.done; next = output.next()) {
      if (results.length >= limits.resultsMax) {
        throw tooMany(`More than ${limits.resultsMax} results; end the pipeline with $limit`);
      }
      results.push(toJson(next.value));
    }
    return results;
  });
}

async function collect(
  documents: AsyncIterable<unknown> | Iterable<unknown>,
  max: number,
): Promise<object[]> {
  const entered: object[] = [];
  for await (const document of documents) {
    if (entered.length >= max) {
      throw tooMany(`The pipeline would hold more than ${max} documents in memory; narrow it with $match`);
    }
    entered.push(toDates(document) as object);
  }
  return entered;
}

function tooMany(message: string): AppError {
  return new AppError("too_large", message);
}
