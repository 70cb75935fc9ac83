import { fieldReader, indexValue, membersOf, sliceKey, sliceValue } from "./access.ts";
import {
  type Code,
  directCode,
  type Each,
  manyCode,
  mapAll,
  mapPair,
  noPath,
  type Paths,
  type Change,
  type ChangeAll,
  type Env,
} from "./code.ts";
import { refuseIterating, stepInto } from "./paths.ts";
import type { Compile } from "./compile-shape.ts";
import type { Run } from "./run.ts";
import type { Scope } from "./scope.ts";
import type { Node, NodeOf } from "./syntax.ts";
import { copyObject, emptyObject, type Json, type JsonObject } from "./value.ts";

type Access = NodeOf<"identity" | "descend" | "index" | "slice" | "iterate">;

/** What finds its way into the input: `.`, `..`, `.a`, `.[0]`, `.[1:2]`, `.[]`. */
export function access(node: Access, scope: Scope, compile: Compile): Code {
  switch (node.kind) {
    case "identity":
      return identity;
    case "descend":
      return descend;
    case "index":
      return index(node, scope, compile);
    case "slice":
      return slice(node, scope, compile);
    case "iterate":
      return iterate(compile(node.target, scope));
  }
}

export const identity: Code = {
  ...directCode(
    (input) => input,
    (input, path, _env, emit) => emit(input, path),
  ),
  inPlace: (input) => input,
  change: (input, env, change) => change(input, env),
};

function index(node: NodeOf<"index">, scope: Scope, compile: Compile): Code {
  const names = fieldNames(node);
  if (names !== null) return fields(names);
  const target = compile(node.target, scope);
  const key = compile(node.key, scope);
  const paths: Paths = (input, path, env, emit) =>
    key.each(input, env, (at) =>
      target.paths(input, path, env, (value, way) =>
        emit(way === noPath ? null : indexValue(value, at, env.run), stepInto(way, at, value)),
      ),
    );
  const { constant } = key;
  if (constant !== undefined && target.direct !== null) {
    const read = typeof constant === "string" ? fieldReader(constant) : null;
    const { direct } = target;
    const code = directCode((input, env) => {
      const value = direct(input, env);
      if (value === undefined) return undefined;
      return read === null ? indexValue(value, constant, env.run) : read(value);
    }, paths);
    return { ...code, change: keyChange(target, constant) };
  }
  const pairs = mapPair(key, target, (at, value, _input, env) => indexValue(value, at, env.run));
  return { ...pairs, paths, change: constant === undefined ? undefined : keyChange(target, constant) };
}

/** Changes one field of everything the target leads to. */
function keyChange(target: Code, key: Json): ChangeAll | undefined {
  const outer = target.change;
  if (outer === undefined || typeof key !== "string") return undefined;
  const inner = fieldChange([key], [fieldReader(key)]);
  return (input, env, change) => outer(input, env, (value) => inner(value, env, change));
}

/** The names of `.a.b.c`, which goes straight from the input; null for anything else. */
function fieldNames(node: Node): string[] | null {
  const names: string[] = [];
  let current = node;
  while (current.kind === "index") {
    if (current.key.kind !== "literal" || typeof current.key.value !== "string") return null;
    names.unshift(current.key.value);
    current = current.target;
  }
  return current.kind === "identity" ? names : null;
}

/** `.a.b.c`. */
function fields(names: readonly string[]): Code {
  const readers = names.map(fieldReader);
  const paths: Paths = (input, path, _env, emit) => {
    let value = input;
    let way = path;
    for (const [at, read] of readers.entries()) {
      way = stepInto(way, names[at]!, value);
      value = read(value);
    }
    return emit(value, way);
  };
  return { ...fieldOutputs(readers, paths), change: fieldChange(names, readers) };
}

function fieldChange(names: readonly string[], readers: readonly ((value: Json) => Json)[]): ChangeAll {
  return names.reduceRight<ChangeAll>(
    (inner, name, at) => (input, env, change) => {
      const old = readers[at]!(input);
      const fresh = inner(old, env, change);
      const copy = input === null ? emptyObject() : copyObject(input as JsonObject);
      env.run.spend(2);
      if (fresh !== undefined) copy[name] = fresh;
      else if (input === null) return null;
      else delete copy[name];
      return copy;
    },
    (input, env, change) => change(input, env),
  );
}

