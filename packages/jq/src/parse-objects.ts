import type { Node, ObjectEntry } from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";

/** A string, or a format with or without one. */
export function parseString(stream: TokenStream): Node {
  const { kind, start, end, text } = stream.token;
  if (kind !== "format" && kind !== "quote") throw stream.unexpected("a string");
  let format: string | null = null;
  if (kind === "format") {
    format = text;
    stream.advance();
    if (stream.token.kind !== "quote") return { kind: "format", name: format, start, end };
  }
  const parts: (string | Node)[] = [];
  for (;;) {
    const part = stream.stringPart();
    if (part.text !== "") parts.push(part.text);
    if (!part.interpolates) break;
    stream.advance();
    parts.push(stream.query(stream));
    if (!stream.isSymbol(")")) throw stream.unexpected("')'");
  }
  // The token is still the quote or bracket from which the last part was read.
  stream.advance();
  const only = parts[0] ?? "";
  const node = { start, end: stream.token.start };
  if (parts.length <= 1 && typeof only === "string") return { kind: "literal", value: only, ...node };
  return { kind: "text", format, parts, ...node };
}

/** `{a, $x, "b": 1, (expression): value}`. */
export function parseObject(stream: TokenStream, parseValue: (stream: TokenStream) => Node): Node {
  const start = stream.expectSymbol("{").start;
  const entries: ObjectEntry[] = [];
  while (!stream.isSymbol("}")) {
    entries.push(parseEntry(stream, parseValue));
    if (!stream.takeSymbol(",")) break;
  }
  return { kind: "object", entries, start, end: stream.expectSymbol("}").end };
}

function parseEntry(stream: TokenStream, parseValue: (stream: TokenStream) => Node): ObjectEntry {
  const { kind, text, start, end } = stream.token;
  if (kind === "variable") return parseVariableEntry(stream, parseValue);
  if (kind === "symbol" && text === "(") {
    const key = parseComputedKey(stream);
    stream.expectSymbol(":");
    return { key, value: parseValue(stream) };
  }
  const key = parsePlainKey(stream);
  if (stream.takeSymbol(":")) return { key, value: parseValue(stream) };
  const target: Node = { kind: "identity", start, end: start };
  if (kind === "keyword" || kind === "identifier" || kind === "quote" || kind === "format") {
    return { key, value: { kind: "index", target, key, start, end } };
  }
  throw stream.unexpected("':'");
}

function parseVariableEntry(stream: TokenStream, parseValue: (stream: TokenStream) => Node): ObjectEntry {
  const { text, start, end } = stream.advance();
  const value: Node =
    text === "__loc__"
      ? { kind: "location", line: stream.lineOf(start), start, end }
      : { kind: "variable", name: text, start, end };
  if (stream.takeSymbol(":")) return { key: value, value: parseValue(stream) };
  return { key: { kind: "literal", value: text, start: start + 1, end }, value };
}

/** A key as it may stand in objects and in patterns: a name, a string, or a format with a string. */
export function parsePlainKey(stream: TokenStream): Node {
  const { kind, text, start, end } = stream.token;
  if (kind === "quote" || kind === "format") return parseString(stream);
  if (kind === "number") throw stream.error(`Cannot use number (${text}) as object key`);
  const value = stream.takeName("a key");
  if (["+", "-", "*", "/", "%"].some((operator) => stream.isSymbol(operator))) {
    throw stream.error("May need parentheses around object key expression");
  }
  return { kind: "literal", value, start, end };
}

/** A key in parentheses. What is known not to be a string is refused here. */
export function parseComputedKey(stream: TokenStream): Node {
  const { start } = stream.expectSymbol("(");
  const position = stream.token.start;
  const key = stream.query(stream);
  if (key.kind === "literal" && typeof key.value !== "string") {
    const type = key.value === null ? "null" : typeof key.value;
    throw stream.errorAt(position, `Cannot use ${type} (${String(key.value)}) as object key`);
  }
  return { ...key, start, end: stream.expectSymbol(")").end };
}
