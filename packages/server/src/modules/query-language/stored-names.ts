import { invalid } from "../../kit/errors.ts";
import type { Value } from "./values.ts";

/** Stored values hold no operators: `{"$set": {"a": {"$inc": 1}}}` is a mistake. */
export function refuseOperators(value: Value, at: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (key.startsWith("$")) throw invalid(`${at}.${key}`, "a stored field name must not begin with $");
    refuseOperators(part, `${at}.${key}`);
  }
}
