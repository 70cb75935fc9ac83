import { invalid } from "../../kit/errors.ts";
import { join, type Sql, sql } from "../../kit/sql.ts";
import { parsePath, type Path, sortKeys } from "../query-language/paths.ts";
import { compileSort } from "../query-language/sort.ts";
import { highKey, lowKey, wholeDocument } from "../query-language/sql-forms.ts";
import { compareText } from "../query-language/values.ts";
import type { StoredDocument } from "./model.ts";

interface Term {
  path: Path;
  descending: boolean;
}

/** An order without ties, and places in it: pages go on from a place, whatever was inserted before it. */
export interface Keyset {
  orderBy: Sql;
  /** What lies behind a cursor. */
  after(cursor: string): Sql;
  /** The place of a stored document. */
  cursorOf(document: StoredDocument): string;
}

const cursorCharactersMax = 40_000;

/**
 * Compiles a sort for paging; ids settle ties, in the direction of the last field, so that one index serves the
 * order both ways. Fields known to hold no lists sort by one key in both directions.
 */
export function compileKeyset(sort: unknown, scalarFields: ReadonlySet<string>): Keyset {
  compileSort(sort);
  const named = readTerms(sort);
  const lastDescending = named.at(-1)?.descending ?? false;
  const isUnique = named.some(({ path }) => isId(path));
  const terms = isUnique ? named : [...named, { path: ["_id"], descending: lastDescending }];
  const keys = terms.map((term) => keyTerm(term, scalarFields));
  const signature = terms
    .map(({ path, descending }) => `${descending ? "-" : ""}${path.join(".")}`)
    .join(",");
  return {
    orderBy: join(
      terms.map(({ descending }, index) => (descending ? sql`${keys[index]} desc` : sql`${keys[index]} asc`)),
      ", ",
    ),
    after: (cursor) => afterPlace(terms, keys, readCursor(cursor, signature, terms.length)),
    cursorOf: (document) =>
      writeCursor(
        signature,
        terms.map((term) => keyOfTerm(term, document)),
      ),
  };
}

/** `compileSort` has checked it: `{a: 1, b: -1}`, `[["a", -1], "b"]`, `"a"`, `"-a"` or nothing. */
function readTerms(sort: unknown): Term[] {
  if (sort === undefined || sort === null || sort === "") return [];
  if (typeof sort === "string") return [readTerm(sort)];
  if (Array.isArray(sort)) return sort.map(readTerm);
  return Object.entries(sort).map(readTerm);
}

function readTerm(term: unknown): Term {
  if (typeof term === "string") {
    return { path: parsePath(term.replace(/^[+-]/, ""), "sort"), descending: term.startsWith("-") };
  }
  const [name, order] = term as [string, unknown];
  return { path: parsePath(name, "sort"), descending: order === -1 || String(order).startsWith("desc") };
}

function isId(path: Path): boolean {
  return path.length === 1 && path[0] === "_id";
}

function keyTerm({ path, descending }: Term, scalarFields: ReadonlySet<string>): Sql {
  if (isId(path)) return sql`d.id`;
  const isHigh = descending && !scalarFields.has(path.join("."));
  return isHigh ? highKey(wholeDocument, path) : lowKey(wholeDocument, path);
}

/** The key in memory; the same as SQL's by the contract of the query language. */
function keyOfTerm({ path, descending }: Term, document: StoredDocument): string {
  if (isId(path)) return document._id;
  return sortKeys(document, path).reduce((best, key) => {
    const order = compareText(key, best);
    return (descending ? order > 0 : order < 0) ? key : best;
  });
}

/** One comparison of rows where all go one way, for that is one range of an index; alternatives otherwise. */
function afterPlace(terms: readonly Term[], keys: readonly Sql[], values: readonly string[]): Sql {
  const descending = terms[0]!.descending;
  if (terms.every((term) => term.descending === descending)) {
    const places = values.map((value) => sql`${value}::text`);
    const row = sql`(${join(keys, ", ")})`;
    const place = sql`(${join(places, ", ")})`;
    return descending ? sql`${row} < ${place}` : sql`${row} > ${place}`;
  }
  const alternatives = terms.map((_term, index) => {
    const equal = keys.slice(0, index).map((key, before) => sql`${key} = ${values[before]}`);
    return join([...equal, beyond(terms[index]!, keys[index]!, values[index]!)], " and ");
  });
  return sql`(${join(alternatives, " or ")})`;
}

function beyond({ descending }: Term, key: Sql, value: string): Sql {
  return descending ? sql`${key} < ${value}` : sql`${key} > ${value}`;
}

function writeCursor(signature: string, keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([signature, ...keys])).toString("base64url");
}

function readCursor(cursor: string, signature: string, length: number): string[] {
  const [sort, ...keys] = parseCursor(cursor);
  if (sort !== signature || keys.length !== length) {
    throw invalid("cursor", "belongs to another sort: send the sort of the first page with it");
  }
  return keys;
}

function parseCursor(cursor: string): string[] {
  if (cursor.length > cursorCharactersMax) throw invalid("cursor", "is not a cursor of this list");
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(parsed) && parsed.every((part) => typeof part === "string" && !part.includes("\0"))) {
      return parsed as string[];
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw invalid("cursor", "is not a cursor of this list");
}
