import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { parse as parseCsv } from "csv-parse";
import { CommandError, usage } from "./failures.ts";
import { splitArray, splitLines, type TextPart } from "./import-split.ts";
import { EncodingError, onlyUtf8 } from "./utf8.ts";
import { type JsonObject, parseJsonText } from "./values.ts";

export const formats = ["json", "ndjson", "csv"] as const;

export type Format = (typeof formats)[number];

/**
 * One record of a file, or why there is none; `isLast` when nothing after it can be read. `place` says where for
 * people; `ordinal` counts from 1, bad records included, as many records may share a line.
 */
export type SourceRecord =
  | { place: string; ordinal: number; record: JsonObject }
  | { place: string; problem: string; isLast?: true };

export interface Source {
  name: string;
  /** Unknown for the standard input. */
  bytes: number | undefined;
  /** The beginning of the SHA-256 of its bytes; undefined for the standard input, which is read only once. */
  digest(): Promise<string | undefined>;
  /** How many bytes were read so far. */
  read(): number;
  records(): AsyncGenerator<SourceRecord>;
}

/** A record must fit into one call with its neighbours. */
const recordCharactersMax = 8 * 1024 * 1024;
const digestCharacters = 12;

/** Opens a file, or the standard input, to be read record by record. */
export function openSource(path: string, format: Format, delimiter: string | undefined): Source {
  const found = path === "-" ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path !== "-" && found?.isFile() !== true) throw usage(`file: there is no file ${path}`);
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    const stream = path === "-" ? process.stdin : createReadStream(path);
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).byteLength;
      yield chunk as Buffer;
    }
  }
  return {
    name: path === "-" ? "-" : basename(path),
    bytes: found?.size,
    digest: async () => (path === "-" ? undefined : digestOf(path)),
    read: () => bytes,
    records: () => {
      const texts = onlyUtf8(chunks());
      return untilBadBytes(format === "csv" ? csvRecords(texts, delimiter) : jsonRecords(texts, format));
    },
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex").slice(0, digestCharacters);
}

/** Bytes of another encoding are a problem of their line, and the last one: no guess is made about the rest. */
async function* untilBadBytes(records: AsyncGenerator<SourceRecord>): AsyncGenerator<SourceRecord> {
  try {
    yield* records;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    yield { place: `line ${error.line}`, problem: error.message, isLast: true };
  }
}

async function* jsonRecords(
  chunks: AsyncIterable<Buffer>,
  format: "json" | "ndjson",
): AsyncGenerator<SourceRecord> {
  const texts = textOf(chunks);
  const parts =
    format === "json" ? splitArray(texts, recordCharactersMax) : splitLines(texts, recordCharactersMax);
  let ordinal = 0;
  for await (const part of parts) {
    ordinal += 1;
    const line = `line ${part.line}`;
    yield recordOf(part, ordinal, format === "json" ? `record ${ordinal} (${line})` : line);
  }
}

function recordOf({ text, problem }: TextPart, ordinal: number, place: string): SourceRecord {
  if (problem !== undefined) return { place, problem };
  try {
    const record = parseJsonText(text);
    if (typeof record === "object" && record !== null && !Array.isArray(record)) {
      return { place, ordinal, record: record as JsonObject };
    }
    return { place, problem: "a record must be a JSON object" };
  } catch (error) {
    return { place, problem: (error as Error).message };
  }
}

/** The first line names the fields; values are text, as CSV knows nothing else. */
async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  named: string | undefined,
): AsyncGenerator<SourceRecord> {
  const delimiter = named ?? ",";
  const parser = parseCsv({
    bom: true,
    columns: true,
    delimiter: delimiter === "\\t" ? "\t" : delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordCharactersMax,
  });
  const feeding: Feeding = { chunks, parser, cut: undefined };
  void feed(feeding);
  let ordinal = 0;
  try {
    for await (const parsed of parser) {
      const { record, info } = parsed as { record: JsonObject; info: { lines: number; error?: Error } };
      // What stands before the bad bytes in their line is no whole record.
      if (feeding.cut !== undefined && info.lines >= feeding.cut.line) break;
      ordinal += 1;
      if (ordinal === 1 && named === undefined) requireDelimited(Object.keys(record));
      const place = `line ${info.lines}`;
      if (info.error !== undefined) yield { place, problem: info.error.message };
      else yield { place, ordinal, record };
    }
  } catch (error) {
    throw feeding.cut ?? error;
  }
  if (feeding.cut !== undefined) throw feeding.cut;
}

/** One column whose name holds another delimiter is a file that was cut at the wrong one. */
function requireDelimited(columns: string[]): void {
  const [only = ""] = columns;
  const other = [";", "\t", "|"].find((delimiter) => only.includes(delimiter));
  if (columns.length !== 1 || other === undefined) return;
  const shown = other === "\t" ? "\\t" : other;
  throw new CommandError(
    `line 1: there is one column, ${JSON.stringify(only)}. Its values seem to be cut by another delimiter: ` +
      `say --delimiter '${shown}', or --delimiter , if it is one column.`,
  );
}

interface Feeding {
  chunks: AsyncIterable<Buffer>;
  parser: ReturnType<typeof parseCsv>;
  /** Why the parser was given the beginning only. */
  cut: EncodingError | undefined;
}

async function feed(feeding: Feeding): Promise<void> {
  const { chunks, parser } = feeding;
  try {
    for await (const chunk of chunks) {
      if (!parser.write(chunk)) await new Promise((resolve) => parser.once("drain", resolve));
    }
    parser.end();
  } catch (error) {
    if (!(error instanceof EncodingError)) return void parser.destroy(error as Error);
    feeding.cut = error;
    parser.end();
  }
}

async function* textOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
