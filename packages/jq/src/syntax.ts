/** Where something stands in the text of a program, in UTF-16 units; the end is the first unit behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type BinaryOperator = ArithmeticOperator | ComparisonOperator;
export type UpdateOperator = "=" | "|=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=";

export type Pattern =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "elements"; readonly elements: readonly Pattern[] }
  | { readonly kind: "entries"; readonly entries: readonly PatternEntry[] };

/** `{$name: inner}` binds the name as well. A key that is no plain text is an expression. */
export interface PatternEntry {
  readonly name: string | null;
  readonly key: Node;
  readonly inner: Pattern | null;
}

export interface ObjectEntry {
  readonly key: Node;
  readonly value: Node;
}

export interface Definition extends Span {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Node;
}

type Shape =
  | { readonly kind: "identity" }
  | { readonly kind: "descend" }
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "text"; readonly format: string | null; readonly parts: readonly (string | Node)[] }
  | { readonly kind: "format"; readonly name: string }
  | { readonly kind: "array"; readonly body: Node | null }
  | { readonly kind: "object"; readonly entries: readonly ObjectEntry[] }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "location"; readonly line: number }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Node[] }
  | { readonly kind: "index"; readonly target: Node; readonly key: Node }
  | { readonly kind: "slice"; readonly target: Node; readonly from: Node | null; readonly to: Node | null }
  | { readonly kind: "iterate"; readonly target: Node }
  | { readonly kind: "attempt"; readonly body: Node; readonly handler: Node | null }
  | { readonly kind: "negate"; readonly operand: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "logic"; readonly operator: "and" | "or"; readonly left: Node; readonly right: Node }
  | { readonly kind: "alternative"; readonly left: Node; readonly right: Node }
  | { readonly kind: "update"; readonly operator: UpdateOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "pipe"; readonly left: Node; readonly right: Node }
  | { readonly kind: "comma"; readonly left: Node; readonly right: Node }
  | {
      readonly kind: "if";
      readonly condition: Node;
      readonly consequent: Node;
      readonly alternate: Node | null;
    }
  | {
      readonly kind: "bind";
      readonly source: Node;
      readonly patterns: readonly Pattern[];
      readonly body: Node;
    }
  | {
      readonly kind: "reduce";
      readonly source: Node;
      readonly patterns: readonly Pattern[];
      readonly initial: Node;
      readonly update: Node;
    }
  | {
      readonly kind: "foreach";
      readonly source: Node;
      readonly patterns: readonly Pattern[];
      readonly initial: Node;
      readonly update: Node;
      readonly extract: Node | null;
    }
  | { readonly kind: "label"; readonly name: string; readonly body: Node }
  | { readonly kind: "break"; readonly name: string }
  | { readonly kind: "define"; readonly definition: Definition; readonly body: Node };

/** A program as a tree, each part with its place in the text. */
export type Node = Shape & Span;

export type NodeOf<Kind extends Node["kind"]> = Extract<Node, { kind: Kind }>;
