import { join, sql, type Sql } from "../../kit/sql.ts";
import type { Path } from "./paths.ts";
import { compareText, keyBracket } from "./values.ts";

/** Where a condition looks: a jsonb expression, and whether the columns of `d` belong to it. */
export interface Subject {
  value: Sql;
  isDocument: boolean;
}

export const wholeDocument: Subject = { value: sql`d.document`, isDocument: true };
export const element: Subject = { value: sql`element.value`, isDocument: false };

export const always = sql`true`;
export const never = sql`false`;

/** What a key must be: one of a list, or between two. */
export type KeyCondition = { kind: "of"; keys: string[] } | KeyRange;

export interface KeyRange {
  kind: "between";
  low: string;
  lowIsOpen: boolean;
  high: string;
  highIsOpen: boolean;
}

/**
 * A path as a literal, since an expression index is found only by an equal expression.
 * The one place where a caller's text becomes SQL text; everything else is a bound value.
 */
export function pathLiteral(path: Path): Sql {
  return raw(pathText(path));
}

/** The text of `pathLiteral`, for index definitions. */
export function pathText(path: Path): string {
  return path.length === 0 ? "'{}'::text[]" : `array[${path.map(quote).join(", ")}]::text[]`;
}

/** A string constant that means the same whatever `standard_conforming_strings` says. */
function quote(text: string): string {
  if (text.includes("\0")) throw new Error("NUL cannot stand in SQL; the input check lets none through");
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}

function raw(text: string): Sql {
  return { strings: [text], values: [], name: undefined };
}

export function lowKey(subject: Subject, path: Path): Sql {
  return sql`query_language.low_key(${subject.value}, ${pathLiteral(path)}) collate "C"`;
}

export function highKey(subject: Subject, path: Path): Sql {
  return sql`query_language.high_key(${subject.value}, ${pathLiteral(path)}) collate "C"`;
}

function spread(subject: Subject, path: Path): Sql {
  return sql`query_language.spread(${subject.value}, ${pathLiteral(path)})`;
}

/** Every condition met by one value: the form for paths that meet no array. */
export function scalarMeets(subject: Subject, path: Path, conditions: readonly KeyCondition[]): Sql {
  const key = lowKey(subject, path);
  return and(conditions.map((condition) => keyMeets(key, condition)));
}

/**
 * Every condition met by some value at the path. A document without arrays there is decided by its low key, on
 * which a btree index can stand; the others by all their keys, after a look at the lowest and the highest.
 */
export function someMeets(subject: Subject, path: Path, conditions: readonly KeyCondition[]): Sql {
  const many = conditions.flatMap((condition) => [
    bounds(subject, path, condition),
    anyKey(subject, path, condition),
  ]);
  const scalar = scalarMeets(subject, path, conditions);
  const isSpread = spread(subject, path);
  return sql`((${scalar} and not ${isSpread}) or (${isSpread} and ${and(many)}))`;
}

function keyMeets(key: Sql, condition: KeyCondition): Sql {
  if (condition.kind === "of") {
    return condition.keys.length === 1
      ? sql`${key} = ${condition.keys[0]}`
      : sql`${key} = any(${condition.keys}::text[])`;
  }
  const above = condition.lowIsOpen ? sql`${key} > ${condition.low}` : sql`${key} >= ${condition.low}`;
  const below = condition.highIsOpen ? sql`${key} < ${condition.high}` : sql`${key} <= ${condition.high}`;
  return sql`${above} and ${below}`;
}

function anyKey(subject: Subject, path: Path, condition: KeyCondition): Sql {
  const place = pathLiteral(path);
  if (condition.kind === "of") {
    return sql`query_language.any_key_of(${subject.value}, ${place}, ${condition.keys}::text[])`;
  }
  const { low, lowIsOpen, high, highIsOpen } = condition;
  return sql`query_language.any_key_between(${subject.value}, ${place},
    ${low}, ${lowIsOpen}::boolean, ${high}, ${highIsOpen}::boolean)`;
}

/** What the sort keys of a document must straddle if any of its values is to meet the condition. */
function bounds(subject: Subject, path: Path, condition: KeyCondition): Sql {
  const [low, high] = condition.kind === "of" ? extremes(condition.keys) : [condition.low, condition.high];
  // Arrays themselves have no sort key: only their elements do.
  if (low === keyBracket("array").from) return always;
  return sql`${lowKey(subject, path)} <= ${high} and ${highKey(subject, path)} >= ${low}`;
}

function extremes(keys: readonly string[]): [string, string] {
  const sorted = [...keys].sort(compareText);
  return [sorted[0] ?? "", sorted.at(-1) ?? ""];
}

/** Some value at the path passes a condition on `reached.value`. */
export function someValue(subject: Subject, path: Path, options: { expand: boolean; condition: Sql }): Sql {
  const { expand, condition } = options;
  return sql`exists (
    select from unnest(
      query_language.values_at(${subject.value}, ${pathLiteral(path)}, ${expand}::boolean)) reached (value)
    where ${condition})`;
}

