import type { Run } from "./run.ts";
import type { Json } from "./value.ts";

/**
 * What an expression is compiled to: closures over closures. A value that goes on is given to the consumer at once, so
 * nothing is suspended and no generator is needed. A consumer answers true for "no more, please", and whoever hears
 * that stops and passes it on.
 */
export type Emit = (value: Json) => boolean;

/** The form of what has one output at most: the output, or undefined for none. */
export type Direct = (input: Json, env: Env) => Json | undefined;

/** The form of any number of outputs. */
export type Each = (input: Json, env: Env, emit: Emit) => boolean;

/** The form inside `path(...)` and on the left of updates: outputs with the way to them. */
export type Paths = (input: Json, path: Path, env: Env, emit: EmitPath) => boolean;

export type EmitPath = (value: Json, path: Path) => boolean;

/** Containers that a computation made itself and nobody else has seen. */
export type Owned = Set<Json>;

export type InPlace = (input: Json, env: Env, owned: Owned) => Json | undefined;

/** What becomes of a value; undefined deletes it. */
export type Change = (old: Json, env: Env) => Json | undefined;

export type ChangeAll = (input: Json, env: Env, change: Change) => Json | undefined;

export interface Code {
  /** Null where there may be several outputs. */
  readonly direct: Direct | null;
  readonly each: Each;
  readonly paths: Paths;
  /** The same as `direct`, but it may change in place what is `owned`: for folds, whose state nobody else holds. */
  readonly inPlace?: InPlace;
  /** The input with everything `paths` leads to changed, where that can be done on the way. */
  readonly change?: ChangeAll;
  /** The value of an expression that is always the same. */
  readonly constant?: Json;
  /** Set where the expression does nothing but call this parameter of a function. */
  readonly parameter?: (env: Env) => Closure;
}

/** An argument that is called by name: its code and the bindings where it was written. */
export interface Closure {
  readonly code: Code;
  readonly env: Env;
}

/** The bindings in force, innermost first. They never change, so any part of a program may run again under them. */
export interface Env {
  readonly value: Json | Closure | Label;
  readonly parent: Env | null;
  readonly run: Run;
}

/** One activation of a `label`; `break` throws it. */
export interface Label {
  readonly label: string;
}

/** The way from the input to a value, last step first. */
export interface Path {
  readonly parent: Path | null;
  readonly key: Json;
  readonly length: number;
}

/** The way to the input itself. */
export const rootPath: Path = { parent: null, key: null, length: 0 };

/** The "way" to a value that was made and not found. It may be passed on but not followed. */
export const noPath: Path = { parent: null, key: null, length: -1 };

export function extend(env: Env, value: Json | Closure | Label): Env {
  return { value, parent: env, run: env.run };
}

export function ancestor(env: Env, levels: number): Env {
  let found = env;
  for (let left = levels; left > 0; left -= 1) found = found.parent!;
  return found;
}

/** Code of an expression with one output at most, which is no path unless `paths` says so. */
export function directCode(direct: Direct, paths: Paths = untracked(eachOf(direct))): Code {
  return { direct, each: eachOf(direct), paths };
}

/** Code of an expression with any number of outputs. */
export function manyCode(each: Each, paths: Paths = untracked(each)): Code {
  return { direct: null, each, paths };
}

export function constantCode(value: Json): Code {
  return { ...directCode(() => value), constant: value };
}

function eachOf(direct: Direct): Each {
  return (input, env, emit) => {
    const value = direct(input, env);
    return value === undefined ? false : emit(value);
  };
}

function untracked(each: Each): Paths {
  return (input, _path, env, emit) => each(input, env, (value) => emit(value, noPath));
}

/** `left | right`. */
export function pipe(left: Code, right: Code): Code {
  const paths: Paths = (input, path, env, emit) =>
    left.paths(input, path, env, (value, way) => right.paths(value, way, env, emit));
  return {
    ...pipeOutputs(left, right, paths),
    inPlace: pipeInPlace(left, right),
    change: pipeChange(left, right),
  };
}

