import type { Sql } from "../../kit/sql.ts";
import { parsePath, valuesAt } from "./paths.ts";
import { distinctAt, wholeDocument } from "./sql-forms.ts";
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
    values: distinctAt(wholeDocument, path),
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
