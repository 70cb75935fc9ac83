import { compileExpression, secretArguments } from "./expression.ts";
import type { CallCommand, RunCommand } from "./history.ts";
import { isObject, type Json, type JsonObject, own, pointerKeys } from "./json.ts";

/** What whoever carries a command out may read. */
export interface Secrets {
  /**
   * What `$secrets` is: values by name. To be limited to those that the definition lists under `use.secrets`, for an
   * expression may make up a name as it runs.
   */
  readonly secrets: JsonObject;
  /** What `$authorization` is. */
  readonly authorization?: Json;
}

/**
 * The arguments of a command with the values of the expressions that read secrets. To be called where the command is
 * carried out; what comes out must not be recorded. Throws what the run would raise where an expression fails.
 */
export function reveal(command: CallCommand | RunCommand, given: Secrets, now: number): Json {
  const { sealed } = command;
  if (sealed === undefined) return command.arguments;
  const locals = Object.keys(sealed.variables);
  let revealed = command.arguments;
  for (const { pointer, expression } of sealed.places) {
    const value = compileExpression(expression, locals).evaluate(sealed.input, {
      now,
      value: (name) => {
        if (name === "authorization") return given.authorization ?? null;
        return secretArguments.includes(name) ? given.secrets : (own(sealed.variables, name) ?? null);
      },
    });
    revealed = replaced(revealed, pointerKeys(pointer), value);
  }
  return revealed;
}

/** A value with another one at a place in it; nothing that was given is changed. */
function replaced(whole: Json, keys: readonly string[], value: Json): Json {
  const [key, ...others] = keys;
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((one, at) => (String(at) === key ? replaced(one, others, value) : one));
  return isObject(whole) ? { ...whole, [key]: replaced(whole[key] ?? null, others, value) } : whole;
}

/** The names of the secrets that a command's expressions read, as far as they name them. */
export function secretsOf(command: CallCommand | RunCommand): string[] {
  const names = new Set<string>();
  for (const { expression } of command.sealed?.places ?? []) {
    for (const name of secretNames(expression)) names.add(name);
  }
  return [...names];
}

const named = /\$secrets\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_]*)|\.?\s*\[\s*"([^"\\]*)"\s*\]|\.\s*"([^"\\]*)")/g;

/** The secrets that an expression's text names, as in `$secrets.token` or `$secrets["api key"]`. */
export function secretNames(text: string): string[] {
  return [...text.matchAll(named)].map((found) => (found[1] ?? found[2] ?? found[3])!);
}
