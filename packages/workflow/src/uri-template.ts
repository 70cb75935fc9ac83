import { isObject, type Json, own } from "./json.ts";
import { constantTemplate, type Template } from "./expression.ts";
import { Raised, standardError } from "./workflow-error.ts";

const variable = /\{(\+?)([A-Za-z_][A-Za-z0-9_.]*)\}/g;

/** The names between braces in a URI template. */
export function uriVariables(text: string): string[] {
  return [...text.matchAll(variable)].map((found) => found[2]!);
}

/**
 * A URI template (RFC 6570: `{name}` and `{+name}`), filled from the members of the task's input. A name that the input
 * has no text, number or truth value for raises an error that says so.
 */
export function uriTemplate(text: string): Template {
  if (uriVariables(text).length === 0) return constantTemplate(text);
  return {
    constant: undefined,
    evaluate: (input) =>
      text.replaceAll(variable, (_, isReserved: string, name: string) => {
        const value = memberAt(input, name);
        if (value === undefined) {
          throw new Raised(standardError("expression", `${text}: the input has no \`${name}\``));
        }
        return isReserved === "+" ? encodeURI(value) : encodeURIComponent(value);
      }),
  };
}

function memberAt(input: Json, path: string): string | undefined {
  let value: Json | undefined = input;
  for (const key of path.split(".")) value = isObject(value) ? own(value, key) : undefined;
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain ? String(value) : undefined;
}
