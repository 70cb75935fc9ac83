import { fail } from "./failure.ts";
import { emptyObject, type Json, nestingMax } from "./value.ts";

/** The value of a JSON text; like jq it takes `nan` as well. A text that is none is a failure that says where. */
export function parseJson(text: string): Json {
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  try {
    const value = JSON.parse(body) as Json;
    if (body.length > nestingMax) refuseDepth(body);
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new Reader(body).read();
  }
}

function refuseDepth(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/gs)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > nestingMax) fail("Exceeds depth limit for parsing");
  }
}

interface Open {
  readonly list: Json[] | null;
  readonly object: { [key: string]: Json } | null;
  key: string | null;
}

const tokenPattern = /[ \t\r\n]*(?:([[\]{}:,])|("(?:[^"\\]|\\.)*")|([^[\]{}:,"\s]+)|(.)|$)/sy;
const literals: Readonly<Record<string, Json>> = {
  true: true,
  false: false,
  null: null,
  nan: Number.NaN,
  "-nan": Number.NaN,
  NaN: Number.NaN,
  "-NaN": Number.NaN,
  Infinity: Infinity,
  "-Infinity": -Infinity,
};

/** The slow reader, for texts with a `nan` in them and for those that are wrong. */
class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): Json {
    const stack: Open[] = [];
    for (;;) {
      let value = this.value(stack);
      if (value === undefined) continue;
      for (;;) {
        const top = stack.at(-1);
        if (top === undefined) return this.end(value);
        if (top.list !== null) top.list.push(value);
        else top.object![top.key!] = value;
        const token = this.token();
        if (token === ",") {
          if (top.object !== null) top.key = this.key();
          break;
        }
        if (token !== (top.list === null ? "}" : "]")) this.wrong(token);
        stack.pop();
        value = top.list ?? top.object!;
      }
    }
  }

  /** A value, or undefined where a container was opened that has members. */
  private value(stack: Open[]): Json | undefined {
    const token = this.token();
    if (token !== "[" && token !== "{") return this.scalar(token);
    if (stack.length >= nestingMax) fail("Exceeds depth limit for parsing");
    const start = this.at;
    const isEmpty = this.token() === (token === "[" ? "]" : "}");
    if (isEmpty) return token === "[" ? [] : emptyObject();
    this.at = start;
    if (token === "[") stack.push({ list: [], object: null, key: null });
    else stack.push({ list: null, object: emptyObject(), key: this.key() });
    return undefined;
  }

  private key(): string {
    const token = this.token();
    const key = this.scalar(token);
    if (typeof key !== "string") return fail(this.message("Object keys must be strings"));
    if (this.token() !== ":") fail(this.message("Objects must consist of key:value pairs"));
    return key;
  }

  private scalar(token: string): Json {
    if (Object.hasOwn(literals, token)) return literals[token]!;
    if (token.startsWith('"')) return this.string(token);
    if (/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(token)) return Number(token);
    return this.wrong(token);
  }

  private string(token: string): string {
    try {
      // jq lets control characters stand in strings as they are.
      const escaped = token.replace(/[^ -\uffff]/g, (found) => JSON.stringify(found).slice(1, -1));
      return JSON.parse(escaped) as string;
    } catch (error) {
      return fail(this.message(error instanceof SyntaxError ? "Invalid escape" : String(error)));
    }
  }

  private token(): string {
    tokenPattern.lastIndex = this.at;
    const found = tokenPattern.exec(this.text)!;
    this.at = tokenPattern.lastIndex;
    return found[1] ?? found[2] ?? found[3] ?? found[4] ?? "";
  }

  private end(value: Json): Json {
    const token = this.token();
    return token === "" ? value : fail(this.message("Unexpected extra JSON values"));
  }

  private wrong(token: string): never {
    if (token === "" && this.text.trim() === "") return fail(this.message("Expected JSON value"));
    if (token === "") return fail(this.message("Unfinished JSON term at EOF"));
    const isLast = this.at === this.text.length;
    // jq notices a wrong word at the character behind it.
    if (!isLast) this.at += 1;
    if (token.startsWith("'")) {
      return fail(this.message("Invalid string literal; expected \", but got '"));
    }
    return fail(this.message(isLast ? "Invalid numeric literal at EOF" : "Invalid numeric literal"));
  }

  private message(what: string): string {
    if (this.text.trim() === "") return `${what} (while parsing '${this.text}')`;
    const before = this.text.slice(0, this.at);
    const line = before.split("\n").length;
    const column = this.at - before.lastIndexOf("\n") - 1;
    return `${what} at line ${line}, column ${column} (while parsing '${this.text}')`;
  }
}