export const isThere = sql`reached.value is not null`;

export function hasSize(size: number): Sql {
  return sql`case when jsonb_typeof(reached.value) = 'array' then jsonb_array_length(reached.value) = ${size}::int
    else false end`;
}

export function hasPattern(pattern: string): Sql {
  return sql`jsonb_typeof(reached.value) = 'string' and (reached.value #>> '{}') collate "C" ~ ${pattern}`;
}

export function hasRemainder(divisor: number, remainder: number): Sql {
  return sql`case when jsonb_typeof(reached.value) = 'number'
    then abs(reached.value::numeric) <= 9007199254740991
      and trunc(reached.value::numeric) % ${divisor}::numeric = ${remainder}::numeric
    else false end`;
}

/** Equality with an object or array; fields in any order. */
export function isEqualTo(value: unknown): Sql {
  return sql`reached.value = ${JSON.stringify(value)}::jsonb`;
}

/** Some element of an array at the path passes a condition on `element.value`. */
export function someElement(subject: Subject, path: Path, condition: Sql): Sql {
  return sql`exists (
    select from unnest(query_language.values_at(${subject.value}, ${pathLiteral(path)}, false)) reached (value),
      jsonb_array_elements(case jsonb_typeof(reached.value) when 'array' then reached.value else '[]' end) element
    where ${condition})`;
}

export const elementIsObject = sql`jsonb_typeof(element.value) = 'object'`;

/** A cheap condition that every match of an equality meets, and that a GIN index on the document can serve. */
export function contains(subject: Subject, shapes: readonly unknown[]): Sql {
  const parts = shapes.map((shape) => sql`${subject.value} @> ${JSON.stringify(shape)}::jsonb`);
  return sql`(${join(parts, " or ")})`;
}

/** A system field with a column of its own. */
export function column(field: "_id" | "_type"): Sql {
  return field === "_id" ? sql`d.id` : sql`d.type`;
}

export function columnIsOneOf(name: Sql, values: readonly string[]): Sql {
  return values.length === 1 ? sql`${name} = ${values[0]}` : sql`${name} = any(${values}::text[])`;
}

export function columnCompares(name: Sql, operator: "$gt" | "$gte" | "$lt" | "$lte", value: string): Sql {
  const key = sql`${name} collate "C"`;
  switch (operator) {
    case "$gt":
      return sql`${key} > ${value}`;
    case "$gte":
      return sql`${key} >= ${value}`;
    case "$lt":
      return sql`${key} < ${value}`;
    case "$lte":
      return sql`${key} <= ${value}`;
  }
}

/** What `_id` sorts by: the column, as plain text. */
export function idKey(): Sql {
  return sql`${column("_id")} collate "C"`;
}

export function orderTerm(key: Sql, descending: boolean): Sql {
  return descending ? sql`${key} desc` : sql`${key} asc`;
}

/** Rows that come after `values` in the order of the terms. The first part alone can bound an index scan. */
export function isAfter(terms: readonly { key: Sql; descending: boolean }[], values: readonly string[]): Sql {
  const [term, ...others] = terms;
  if (term === undefined) return never;
  const { key, descending } = term;
  const value = values[0] ?? "";
  const beyond = descending ? sql`${key} < ${value}` : sql`${key} > ${value}`;
  if (others.length === 0) return beyond;
  const notBefore = descending ? sql`${key} <= ${value}` : sql`${key} >= ${value}`;
  return sql`(${notBefore} and (${beyond} or ${isAfter(others, values.slice(1))}))`;
}

/** The values of one document at a path, elements one by one; a set, for `cross join lateral`. */
export function distinctAt(subject: Subject, path: Path): Sql {
  return sql`(
    select case when jsonb_typeof(reached.value) = 'array' then element.value else reached.value end as value
    from unnest(query_language.values_at(${subject.value}, ${pathLiteral(path)}, false)) reached (value)
    left join lateral jsonb_array_elements(
      case jsonb_typeof(reached.value) when 'array' then reached.value else '[]' end) element on true
    where reached.value is not null and reached.value <> '[]')`;
}

export function and(parts: readonly Sql[]): Sql {
  const needed = parts.filter((part) => part !== always);
  if (needed.includes(never)) return never;
  if (needed.length === 0) return always;
  return needed.length === 1 ? (needed[0] ?? always) : sql`(${join(needed, " and ")})`;
}

export function or(parts: readonly Sql[]): Sql {
  const needed = parts.filter((part) => part !== never);
  if (needed.includes(always)) return always;
  if (needed.length === 0) return never;
  return needed.length === 1 ? (needed[0] ?? never) : sql`(${join(needed, " or ")})`;
}

export function not(part: Sql): Sql {
  if (part === always) return never;
  return part === never ? always : sql`not (${part})`;
}
