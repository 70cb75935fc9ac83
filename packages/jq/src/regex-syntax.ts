import { type CharacterTest, characterClass, posixClass, propertyClass } from "./regex-classes.ts";

export type Greed = "greedy" | "lazy" | "possessive";
export type AssertionName = "start" | "end" | "last-line-end" | "word" | "no-word";

export type Regex =
  | { readonly kind: "empty" }
  | { readonly kind: "character"; readonly point: number; readonly ignoreCase: boolean }
  | { readonly kind: "set"; readonly test: CharacterTest; readonly ignoreCase: boolean }
  | { readonly kind: "assertion"; readonly name: AssertionName }
  | { readonly kind: "sequence"; readonly parts: readonly Regex[] }
  | { readonly kind: "choice"; readonly options: readonly Regex[] }
  | { readonly kind: "group"; readonly number: number; readonly body: Regex }
  | { readonly kind: "atomic"; readonly body: Regex }
  | { readonly kind: "look"; readonly isBehind: boolean; readonly isNegative: boolean; readonly body: Regex }
  | { readonly kind: "reference"; readonly numbers: readonly number[]; readonly ignoreCase: boolean }
  | {
      readonly kind: "repeat";
      readonly body: Regex;
      readonly min: number;
      readonly max: number;
      readonly greed: Greed;
    };

export interface RegexOptions {
  readonly ignoreCase: boolean;
  readonly isExtended: boolean;
  readonly dotMatchesNewline: boolean;
}

export interface ParsedRegex {
  readonly body: Regex;
  /** The name of each group from the first on; null for those without one. */
  readonly names: readonly (string | null)[];
}

/** What is wrong with a pattern, in the words of Oniguruma where it has some. */
export class RegexError extends Error {}

const nestingMax = 100;
const repeatMax = 1_000;
const anyButNewline: CharacterTest = (point) => point !== 10;
const anyCharacter: CharacterTest = () => true;

const isNewline: CharacterTest = (point) =>
  (point >= 10 && point <= 13) || point === 0x85 || point === 0x2028 || point === 0x2029;

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 };
const assertions: Readonly<Record<string, AssertionName>> = {
  A: "start",
  z: "end",
  Z: "last-line-end",
  b: "word",
  B: "no-word",
  G: "start",
};

export function parseRegex(pattern: string, options: RegexOptions): ParsedRegex {
  const parser = new RegexParser(pattern, options);
  const body = parser.choice();
  parser.expectEnd();
  return { body, names: parser.names };
}

class RegexParser {
  readonly names: (string | null)[] = [];
  private readonly points: readonly string[];
  private readonly groupTotal: number;
  private options: RegexOptions;
  private at = 0;
  private depth = 0;

  constructor(pattern: string, options: RegexOptions) {
    this.points = [...pattern];
    this.options = options;
    this.groupTotal = countGroups(pattern);
  }

  expectEnd(): void {
    if (this.at < this.points.length) throw new RegexError("unmatched close parenthesis");
  }

