import { parseProgram } from "./parser.ts";
import type { Definition, Node, Pattern, Span } from "./syntax.ts";

/** A name that a program uses without defining it, once for each place. */
export interface ParsedName extends Span {
  readonly name: string;
  /** How many arguments a function takes; 0 for variables. */
  readonly arity: number;
}

export interface ParsedProgram {
  readonly tree: Node;
  /** Variables the program expects to be given, without their `$`. */
  readonly variables: readonly ParsedName[];
  /** Functions of the language or the host that it calls. */
  readonly functions: readonly ParsedName[];
}

interface Known {
  readonly variables: readonly string[];
  readonly functions: readonly string[];
}

/** A program's tree and the names it takes from outside. Throws a `JqError` of kind `syntax`. */
export function parse(text: string): ParsedProgram {
  const tree = parseProgram(text);
  const reader = new NameReader();
  reader.read(tree, { variables: ["ENV", "__loc__"], functions: [] });
  return { tree, variables: reader.variables, functions: reader.functions };
}

class NameReader {
  readonly variables: ParsedName[] = [];
  readonly functions: ParsedName[] = [];

  read(node: Node, known: Known): void {
    const { start, end } = node;
    switch (node.kind) {
      case "variable":
        if (!known.variables.includes(node.name))
          this.variables.push({ name: node.name, arity: 0, start, end });
        return;
      case "call": {
        const arity = node.arguments.length;
        if (!known.functions.includes(`${node.name}/${arity}`)) {
          this.functions.push({ name: node.name, arity, start, end });
        }
        this.readAll(node.arguments, known);
        return;
      }
      case "define":
        this.read(node.body, this.define(node.definition, known));
        return;
      case "bind":
        this.read(node.source, known);
        this.read(node.body, this.bind(node.patterns, known));
        return;
      case "reduce":
      case "foreach": {
        this.readAll([node.source, node.initial], known);
        const inner = this.bind(node.patterns, known);
        this.read(node.update, inner);
        if (node.kind === "foreach" && node.extract !== null) this.read(node.extract, inner);
        return;
      }
      default:
        this.readAll(partsOf(node), known);
    }
  }

  private readAll(nodes: readonly Node[], known: Known): void {
    for (const node of nodes) this.read(node, known);
  }

  private define(definition: Definition, known: Known): Known {
    const { name, parameters, body } = definition;
    const outer = { ...known, functions: [...known.functions, `${name}/${parameters.length}`] };
    const inner = {
      ...outer,
      functions: [...outer.functions, ...parameters.map((parameter) => `${parameter}/0`)],
    };
    this.read(body, inner);
    return outer;
  }

  private bind(patterns: readonly Pattern[], known: Known): Known {
    const names = patterns.flatMap((pattern) => this.names(pattern, known));
    return { ...known, variables: [...known.variables, ...names] };
  }

  private names(pattern: Pattern, known: Known): string[] {
    if (pattern.kind === "name") return [pattern.name];
    if (pattern.kind === "elements") return pattern.elements.flatMap((element) => this.names(element, known));
    return pattern.entries.flatMap(({ name, key, inner }) => {
      this.read(key, known);
      return [...(name === null ? [] : [name]), ...(inner === null ? [] : this.names(inner, known))];
    });
  }
}

type Plain = Exclude<Node, { kind: "variable" | "call" | "define" | "bind" | "reduce" | "foreach" }>;

/** The expressions an expression is made of. */
function partsOf(node: Plain): Node[] {
  switch (node.kind) {
    case "text":
      return node.parts.filter((part) => typeof part !== "string");
    case "array":
      return node.body === null ? [] : [node.body];
    case "object":
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case "index":
      return [node.target, node.key];
    case "slice":
      return [node.target, node.from, node.to].filter((part) => part !== null);
    case "iterate":
      return [node.target];
    case "attempt":
      return node.handler === null ? [node.body] : [node.body, node.handler];
    case "negate":
      return [node.operand];
    case "binary":
    case "logic":
    case "alternative":
    case "update":
    case "pipe":
    case "comma":
      return [node.left, node.right];
    case "if":
      return [node.condition, node.consequent, node.alternate].filter((part) => part !== null);
    case "label":
      return [node.body];
    default:
      return [];
  }
}
