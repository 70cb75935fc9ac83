import { type Code, ancestor, constantCode, directCode, pipe } from "./code.ts";
import { access } from "./compile-access.ts";
import { bind, foreach, reduce } from "./compile-bindings.ts";
import { call, define } from "./compile-calls.ts";
import { array, format, object, text } from "./compile-construct.ts";
import { attempt, breakOut, comma, conditional, label } from "./compile-control.ts";
import { alternative, binary, logic, negation } from "./compile-operators.ts";
import { growth, update } from "./compile-updates.ts";
import { ignoresInput } from "./in-place.ts";
import type { Scope } from "./scope.ts";
import type { Node, NodeOf } from "./syntax.ts";
import { emptyObject, type Json } from "./value.ts";

/** The code of an expression where it stands. */
export function compileNode(node: Node, scope: Scope): Code {
  switch (node.kind) {
    case "identity":
    case "descend":
    case "index":
    case "slice":
    case "iterate":
      return access(node, scope, compileNode);
    case "literal":
      return constantCode(node.value);
    case "text":
      return text(node, scope, compileNode);
    case "format":
      return format(node.name, scope, node.start);
    case "array":
      return array(node, scope, compileNode);
    case "object":
      return object(node, scope, compileNode);
    case "variable":
      return variable(node.name, scope, node.start);
    case "location":
      return constantCode(Object.assign(emptyObject(), { file: "<top-level>", line: node.line }));
    case "call":
      return call(node, scope, compileNode);
    case "define":
      return define(node, scope, compileNode);
    case "attempt":
      return attempt(node, scope, compileNode);
    case "pipe":
      return pipe(compileNode(node.left, scope), compileNode(node.right, scope));
    case "comma":
      return comma(compileNode(node.left, scope), compileNode(node.right, scope));
    case "if":
      return conditional(node, scope, compileNode);
    case "label":
      return label(node, scope, compileNode);
    case "break":
      return breakOut(node, scope);
    default:
      return compileOperation(node, scope);
  }
}

type Operation = Extract<
  Node,
  { kind: "negate" | "binary" | "logic" | "alternative" | "update" | "bind" | "reduce" | "foreach" }
>;

function compileOperation(node: Operation, scope: Scope): Code {
  switch (node.kind) {
    case "negate":
      return negation(compileNode(node.operand, scope));
    case "binary":
      return arithmeticOf(node, scope);
    case "logic":
      return logic(node.operator, compileNode(node.left, scope), compileNode(node.right, scope));
    case "alternative":
      return alternative(compileNode(node.left, scope), compileNode(node.right, scope));
    case "update":
      return update(
        node.operator,
        compileNode(node.left, scope),
        compileNode(node.right, scope),
        ignoresInput(node.right),
      );
    case "bind":
      return bind(node, scope, compileNode);
    case "reduce":
      return reduce(node, scope, compileNode);
    case "foreach":
      return foreach(node, scope, compileNode);
  }
}

function arithmeticOf(node: NodeOf<"binary">, scope: Scope): Code {
  const right = compileNode(node.right, scope);
  const code = binary(node.operator, compileNode(node.left, scope), right);
  const canGrow = node.operator === "+" && node.left.kind === "identity" && ignoresInput(node.right);
  return canGrow ? { ...code, inPlace: growth(right) } : code;
}

/** `$ENV` and `$__prog_args` exist in jq; here a program sees nothing of its host, so the first is empty. */
function variable(name: string, scope: Scope, position: number): Code {
  if (name === "ENV" && !scope.knows(name)) return constantCode(emptyObject());
  const distance = scope.distance("variable", name, position);
  if (distance === 0) return directCode((_input, env) => env.value as Json);
  if (distance === 1) return directCode((_input, env) => env.parent!.value as Json);
  return directCode((_input, env) => ancestor(env, distance).value as Json);
}
