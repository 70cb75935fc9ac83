import { RE2JS } from "re2js";

import { invalid } from "../../kit/errors.ts";
import { translatePattern } from "./pattern-translation.ts";

/** A regular expression of a caller, evaluated in time linear to the text. */
export interface Pattern {
  test(text: string): boolean;
  /** The same expression for PostgreSQL's `~`, when it has exactly the same meaning there. */
  sql: string | undefined;
  /** What every match begins with, when that is certain. */
  prefix: string | undefined;
}

const lengthMax = 1000;

/** Text beyond this is not searched: the time is linear, but not zero. */
const textMax = 1_000_000;

/** Compiles `source` with the options i, m, s; refuses what RE2 cannot do (look-around, back references). */
export function compilePattern(source: string, options: string, at: string): Pattern {
  if (source.length > lengthMax)
    throw invalid(at, `a regular expression has at most ${lengthMax} characters`);
  const expression = compileLinear(source, options, at);
  const ignoreCase = options.includes("i");
  const translated = options.includes("m")
    ? undefined
    : translatePattern(source, { ignoreCase, dotAll: options.includes("s") });
  return {
    test: (text) => expression.test(text.length > textMax ? text.slice(0, textMax) : text),
    sql: translated?.sql,
    prefix: translated?.prefix,
  };
}

/** The expression as RE2 has it, for those who need the matches and their groups. */
export function compileLinear(source: string, options: string, at: string): RE2JS {
  let flags = 0;
  for (const option of options) flags |= flagOf(option, at);
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(
      at,
      `not a regular expression we run (RE2 syntax: no look-around, no back references): ${reason}`,
    );
  }
}

function flagOf(option: string, at: string): number {
  switch (option) {
    case "i":
      return RE2JS.CASE_INSENSITIVE;
    case "m":
      return RE2JS.MULTILINE;
    case "s":
      return RE2JS.DOTALL;
    case "u":
      return 0;
    default:
      throw invalid(at, `the options of a regular expression are i, m and s, not "${option}"`);
  }
}