function pipeInPlace(left: Code, right: Code): InPlace | undefined {
  const { inPlace: first } = left;
  const { inPlace: second } = right;
  if (first === undefined || second === undefined) return undefined;
  return (input, env, owned) => {
    const value = first(input, env, owned);
    return value === undefined ? undefined : second(value, env, owned);
  };
}

function pipeChange(left: Code, right: Code): ChangeAll | undefined {
  const { change: outer } = left;
  const { change: inner } = right;
  if (outer === undefined || inner === undefined) return undefined;
  return (input, env, change) => outer(input, env, (value) => inner(value, env, change));
}

function pipeOutputs(left: Code, right: Code, paths: Paths): Code {
  const first = left.direct;
  const second = right.direct;
  if (first !== null && second !== null) {
    return directCode((input, env) => {
      const value = first(input, env);
      return value === undefined ? undefined : second(value, env);
    }, paths);
  }
  const { each } = right;
  if (first !== null) {
    return manyCode((input, env, emit) => {
      const value = first(input, env);
      return value === undefined ? false : each(value, env, emit);
    }, paths);
  }
  if (second === null)
    return manyCode((input, env, emit) => left.each(input, env, (value) => each(value, env, emit)), paths);
  return manyCode(
    (input, env, emit) =>
      left.each(input, env, (value) => {
        const result = second(value, env);
        return result === undefined ? false : emit(result);
      }),
    paths,
  );
}

/** Every output of `code` through a function of it: direct where the code is. */
export function mapCode(code: Code, apply: (value: Json, input: Json, env: Env) => Json | undefined): Code {
  const { direct, each } = code;
  if (direct !== null) {
    return directCode((input, env) => {
      const value = direct(input, env);
      return value === undefined ? undefined : apply(value, input, env);
    });
  }
  return manyCode((input, env, emit) =>
    each(input, env, (value) => {
      const result = apply(value, input, env);
      return result === undefined ? false : emit(result);
    }),
  );
}

/** Every pair of outputs of two expressions, the first in the outer loop, through a function of them. */
export function mapPair(
  outer: Code,
  inner: Code,
  apply: (outer: Json, inner: Json, input: Json, env: Env) => Json | undefined,
): Code {
  const first = outer.direct;
  const second = inner.direct;
  if (first !== null && second !== null) {
    return directCode((input, env) => {
      const one = first(input, env);
      if (one === undefined) return undefined;
      const other = second(input, env);
      return other === undefined ? undefined : apply(one, other, input, env);
    });
  }
  return manyCode((input, env, emit) =>
    outer.each(input, env, (one) =>
      inner.each(input, env, (other) => {
        const result = apply(one, other, input, env);
        return result === undefined ? false : emit(result);
      }),
    ),
  );
}

/** Every combination of outputs of several expressions, the first in the outermost loop. */
export function mapAll(
  codes: readonly Code[],
  apply: (values: readonly Json[], input: Json, env: Env) => Json | undefined,
): Code {
  const each = (input: Json, env: Env, emit: Emit, values: readonly Json[]): boolean => {
    const code = codes[values.length];
    if (code !== undefined)
      return code.each(input, env, (value) => each(input, env, emit, [...values, value]));
    const result = apply(values, input, env);
    return result === undefined ? false : emit(result);
  };
  const directs = codes.map((code) => code.direct);
  if (!directs.every((direct) => direct !== null)) {
    return manyCode((input, env, emit) => each(input, env, emit, []));
  }
  return directCode((input, env) => {
    const values: Json[] = [];
    for (const direct of directs) {
      const value = direct(input, env);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return apply(values, input, env);
  });
}

/** The outputs of an expression in a list. */
export function collect(code: Code, input: Json, env: Env): Json[] {
  const found: Json[] = [];
  const run = env.run;
  code.each(input, env, (value) => {
    run.step();
    found.push(value);
    return false;
  });
  run.built += 1;
  return found;
}
