import { JqError } from "./errors.ts";
import { Lexer, type Token } from "./lexer.ts";
import { parseObject, parseString } from "./parse-objects.ts";
import { parsePatterns } from "./parse-patterns.ts";
import { TokenStream } from "./token-stream.ts";
import type { BinaryOperator, Definition, Node, UpdateOperator } from "./syntax.ts";

/** How long a program may be, in UTF-16 units, and how deep its parts may be nested. */
export const programLengthMax = 100_000;

/** The tree of a program's text. Throws a `syntax` error that says where the text stops being a program. */
export function parseProgram(text: string): Node {
  if (text.length > programLengthMax) {
    throw new JqError("syntax", `a program has at most ${programLengthMax} characters`);
  }
  const stream = new TokenStream(new Lexer(text), parsePipe);
  if (stream.token.kind === "keyword" && ["module", "import", "include"].includes(stream.token.text)) {
    throw stream.error(`modules are not available: "${stream.token.text}"`);
  }
  const program = parsePipe(stream);
  if (stream.token.kind !== "end") throw stream.unexpected("end of file");
  return program;
}

/** A whole query: pipes, commas, definitions and bindings, which reach as far to the right as they can. */
function parsePipe(stream: TokenStream): Node {
  return stream.nested(() => {
    const start = stream.token.start;
    if (stream.isKeyword("def")) {
      const definition = parseDefinition(stream);
      const body = parsePipe(stream);
      return { kind: "define", definition, body, start, end: body.end };
    }
    const left = parseComma(stream);
    if (!stream.takeSymbol("|")) return left;
    const right = parsePipe(stream);
    return { kind: "pipe", left, right, start, end: right.end };
  });
}

function parseComma(stream: TokenStream): Node {
  let left = parseBinding(stream);
  while (stream.takeSymbol(",")) {
    const right = stream.isKeyword("def") ? parsePipe(stream) : parseBinding(stream);
    left = { kind: "comma", left, right, start: left.start, end: right.end };
  }
  return left;
}

function parseBinding(stream: TokenStream): Node {
  const start = stream.token.start;
  if (stream.takeKeyword("label")) {
    const name = stream.take("variable", "a name as in $out").text;
    stream.expectSymbol("|");
    const body = parsePipe(stream);
    return { kind: "label", name, body, start, end: body.end };
  }
  const source = parseOperators(stream, 0);
  if (!stream.takeKeyword("as")) return source;
  const patterns = parsePatterns(stream);
  stream.expectSymbol("|");
  const body = parsePipe(stream);
  return { kind: "bind", source, patterns, body, start, end: body.end };
}

function parseDefinition(stream: TokenStream): Definition {
  const start = stream.token.start;
  stream.expectKeyword("def");
  const name = stream.takeName("the name of a function");
  const parameters: string[] = [];
  const values: string[] = [];
  if (stream.takeSymbol("(")) {
    do {
      const isValue = stream.token.kind === "variable";
      const parameter = isValue ? stream.advance().text : stream.takeName("a parameter");
      parameters.push(parameter);
      if (isValue) values.push(parameter);
    } while (stream.takeSymbol(";"));
    stream.expectSymbol(")");
  }
  stream.expectSymbol(":");
  const inner = parsePipe(stream);
  const end = stream.expectSymbol(";").end;
  return { name, parameters, body: bindValues(inner, values), start, end };
}

/** `def f($a): body;` is `def f(a): a as $a | body;`. */
function bindValues(body: Node, names: readonly string[]): Node {
  const { start, end } = body;
  return names.reduceRight<Node>(
    (inner, name) => ({
      kind: "bind",
      source: { kind: "call", name, arguments: [], start, end },
      patterns: [{ kind: "name", name }],
      body: inner,
      start,
      end,
    }),
    body,
  );
}

type Level = "left" | "right" | "none";

