import { indexValue } from "./access.ts";
import { attempting } from "./attempt.ts";
import {
  type Code,
  directCode,
  type Each,
  type Env,
  extend,
  manyCode,
  noPath,
  type Owned,
  type Path,
  type Paths,
} from "./code.ts";
import type { Compile } from "./compile-shape.ts";
import { shown, fail } from "./failure.ts";
import type { Scope } from "./scope.ts";
import type { NodeOf, Pattern } from "./syntax.ts";
import type { Json } from "./value.ts";

/** Binds what a pattern finds in a value and goes on under each of the bindings, of which there may be several. */
type Binder = (value: Json, input: Json, env: Env, go: (env: Env) => boolean) => boolean;

interface Bound {
  readonly binders: readonly Binder[];
  readonly scope: Scope;
  /** A single name, the common case: the binding is the value itself. */
  readonly isName: boolean;
}

/** The patterns of `as p1 ?// p2`, and the scope with every name of any of them. */
function bound(patterns: readonly Pattern[], scope: Scope, compile: Compile): Bound {
  const names = [...new Set(patterns.flatMap(namesOf))];
  const inner = names.reduce((found, name) => found.with("variable", name), scope);
  const isName = patterns.length === 1 && patterns[0]!.kind === "name";
  const binders = patterns.map((pattern) => binder(pattern, names, scope, compile));
  return { binders, scope: inner, isName };
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.kind === "name") return [pattern.name];
  if (pattern.kind === "elements") return pattern.elements.flatMap(namesOf);
  return pattern.entries.flatMap(({ name, inner }) => [
    ...(name === null ? [] : [name]),
    ...(inner === null ? [] : namesOf(inner)),
  ]);
}

function binder(pattern: Pattern, names: readonly string[], scope: Scope, compile: Compile): Binder {
  if (pattern.kind === "name" && names.length === 1)
    return (value, _input, env, go) => go(extend(env, value));
  const match = matcher(pattern, names, scope, compile);
  return (value, input, env, go) => {
    const found = names.map((): Json => null);
    return match(value, found, input, env, () => go(found.reduce(extend, env)));
  };
}

/** Fills the places of the names and goes on; it comes back for every combination of outputs of its keys. */
type Matcher = (value: Json, found: Json[], input: Json, env: Env, go: () => boolean) => boolean;

function matcher(pattern: Pattern, names: readonly string[], scope: Scope, compile: Compile): Matcher {
  if (pattern.kind === "name") {
    const place = names.indexOf(pattern.name);
    return (value, found, _input, _env, go) => {
      found[place] = value;
      return go();
    };
  }
  if (pattern.kind === "elements") {
    return sequence(
      pattern.elements.map((element, at) => {
        const match = matcher(element, names, scope, compile);
        return (value, found, input, env, go) => match(indexValue(value, at, env.run), found, input, env, go);
      }),
    );
  }
  return sequence(
    pattern.entries.map(({ name, key, inner }) => {
      const keys = compile(key, scope);
      const place = name === null ? -1 : names.indexOf(name);
      const match = inner === null ? null : matcher(inner, names, scope, compile);
      return (value, found, input, env, go) =>
        keys.each(input, env, (at) => {
          if (typeof at !== "string") fail(`Cannot use ${shown(at)} as object key`);
          const member = indexValue(value, at, env.run);
          if (place >= 0) found[place] = member;
          return match === null ? go() : match(member, found, input, env, go);
        });
    }),
  );
}

function sequence(matchers: readonly Matcher[]): Matcher {
  return matchers.reduceRight<Matcher>(
    (rest, match) => (value, found, input, env, go) =>
      match(value, found, input, env, () => rest(value, found, input, env, go)),
    (_value, _found, _input, _env, go) => go(),
  );
}

/** Runs a body under the bindings of the first pattern that fits; a failure tries the next one. */
function underBindings<Args extends readonly unknown[]>(
  { binders }: Bound,
  value: Json,
  input: Json,
  env: Env,
  emit: (...args: Args) => boolean,
  body: (env: Env, emit: (...args: Args) => boolean) => boolean,
): boolean {
  const from = (at: number): boolean => {
    const bind = binders[at]!;
    if (at === binders.length - 1) return bind(value, input, env, (inner) => body(inner, emit));
    return attempting(
      env,
      emit,
      (consumer) => bind(value, input, env, (inner) => body(inner, consumer)),
      () => from(at + 1),
    );
  };
  return from(0);
}

