export interface Column<Row> {
  header: string;
  value: (row: Row) => unknown;
  /** Numbers stand under each other by their last digit. */
  right?: boolean;
}

const gap = "  ";

/** Rows under their headers, aligned; the last column is cut where `width` ends. */
export function formatTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width = Infinity,
): string[] {
  const cells = rows.map((row) => columns.map((column) => textOf(column.value(row))));
  const lines = [columns.map((column) => column.header.toUpperCase()), ...cells];
  const widths = columns.map((_column, index) => Math.max(...lines.map((line) => widthOf(line[index]!))));
  return lines.map((line) => {
    const padded = line.map((cell, index) => {
      const isLast = index === line.length - 1;
      return columns[index]!.right === true
        ? padStart(cell, widths[index]!)
        : padEnd(cell, isLast ? 0 : widths[index]!);
    });
    return cut(padded.join(gap).trimEnd(), width);
  });
}

/** Names and values under each other. */
export function formatRecord(entries: readonly (readonly [string, unknown])[]): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}${gap}${textOf(value)}`.trimEnd());
}

/** A value on one line; what could steer a terminal is shown, not sent. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "string") return harmless(JSON.stringify(value));
  return harmless(isTime(value) ? readableTime(value) : value);
}

/** Control characters, and those that turn the reading direction round, as escapes. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`;
  });
}

/** `3 s`, `2.5 s`, `150 ms`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `1.5 MiB` and the like. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1_024 && unit < units.length - 1) [value, unit] = [value / 1_024, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);
}

function readableTime(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 19)}Z`;
}

function widthOf(text: string): number {
  return Array.from(text).length;
}

function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

function cut(line: string, width: number): string {
  return widthOf(line) <= width
    ? line
    : `${Array.from(line)
        .slice(0, Math.max(1, width - 1))
        .join("")}…`;
}
