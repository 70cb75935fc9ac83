import { type Schema, Validator } from "@cfworker/json-schema";
import { isObject } from "./fields.ts";
import type { JsonSchema } from "./manifest.ts";

const messagesMax = 5;

/** Says what is wrong with a value by a schema, in a line each; nothing where it fits. */
export type Check = (value: unknown) => string[];

/**
 * The check of a schema that a package brought. Patterns and formats are left to the package itself: one pattern of an
 * untrusted author could hold up the runner for ever.
 */
export function checkOf(schema: JsonSchema): Check {
  if (schema === true) return () => [];
  const validator = new Validator(withoutPatterns(schema) as Schema, "2020-12", false);
  return (value) => {
    const { valid, errors } = validator.validate(value);
    if (valid) return [];
    const lines = errors.map(({ instanceLocation, error }) => `${fieldOf(instanceLocation)}${error}`);
    // The innermost says most; those around it only say that something within is wrong.
    return [...new Set(lines.reverse())].slice(0, messagesMax);
  };
}

function fieldOf(location: string): string {
  const path = location.replace(/^#\/?/, "").replaceAll("/", ".");
  return path === "" ? "" : `${path}: `;
}

const leftOut = new Set(["pattern", "patternProperties", "format"]);
/** Below these stand names of the author's own, which may be called like a keyword. */
const holdingNames = new Set(["properties", "$defs", "definitions", "dependentSchemas"]);
const holdingValues = new Set(["const", "enum", "default", "examples"]);

function withoutPatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutPatterns);
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(([name]) => !leftOut.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (holdingValues.has(name)) return [name, value];
      if (!holdingNames.has(name) || !isObject(value)) return [name, withoutPatterns(value)];
      return [
        name,
        Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutPatterns(each)])),
      ];
    }),
  );
}
