import { hasSurrogates } from "./access.ts";
import { add } from "./arithmetic.ts";
import type { Builtin, Builtins } from "./builtin-shape.ts";
import { type Code, constantCode, directCode, type Env, manyCode, mapAll } from "./code.ts";
import { Failure, fail, shown } from "./failure.ts";
import { Matcher, type Slots } from "./regex-match.ts";
import { compileRegex, type RegexProgram } from "./regex-program.ts";
import { RegexError } from "./regex-syntax.ts";
import type { Run } from "./run.ts";
import { emptyObject, type Json, type JsonObject, typeName } from "./value.ts";

/** Strings and patterns. The last two arguments of each are the pattern and its flags. */
export const regexBuiltins: Builtins = {
  "test/1": whole((input, pattern, run) => test(input, pattern, run)),
  "test/2": flagged((input, pattern, run) => test(input, pattern, run)),
  "match/1": streamed(matchesOf),
  "match/2": streamed(matchesOf),
  "capture/1": streamed((input, pattern, run) => matchesOf(input, pattern, run).map(capturesOf)),
  "capture/2": streamed((input, pattern, run) => matchesOf(input, pattern, run).map(capturesOf)),
  "scan/1": streamed(scan),
  "scan/2": streamed(scan),
  "splits/1": streamed(split),
  "splits/2": streamed(split),
  "split/2": flagged(split),
  "sub/2": ([pattern, made]) => substitution(pattern!, made!, constantCode(null), false),
  "sub/3": ([pattern, made, flags]) => substitution(pattern!, made!, flags!, false),
  "gsub/2": ([pattern, made]) => substitution(pattern!, made!, constantCode(null), true),
  "gsub/3": ([pattern, made, flags]) => substitution(pattern!, made!, flags!, true),
};

interface Pattern {
  readonly program: RegexProgram;
  readonly isGlobal: boolean;
  readonly wantsLongest: boolean;
  readonly wantsText: boolean;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly slots: Slots;
}

type Apply = (input: Json, pattern: Pattern, run: Run) => Json;

function whole(apply: Apply): Builtin {
  return ([pattern]) => withPattern([pattern!, constantCode(null)], apply);
}

function flagged(apply: Apply): Builtin {
  return (args) => withPattern(args, apply);
}

function withPattern(args: readonly Code[], apply: Apply): Code {
  return mapAll(args, ([pattern, flags], input, env) =>
    apply(input, patternOf(pattern!, flags!, env.run), env.run),
  );
}

/** The members of a list, one by one. */
function streamed(apply: (input: Json, pattern: Pattern, run: Run) => Json[]): Builtin {
  return ([pattern, flags]) => {
    const lists = withPattern([pattern!, flags ?? constantCode(null)], apply);
    return manyCode((input, env, emit) =>
      lists.each(input, env, (list) => {
        for (const member of list as Json[]) if (emit(member)) return true;
        return false;
      }),
    );
  };
}

const compiled = new Map<string, Pattern>();
const compiledMax = 500;

