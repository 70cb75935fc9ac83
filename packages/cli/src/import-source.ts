import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { parse as parseCsv } from "csv-parse";
import { usage } from "./failures.ts";
import { splitArray, splitLines, type TextPart } from "./import-split.ts";
import type { JsonObject } from "./values.ts";

export const formats = ["json", "ndjson", "csv"] as const;

export type Format = (typeof formats)[number];

/** One record of a file, or why there is none at that line. */
export type SourceRecord = { line: number; record: JsonObject } | { line: number; problem: string };

export interface Source {
  name: string;
  /** Unknown for the standard input. */
  bytes: number | undefined;
  /** How many bytes were read so far. */
  read(): number;
  records(): AsyncGenerator<SourceRecord>;
}

/** A record must fit into one call with its neighbours. */
const recordCharactersMax = 8 * 1024 * 1024;

/** Opens a file, or the standard input, to be read record by record. */
export function openSource(path: string, format: Format, delimiter: string): Source {
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
    read: () => bytes,
    records: () => (format === "csv" ? csvRecords(chunks(), delimiter) : jsonRecords(chunks(), format)),
  };
}

async function* jsonRecords(
  chunks: AsyncIterable<Buffer>,
  format: "json" | "ndjson",
): AsyncGenerator<SourceRecord> {
  const texts = textOf(chunks);
  const parts =
    format === "json" ? splitArray(texts, recordCharactersMax) : splitLines(texts, recordCharactersMax);
  for await (const part of parts) yield recordOf(part);
}

function recordOf({ line, text, problem }: TextPart): SourceRecord {
  if (problem !== undefined) return { line, problem };
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === "object" && record !== null && !Array.isArray(record)) {
      return { line, record: record as JsonObject };
    }
    return { line, problem: "a record must be a JSON object" };
  } catch (error) {
    return { line, problem: (error as Error).message };
  }
}

/** The first line names the fields; values are text, as CSV knows nothing else. */
async function* csvRecords(chunks: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<SourceRecord> {
  const parser = parseCsv({
    bom: true,
    columns: true,
    delimiter: delimiter === "\\t" ? "\t" : delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: recordCharactersMax,
  });
  const feeding = feed(chunks, parser);
  for await (const parsed of parser) {
    const { record, info } = parsed as { record: JsonObject; info: { lines: number; error?: Error } };
    if (info.error !== undefined) yield { line: info.lines, problem: info.error.message };
    else yield { line: info.lines, record };
  }
  await feeding;
}

async function feed(chunks: AsyncIterable<Buffer>, parser: ReturnType<typeof parseCsv>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (!parser.write(chunk)) await new Promise((resolve) => parser.once("drain", resolve));
    }
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

async function* textOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw usage("file: is not UTF-8 text");
    throw error;
  }
}
