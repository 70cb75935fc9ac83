import { Aggregator } from "mingo/aggregator";
import { type Iterator, Lazy } from "mingo/lazy";
import * as stages from "mingo/operators/pipeline";
import * as projections from "mingo/operators/projection";
import type { Options } from "mingo/types";

import { invalid } from "../../kit/errors.ts";
import { compileFilter } from "./filter.ts";
import { isRecord, parsePath, valuesAt } from "./paths.ts";
import { tableOf } from "./mingo-options.ts";
import { compileSort } from "./sort.ts";

type Stage = (documents: Iterator, argument: unknown, options: Options) => Iterator;
type Projection = (document: unknown, argument: unknown, field: string, options: Options) => unknown;

/** Stages that reach other collections, past the access check, or that bring their own documents. */
export const foreignStages = new Set([
  "$lookup",
  "$unionWith",
  "$out",
  "$merge",
  "$graphLookup",
  "$documents",
]);

/** Stages that mean the same as in a query. */
const ownStages: Record<string, Stage> = {
  $match: (documents, argument) => documents.filter(compileFilter(argument, { at: "$match" }).matches),
  $sort: (documents, argument) => {
    const { compare } = compileSort(argument, { at: "$sort" });
    return documents.transform((all) => Lazy([...all].sort(compare)));
  },
  $facet: (documents, argument, options) =>
    documents.transform((all) => {
      const facets = Object.entries(isRecord(argument) ? argument : {}).map(([name, stages]) => {
        if (!Array.isArray(stages)) throw invalid(`$facet.${name}`, "wants a pipeline");
        return [name, new Aggregator(stages, options).run(all.map((item) => shallow(item)))];
      });
      return Lazy([Object.fromEntries(facets)]);
    }),
};

function shallow(item: unknown): Record<string, unknown> {
  return { ...(item as object) };
}

/** `$elemMatch` in a projection: the first element that matches. */
const ownProjections: Record<string, Projection> = {
  $elemMatch: (document, argument, field) => {
    const list = valuesAt(document, parsePath(field, field), false).find((value) => Array.isArray(value));
    const { matches } = compileFilter({ list: { $elemMatch: argument } }, { at: field });
    const found = Array.isArray(list) ? list.find((item) => matches({ list: [item] })) : undefined;
    return found === undefined ? undefined : [found];
  },
};

/** Every stage that may run. */
export const stageOperators = tableOf({ ...stages, ...ownStages }, (name) => !foreignStages.has(name));

/** The operators of projections. */
export const projectionOperators = tableOf({ ...projections, ...ownProjections }, () => true);
