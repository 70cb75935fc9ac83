import { textOfDate } from "./dates.ts";
import type { Filter, Test, TypeName } from "./filter-model.ts";
import { isRecord, valuesAt } from "./paths.ts";
import { compareValues, equalValues, keyOf, kindOf } from "./values.ts";

export type Predicate = (document: unknown) => boolean;

/** The filter as a predicate in memory: what decides where SQL cannot. */
export function compileMatch(filter: Filter): Predicate {
  switch (filter.kind) {
    case "all": {
      const parts = filter.parts.map(compileMatch);
      return (document) => parts.every((part) => part(document));
    }
    case "any": {
      const parts = filter.parts.map(compileMatch);
      return (document) => parts.some((part) => part(document));
    }
    case "not": {
      const part = compileMatch(filter.part);
      return (document) => !part(document);
    }
    case "computed":
      return filter.holds;
    case "field": {
      const { path, test } = filter;
      const passes = compileTest(test);
      const expand = test.kind !== "size" && test.kind !== "elements";
      return (document) => valuesAt(document, path, expand).some(passes);
    }
  }
}

function compileTest(test: Test): Predicate {
  switch (test.kind) {
    case "in":
      return compileIn(test.values);
    case "range":
      return compileRange(test);
    case "exists":
      return (value) => value !== undefined;
    case "type":
      return (value) => value !== undefined && test.types.some((type) => isOfType(value, type));
    case "pattern":
      return (value) => {
        const text = value instanceof Date ? textOfDate(value) : value;
        return typeof text === "string" && test.pattern.test(text);
      };
    case "size":
      return (value) => Array.isArray(value) && value.length === test.size;
    case "remainder":
      return (value) =>
        typeof value === "number" &&
        Math.abs(value) <= Number.MAX_SAFE_INTEGER &&
        (Math.trunc(value) % test.divisor || 0) === test.remainder;
    case "bits":
      return compileBits(test);
    case "elements": {
      const matches = compileMatch(test.filter);
      const fits: Predicate = test.objectsOnly ? (item) => isRecord(item) && matches(item) : matches;
      return (value) => Array.isArray(value) && value.some(fits);
    }
  }
}

/** Scalars are found by their key in a set; keys of containers and of long strings only narrow. */
function compileIn(values: readonly unknown[]): Predicate {
  const byKey = new Map<string, unknown[]>();
  for (const value of values) {
    const key = keyOf(value);
    byKey.set(key, [...(byKey.get(key) ?? []), value]);
  }
  return (value) => byKey.get(keyOf(value))?.some((wanted) => equalValues(value, wanted)) ?? false;
}

function compileRange({ operator, value: bound }: Test & { kind: "range" }): Predicate {
  const kind = kindOf(bound);
  return (value) => {
    if (value === undefined || kindOf(value) !== kind) return false;
    const order = compareValues(value, bound);
    switch (operator) {
      case "$gt":
        return order > 0;
      case "$gte":
        return order >= 0;
      case "$lt":
        return order < 0;
      case "$lte":
        return order <= 0;
    }
  };
}

function isOfType(value: unknown, type: TypeName): boolean {
  return type === "integer" ? Number.isInteger(value) : kindOf(value) === type;
}

function compileBits({ operator, mask }: Test & { kind: "bits" }): Predicate {
  return (value) => {
    if (!Number.isSafeInteger(value)) return false;
    const set = BigInt(Number(value)) & mask;
    switch (operator) {
      case "$bitsAllSet":
        return set === mask;
      case "$bitsAllClear":
        return set === 0n;
      case "$bitsAnySet":
        return set !== 0n;
      case "$bitsAnyClear":
        return set !== mask;
    }
  };
}
