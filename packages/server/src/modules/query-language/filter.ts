import type { Sql } from "../../kit/sql.ts";
import { compileCondition } from "./filter-sql.ts";
import { filterLimits, readInput } from "./input.ts";
import { compileMatch } from "./match.ts";
import { parseFilter } from "./parse-filter.ts";
import { wholeDocument } from "./sql-forms.ts";

export interface FilterOptions {
  /** What mistakes are named under; `filter` by default. */
  at?: string;
  /** Dotted paths that never meet an array: their conditions need no second look, so ranges are index ranges. */
  scalarFields?: ReadonlySet<string>;
}

export interface CompiledFilter {
  /** A boolean expression over `d`. Every match meets it. */
  where: Sql;
  /** Whether `where` alone decides. */
  exact: boolean;
  /** What decides otherwise. */
  matches: (document: unknown) => boolean;
  /** The operators that kept `where` from being exact. */
  reasons: string[];
}

/** System fields that hold no arrays by construction. */
const systemScalars = [
  "_id",
  "_type",
  "_version",
  "_created",
  "_createdby",
  "_createdbyid",
  "_modified",
  "_modifiedby",
];

/** Compiles a MongoDB filter; throws invalid_input, naming the place, for whatever is wrong with it. */
export function compileFilter(input: unknown, options: FilterOptions = {}): CompiledFilter {
  const { at = "filter", scalarFields = [] } = options;
  const filter = parseFilter(readInput(input, at, filterLimits), at);
  const knowledge = { scalarFields: new Set([...systemScalars, ...scalarFields]) };
  const { where, inexact } = compileCondition(filter, wholeDocument, knowledge);
  return {
    where,
    exact: inexact.length === 0,
    matches: compileMatch(filter),
    reasons: [...new Set(inexact)],
  };
}
