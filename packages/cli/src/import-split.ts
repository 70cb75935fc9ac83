import { CommandError } from "./failures.ts";

/** The text of one record and the line it begins on; `problem` when it is too long to be looked at. */
export interface TextPart {
  line: number;
  text: string;
  problem?: string;
}

/** The lines of NDJSON that are not empty. */
export async function* splitLines(
  chunks: AsyncIterable<string>,
  charactersMax: number,
): AsyncGenerator<TextPart> {
  let line = 0;
  let rest = "";
  let tooLong = false;
  const partOf = (text: string): TextPart[] => {
    line += 1;
    if (tooLong || text.length > charactersMax) {
      tooLong = false;
      return [{ line, text: "", problem: tooLongText(charactersMax) }];
    }
    return text.trim() === "" ? [] : [{ line, text }];
  };
  for await (const chunk of chunks) {
    const pieces = (rest + chunk).split("\n");
    rest = pieces.pop() ?? "";
    for (const piece of pieces) yield* partOf(piece);
    if (rest.length > charactersMax) [rest, tooLong] = ["", true];
  }
  yield* partOf(rest);
}

/** The elements of one JSON array, cut where their brackets close; what is in them is not looked at here. */
export async function* splitArray(
  chunks: AsyncIterable<string>,
  charactersMax: number,
): AsyncGenerator<TextPart> {
  const splitter = new ArraySplitter(charactersMax);
  for await (const chunk of chunks) yield* splitter.take(chunk);
  splitter.end();
}

const whitespace = new Set([" ", "\t", "\r", "\n", "\uFEFF"]);

/** Keeps only whether it stands in a string, and how deep, so that a broken element spoils no other one. */
class ArraySplitter {
  readonly #charactersMax: number;
  #line = 1;
  #state: "before" | "between" | "within" | "after" = "before";
  #depth = 0;
  #inString = false;
  #escaped = false;
  #startLine = 1;
  #pieces: string[] = [];
  #length = 0;

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  *take(chunk: string): Generator<TextPart> {
    let from = 0;
    for (let index = 0; index < chunk.length; index++) {
      const character = chunk[index]!;
      if (character === "\n") this.#line += 1;
      if (this.#state !== "within") {
        from = index;
        if (!this.#outside(character)) continue;
      }
      if (!this.#ends(character)) continue;
      this.#keep(chunk.slice(from, index));
      yield this.#part();
      this.#state = character === "]" ? "after" : "between";
    }
    if (this.#state === "within") this.#keep(chunk.slice(from));
  }

  /** The file must have ended with its array. */
  end(): void {
    if (this.#state === "after") return;
    if (this.#state === "before")
      throw new CommandError("file: there is nothing in it; a JSON array was expected");
    throw new CommandError(`line ${this.#line}: the file ends before its array does`);
  }

  /** Whether an element begins here. */
  #outside(character: string): boolean {
    if (whitespace.has(character)) return false;
    if (this.#state === "after")
      throw new CommandError(`line ${this.#line}: there is something after the array`);
    if (this.#state === "before") {
      if (character !== "[") throw noArray(this.#line, character);
      this.#state = "between";
      return false;
    }
    if (character === ",") return false;
    if (character === "]") {
      this.#state = "after";
      return false;
    }
    this.#state = "within";
    this.#startLine = this.#line;
    return true;
  }

  /** Whether the element ended before this character. */
  #ends(character: string): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (character === "\\") this.#escaped = true;
      else if (character === '"') this.#inString = false;
      return false;
    }
    if (character === '"') this.#inString = true;
    else if (character === "{" || character === "[") this.#depth += 1;
    else if (this.#depth === 0) return character === "," || character === "]";
    else if (character === "}" || character === "]") this.#depth -= 1;
    return false;
  }

  #keep(text: string): void {
    this.#length += text.length;
    if (this.#length <= this.#charactersMax) this.#pieces.push(text);
    else this.#pieces = [];
  }

  #part(): TextPart {
    const line = this.#startLine;
    const isTooLong = this.#length > this.#charactersMax;
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return isTooLong ? { line, text: "", problem: tooLongText(this.#charactersMax) } : { line, text };
  }
}

function noArray(line: number, character: string): CommandError {
  const way = character === "{" ? "; of objects that stand one a line, say --format ndjson" : "";
  return new CommandError(`line ${line}: a JSON array must begin with [${way}`);
}

function tooLongText(charactersMax: number): string {
  return `a record has at most ${charactersMax} characters`;
}
