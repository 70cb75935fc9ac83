/** A value of a document: what JSON can hold. A date is a string in the form that `instantOf` reads. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

export type Kind = "null" | "number" | "string" | "object" | "array" | "boolean" | "date";

/** First letter of a key per kind: the order of types in sorts. The SQL function `key` has the same table. */
const rankOf: Record<Kind, string> = {
  null: "1",
  number: "2",
  string: "3",
  object: "4",
  array: "5",
  boolean: "6",
  date: "7",
};

/** Strings count in keys with so many characters; longer ones tie there. */
export const keyTextMax = 256;

/** The key of an empty array in a sort: before everything. */
export const emptyArrayKey = "0";

const datePattern =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;

/** Milliseconds since 1970 when `text` is an ISO-8601 date-time with time and zone; else undefined. */
export function instantOf(text: string): number | undefined {
  if (text.length < 20 || text.length > 35 || text.charCodeAt(10) !== 84) return undefined;
  const part = datePattern.exec(text);
  const day = part?.[1];
  if (!part || day === undefined || day < "0001") return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day.slice(8))) return undefined;
  const sign = part[6] === "-" ? -1 : 1;
  const offset = part[6] === undefined ? 0 : sign * (Number(part[7]) * 60 + Number(part[8]));
  const minutes = Number(part[2]) * 60 + Number(part[3]) - offset;
  const fraction = Number((part[5] ?? "").padEnd(3, "0").slice(0, 3));
  return midnight.getTime() + minutes * 60_000 + Number(part[4]) * 1000 + fraction;
}

/** The type of a value as comparisons see it; missing counts as null, a Date as a date. */
export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof Date) return "date";
  const type = typeof value;
  if (type === "number" || type === "boolean") return type;
  if (typeof value === "string") return instantOf(value) === undefined ? "string" : "date";
  return "object";
}

/** The instant of a value that `kindOf` calls a date. */
export function dateOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : (instantOf(String(value)) ?? Number.NaN);
}

/** Order of two strings by code point, as PostgreSQL's collation "C" has it; JavaScript's own is by code unit. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointWeight(left) - codePointWeight(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others, so they weigh more than U+E000 to U+FFFF. */
function codePointWeight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Total order over all values: by type, then by value. Objects compare with their fields sorted by name. */
export function compareValues(a: unknown, b: unknown): number {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind !== other) return rankOf[kind] < rankOf[other] ? -1 : 1;
  switch (kind) {
    case "null":
      return 0;
    case "number":
    case "boolean":
      return Number(a) - Number(b) || 0;
    case "date":
      return dateOf(a) - dateOf(b);
    case "string":
      return compareText(String(a), String(b));
    case "array":
      return compareLists(a as unknown[], b as unknown[], compareValues);
    case "object":
      return compareObjects(a as object, b as object);
  }
}

function compareLists(
  a: readonly unknown[],
  b: readonly unknown[],
  compare: (x: unknown, y: unknown) => number,
): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compare(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareObjects(a: object, b: object): number {
  return compareLists(sortedEntries(a), sortedEntries(b), (x, y) => {
    const [left, right] = [x as [string, unknown], y as [string, unknown]];
    return compareText(left[0], right[0]) || compareValues(left[1], right[1]);
  });
}

function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value).sort((x, y) => compareText(x[0], y[0]));
}

/** Whether two values are equal: dates as instants, objects whatever the order of their fields. */
export function equalValues(a: unknown, b: unknown): boolean {
  return compareValues(a, b) === 0;
}

/** A value as text that sorts, by code point, by type and then by value. The SQL function `key` says the same. */
export function keyOf(value: unknown): string {
  const kind = kindOf(value);
  switch (kind) {
    case "number":
      return rankOf.number + numberKey(Number(value));
    case "date":
      return rankOf.date + numberKey(dateOf(value));
    case "string":
      return rankOf.string + firstCharacters(String(value));
    case "boolean":
      return value === true ? "6t" : "6f";
    default:
      return rankOf[kind];
  }
}

/** Where keys of a kind begin, and where the next kind's begin. */
export function keyBracket(kind: Kind): { from: string; to: string } {
  const from = rankOf[kind];
  return { from, to: String(Number(from) + 1) };
}

/** Whether a string is so long that its key holds only its beginning. */
export function isCutInKey(text: string): boolean {
  return characters(text).length >= keyTextMax;
}

function firstCharacters(text: string): string {
  return text.length <= keyTextMax ? text : characters(text).slice(0, keyTextMax).join("");
}

/** The code points of the beginning of a text: as many as a key may hold, at least. */
function characters(text: string): string[] {
  return Array.from(text.slice(0, keyTextMax * 2));
}

const scratch = new DataView(new ArrayBuffer(8));

function numberKey(value: number): string {
  scratch.setFloat64(0, value === 0 ? 0 : value);
  const bits = scratch.getBigUint64(0);
  const flipped = bits >> 63n === 0n ? bits | (1n << 63n) : ~bits & 0xffff_ffff_ffff_ffffn;
  return flipped.toString(16).padStart(16, "0");
}
