import { invalid } from "../../kit/errors.ts";
import { parsePath } from "./paths.ts";
import { pathText } from "./sql-forms.ts";

/** SQL text over the columns of the documents table (no alias), to be put into index definitions. */
export interface IndexExpressions {
  /** Serves filters on the field, and its ascending sort: `(${low} collate "C")` is included. */
  low: string;
  /** Serves its descending sort. */
  high: string;
  /** Predicate of a second, partial index `(low, high) where spread`: the documents with arrays at the field. */
  spread: string;
}

/**
 * The expressions that compiled filters and sorts look for:
 * `create index on documents (low)` for filters and ascending sorts, `create index on documents (high)` for
 * descending ones, `create index on documents (low, high) where spread` for documents with arrays there.
 */
export function indexExpressions(
  field: string,
  options: { at?: string; columnName?: string } = {},
): IndexExpressions {
  const { at = "field", columnName = "document" } = options;
  if (!/^[a-z_]+$/.test(columnName)) throw invalid(at, "not a column");
  const path = pathText(parsePath(field, at));
  return {
    low: `(query_language.low_key(${columnName}, ${path}) collate "C")`,
    high: `(query_language.high_key(${columnName}, ${path}) collate "C")`,
    spread: `query_language.spread(${columnName}, ${path})`,
  };
}
