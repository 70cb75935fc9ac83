import { type Column, formatRecord, formatTable, harmless } from "./table.ts";

export interface OutputStreams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** Answers for people, or as JSON for programs: one value, or one a line where they come one by one. */
export class Output {
  json = false;
  readonly #streams: OutputStreams;

  constructor(streams: OutputStreams) {
    this.#streams = streams;
  }

  /** A list: a table, or one JSON array. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty = "Nothing there."): void {
    if (this.json) return this.value(rows);
    if (rows.length === 0) return this.text(empty);
    const { stdout } = this.#streams;
    const lines = formatTable(rows, columns, stdout.isTTY ? stdout.columns : undefined);
    this.text([this.#emphasis(lines[0]!), ...lines.slice(1)].join("\n"));
  }

  /** One thing: names and values under each other, or one JSON object. */
  record(value: object, leftOut: readonly string[] = []): void {
    if (this.json) return this.value(value);
    const entries = Object.entries(value).filter(([name]) => !leftOut.includes(name));
    this.text(formatRecord(entries).join("\n"));
  }

  /** What was done: a sentence, or the JSON of what came of it. */
  done(sentence: string, value: unknown): void {
    if (this.json) this.value(value);
    else this.text(harmless(sentence));
  }

  /** One of many that come one by one: a line, or one JSON value on a line. */
  line(sentence: string, value: unknown): void {
    this.#streams.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${harmless(sentence)}\n`);
  }

  /** JSON, laid out for people where people asked. */
  value(value: unknown): void {
    const text = this.json ? JSON.stringify(value) : JSON.stringify(value, undefined, 2);
    this.#streams.stdout.write(`${text ?? "null"}\n`);
  }

  /** Text as it is, to the standard output. */
  text(text: string): void {
    this.#streams.stdout.write(`${text}\n`);
  }

  /** A remark beside the answer, on the error output and for people only. */
  note(text: string): void {
    if (!this.json) this.#streams.stderr.write(`${text.split("\n").map(harmless).join("\n")}\n`);
  }

  #emphasis(text: string): string {
    const { stdout } = this.#streams;
    return stdout.isTTY && process.env["NO_COLOR"] === undefined ? `\u001B[1m${text}\u001B[0m` : text;
  }
}