  choice(): Regex {
    if (this.depth >= nestingMax) throw new RegexError("too deep nest level");
    this.depth += 1;
    const before = this.options;
    const options = [this.sequence()];
    while (this.take("|")) options.push(this.sequence());
    this.options = before;
    this.depth -= 1;
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  private sequence(): Regex {
    const parts: Regex[] = [];
    for (;;) {
      if (this.options.isExtended) this.skipBlanks();
      const next = this.points[this.at];
      if (next === undefined || next === "|" || next === ")") break;
      parts.push(this.repeated(this.atom()));
    }
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  private skipBlanks(): void {
    for (;;) {
      const next = this.points[this.at];
      if (next === "#") while (this.at < this.points.length && this.points[this.at] !== "\n") this.at += 1;
      else if (next !== undefined && /\s/.test(next)) this.at += 1;
      else return;
    }
  }

  private repeated(atom: Regex): Regex {
    let body = atom;
    for (;;) {
      if (this.options.isExtended) this.skipBlanks();
      const bounds = this.bounds();
      if (bounds === null) return body;
      const [min, max, isInterval] = bounds;
      if (max < min) throw new RegexError("too big wide-char value or wrong range");
      const greed: Greed = this.take("?") ? "lazy" : !isInterval && this.take("+") ? "possessive" : "greedy";
      body = { kind: "repeat", body, min, max, greed };
    }
  }

  /** The bounds of a quantifier that stands here; null where none does. */
  private bounds(): readonly [number, number, boolean] | null {
    if (this.take("*")) return [0, Infinity, false];
    if (this.take("+")) return [1, Infinity, false];
    if (this.take("?")) return [0, 1, false];
    if (this.points[this.at] !== "{") return null;
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.points.slice(this.at, this.at + 24).join(""));
    if (found === null || (found[1] === "" && found[3] === "")) return null;
    this.at += found[0].length;
    const min = found[1] === "" ? 0 : Number(found[1]);
    const max = found[2] === "" ? min : found[3] === "" ? Infinity : Number(found[3]);
    if (min > repeatMax || (max > repeatMax && max !== Infinity)) {
      throw new RegexError("too big number for repeat range");
    }
    return [min, max, true];
  }

  private atom(): Regex {
    const character = this.points[this.at]!;
    this.at += 1;
    switch (character) {
      case ".":
        return this.set(this.options.dotMatchesNewline ? anyCharacter : anyButNewline);
      case "^":
        return { kind: "assertion", name: "start" };
      case "$":
        return { kind: "assertion", name: "last-line-end" };
      case "(":
        return this.group();
      case "[":
        return this.set(this.bracket());
      case "\\":
        return this.escape();
      case "*":
      case "+":
      case "?":
        throw new RegexError("target of repeat operator is not specified");
      default:
        return this.character(character.codePointAt(0)!);
    }
  }

  private set(test: CharacterTest): Regex {
    return { kind: "set", test, ignoreCase: this.options.ignoreCase };
  }

  private character(point: number): Regex {
    return { kind: "character", point, ignoreCase: this.options.ignoreCase };
  }

  private group(): Regex {
    if (!this.take("?")) return this.capture(null);
    if (this.take(":")) return this.closed(this.choice());
    if (this.take("=")) return this.look(false, false);
    if (this.take("!")) return this.look(false, true);
    if (this.take(">")) return { kind: "atomic", body: this.closed(this.choice()) };
    if (this.take("#")) {
      while (this.at < this.points.length && this.points[this.at] !== ")") this.at += 1;
      return this.closed({ kind: "empty" });
    }
    if (this.take("<") || this.take("P")) {
      this.take("<");
      if (this.take("=")) return this.look(true, false);
      if (this.take("!")) return this.look(true, true);
      return this.capture(this.name(">"));
    }
    return this.withOptions();
  }

  private capture(name: string | null): Regex {
    this.names.push(name);
    const number = this.names.length;
    return { kind: "group", number, body: this.closed(this.choice()) };
  }

  private look(isBehind: boolean, isNegative: boolean): Regex {
    return { kind: "look", isBehind, isNegative, body: this.closed(this.choice()) };
  }

  /** `(?i)` for the rest of the group, `(?i:...)` for what is inside. */
  private withOptions(): Regex {
    const outer = this.options;
    let isOn = true;
    for (;;) {
      const letter = this.points[this.at];
      this.at += 1;
      if (letter === "-") isOn = false;
      else if (letter === "i") this.options = { ...this.options, ignoreCase: isOn };
      else if (letter === "x") this.options = { ...this.options, isExtended: isOn };
      else if (letter === "m" || letter === "s") this.options = { ...this.options, dotMatchesNewline: isOn };
      else if (letter === ")") return { kind: "empty" };
      else if (letter === ":") {
        const body = this.closed(this.choice());
        this.options = outer;
        return body;
      } else throw new RegexError("undefined group option");
    }
  }

  private closed(body: Regex): Regex {
    if (!this.take(")")) throw new RegexError("end pattern with unmatched parenthesis");
    return body;
  }

  private name(end: string): string {
    const start = this.at;
    while (this.at < this.points.length && this.points[this.at] !== end) this.at += 1;
    const name = this.points.slice(start, this.at).join("");
    if (!this.take(end) || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))
      throw new RegexError("invalid group name");
    return name;
  }

  private escape(): Regex {
    const letter = this.points[this.at];
    if (letter === undefined) throw new RegexError("end pattern at escape");
    const assertion = assertions[letter];
    if (assertion !== undefined && /[AzZbBG]/.test(letter)) {
      this.at += 1;
      return { kind: "assertion", name: assertion };
    }
    if (/[1-9]/.test(letter)) {
      const reference = this.numbered();
      if (reference !== null) return reference;
    }
    if (letter === "k" && this.points[this.at + 1] === "<") {
      this.at += 2;
      return this.named(this.name(">"));
    }
    if (letter === "R") {
      this.at += 1;
      const pair: Regex = { kind: "sequence", parts: [this.character(13), this.character(10)] };
      return { kind: "atomic", body: { kind: "choice", options: [pair, this.set(isNewline)] } };
    }
    const test = this.classEscape();
    return test === null ? this.character(this.pointEscape()) : this.set(test);
  }

  private numbered(): Regex | null {
    const digits = /^\d+/.exec(this.points.slice(this.at, this.at + 3).join(""))![0];
    const number = Number(digits);
    if (number > this.groupTotal && digits.length > 1) return null;
    if (number > this.groupTotal) throw new RegexError("invalid backref number/name");
    this.at += digits.length;
    return { kind: "reference", numbers: [number], ignoreCase: this.options.ignoreCase };
  }