function patternOf(value: Json, flags: Json, run: Run): Pattern {
  if (Array.isArray(value)) return patternOf(value[0] ?? null, value[1] ?? flags, run);
  if (typeof value !== "string") return fail(`${typeName(value)} not a string or array`);
  if (flags !== null && typeof flags !== "string") throw new Failure(`${shown(flags)} is not a string`);
  const key = `${flags ?? ""}/${value}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  run.spend(value.length);
  const pattern = compilePattern(value, flags ?? "");
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(key, pattern);
  return pattern;
}

function compilePattern(text: string, flags: string): Pattern {
  if (!/^[ginpslx]*$/.test(flags)) fail(`${flags} is not a valid modifier string`);
  const has = (flag: string) => flags.includes(flag);
  try {
    const program = compileRegex(text, {
      ignoreCase: has("i"),
      isExtended: has("x"),
      dotMatchesNewline: has("p"),
    });
    return { program, isGlobal: has("g"), wantsLongest: has("l"), wantsText: has("n") };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return fail(`${text} (at offset 0) is not a valid regex: ${error.message}`);
  }
}

function textInput(input: Json): string {
  if (typeof input === "string") return input;
  throw new Failure(`${shown(input)} cannot be matched, as it is not a string`);
}

function test(input: Json, { program, wantsText }: Pattern, run: Run): boolean {
  return new Matcher(program, textInput(input), run).search(0, false, wantsText) !== null;
}

/** The matches, one after the other; behind an empty one the search goes on a character further. */
function findAll(text: string, pattern: Pattern, isGlobal: boolean, run: Run): Found[] {
  const found: Found[] = [];
  const matcher = new Matcher(pattern.program, text, run);
  for (let from = 0; from <= text.length;) {
    const slots = matcher.search(from, pattern.wantsLongest, pattern.wantsText);
    if (slots === null) break;
    const [start, end] = [slots[0]!, slots[1]!];
    run.spend(16);
    found.push({ start, end, slots });
    if (!isGlobal) break;
    from = end > start ? end : end + (text.codePointAt(end)! > 0xffff ? 2 : 1);
  }
  return found;
}

/** Turns places in UTF-16 units into places in characters. */
function counter(text: string): (unit: number) => number {
  if (!hasSurrogates(text)) return (unit) => unit;
  const counts = new Int32Array(text.length + 1);
  let count = 0;
  for (let unit = 0; unit < text.length; count += 1) {
    const width = text.codePointAt(unit)! > 0xffff ? 2 : 1;
    counts.fill(count, unit, unit + width);
    unit += width;
  }
  counts[text.length] = count;
  return (unit) => counts[unit]!;
}

function matchesOf(input: Json, pattern: Pattern, run: Run): JsonObject[] {
  const text = textInput(input);
  const place = counter(text);
  const { names } = pattern.program;
  return findAll(text, pattern, pattern.isGlobal, run).map(({ start, end, slots }) => {
    run.spend(names.length + 1);
    const match = part(text, start, end, place);
    match["captures"] = names.map((name, at) => {
      const capture = part(text, slots[2 * at + 2]!, slots[2 * at + 3]!, place);
      capture["name"] = name;
      return capture;
    });
    return match;
  });
}

function part(text: string, start: number, end: number, place: (unit: number) => number): JsonObject {
  const isThere = start >= 0 && end >= 0;
  const made = emptyObject();
  made["offset"] = isThere ? place(start) : -1;
  made["length"] = isThere ? place(end) - place(start) : 0;
  made["string"] = isThere ? text.slice(start, end) : null;
  return made;
}

/** The named groups of a match with what they took. */
function capturesOf(match: JsonObject): JsonObject {
  const made = emptyObject();
  for (const capture of match["captures"] as JsonObject[]) {
    const name = capture["name"];
    if (typeof name === "string") made[name] = capture["string"]!;
  }
  return made;
}

function scan(input: Json, pattern: Pattern, run: Run): Json[] {
  const text = textInput(input);
  const groups = pattern.program.names.length;
  return findAll(text, pattern, true, run).map(({ start, end, slots }) => {
    if (groups === 0) return text.slice(start, end);
    return Array.from({ length: groups }, (_, at) => group(text, slots, at + 1));
  });
}

function group(text: string, slots: Slots, number: number): Json {
  const [start, end] = [slots[2 * number]!, slots[2 * number + 1]!];
  return start < 0 || end < 0 ? null : text.slice(start, end);
}

function split(input: Json, pattern: Pattern, run: Run): Json[] {
  const text = textInput(input);
  const parts: Json[] = [];
  let previous = 0;
  for (const { start, end } of findAll(text, pattern, true, run)) {
    parts.push(text.slice(previous, start));
    previous = end;
  }
  parts.push(text.slice(previous));
  return parts;
}

/** A text with its matches replaced. The nth output of `made` for each match goes into the nth text. */
function substitution(patternCode: Code, made: Code, flags: Code, isGlobal: boolean): Code {
  const patterns = mapAll([patternCode, flags], (values) => [...values]);
  const each: Code["each"] = (input, env, emit) =>
    patterns.each(input, env, (values) => {
      const [value, flagText] = values as Json[];
      const pattern = patternOf(value!, flagText!, env.run);
      for (const text of substituted(textInput(input), pattern, made, isGlobal || pattern.isGlobal, env)) {
        if (emit(text)) return true;
      }
      return false;
    });
  if (patterns.direct === null || made.direct === null) return manyCode(each);
  return directCode((input, env) => {
    let found: Json | undefined;
    each(input, env, (value) => {
      found = value;
      return true;
    });
    return found;
  });
}

function substituted(text: string, pattern: Pattern, made: Code, isGlobal: boolean, env: Env): string[] {
  const { run } = env;
  const texts: string[] = [];
  let previous = 0;
  for (const { start, end, slots } of findAll(text, pattern, isGlobal, run)) {
    const gap = text.slice(previous, start);
    const captures = emptyObject();
    for (const [at, name] of pattern.program.names.entries()) {
      if (name !== null) captures[name] = group(text, slots, at + 1);
    }
    let count = 0;
    made.each(captures, env, (insert) => {
      run.step();
      texts[count] = add((texts[count] ?? "") + gap, insert, run) as string;
      if (typeof insert !== "string") throw new Failure(`${shown(captures)} cannot be added to a string`);
      count += 1;
      return false;
    });
    previous = end;
  }
  if (texts.length === 0) return [text];
  const rest = text.slice(previous);
  return texts.map((start) => start + rest);
}
