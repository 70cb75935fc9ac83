import { invalid } from "../../kit/errors.ts";
import { join, type Sql } from "../../kit/sql.ts";
import { filterLimits, readInput } from "./input.ts";
import { isRecord, own, parsePath, sortKeys, type Path } from "./paths.ts";
import { highKey, idKey, isAfter, lowKey, orderTerm, wholeDocument } from "./sql-forms.ts";
import { compareText, compareValues, type Value } from "./values.ts";

export interface CompiledSort {
  /** What stands after `order by`; never empty, since `_id` comes last. */
  orderBy: Sql;
  exact: boolean;
  /** The same order in memory. */
  compare: (a: unknown, b: unknown) => number;
  /** Where a document stands in the order: what a cursor holds. */
  positionOf: (document: unknown) => string[];
  /** The condition for the documents beyond a position. */
  after: (position: readonly string[]) => Sql;
}

interface Term {
  path: Path;
  descending: boolean;
}

const termsMax = 32;

/** Compiles `{a: 1, b: -1}`, `[["a", -1]]`, `"a"`, `"-a"` or nothing at all. */
export function compileSort(input: unknown, options: { at?: string } = {}): CompiledSort {
  const { at = "sort" } = options;
  const terms = readTerms(input, at);
  if (terms.length > termsMax) throw invalid(at, `at most ${termsMax} fields`);
  const unique = terms.some(({ path }) => isId(path))
    ? terms
    : [...terms, { path: ["_id"], descending: false }];
  const keys = unique.map(({ path, descending }) => ({ key: keyTerm(path, descending), descending }));
  return {
    orderBy: join(
      keys.map(({ key, descending }) => orderTerm(key, descending)),
      ", ",
    ),
    exact: true,
    compare: (a, b) => compareBy(terms, a, b) || compareValues(own(a, "_id"), own(b, "_id")),
    positionOf: (document) =>
      unique.map(({ path, descending }) =>
        isId(path) ? String(own(document, "_id")) : extreme(document, path, descending),
      ),
    after: (position) => {
      if (position.length !== keys.length) throw invalid("cursor", "belongs to another sort");
      return isAfter(keys, position);
    },
  };
}

function keyTerm(path: Path, descending: boolean): Sql {
  if (isId(path)) return idKey();
  return descending ? highKey(wholeDocument, path) : lowKey(wholeDocument, path);
}

function isId(path: Path): boolean {
  return path.length === 1 && path[0] === "_id";
}

function compareBy(terms: readonly Term[], a: unknown, b: unknown): number {
  for (const { path, descending } of terms) {
    const order = compareText(extreme(a, path, descending), extreme(b, path, descending));
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** The least key of the values at a path, or the greatest when descending. */
function extreme(document: unknown, path: Path, descending: boolean): string {
  return sortKeys(document, path).reduce((best, key) => {
    const order = compareText(key, best);
    return (descending ? order > 0 : order < 0) ? key : best;
  });
}

function readTerms(input: unknown, at: string): Term[] {
  if (input === undefined || input === null || input === "") return [];
  const value = readInput(input, at, filterLimits);
  if (typeof value === "string") return [readWord(value, at)];
  if (Array.isArray(value)) return value.map((pair, index) => readPair(pair, `${at}[${index}]`));
  if (isRecord(value))
    return Object.entries(value).map(([name, order]) => readTerm(name, order, `${at}.${name}`));
  throw invalid(at, 'a sort is {"field": 1 or -1}, [["field", -1]] or "field"');
}

function readWord(word: string, at: string): Term {
  const descending = word.startsWith("-");
  return { path: parsePath(word.replace(/^[+-]/, ""), at), descending };
}

function readPair(pair: Value, at: string): Term {
  if (typeof pair === "string") return readWord(pair, at);
  const [name, order] = Array.isArray(pair) ? pair : [];
  if (typeof name !== "string" || order === undefined) throw invalid(at, 'wants ["field", 1 or -1]');
  return readTerm(name, order, at);
}

function readTerm(name: string, order: unknown, at: string): Term {
  const path = parsePath(name, at);
  if (order === 1 || order === "asc" || order === "ascending") return { path, descending: false };
  if (order === -1 || order === "desc" || order === "descending") return { path, descending: true };
  throw invalid(at, "the order is 1 or -1");
}