  private named(name: string): Regex {
    const numbers = this.names.flatMap((candidate, at) => (candidate === name ? [at + 1] : []));
    if (numbers.length === 0) throw new RegexError(`undefined name <${name}> reference`);
    return { kind: "reference", numbers, ignoreCase: this.options.ignoreCase };
  }

  /** A class such as `\d`; null where the escape stands for a character. */
  private classEscape(): CharacterTest | null {
    const letter = this.points[this.at]!;
    if (letter === "p" || letter === "P") {
      const found = /^.\{(\^?)([A-Za-z_]+)\}/.exec(this.points.slice(this.at, this.at + 40).join(""));
      if (found === null) return null;
      this.at += found[0].length;
      const test = propertyClass(found[2]!);
      if (test === null) throw new RegexError(`invalid character property name {${found[2]!}}`);
      return (found[1] === "^") === (letter === "P") ? test : (point) => !test(point);
    }
    const test = characterClass(letter);
    if (test !== null) this.at += 1;
    return test;
  }

  private pointEscape(): number {
    const letter = this.points[this.at]!;
    this.at += 1;
    const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
    if (control !== undefined) return control;
    const rest = this.points.slice(this.at, this.at + 10).join("");
    const hexadecimal =
      letter === "x"
        ? /^(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]{1,2}))/.exec(rest)
        : letter === "u"
          ? /^()([0-9a-fA-F]{4})/.exec(rest)
          : null;
    if (hexadecimal !== null) {
      this.at += hexadecimal[0].length;
      const point = Number.parseInt(hexadecimal[1] || hexadecimal[2]!, 16);
      if (point > 0x10ffff) throw new RegexError("too big wide-char value");
      return point;
    }
    const octal = /^[0-7]{0,2}/.exec(rest)![0];
    if (letter === "0") {
      this.at += octal.length;
      return Number.parseInt(`0${octal}`, 8);
    }
    return letter.codePointAt(0)!;
  }

  /** What stands between `[` and `]`, with classes in it and `&&` between sets that must all hold. */
  private bracket(): CharacterTest {
    const isNegative = this.take("^");
    const alternatives: CharacterTest[] = [];
    let all: CharacterTest | null = null;
    for (let isFirst = true; ; isFirst = false) {
      const character = this.points[this.at];
      if (character === undefined) throw new RegexError("premature end of char-class");
      this.at += 1;
      if (character === "]" && !isFirst) break;
      if (character === "&" && this.points[this.at] === "&") {
        this.at += 1;
        all = both(all, anyOf(alternatives.splice(0)));
      } else alternatives.push(this.member(character));
    }
    const test = both(all, anyOf(alternatives));
    return isNegative ? (point) => !test(point) : test;
  }

  private member(character: string): CharacterTest {
    if (character === "[") {
      const posix = /^:(\^?)([a-z]+):\]/.exec(this.points.slice(this.at, this.at + 12).join(""));
      if (posix === null) return this.nestedBracket();
      const test = posixClass(posix[2]!);
      if (test === null) throw new RegexError("invalid POSIX bracket type");
      this.at += posix[0].length;
      return posix[1] === "^" ? (point) => !test(point) : test;
    }
    if (character === "\\") {
      if (this.at >= this.points.length) throw new RegexError("end pattern at escape");
      const test = this.points[this.at] === "b" ? null : this.classEscape();
      if (test !== null) return test;
    }
    const low = this.memberPoint(character);
    const isRange = this.points[this.at] === "-" && (this.points[this.at + 1] ?? "]") !== "]";
    if (!isRange) return (point) => point === low;
    this.at += 2;
    const high = this.memberPoint(this.points[this.at - 1]!);
    if (high < low) throw new RegexError("empty range in char class");
    return (point) => point >= low && point <= high;
  }

  private nestedBracket(): CharacterTest {
    if (this.depth >= nestingMax) throw new RegexError("too deep nest level");
    this.depth += 1;
    const test = this.bracket();
    this.depth -= 1;
    return test;
  }

  private memberPoint(character: string): number {
    if (character !== "\\") return character.codePointAt(0)!;
    if (this.points[this.at] === "b") {
      this.at += 1;
      return 8;
    }
    return this.pointEscape();
  }

  private take(character: string): boolean {
    if (this.points[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
}

function anyOf(tests: readonly CharacterTest[]): CharacterTest {
  if (tests.length === 1) return tests[0]!;
  return (point) => tests.some((test) => test(point));
}

function both(one: CharacterTest | null, other: CharacterTest): CharacterTest {
  return one === null ? other : (point) => one(point) && other(point);
}

/** How many groups take a number, so that a reference may stand before its group. */
function countGroups(pattern: string): number {
  const tokens = pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?P?<(?![=!])/gs);
  let count = 0;
  for (const [token] of tokens) if (token.startsWith("(")) count += 1;
  return count;
}
