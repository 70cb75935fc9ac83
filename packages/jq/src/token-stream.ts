import { type JqError, syntaxError } from "./errors.ts";
import type { Lexer, StringPart, Token, TokenKind } from "./lexer.ts";
import type { Node } from "./syntax.ts";

/** How deep the parts of a program may be nested; each level takes some of the stack when it is compiled and run. */
export const syntaxDepthMax = 500;

/** The tokens of a program, one ahead, with the questions a parser asks of them. */
export class TokenStream {
  token: Token;
  /** Parses a whole query; the parsers of single constructs reach the grammar through it. */
  readonly query: (stream: TokenStream) => Node;
  private readonly lexer: Lexer;
  private depth = 0;

  constructor(lexer: Lexer, query: (stream: TokenStream) => Node) {
    this.lexer = lexer;
    this.query = query;
    this.token = lexer.next();
  }

  /** Gives the token that stands here and goes on. */
  advance(): Token {
    const token = this.token;
    this.token = this.lexer.next();
    return token;
  }

  isSymbol(text: string): boolean {
    return this.token.kind === "symbol" && this.token.text === text;
  }

  isKeyword(text: string): boolean {
    return this.token.kind === "keyword" && this.token.text === text;
  }

  takeSymbol(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.advance();
    return found;
  }

  takeKeyword(text: string): boolean {
    const found = this.isKeyword(text);
    if (found) this.advance();
    return found;
  }

  expectSymbol(text: string): Token {
    if (!this.isSymbol(text)) throw this.unexpected(`'${text}'`);
    return this.advance();
  }

  expectKeyword(text: string): Token {
    if (!this.isKeyword(text)) throw this.unexpected(`"${text}"`);
    return this.advance();
  }

  take(kind: TokenKind, what: string): Token {
    if (this.token.kind !== kind) throw this.unexpected(what);
    return this.advance();
  }

  /** A name of a function or key, where keywords are names like any other. */
  takeName(what: string): string {
    if (this.token.kind !== "keyword" && this.token.kind !== "identifier") throw this.unexpected(what);
    return this.advance().text;
  }

  /** The text of a string up to its end or its next interpolation; the quote or the bracket before is the token. */
  stringPart(): StringPart {
    return this.lexer.stringPart();
  }

  lineOf(position: number): number {
    return this.lexer.text.slice(0, position).split("\n").length;
  }

  /** Parses one level deeper, if there may be one. */
  nested(parse: () => Node): Node {
    if (this.depth >= syntaxDepthMax) throw this.error("the program is nested too deep");
    this.depth += 1;
    const node = parse();
    this.depth -= 1;
    return node;
  }

  unexpected(expected: string | null): JqError {
    const { kind, text } = this.token;
    const found = kind === "end" ? "end of file" : kind === "symbol" ? `'${text}'` : `"${this.textHere()}"`;
    return this.error(
      `syntax error, unexpected ${found}${expected === null ? "" : `, expecting ${expected}`}`,
    );
  }

  error(message: string): JqError {
    return this.errorAt(this.token.start, message);
  }

  errorAt(position: number, message: string): JqError {
    return syntaxError(this.lexer.text, position, message);
  }

  private textHere(): string {
    return this.lexer.text.slice(this.token.start, this.token.end);
  }
}
