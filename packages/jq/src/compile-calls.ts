import {
  ancestor,
  type Closure,
  type Code,
  directCode,
  type Env,
  extend,
  manyCode,
  type Paths,
} from "./code.ts";
import type { Compile } from "./compile-shape.ts";
import { syntaxError } from "./errors.ts";
import type { Entry, FunctionEntry, Scope, Variant } from "./scope.ts";
import type { NodeOf } from "./syntax.ts";

export function define(node: NodeOf<"define">, scope: Scope, compile: Compile): Code {
  return compile(node.body, scope.withFunction(node.definition));
}

/** A call of a parameter, of a function of the program, or of one that the language has. */
export function call(node: NodeOf<"call">, scope: Scope, compile: Compile): Code {
  const { name } = node;
  const entry = scope.function(name, node.arguments.length);
  if (entry?.kind === "parameter") return callParameter(entry, scope);
  const args = node.arguments.map((argument) => compile(argument, scope));
  const found = entry ?? scope.source.find(name, args);
  if (found === null) {
    throw syntaxError(scope.source.text, node.start, `${name}/${args.length} is not defined`);
  }
  return "each" in found ? found : callFunction(found, args, scope, compile);
}

function callParameter(entry: Extract<Entry, { kind: "parameter" }>, scope: Scope): Code {
  const distance = scope.level - entry.level;
  const parameter = (env: Env) => ancestor(env, distance).value as Closure;
  const paths: Paths = (input, path, env, emit) => {
    const { code, env: inner } = parameter(env);
    return code.paths(input, path, inner, emit);
  };
  if (entry.isDirect) {
    const code = directCode((input, env) => {
      const { code: body, env: inner } = parameter(env);
      return body.direct!(input, inner);
    }, paths);
    return { ...code, parameter };
  }
  const code = manyCode((input, env, emit) => {
    const { code: body, env: inner } = parameter(env);
    return body.each(input, inner, emit);
  }, paths);
  return { ...code, parameter };
}

/** Beyond this many wrong guesses about functions inside functions, nothing is guessed any more. */
const repeatsMax = 100;

function callFunction(entry: FunctionEntry, args: readonly Code[], scope: Scope, compile: Compile): Code {
  const variant = variantOf(entry, args, scope, compile);
  const isInside = variant.code === null;
  if (isInside) variant.callsItself = true;
  const distance = scope.level - entry.level;
  const bindArguments = (env: Env): Env => {
    let inner = ancestor(env, distance);
    for (const code of args) inner = extend(inner, closureOf(code, env));
    return inner;
  };
  if (isInside) return callItself(variant, bindArguments);
  const { direct, each, paths } = variant.code!;
  const reach: Paths = (input, path, env, emit) => paths(input, path, bindArguments(env), emit);
  if (direct !== null) return directCode((input, env) => direct(input, bindArguments(env)), reach);
  return manyCode((input, env, emit) => each(input, bindArguments(env), emit), reach);
}

/** An argument that only passes a parameter on is that parameter; chains of them would grow with each call. */
function closureOf(code: Code, env: Env): Closure {
  return code.parameter === undefined ? { code, env } : code.parameter(env);
}

/** A call from inside the function's own body, which is not compiled yet; these count for the depth. */
function callItself(variant: Variant, bindArguments: (env: Env) => Env): Code {
  const paths: Paths = (input, path, env, emit) => {
    env.run.enter();
    const stop = variant.code!.paths(input, path, bindArguments(env), emit);
    env.run.leave();
    return stop;
  };
  if (variant.isDirect) {
    return directCode((input, env) => {
      env.run.enter();
      const value = variant.code!.direct!(input, bindArguments(env));
      env.run.leave();
      return value;
    }, paths);
  }
  return manyCode((input, env, emit) => {
    env.run.enter();
    const stop = variant.code!.each(input, bindArguments(env), emit);
    env.run.leave();
    return stop;
  }, paths);
}

/**
 * The body compiled for arguments like these. A function that calls itself is first taken to have one output at most;
 * where that was wrong it is compiled once more.
 */
function variantOf(entry: FunctionEntry, args: readonly Code[], scope: Scope, compile: Compile): Variant {
  const key = args.map((code) => (code.direct === null ? "m" : "d")).join("");
  const known = entry.variants.get(key);
  if (known !== undefined) return known;
  const source = scope.source;
  const variant: Variant = { code: null, isDirect: source.repeats < repeatsMax, callsItself: false };
  entry.variants.set(key, variant);
  const { parameters, body } = entry.definition;
  const inner = parameters.reduce(
    (found, name, at) => found.withParameter(name, args[at]!.direct !== null),
    entry.scope,
  );
  const code = compile(body, inner);
  if (code.direct !== null || !variant.isDirect || !variant.callsItself) {
    variant.code = variant.isDirect || code.direct === null ? code : { ...code, direct: null };
    return variant;
  }
  source.repeats += 1;
  variant.isDirect = false;
  const again = compile(body, inner);
  variant.code = { ...again, direct: null };
  return variant;
}