/** `source as pattern | body`. */
export function bind(node: NodeOf<"bind">, scope: Scope, compile: Compile): Code {
  const source = compile(node.source, scope);
  const bindings = bound(node.patterns, scope, compile);
  const body = compile(node.body, bindings.scope);
  const paths: Paths = (input, path, env, emit) =>
    source.each(input, env, (value) =>
      underBindings(bindings, value, input, env, emit, (inner, consumer) =>
        body.paths(input, path, inner, consumer),
      ),
    );
  if (!bindings.isName) {
    return manyCode(
      (input, env, emit) =>
        source.each(input, env, (value) =>
          underBindings(bindings, value, input, env, emit, (inner, consumer) =>
            body.each(input, inner, consumer),
          ),
        ),
      paths,
    );
  }
  const { direct } = source;
  const inside = body.direct;
  if (direct !== null && inside !== null) {
    return directCode((input, env) => {
      const value = direct(input, env);
      return value === undefined ? undefined : inside(input, extend(env, value));
    }, paths);
  }
  return manyCode(
    (input, env, emit) => source.each(input, env, (value) => body.each(input, extend(env, value), emit)),
    paths,
  );
}

type Fold = NodeOf<"reduce"> | NodeOf<"foreach">;

/**
 * `reduce source as pattern (initial; update)`: no output of the update makes the state null, of several the last
 * counts.
 */
export function reduce(node: NodeOf<"reduce">, scope: Scope, compile: Compile): Code {
  const { source, initial, update, bindings } = foldParts(node, scope, compile);
  const { direct: next, inPlace } = update;
  const fold = (start: Json, input: Json, env: Env): Json | undefined => {
    let state = start;
    const run = env.run;
    const owned: Owned = new Set();
    const stop = source.each(input, env, (value) => {
      run.step();
      if (bindings.isName && inPlace !== undefined) {
        state = inPlace(state, extend(env, value), owned) ?? null;
        return false;
      }
      if (bindings.isName && next !== null) {
        state = next(state, extend(env, value)) ?? null;
        return false;
      }
      let result: Json = null;
      const consume = (output: Json) => {
        result = output;
        return false;
      };
      underBindings(bindings, value, input, env, consume, (inner, consumer) =>
        update.each(state, inner, consumer),
      );
      state = result;
      return false;
    });
    return stop ? undefined : state;
  };
  const paths = reducePaths(source, initial, update, bindings);
  const first = initial.direct;
  if (first === null) {
    return manyCode(
      (input, env, emit) => initial.each(input, env, (start) => emit(fold(start, input, env)!)),
      paths,
    );
  }
  return directCode((input, env) => {
    const start = first(input, env);
    return start === undefined ? undefined : fold(start, input, env);
  }, paths);
}

function foldParts(node: Fold, scope: Scope, compile: Compile) {
  const bindings = bound(node.patterns, scope, compile);
  return {
    source: compile(node.source, scope),
    initial: compile(node.initial, scope),
    update: compile(node.update, bindings.scope),
    bindings,
  };
}

function reducePaths(source: Code, initial: Code, update: Code, bindings: Bound): Paths {
  return (input, path, env, emit) =>
    initial.paths(input, path, env, (start, startPath) => {
      let state: Json = start;
      let way: Path = startPath;
      source.each(input, env, (value) => {
        env.run.step();
        let found: Json = null;
        let foundAt: Path = noPath;
        const consume = (output: Json, at: Path) => {
          found = output;
          foundAt = at;
          return false;
        };
        underBindings(bindings, value, input, env, consume, (inner, consumer) =>
          update.paths(state, way, inner, consumer),
        );
        state = found;
        way = foundAt;
        return false;
      });
      return emit(state, way);
    });
}

/** `foreach source as pattern (initial; update; extract)`: every output of the update is a state and goes out. */
export function foreach(node: NodeOf<"foreach">, scope: Scope, compile: Compile): Code {
  const { source, initial, update, bindings } = foldParts(node, scope, compile);
  const extract = node.extract === null ? null : compile(node.extract, bindings.scope);
  const each: Each = (input, env, emit) =>
    initial.each(input, env, (start) => {
      let state: Json = start;
      return source.each(input, env, (value) => {
        env.run.step();
        const before = state;
        state = null;
        return underBindings(bindings, value, input, env, emit, (inner, consumer) =>
          update.each(before, inner, (output) => {
            state = output;
            return extract === null ? consumer(output) : extract.each(output, inner, consumer);
          }),
        );
      });
    });
  const paths: Paths = (input, path, env, emit) =>
    initial.paths(input, path, env, (start, startPath) => {
      let state: Json = start;
      let way: Path = startPath;
      return source.each(input, env, (value) => {
        env.run.step();
        const before = state;
        const from = way;
        state = null;
        return underBindings(bindings, value, input, env, emit, (inner, consumer) =>
          update.paths(before, from, inner, (output, at) => {
            state = output;
            way = at;
            return extract === null ? consumer(output, at) : extract.paths(output, at, inner, consumer);
          }),
        );
      });
    });
  return manyCode(each, paths);
}