/** From the loosest to the tightest. */
const levels: readonly { readonly operators: readonly string[]; readonly level: Level }[] = [
  { operators: ["//"], level: "right" },
  { operators: ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="], level: "none" },
  { operators: ["or"], level: "left" },
  { operators: ["and"], level: "left" },
  { operators: ["==", "!=", "<", "<=", ">", ">="], level: "none" },
  { operators: ["+", "-"], level: "left" },
  { operators: ["*", "/", "%"], level: "left" },
];
const tightest = levels.length - 1;

const levelOf = new Map(
  levels.flatMap(({ operators }, index) => operators.map((operator) => [operator, index] as const)),
);

function operatorLevel(token: Token): number {
  if (token.kind !== "symbol" && token.kind !== "keyword") return -1;
  return levelOf.get(token.text) ?? -1;
}

function parseOperators(stream: TokenStream, loosest: number): Node {
  const start = stream.token.start;
  let left = parseOperand(stream);
  for (let ceiling = tightest; ;) {
    const found = operatorLevel(stream.token);
    if (found < loosest) return left;
    // Comparisons and updates do not follow each other: a == b == c is no program.
    if (found > ceiling) throw stream.unexpected(null);
    const { level } = levels[found]!;
    const operator = stream.advance().text;
    const right = parseOperators(stream, level === "right" ? found : found + 1);
    left = combine(operator, left, right, start);
    ceiling = level === "none" ? found - 1 : found;
  }
}

function parseOperand(stream: TokenStream): Node {
  const start = stream.token.start;
  if (!stream.takeSymbol("-")) return parsePostfix(stream);
  const operand = stream.nested(() => parseOperators(stream, tightest));
  return { kind: "negate", operand, start, end: operand.end };
}

function combine(operator: string, left: Node, right: Node, start: number): Node {
  const end = right.end;
  if (operator === "//") return { kind: "alternative", left, right, start, end };
  if (operator === "and" || operator === "or") return { kind: "logic", operator, left, right, start, end };
  if (levels[1]!.operators.includes(operator)) {
    return { kind: "update", operator: operator as UpdateOperator, left, right, start, end };
  }
  return { kind: "binary", operator: operator as BinaryOperator, left, right, start, end };
}

/** A term and what hangs on it: `.a`, `[0]`, `[1:2]`, `[]`, `?`. */
function parsePostfix(stream: TokenStream): Node {
  let target = parseTerm(stream);
  for (;;) {
    const next = parseSuffix(stream, target);
    if (next === null) return target;
    target = next;
  }
}

function parseSuffix(stream: TokenStream, target: Node): Node | null {
  const { kind, text, start, end } = stream.token;
  if (kind === "field") {
    stream.advance();
    return { kind: "index", target, key: literal(text, start + 1, end), start: target.start, end };
  }
  if (kind !== "symbol") return null;
  if (text === "?") {
    stream.advance();
    return { kind: "attempt", body: target, handler: null, start: target.start, end };
  }
  if (text === "[") return parseBrackets(stream, target);
  if (text !== ".") return null;
  stream.advance();
  if (stream.isSymbol("[")) return parseBrackets(stream, target);
  const key = parseString(stream);
  return { kind: "index", target, key, start: target.start, end: key.end };
}

function parseBrackets(stream: TokenStream, target: Node): Node {
  const start = target.start;
  stream.expectSymbol("[");
  if (stream.isSymbol("]")) return { kind: "iterate", target, start, end: stream.advance().end };
  if (stream.takeSymbol(":")) {
    const to = parsePipe(stream);
    return { kind: "slice", target, from: null, to, start, end: stream.expectSymbol("]").end };
  }
  const key = parsePipe(stream);
  if (!stream.takeSymbol(":")) {
    return { kind: "index", target, key, start, end: stream.expectSymbol("]").end };
  }
  const to = stream.isSymbol("]") ? null : parsePipe(stream);
  return { kind: "slice", target, from: key, to, start, end: stream.expectSymbol("]").end };
}

function literal(value: null | boolean | number | string, start: number, end: number): Node {
  return { kind: "literal", value, start, end };
}

function parseTerm(stream: TokenStream): Node {
  const token = stream.token;
  const { start, end, text } = token;
  switch (token.kind) {
    case "number":
      stream.advance();
      return literal(Number(text), start, end);
    case "quote":
      return parseString(stream);
    case "format":
      return parseString(stream);
    case "field": {
      stream.advance();
      const target: Node = { kind: "identity", start, end: start };
      return { kind: "index", target, key: literal(text, start + 1, end), start, end };
    }
    case "variable":
      stream.advance();
      if (text === "__loc__") return { kind: "location", line: stream.lineOf(start), start, end };
      return { kind: "variable", name: text, start, end };
    case "identifier":
      return parseCall(stream);
    case "keyword":
      return parseKeyword(stream);
    case "symbol":
      return parseSymbol(stream);
    default:
      throw stream.unexpected(null);
  }
}

const constants: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false };

