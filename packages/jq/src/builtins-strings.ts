import { hasSurrogates, indexValue, membersOf, positionsOf } from "./access.ts";
import { splitText } from "./arithmetic.ts";
import { type Builtins, ofInput, ofOne } from "./builtin-shape.ts";
import { Failure, fail, shown } from "./failure.ts";
import { textOfValue } from "./formats.ts";
import type { Run } from "./run.ts";
import type { Json } from "./value.ts";

/** Strings without patterns. */
export const stringBuiltins: Builtins = {
  "ascii_downcase/0": ofInput((input) =>
    textInput(input, "ascii_downcase").replace(/[A-Z]+/g, (found) => found.toLowerCase()),
  ),
  "ascii_upcase/0": ofInput((input) =>
    textInput(input, "ascii_upcase").replace(/[a-z]+/g, (found) => found.toUpperCase()),
  ),
  "explode/0": ofInput((input, run) => {
    const text = textInput(input, "explode");
    run.spend(text.length >> 2);
    return Array.from(text, (character) => character.codePointAt(0)!);
  }),
  "implode/0": ofInput(implode),
  "ltrimstr/1": ofOne((input, left) => withoutStart(input, left)),
  "rtrimstr/1": ofOne((input, right) => withoutEnd(input, right)),
  "trimstr/1": ofOne((input, part) => withoutEnd(withoutStart(input, part), part)),
  "trim/0": ofInput((input) => trimmed(input, "both")),
  "ltrim/0": ofInput((input) => trimmed(input, "start")),
  "rtrim/0": ofInput((input) => trimmed(input, "end")),
  "startswith/1": ofOne((input, part) => {
    const [text, start] = twoTexts(input, part, "startswith() requires string inputs");
    return text.startsWith(start);
  }),
  "endswith/1": ofOne((input, part) => {
    const [text, end] = twoTexts(input, part, "endswith() requires string inputs");
    return text.endsWith(end);
  }),
  "split/1": ofOne((input, separator, run) => {
    const [text, between] = twoTexts(input, separator, "split input and separator must be strings");
    return splitText(text, between, run);
  }),
  "join/1": ofOne(join),
  "indices/1": ofOne(indices),
  "index/1": ofOne((input, part, run) => memberAt(indices(input, part, run), 0)),
  "rindex/1": ofOne((input, part, run) => memberAt(indices(input, part, run), -1)),
  "_strindices/1": ofOne((input, part, run) => {
    if (typeof input !== "string") {
      throw new Failure(`${shown(input)} cannot be searched, as it is not a string`);
    }
    if (typeof part !== "string") throw new Failure(`${shown(part)} is not a string`);
    return textPositions(input, part, run);
  }),
};

function textInput(input: Json, name: string): string {
  return typeof input === "string" ? input : fail(`${name} input must be a string`);
}

function twoTexts(one: Json, other: Json, message: string): readonly [string, string] {
  if (typeof one !== "string" || typeof other !== "string") return fail(message);
  return [one, other];
}

function withoutStart(input: Json, part: Json): string {
  const [text, start] = twoTexts(input, part, "startswith() requires string inputs");
  return text.startsWith(start) ? text.slice(start.length) : text;
}

function withoutEnd(input: Json, part: Json): string {
  const [text, end] = twoTexts(input, part, "endswith() requires string inputs");
  return end !== "" && text.endsWith(end) ? text.slice(0, -end.length) : text;
}

/** The blanks that jq trims: those of JavaScript, and U+0085, but no byte order mark. */
const blankStart = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const blank = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function trimmed(input: Json, side: "start" | "end" | "both"): string {
  if (typeof input !== "string") return fail("trim input must be a string");
  const text = side === "end" ? input : input.replace(blankStart, "");
  if (side === "start") return text;
  // A pattern for blanks at the end would try every run of blanks on the way.
  let end = text.length;
  while (end > 0 && blank.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

function implode(input: Json, run: Run): Json {
  if (!Array.isArray(input)) return fail("implode input must be an array");
  run.spend(input.length);
  let text = "";
  for (const value of input) {
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new Failure(`${shown(value)} can't be imploded, unicode codepoint needs to be numeric`);
    }
    const point = Math.trunc(value);
    const isCharacter = point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += isCharacter ? String.fromCodePoint(point) : "\ufffd";
  }
  return text;
}

function join(input: Json, separator: Json, run: Run): Json {
  const members = membersOf(input);
  let text = "";
  for (const [at, member] of members.entries()) {
    run.step();
    if (at > 0) {
      if (typeof separator !== "string") {
        if (separator !== null) throw new Failure(`${shown(text)} and ${shown(separator)} cannot be added`);
      } else text += separator;
    }
    if (typeof member === "object" && member !== null) {
      throw new Failure(`${shown(text)} and ${shown(member)} cannot be added`);
    }
    if (member !== null) text += textOfValue(member, run);
    run.allow(text.length);
  }
  return text;
}

function memberAt(found: Json, place: number): Json {
  return Array.isArray(found) ? (found.at(place) ?? null) : null;
}

function indices(input: Json, part: Json, run: Run): Json {
  if (typeof input === "string" && typeof part === "string") return textPositions(input, part, run);
  if (Array.isArray(input)) return positionsOf(input, Array.isArray(part) ? part : [part], run);
  return indexValue(input, part, run);
}

/** Where a text holds another one, in characters; places may overlap. */
function textPositions(text: string, part: string, run: Run): Json[] {
  if (part === "") return [];
  run.spend(text.length >> 3);
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    run.step();
    found.push(at);
  }
  return hasSurrogates(text) ? inCharacters(text, found) : found;
}

function inCharacters(text: string, units: readonly number[]): number[] {
  const characters: number[] = [];
  let unit = 0;
  let count = 0;
  for (const place of units) {
    while (unit < place) {
      unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
      count += 1;
    }
    characters.push(count);
  }
  return characters;
}
