import { syntaxError } from "./errors.ts";

export type TokenKind =
  | "identifier"
  | "keyword"
  | "field"
  | "variable"
  | "number"
  | "format"
  | "quote"
  | "symbol"
  | "end";

/** `text` is a name without its `.`, `$` or `@`, a symbol, or the digits of a number. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What a string holds up to its end or up to the next `\(`. */
export interface StringPart {
  readonly text: string;
  readonly interpolates: boolean;
}

const keywords = new Set([
  "def",
  "module",
  "import",
  "include",
  "if",
  "then",
  "else",
  "elif",
  "end",
  "as",
  "reduce",
  "foreach",
  "try",
  "catch",
  "label",
  "break",
  "and",
  "or",
  "__loc__",
]);

const blanksAndComments = /(?:[ \t\r\n]+|#(?:\\(?:\r\n|[^])|[^\\\r\n]|\r(?!\n))*)*/y;
const tokens: readonly (readonly [TokenKind, RegExp])[] = [
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["field", /\.[a-zA-Z_]\w*/y],
  ["variable", /\$(?:[a-zA-Z_]\w*::)*[a-zA-Z_]\w*/y],
  ["format", /@[a-zA-Z0-9_]+/y],
  ["identifier", /(?:[a-zA-Z_]\w*::)*[a-zA-Z_]\w*/y],
  ["symbol", /\?\/\/|\/\/=|\|=|\+=|-=|\*=|\/=|%=|==|!=|<=|>=|\/\/|\.\.|[.[\](){}|,:;=<>+\-*/%?]/y],
];

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Reads a program's text piece by piece; the parser says when it stands inside a string. */
export class Lexer {
  readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  next(): Token {
    blanksAndComments.lastIndex = this.at;
    const start = this.at + (blanksAndComments.exec(this.text)?.[0].length ?? 0);
    if (start >= this.text.length) return this.token("end", "", start, start);
    if (this.text[start] === '"') return this.token("quote", '"', start, start + 1);
    for (const [kind, pattern] of tokens) {
      pattern.lastIndex = start;
      const found = pattern.exec(this.text)?.[0];
      if (found === undefined) continue;
      const end = start + found.length;
      if (kind === "number" || kind === "symbol") return this.token(kind, found, start, end);
      if (kind !== "identifier") return this.token(kind, found.slice(1), start, end);
      return this.token(keywords.has(found) ? "keyword" : "identifier", found, start, end);
    }
    const character = String.fromCodePoint(this.text.codePointAt(start)!);
    throw syntaxError(this.text, start, `syntax error, unexpected ${JSON.stringify(character)}`);
  }

  /** The text of a string from here on; the lexer then stands behind its closing quote or behind `\(`. */
  stringPart(): StringPart {
    let text = "";
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) {
        throw syntaxError(this.text, this.at, "syntax error, unterminated string");
      }
      this.at += 1;
      if (character === '"') return { text, interpolates: false };
      if (character !== "\\") text += character;
      else if (this.text[this.at] === "(") {
        this.at += 1;
        return { text, interpolates: true };
      } else text += this.escape();
    }
  }

  private token(kind: TokenKind, text: string, start: number, end: number): Token {
    this.at = end;
    return { kind, text, start, end };
  }

  private escape(): string {
    const name = this.text[this.at] ?? "";
    const plain = Object.hasOwn(escapes, name) ? escapes[name] : undefined;
    if (plain !== undefined) {
      this.at += 1;
      return plain;
    }
    const unit = this.hexadecimal(this.at);
    if (unit === null) {
      throw syntaxError(this.text, this.at - 1, `syntax error, invalid escape "\\${name}"`);
    }
    this.at += 5;
    const low = this.text[this.at] === "\\" ? this.hexadecimal(this.at + 1) : null;
    const isPair = unit >= 0xd800 && unit < 0xdc00 && low !== null && low >= 0xdc00 && low < 0xe000;
    if (isPair) {
      this.at += 6;
      return String.fromCharCode(unit, low);
    }
    return unit >= 0xd800 && unit < 0xe000 ? "\ufffd" : String.fromCharCode(unit);
  }

  /** The number of a `uXXXX` that stands there; null where none does. */
  private hexadecimal(at: number): number | null {
    const digits = this.text.slice(at, at + 5);
    return /^u[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits.slice(1), 16) : null;
  }
}