function parseCall(stream: TokenStream): Node {
  const { text: name, start, end } = stream.advance();
  if (!stream.takeSymbol("(")) {
    if (Object.hasOwn(constants, name)) return literal(constants[name]!, start, end);
    return { kind: "call", name, arguments: [], start, end };
  }
  const args = [parsePipe(stream)];
  while (stream.takeSymbol(";")) args.push(parsePipe(stream));
  return { kind: "call", name, arguments: args, start, end: stream.expectSymbol(")").end };
}

function parseSymbol(stream: TokenStream): Node {
  const { text, start, end } = stream.token;
  switch (text) {
    case ".": {
      stream.advance();
      const identity: Node = { kind: "identity", start, end };
      if (stream.token.kind !== "quote" && stream.token.kind !== "format") return identity;
      const key = parseString(stream);
      return { kind: "index", target: identity, key, start, end: key.end };
    }
    case "..":
      stream.advance();
      return { kind: "descend", start, end };
    case "(": {
      stream.advance();
      const inner = parsePipe(stream);
      return { ...inner, start, end: stream.expectSymbol(")").end };
    }
    case "[": {
      stream.advance();
      const body = stream.isSymbol("]") ? null : parsePipe(stream);
      return { kind: "array", body, start, end: stream.expectSymbol("]").end };
    }
    case "{":
      return parseObject(stream, parseObjectValue);
    case "-":
      return stream.nested(() => parseOperand(stream));
    default:
      throw stream.unexpected(null);
  }
}

/** The value of an object's key: anything but a comma, which ends it. */
function parseObjectValue(stream: TokenStream): Node {
  const left = stream.nested(() => parseOperators(stream, 0));
  if (!stream.takeSymbol("|")) return left;
  const right = stream.nested(() => parseObjectValue(stream));
  return { kind: "pipe", left, right, start: left.start, end: right.end };
}

function parseKeyword(stream: TokenStream): Node {
  const { text, start } = stream.token;
  switch (text) {
    case "if":
      return parseIf(stream);
    case "try": {
      stream.advance();
      const body = parseTried(stream);
      const handler = stream.takeKeyword("catch") ? parseTried(stream) : null;
      return { kind: "attempt", body, handler, start, end: (handler ?? body).end };
    }
    case "reduce":
    case "foreach":
      return parseFold(stream, text);
    case "break": {
      stream.advance();
      const { text: name, end } = stream.take("variable", "a label to break to");
      return { kind: "break", name, start, end };
    }
    case "__loc__":
      throw stream.unexpected(null);
    default:
      throw stream.unexpected(null);
  }
}

/** What `try` and `catch` take: one term, with a sign before it perhaps. */
function parseTried(stream: TokenStream): Node {
  const start = stream.token.start;
  if (!stream.takeSymbol("-")) return stream.nested(() => parsePostfix(stream));
  const operand = stream.nested(() => parseTried(stream));
  return { kind: "negate", operand, start, end: operand.end };
}

function parseIf(stream: TokenStream): Node {
  const start = stream.advance().start;
  const condition = parsePipe(stream);
  stream.expectKeyword("then");
  const consequent = parsePipe(stream);
  if (stream.isKeyword("elif")) {
    const alternate = stream.nested(() => parseIf(stream));
    return { kind: "if", condition, consequent, alternate, start, end: alternate.end };
  }
  const alternate = stream.takeKeyword("else") ? parsePipe(stream) : null;
  return { kind: "if", condition, consequent, alternate, start, end: stream.expectKeyword("end").end };
}

function parseFold(stream: TokenStream, kind: "reduce" | "foreach"): Node {
  const start = stream.advance().start;
  const source = parseOperators(stream, 0);
  stream.expectKeyword("as");
  const patterns = parsePatterns(stream);
  stream.expectSymbol("(");
  const initial = parsePipe(stream);
  stream.expectSymbol(";");
  const update = parsePipe(stream);
  const extract = kind === "foreach" && stream.takeSymbol(";") ? parsePipe(stream) : null;
  const end = stream.expectSymbol(")").end;
  if (kind === "reduce") return { kind, source, patterns, initial, update, start, end };
  return { kind, source, patterns, initial, update, extract, start, end };
}
