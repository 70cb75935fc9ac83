import type { Path } from "./paths.ts";
import type { Pattern } from "./patterns.ts";
import type { Kind, Value } from "./values.ts";

/**
 * A filter, parsed. A field holds when any of the values its path reaches passes the test, which is why `not`
 * stands outside a field: `{a: {$ne: 1}}` means that none of the values is 1.
 */
export type Filter =
  | { kind: "all"; parts: Filter[] }
  | { kind: "any"; parts: Filter[] }
  | { kind: "not"; part: Filter }
  | { kind: "field"; path: Path; test: Test }
  | { kind: "computed"; operator: string; holds: (document: unknown) => boolean };

export type RangeOperator = "$gt" | "$gte" | "$lt" | "$lte";
export type BitsOperator = "$bitsAllSet" | "$bitsAllClear" | "$bitsAnySet" | "$bitsAnyClear";

export type Test =
  | { kind: "in"; values: Value[] }
  | { kind: "range"; operator: RangeOperator; value: Value }
  | { kind: "exists" }
  | { kind: "type"; types: TypeName[] }
  | { kind: "pattern"; pattern: Pattern }
  | { kind: "size"; size: number }
  | { kind: "remainder"; divisor: number; remainder: number }
  | { kind: "bits"; operator: BitsOperator; mask: bigint }
  | { kind: "elements"; objectsOnly: boolean; filter: Filter };

/** "integer" is a number without a fraction; JSON tells no more apart. */
export type TypeName = Kind | "integer";

export const nothing: Filter = { kind: "any", parts: [] };
export const everything: Filter = { kind: "all", parts: [] };