function fieldOutputs(readers: readonly ((value: Json) => Json)[], paths: Paths): Code {
  const [first, second, third] = readers;
  if (third === undefined) {
    if (second === undefined) return directCode(first!, paths);
    return directCode((input) => second(first!(input)), paths);
  }
  if (readers.length === 3) return directCode((input) => third(second!(first!(input))), paths);
  return directCode((input) => {
    let value = input;
    for (const read of readers) value = read(value);
    return value;
  }, paths);
}

const absent: Code = directCode(() => null);

function slice(node: NodeOf<"slice">, scope: Scope, compile: Compile): Code {
  const target = compile(node.target, scope);
  const from = node.from === null ? absent : compile(node.from, scope);
  const to = node.to === null ? absent : compile(node.to, scope);
  const paths: Paths = (input, path, env, emit) =>
    from.each(input, env, (start) =>
      to.each(input, env, (end) =>
        target.paths(input, path, env, (value, way) => {
          const next = stepInto(way, sliceKey(start, end), value);
          return emit(sliceValue(value, start, end, env.run), next);
        }),
      ),
    );
  const values = mapAll([from, to, target], ([start, end, value], _input, env) =>
    sliceValue(value!, start!, end!, env.run),
  );
  return { ...values, paths };
}

function iterate(target: Code): Code {
  const { direct } = target;
  const each: Each =
    direct === null
      ? (input, env, emit) => target.each(input, env, (value) => eachMember(value, env.run, emit))
      : (input, env, emit) => {
          const value = direct(input, env);
          return value === undefined ? false : eachMember(value, env.run, emit);
        };
  const paths: Paths = (input, path, env, emit) =>
    target.paths(input, path, env, (value, way) => {
      if (way === noPath) refuseIterating(value);
      return eachMemberPath(value, env.run, (member, key) => emit(member, stepInto(way, key, value)));
    });
  const { change } = target;
  if (change === undefined) return manyCode(each, paths);
  return {
    ...manyCode(each, paths),
    change: (input, env, act) => change(input, env, (old) => changeMembers(old, env, act)),
  };
}

function changeMembers(input: Json, env: Env, change: Change): Json {
  const { run } = env;
  const members = membersOf(input);
  run.built += 1;
  if (Array.isArray(input)) {
    const list: Json[] = [];
    for (const member of members) {
      run.step();
      const fresh = change(member, env);
      if (fresh !== undefined) list.push(fresh);
    }
    return list;
  }
  const object = emptyObject();
  for (const [key, member] of Object.entries(input as JsonObject)) {
    run.step();
    const fresh = change(member, env);
    if (fresh !== undefined) object[key] = fresh;
  }
  return object;
}

/** `.[]` of the input. */
export const iterateInput: Code = iterate(identity);

function eachMember(value: Json, run: Run, emit: (member: Json) => boolean): boolean {
  for (const member of membersOf(value)) {
    run.step();
    if (emit(member)) return true;
  }
  return false;
}

function eachMemberPath(value: Json, run: Run, emit: (member: Json, key: Json) => boolean): boolean {
  const members = membersOf(value);
  const keys = Array.isArray(value) || value === null ? null : Object.keys(value);
  for (const [at, member] of members.entries()) {
    run.step();
    if (emit(member, keys === null ? at : keys[at]!)) return true;
  }
  return false;
}

/** `..`: a value and all that is in it, without recursion, so that it may be nested deep. */
export const descend: Code = manyCode(
  (input, env, emit) => {
    const stack: Iterator<Json>[] = [];
    for (let value: Json | undefined = input; value !== undefined; value = nextOf(stack)) {
      env.run.step();
      if (emit(value)) return true;
      if (typeof value === "object" && value !== null) stack.push(membersOf(value).values());
    }
    return false;
  },
  (input, path, env, emit) => {
    const stack: Iterator<Found>[] = [];
    for (let found: Found | undefined = [input, path]; found !== undefined; found = nextOf(stack)) {
      env.run.step();
      const [value, way] = found;
      if (emit(value, way)) return true;
      if (typeof value === "object" && value !== null) stack.push(foundIn(value, way));
    }
    return false;
  },
);

type Found = readonly [Json, Parameters<Paths>[1]];

function foundIn(value: Json, way: Found[1]): Iterator<Found> {
  const members = membersOf(value);
  const keys = Array.isArray(value) ? null : Object.keys(value as object);
  return members
    .map((member, at): Found => [member, stepInto(way, keys === null ? at : keys[at]!, value)])
    .values();
}

function nextOf<Item>(stack: Iterator<Item>[]): Item | undefined {
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.next();
    if (next.done !== true) return next.value;
    stack.pop();
  }
  return undefined;
}
