import { fromBase32, fromBase64, textOf, toBase32, toBase64, utf8Of } from "./bytes.ts";
import { Failure, shown } from "./failure.ts";
import { numberText, toJson } from "./json-text.ts";
import type { Run } from "./run.ts";
import type { Json } from "./value.ts";

export type Format = (value: Json, run: Run) => string;

export function jsonOf(value: Json, run: Run): string {
  const text = toJson(value, Infinity, false, (members) => run.spend(members));
  run.allow(text.length);
  return text;
}

/** A string as it is, anything else as JSON. */
export function textOfValue(value: Json, run: Run): string {
  return typeof value === "string" ? value : jsonOf(value, run);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  "'": "&apos;",
  '"': "&quot;",
};

const tsvEscapes: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

/** The formats by the names that stand behind an `@`. */
export const formats: Readonly<Record<string, Format>> = {
  text: textOfValue,
  json: jsonOf,
  csv: (value, run) => row(value, "csv", ",", (text) => `"${text.replaceAll('"', '""')}"`, run),
  tsv: (value, run) =>
    row(value, "tsv", "\t", (text) => text.replace(/[\t\n\r\\]/g, (found) => tsvEscapes[found]!), run),
  html: onText((text) => text.replace(/[<>&'"]/g, (found) => htmlEscapes[found]!)),
  uri: onText(percentEncoded),
  urid: onText(percentDecoded),
  sh: (value, run) => (Array.isArray(value) ? value : [value]).map((word) => shellWord(word, run)).join(" "),
  base64: onText((text) => toBase64(utf8Of(text))),
  base64d: onText((text) => decoded(text, fromBase64(text), "base64")),
  base32: onText((text) => toBase32(utf8Of(text))),
  base32d: onText((text) => decoded(text, fromBase32(text), "base32")),
};

function onText(apply: (text: string) => string): Format {
  return (value, run) => {
    const text = textOfValue(value, run);
    run.spend(text.length >> 2);
    return apply(text);
  };
}

function row(
  value: Json,
  name: string,
  separator: string,
  quote: (text: string) => string,
  run: Run,
): string {
  if (!Array.isArray(value)) {
    throw new Failure(`${shown(value)} cannot be ${name}-formatted, only an array can be`);
  }
  run.spend(value.length);
  return value.map((cell) => cellText(cell, name, quote)).join(separator);
}

function cellText(cell: Json, name: string, quote: (text: string) => string): string {
  if (cell === null) return "";
  if (typeof cell === "string") return quote(cell);
  if (typeof cell === "number") return Number.isNaN(cell) ? "" : numberText(cell);
  if (typeof cell === "boolean") return String(cell);
  throw new Failure(`${shown(cell)} is not valid in a ${name} row`);
}

function shellWord(value: Json, run: Run): string {
  if (typeof value === "object" && value !== null) {
    throw new Failure(`${shown(value)} can not be escaped for shell`);
  }
  return typeof value === "string" ? `'${value.replaceAll("'", "'\\''")}'` : jsonOf(value, run);
}

function percentEncoded(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  let made = "";
  for (const byte of utf8Of(text)) {
    const character = String.fromCharCode(byte);
    if (/[\w.~-]/.test(character)) made += character;
    else made += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return made;
}

function percentDecoded(text: string): string {
  const bytes: number[] = [];
  for (const part of text.match(/%[0-9a-fA-F]{2}|%|[^%]+/g) ?? []) {
    if (part === "%") throw new Failure(`${shown(text)} is not a valid uri encoding`);
    if (part.startsWith("%")) bytes.push(Number.parseInt(part.slice(1), 16));
    else for (const byte of utf8Of(part)) bytes.push(byte);
  }
  return textOf(Uint8Array.from(bytes));
}

function decoded(text: string, bytes: Uint8Array | null, name: string): string {
  if (bytes === null) throw new Failure(`${shown(text)} is not valid ${name} data`);
  return textOf(bytes);
}
