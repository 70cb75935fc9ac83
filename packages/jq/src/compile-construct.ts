import { type Code, collect, constantCode, directCode, type Env, mapAll, mapCode } from "./code.ts";
import type { Compile } from "./compile-shape.ts";
import { syntaxError } from "./errors.ts";
import { fail } from "./failure.ts";
import { type Format, formats } from "./formats.ts";
import type { Scope } from "./scope.ts";
import type { NodeOf } from "./syntax.ts";
import { emptyObject, type Json, type JsonObject } from "./value.ts";

/** `[body]`. */
export function array(node: NodeOf<"array">, scope: Scope, compile: Compile): Code {
  if (node.body === null) return directCode(() => []);
  const body = compile(node.body, scope);
  const { direct } = body;
  if (direct === null) return directCode((input, env) => collect(body, input, env));
  return directCode((input, env) => {
    const value = direct(input, env);
    return value === undefined ? [] : [value];
  });
}

/** `{key: value, ...}`: one object for every combination, the first key in the outermost loop. */
export function object(node: NodeOf<"object">, scope: Scope, compile: Compile): Code {
  const entries = node.entries.map(({ key, value }) => ({
    key: compile(key, scope),
    value: compile(value, scope),
  }));
  const fixed = entries.map(({ key, value }) => ({ key: key.constant, direct: value.direct }));
  if (fixed.every(({ key, direct }) => typeof key === "string" && direct !== null)) {
    const keys = fixed.map(({ key }) => key as string);
    const values = fixed.map(({ direct }) => direct!);
    return directCode((input, env) => {
      const made = emptyObject();
      for (let at = 0; at < keys.length; at += 1) {
        const value = values[at]!(input, env);
        if (value === undefined) return undefined;
        made[keys[at]!] = value;
      }
      env.run.built += 1;
      return made;
    });
  }
  const codes = entries.flatMap(({ key, value }) => [key, value]);
  return mapAll(codes, (parts, _input, env) => objectOf(parts, env));
}

function objectOf(parts: readonly Json[], env: Env): JsonObject {
  const made = emptyObject();
  for (let at = 0; at < parts.length; at += 2) {
    const key = parts[at]!;
    if (typeof key !== "string") return fail("Object keys must be strings");
    made[key] = parts[at + 1]!;
  }
  env.run.built += 1;
  return made;
}

function formatNamed(name: string, scope: Scope, position: number): Format {
  const found = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (found === undefined) throw syntaxError(scope.source.text, position, `${name} is not a valid format`);
  return found;
}

/** `@name` of the input. */
export function format(name: string, scope: Scope, position: number): Code {
  const apply = formatNamed(name, scope, position);
  return directCode((input, env) => apply(input, env.run));
}

/** `"text \(body) text"`, each interpolated value through the format. As in jq, the last one is the outermost loop. */
export function text(node: NodeOf<"text">, scope: Scope, compile: Compile): Code {
  const apply = formatNamed(node.format ?? "text", scope, node.start);
  const codes = node.parts.map((part) =>
    typeof part === "string"
      ? constantCode(part)
      : mapCode(compile(part, scope), (value, _input, env) => apply(value, env.run)),
  );
  return mapAll(codes.toReversed(), (parts, _input, env) => {
    let made = "";
    for (let at = parts.length - 1; at >= 0; at -= 1) made += parts[at] as string;
    env.run.allow(made.length);
    return made;
  });
}
