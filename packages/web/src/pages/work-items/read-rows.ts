/** More than this is for the command line, which reads as it goes. */
export const fileBytesMax = 64 * 1_000_000;

export type Row = Record<string, unknown>;

export interface Rows {
  /** Every field that occurs, in the order in which it first does. */
  fields: string[];
  rows: Row[];
}

/** The rows of a file: a JSON list, an object a line, or CSV with a head line. Says where it cannot be read. */
export function readRows(text: string): Rows {
  const content = text.replace(/^\uFEFF/, "");
  const first = content.trimStart()[0];
  const rows = first === "[" ? readList(content) : first === "{" ? readLines(content) : readCsv(content);
  const fields = new Set<string>();
  for (const row of rows) for (const field of Object.keys(row)) fields.add(field);
  return { fields: [...fields], rows };
}

function readList(text: string): Row[] {
  const list = JSON.parse(text) as unknown[];
  return list.map((row, index) => requireObject(row, index));
}

function readLines(text: string): Row[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // One object over several lines is a single row.
  if (lines.length > 1 && !isJson(lines[0]!)) return [requireObject(JSON.parse(text), 0)];
  return lines.map((line, index) => {
    if (!isJson(line)) throw new Error(`line ${index + 1} is not JSON`);
    return requireObject(JSON.parse(line), index);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function requireObject(row: unknown, index: number): Row {
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Row;
  throw new Error(`row ${index + 1} is not a JSON object`);
}

function readCsv(text: string): Row[] {
  const [head = [], ...records] = parseCsv(text, delimiterOf(text));
  return records
    .filter((record) => record.length > 1 || record[0] !== "")
    .map((record) => Object.fromEntries(head.map((field, index) => [field.trim(), record[index] ?? ""])));
}

/** The one that the head line has most of. */
function delimiterOf(text: string): string {
  const head = text.split("\n", 1)[0] ?? "";
  const countOf = (delimiter: string) => head.split(delimiter).length;
  return [",", ";", "\t"].toSorted((left, right) => countOf(right) - countOf(left))[0]!;
}

/** RFC 4180: fields may be quoted, hold delimiters and line ends, and double their quotes. */
function parseCsv(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { field, end } = text[at] === '"' ? quoted(text, at) : plain(text, at, delimiter);
    record.push(field);
    at = end;
    if (text[at] === delimiter) {
      at += 1;
      if (at === text.length) record.push("");
      continue;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return records;
}

function plain(text: string, at: number, delimiter: string): { field: string; end: number } {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { field: text.slice(at, end), end };
}

function quoted(text: string, at: number): { field: string; end: number } {
  let field = "";
  let from = at + 1;
  for (;;) {
    const end = text.indexOf('"', from);
    if (end < 0)
      throw new Error(`a quote that begins in line ${text.slice(0, at).split("\n").length} has no end`);
    field += text.slice(from, end);
    if (text[end + 1] !== '"') return { field, end: end + 1 };
    field += '"';
    from = end + 2;
  }
}

/** Numbers and truth values that a CSV file can only write as texts; 007 and 1e999 stay texts. */
export function typed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (value === "true") return true;
  if (value === "false") return false;
  const isNumber = /^-?(0|[1-9]\d{0,15})(\.\d+)?$/.test(value);
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : value;
}
