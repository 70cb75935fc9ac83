import { attemptDirect, attempting } from "./attempt.ts";
import {
  ancestor,
  type Code,
  directCode,
  type Each,
  type Env,
  type InPlace,
  extend,
  type Label,
  manyCode,
  noPath,
  type Paths,
} from "./code.ts";
import type { Compile } from "./compile-shape.ts";
import type { Scope } from "./scope.ts";
import type { Node, NodeOf } from "./syntax.ts";
import { isObject, isTruthy } from "./value.ts";

export function comma(left: Code, right: Code): Code {
  return manyCode(
    (input, env, emit) => left.each(input, env, emit) || right.each(input, env, emit),
    (input, path, env, emit) => left.paths(input, path, env, emit) || right.paths(input, path, env, emit),
  );
}

export function conditional(node: NodeOf<"if">, scope: Scope, compile: Compile): Code {
  const condition = compile(node.condition, scope);
  const consequent = compile(node.consequent, scope);
  const alternate = compile(node.alternate ?? identityAt(node), scope);
  return choose(condition, consequent, alternate);
}

function identityAt({ end }: Node): Node {
  return { kind: "identity", start: end, end };
}

/** `if condition then ... else ... end`, once for each output of the condition. */
export function choose(condition: Code, consequent: Code, alternate: Code): Code {
  const paths: Paths = (input, path, env, emit) =>
    condition.each(input, env, (value) =>
      isTruthy(value) ? consequent.paths(input, path, env, emit) : alternate.paths(input, path, env, emit),
    );
  const test = condition.direct;
  const inPlace = chooseInPlace(condition, consequent, alternate);
  const yes = consequent.direct;
  const no = alternate.direct;
  if (test === null) {
    return manyCode(
      (input, env, emit) =>
        condition.each(input, env, (value) =>
          (isTruthy(value) ? consequent : alternate).each(input, env, emit),
        ),
      paths,
    );
  }
  if (yes !== null && no !== null) {
    const code = directCode((input, env) => {
      const value = test(input, env);
      if (value === undefined) return undefined;
      return isTruthy(value) ? yes(input, env) : no(input, env);
    }, paths);
    return { ...code, inPlace };
  }
  return manyCode((input, env, emit) => {
    const value = test(input, env);
    if (value === undefined) return false;
    return (isTruthy(value) ? consequent : alternate).each(input, env, emit);
  }, paths);
}

function chooseInPlace({ direct }: Code, { inPlace: yes }: Code, { inPlace: no }: Code): InPlace | undefined {
  if (direct === null || yes === undefined || no === undefined) return undefined;
  return (input, env, owned) => {
    const value = direct(input, env);
    if (value === undefined) return undefined;
    return isTruthy(value) ? yes(input, env, owned) : no(input, env, owned);
  };
}

/** `try body catch handler`, and `body?`. */
export function attempt(node: NodeOf<"attempt">, scope: Scope, compile: Compile): Code {
  const body = compile(node.body, scope);
  const handler = node.handler === null ? null : compile(node.handler, scope);
  const each: Each = (input, env, emit) =>
    attempting(
      env,
      emit,
      (inner) => body.each(input, env, inner),
      (failure) => (handler === null ? false : handler.each(failure.value, env, emit)),
    );
  const paths: Paths = (input, path, env, emit) =>
    attempting(
      env,
      emit,
      (inner) => body.paths(input, path, env, inner),
      (failure) => (handler === null ? false : handler.paths(failure.value, noPath, env, emit)),
    );
  const isPlainField = handler === null && node.body.kind === "index" && node.body.target.kind === "identity";
  if (isPlainField && body.direct !== null) {
    const { key } = node.body;
    if (key.kind === "literal" && typeof key.value === "string") {
      const read = body.direct;
      // What raises no error needs no try, and this is how most programs are careful.
      return directCode(
        (input, env) => (input === null || isObject(input) ? read(input, env) : undefined),
        paths,
      );
    }
  }
  if (body.direct === null || (handler !== null && handler.direct === null)) return manyCode(each, paths);
  const recover = handler?.direct ?? null;
  return directCode(
    attemptDirect(body.direct, (failure, env) =>
      recover === null ? undefined : recover(failure.value, env),
    ),
    paths,
  );
}

/** `label $name | body`. Each activation throws and catches a mark of its own. */
export function label(node: NodeOf<"label">, scope: Scope, compile: Compile): Code {
  const body = compile(node.body, scope.with("label", node.name));
  const { name } = node;
  return manyCode(
    (input, env, emit) => labelled(name, env, (inner) => body.each(input, inner, emit)),
    (input, path, env, emit) => labelled(name, env, (inner) => body.paths(input, path, inner, emit)),
  );
}

function labelled(name: string, env: Env, body: (env: Env) => boolean): boolean {
  const mark: Label = { label: name };
  const depth = env.run.depth;
  try {
    return body(extend(env, mark));
  } catch (error) {
    if (error !== mark) throw error;
    env.run.depth = depth;
    return false;
  }
}

export function breakOut(node: NodeOf<"break">, scope: Scope): Code {
  const distance = scope.distance("label", node.name, node.start);
  return directCode((_input, env) => {
    throw ancestor(env, distance).value;
  });
}
