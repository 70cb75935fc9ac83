import { parseComputedKey, parsePlainKey } from "./parse-objects.ts";
import type { Pattern, PatternEntry } from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";

/** What stands behind `as`: a pattern, or several with `?//` between them. */
export function parsePatterns(stream: TokenStream): Pattern[] {
  const patterns = [parsePattern(stream)];
  while (stream.takeSymbol("?//")) patterns.push(parsePattern(stream));
  return patterns;
}

function parsePattern(stream: TokenStream): Pattern {
  if (stream.token.kind === "variable") return { kind: "name", name: stream.advance().text };
  if (stream.takeSymbol("[")) {
    const elements = parseList(stream, parsePattern);
    stream.expectSymbol("]");
    return { kind: "elements", elements };
  }
  if (stream.takeSymbol("{")) {
    const entries = parseList(stream, parseEntry);
    stream.expectSymbol("}");
    return { kind: "entries", entries };
  }
  throw stream.unexpected("a name, '[' or '{'");
}

function parseList<Part>(stream: TokenStream, parsePart: (stream: TokenStream) => Part): Part[] {
  const parts = [parsePart(stream)];
  while (stream.takeSymbol(",")) parts.push(parsePart(stream));
  return parts;
}

function parseEntry(stream: TokenStream): PatternEntry {
  if (stream.token.kind === "variable") {
    const { text: name, start, end } = stream.advance();
    const inner = stream.takeSymbol(":") ? parsePattern(stream) : null;
    return { name, key: { kind: "literal", value: name, start, end }, inner };
  }
  const key = stream.isSymbol("(") ? parseComputedKey(stream) : parsePlainKey(stream);
  stream.expectSymbol(":");
  return { name: null, key, inner: parsePattern(stream) };
}
