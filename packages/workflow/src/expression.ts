import { compile, JqError, type Meter, parse as parseProgram } from "@millrace/jq";
import { isObject, type Json, type JsonObject, pointerTo } from "./json.ts";
import { isExpression } from "./shape.ts";
import { Raised, standardError } from "./workflow-error.ts";

/** The names that the standard gives to every expression, as in `$context`. */
export const expressionArguments = [
  "context",
  "input",
  "output",
  "secrets",
  "task",
  "workflow",
  "runtime",
  "authorization",
] as const;

/** What only whoever carries out a command may read. An expression that says it is not evaluated in a run's state. */
export const secretArguments: readonly string[] = ["secrets", "authorization"];

/** Where an expression finds the values of its variables, and the time that `now` is. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Counts the steps of all that is evaluated. */
  readonly meter?: Meter;
  value(name: string): Json;
}

/** A compiled runtime expression. */
export interface Expression {
  readonly text: string;
  /** The variables it uses, without `$`. */
  readonly names: readonly string[];
  /** Its first output; null where it has none. Raises an error of the standard's type `expression`. */
  evaluate(input: Json, surroundings: Surroundings): Json;
}

/** The program within `${ ... }`, or a bare one where the standard takes expressions only. */
export function programOf(text: string): { program: string; offset: number } {
  if (!isExpression(text)) return { program: text, offset: 0 };
  const offset = text.indexOf("${") + 2;
  return { program: text.slice(offset, text.lastIndexOf("}")), offset };
}

/** Compiles an expression that may use the standard's arguments and `locals`. Throws a `JqError` of kind `syntax`. */
export function compileExpression(text: string, locals: readonly string[]): Expression {
  const { program } = programOf(text);
  const known = [...expressionArguments, ...locals];
  const used = [...new Set(parseProgram(program).variables.map(({ name }) => name))];
  const names = used.filter((name) => known.includes(name));
  const compiled = compile(program, { variables: names });
  return {
    text,
    names,
    evaluate: (input, surroundings) => {
      try {
        const { meter } = surroundings;
        const now = surroundings.now / 1000;
        if (names.length === 0) return compiled.first(input, { now, meter }) ?? null;
        const variables: JsonObject = {};
        for (const name of names) variables[name] = surroundings.value(name);
        return compiled.first(input, { variables, now, meter }) ?? null;
      } catch (error) {
        if (error instanceof JqError) throw new Raised(standardError("expression", told(text, error)));
        throw error;
      }
    },
  };
}

const shownMax = 120;

function told(text: string, error: JqError): string {
  const shown = text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
  return `${shown}: ${error.message}`;
}

/** Whether an expression reads what must not enter a run's state. */
export function readsSecrets(expression: Expression): boolean {
  return expression.names.some((name) => secretArguments.includes(name));
}

/** An expression that stands in a command unevaluated, because it reads secrets. */
export interface SecretPlace {
  /** The JSON Pointer within the command's arguments where its value goes. */
  readonly pointer: string;
  readonly expression: string;
}

/** What of a template was left for whoever carries the command out. */
export interface SecretPlaces {
  readonly places: SecretPlace[];
  readonly names: Set<string>;
}

/** JSON with expressions in it. */
export interface Template {
  /** The value of a template that has no expression. */
  readonly constant: Json | undefined;
  /** Its value; expressions that read secrets leave null in their place and are noted in `secrets`. */
  evaluate(input: Json, surroundings: Surroundings, secrets?: SecretPlaces): Json;
}

/** How the text at a JSON Pointer of a template is read. */
export type TextReader = (text: string, pointer: string) => Template;

const isDeep = (value: Json): value is Json[] | JsonObject => typeof value === "object" && value !== null;

/** Compiles JSON whose texts may be expressions; `read` says what a text means. */
export function compileTemplate(value: Json, read: TextReader, pointer = ""): Template {
  if (typeof value === "string") return read(value, pointer);
  if (!isDeep(value)) return constantTemplate(value);
  const keys = Object.keys(value);
  const parts = keys.map((key) => {
    const part = Array.isArray(value) ? value[Number(key)]! : value[key]!;
    return compileTemplate(part, read, pointerTo(pointer, key));
  });
  if (parts.every(({ constant }) => constant !== undefined)) return constantTemplate(value);
  if (Array.isArray(value)) {
    return {
      constant: undefined,
      evaluate: (input, surroundings, secrets) =>
        parts.map((part) => part.evaluate(input, surroundings, secrets)),
    };
  }
  return {
    constant: undefined,
    evaluate: (input, surroundings, secrets) => {
      const made: JsonObject = {};
      for (let i = 0; i < keys.length; i += 1) {
        made[keys[i]!] = parts[i]!.evaluate(input, surroundings, secrets);
      }
      return made;
    },
  };
}

export function constantTemplate(value: Json): Template {
  return { constant: value, evaluate: () => value };
}

/** A text of a template: an expression where it is written as `${ ... }`, else itself. */
export function readText(locals: readonly string[]): TextReader {
  return (text, pointer) =>
    isExpression(text)
      ? expressionTemplate(compileExpression(text, locals), pointer)
      : constantTemplate(text);
}

export function expressionTemplate(expression: Expression, pointer: string): Template {
  if (!readsSecrets(expression)) return { constant: undefined, evaluate: expression.evaluate };
  return {
    constant: undefined,
    evaluate: (_input, _surroundings, secrets) => {
      if (secrets === undefined) {
        throw new Error(
          `${expression.text} reads secrets where none are kept apart; the compiler refuses that`,
        );
      }
      secrets.places.push({ pointer, expression: expression.text });
      for (const name of expression.names) if (!secretArguments.includes(name)) secrets.names.add(name);
      return null;
    },
  };
}

/** The texts of a template with their pointers. */
export function* textsOf(value: Json, pointer = ""): Generator<{ text: string; pointer: string }> {
  if (typeof value === "string") yield { text: value, pointer };
  else if (Array.isArray(value) || isObject(value)) {
    for (const key of Object.keys(value)) {
      const part = Array.isArray(value) ? value[Number(key)]! : value[key]!;
      yield* textsOf(part, pointerTo(pointer, key));
    }
  }
}
