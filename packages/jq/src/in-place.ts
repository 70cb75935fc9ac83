import type { Node } from "./syntax.ts";

/**
 * Whether an expression gives the same whatever its input is. What it makes then holds no part of the input, so a
 * fold may go on changing in place what it has made.
 */
export function ignoresInput(node: Node): boolean {
  switch (node.kind) {
    case "literal":
    case "variable":
    case "location":
      return true;
    case "array":
      return node.body === null || ignoresInput(node.body);
    case "object":
      return node.entries.every(({ key, value }) => ignoresInput(key) && ignoresInput(value));
    case "text":
      return node.parts.every((part) => typeof part === "string" || ignoresInput(part));
    case "index":
      return ignoresInput(node.target) && ignoresInput(node.key);
    case "iterate":
      return ignoresInput(node.target);
    case "binary":
    case "logic":
    case "alternative":
    case "comma":
      return ignoresInput(node.left) && ignoresInput(node.right);
    case "negate":
      return ignoresInput(node.operand);
    case "pipe":
      return ignoresInput(node.left);
    default:
      return false;
  }
}
