import { sql, type Sql } from "../../kit/sql.ts";
import { parsePath, valuesAt } from "./paths.ts";
import { pathLiteral } from "./sql-forms.ts";
import { compareValues, keyOf, type Value } from "./values.ts";

export interface CompiledDistinct {
  /** A set-returning expression over `d`, of jsonb: the values of one document. Use it in `cross join lateral`. */
  values: Sql;
  /** The same for one document in memory. */
  of: (document: unknown) => unknown[];
}

/** The values a field takes: the elements where it is an array, nothing where it is missing. */
export function distinctValues(field: string, options: { at?: string } = {}): CompiledDistinct {
  const path = parsePath(field, options.at ?? "field");
  return {
    values: sql`(select case when jsonb_typeof(reached.value) = 'array' then element.value else reached.value end as value
      from unnest(query_language.values_at(d.document, ${pathLiteral(path)}, false)) reached (value)
      left join lateral jsonb_array_elements(
        case jsonb_typeof(reached.value) when 'array' then reached.value else '[]' end) element on true
      where reached.value is not null and reached.value <> '[]')`,
    of: (document) =>
      valuesAt(document, path, false).flatMap((value) => {
        if (value === undefined) return [];
        return Array.isArray(value) ? (value as unknown[]) : [value];
      }),
  };
}

/** Keeps the first of equal values; dates are equal when their instants are. Sorted by type and value. */
export class DistinctSet {
  readonly #byKey = new Map<string, Value[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: Value): void {
    const key = keyOf(value);
    const same = this.#byKey.get(key) ?? [];
    if (same.some((other) => compareValues(other, value) === 0)) return;
    this.#byKey.set(key, [...same, value]);
    this.#size += 1;
  }

  values(): Value[] {
    return [...this.#byKey.values()].flat().sort(compareValues);
  }
}
