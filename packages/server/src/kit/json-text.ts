import { AppError, invalid } from "./errors.ts";

/** Deeper than anything that a verb takes. */
const levelsMax = 128;
/** Stands in every text that must be looked at: an escape, a prototype, an exponent or digits that may overflow. */
const maybeRefused =
  /\\u(?:00[0-7]|d[89a-f])|__proto__|"prototype"|(?:^|[:[,\s-])\d(?:[\d.]*e\+?\d{3}|\d{308})/i;
const unstorable = /[\0\p{Surrogate}]/u;

/** Text without what no column can hold, cut to so many characters. */
export function storableText(text: string, charactersMax: number): string {
  return text.slice(0, charactersMax).replace(/[\0\p{Surrogate}]/gu, "\ufffd");
}

export interface JsonPlace {
  /** What the text as a whole is called: `metadata`, `query.filter`. */
  field: string;
  /** What the names of its fields begin with; `field` if not given, empty for none. */
  within?: string;
  /** What to say when it is no JSON. */
  hint?: string;
}

/** Reads JSON text of a caller, and refuses what could not be stored as it was sent; the field is named. */
export function parseJsonText(text: string, place: JsonPlace): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `${place.field}: ${place.hint ?? "must be JSON"}`;
    throw new AppError("invalid_input", message, { field: place.field, cause });
  }
  const refusal = refuseUnstorable(text, value, place);
  if (refusal !== undefined) throw refusal;
  return value;
}

/**
 * What no column could hold of what was read from `text`: NUL, halves of surrogate pairs, numbers beyond all numbers
 * (they would become null), and names that mean a prototype.
 */
export function refuseUnstorable(text: string, value: unknown, place: JsonPlace): AppError | undefined {
  return maybeRefused.test(text) ? refuseUnstorableValue(value, place) : undefined;
}

/** The same where the text is gone. */
export function refuseUnstorableValue(value: unknown, place: JsonPlace): AppError | undefined {
  const { field, within = field } = place;
  const left: Level[] = [{ value, path: within, level: 1 }];
  for (let here = left.pop(); here !== undefined; here = left.pop()) {
    const wrong = wrongWith(here);
    if (wrong !== undefined) return invalid(here.path === "" ? field : here.path, wrong);
    if (here.level > levelsMax) return invalid(field, `is nested deeper than ${levelsMax} levels`);
    left.push(...childrenOf(here));
  }
  return undefined;
}

interface Level {
  value: unknown;
  path: string;
  level: number;
}

function wrongWith({ value }: Level): string | undefined {
  if (typeof value === "number") {
    return Number.isFinite(value) ? undefined : "a number must be finite: send this one as text";
  }
  if (typeof value === "string") {
    return unstorable.test(value) ? "holds NUL or half a surrogate pair, which cannot be stored" : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const key of Object.keys(value)) {
    if (unstorable.test(key)) return "holds NUL or half a surrogate pair, which cannot be stored";
    if (key === "__proto__") return "has a field __proto__, which is no name for one";
  }
  const { constructor } = value as { constructor?: unknown };
  const isPrototype = typeof constructor === "object" && constructor !== null && "prototype" in constructor;
  return isPrototype ? "has a field constructor.prototype, which is no name for one" : undefined;
}

function* childrenOf({ value, path, level }: Level): Generator<Level> {
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, child] of Object.entries(value)) {
    const name = isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    yield { value: child, path: name, level: level + 1 };
  }
}
