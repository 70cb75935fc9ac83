import { isObject, type Json, own } from "./json.ts";
import { constantTemplate, type Template } from "./expression.ts";
import { Raised, standardError } from "./workflow-error.ts";

const variable = /\{(\+?)([A-Za-z_][A-Za-z0-9_.]*)\}/g;

/** The names between braces in a URI template. */
function uriVariables(text: string): string[] {
  return [...text.matchAll(variable)].map((found) => found[2]!);
}

/**
 * A URI template (RFC 6570: `{name}` and `{+name}`), filled from the members of the task's input, else of the context,
 * else of what the workflow was begun with. A name that none of them has a text, number or truth value for raises an
 * error that says so.
 */
export function uriTemplate(text: string): Template {
  if (uriVariables(text).length === 0) return constantTemplate(text);
  return {
    constant: undefined,
    evaluate: (input, surroundings) =>
      text.replaceAll(variable, (_, isReserved: string, name: string) => {
        const value =
          memberAt(input, name) ??
          memberAt(surroundings.value("context"), name) ??
          memberAt(own(surroundings.value("workflow"), "input") ?? null, name);
        if (value === undefined) {
          throw new Raised(standardError("expression", `${text}: the input has no \`${name}\``));
        }
        return isReserved === "+" ? encodeURI(value) : encodeURIComponent(value);
      }),
  };
}

function memberAt(value: Json, path: string): string | undefined {
  let part: Json | undefined = value;
  for (const key of path.split(".")) part = isObject(part) ? own(part, key) : undefined;
  const isPlain = typeof part === "string" || typeof part === "number" || typeof part === "boolean";
  return isPlain ? String(part) : undefined;
}
