import { compile, JqError } from "@millrace/jq";

/** What one pattern may take on one text. */
const patternSteps = 50_000;

const test = compile("test($pattern)", { variables: ["pattern"] });

/**
 * Whether a pattern is found in a text. The engine is the expression language's, which counts its steps; a pattern
 * that takes too many throws a `JqError` of kind `budget`.
 */
export function patternMatches(pattern: string, text: string): boolean {
  const variables = { pattern: anchored(pattern) };
  return test.first(text, { variables, budget: { steps: patternSteps } }) === true;
}

/** Why a pattern cannot be used; null where it can. */
export function patternProblem(pattern: string): string | null {
  try {
    patternMatches(pattern, "");
    return null;
  } catch (error) {
    if (error instanceof JqError) return `is no pattern that can be used: ${error.message}`;
    throw error;
  }
}

/** ECMA-262 means the ends of the whole text by `^` and `$`, the engine those of a line. */
function anchored(pattern: string): string {
  let isInClass = false;
  return pattern.replaceAll(/\\[\s\S]|[[\]^$]/g, (token) => {
    if (token === "[") isInClass = true;
    if (token === "]") isInClass = false;
    if (isInClass || token.length > 1) return token;
    if (token === "^") return "\\A";
    return token === "$" ? "\\z" : token;
  });
}

const number = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const formats: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)?$/,
  email: /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)*$/,
  hostname: /^(?=.{1,253}$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]{1,63})*$/,
  ipv4: new RegExp(`^${number}(?:\\.${number}){3}$`),
  ipv6: /^(?=.*:)[0-9a-fA-F:.]{2,45}$/,
  uri: /^[A-Za-z][A-Za-z0-9+.-]*:\S*$/,
  uuid: /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/,
};
const formatLengthMax = 2_000;

/** Whether a text has a format; formats that are not known say nothing. */
export function hasFormat(format: string, text: string): boolean {
  const pattern = Object.hasOwn(formats, format) ? formats[format]! : null;
  if (pattern === null) return true;
  if (text.length > formatLengthMax || !pattern.test(text)) return false;
  if (format === "date") return isDay(text);
  return format !== "date-time" || (isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)));
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
