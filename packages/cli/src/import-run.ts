import type { Client, NewItem } from "@millrace/sdk";
import { CommandError } from "./failures.ts";
import { documentOf, itemOf, type Shape, uniqueFieldOf } from "./import-shape.ts";
import type { Source, SourceRecord } from "./import-source.ts";
import type { JsonObject } from "./values.ts";

export interface Target {
  kind: "queue" | "collection";
  name: string;
}

export interface ImportJob {
  client: Client;
  target: Target;
  source: Source;
  shape: Shape;
  batchMax: number;
  skipBad: boolean;
  onBad(place: string, message: string): void;
  onProgress(done: number, bytes: number): void;
  /** Told before it fails: what the server has acknowledged. */
  onStop(result: ImportResult): void;
}

export interface ImportResult {
  added: number;
  /** Pushed before under the same key. */
  duplicates: number;
  bad: number;
}

interface Member<T> {
  place: string;
  value: T;
}

/** One call carries at most so much, however few records that is. */
const batchBytesMax = 4 * 1024 * 1024;

/** Reads, shapes and sends records batch by batch; memory stays bounded however long the file is. */
export async function runImport(job: ImportJob): Promise<ImportResult> {
  const { client, target, shape } = job;
  if (target.kind === "queue") {
    const send = (items: NewItem[]) => pushBatch(client, target.name, items);
    return new Importer<NewItem>(job, (record, ordinal) => itemOf(record, ordinal, shape), send).run();
  }
  const uniqueField = uniqueFieldOf(shape);
  const send = (documents: JsonObject[]) => insertBatch(client, target.name, documents, uniqueField);
  return new Importer<JsonObject>(job, (record) => documentOf(record, shape), send).run();
}

async function pushBatch(client: Client, queue: string, items: NewItem[]): Promise<number> {
  const pushed = await client.pushItems(queue, items);
  return pushed.filter((item) => item.duplicate).length;
}

/** Documents with the same unique field are replaced; whether there was one before is not told. */
async function insertBatch(
  client: Client,
  collection: string,
  documents: JsonObject[],
  uniqueField: string | undefined,
): Promise<number> {
  if (uniqueField === undefined) await client.insertDocuments(collection, documents);
  else await Promise.all(documents.map((document) => replace(client, collection, document, uniqueField)));
  return 0;
}

async function replace(
  client: Client,
  collection: string,
  document: JsonObject,
  field: string,
): Promise<void> {
  await client.insertOrUpdateDocument(collection, { document, uniqueFields: [field] });
}

class Importer<T extends object> {
  readonly #job: ImportJob;
  readonly #shape: (record: JsonObject, ordinal: number) => T;
  readonly #send: (values: T[]) => Promise<number>;
  readonly #result: ImportResult = { added: 0, duplicates: 0, bad: 0 };
  #batch: Member<T>[] = [];
  #batchBytes = 0;

  constructor(
    job: ImportJob,
    shape: (record: JsonObject, ordinal: number) => T,
    send: (values: T[]) => Promise<number>,
  ) {
    this.#job = job;
    this.#shape = shape;
    this.#send = send;
  }

  async run(): Promise<ImportResult> {
    try {
      return await this.#runAll();
    } catch (error) {
      this.#job.onStop(this.#result);
      throw error;
    }
  }

  async #runAll(): Promise<ImportResult> {
    for await (const read of this.#job.source.records()) {
      if ("problem" in read) await this.#refuse(read.place, read.problem, "", read.isLast === true);
      else await this.#take(read);
    }
    await this.#flush();
    return this.#result;
  }

  async #take({ place, ordinal, record }: Extract<SourceRecord, { record: object }>): Promise<void> {
    let value: T;
    try {
      value = this.#shape(record, ordinal);
    } catch (error) {
      if (error instanceof TypeError) return this.#refuse(place, error.message);
      throw error;
    }
    const bytes = JSON.stringify(value).length;
    const isFull = this.#batch.length === this.#job.batchMax || this.#batchBytes + bytes > batchBytesMax;
    if (isFull) await this.#flush();
    this.#batch.push({ place, value });
    this.#batchBytes += bytes;
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.length === 0) return;
    await this.#sendBatch(batch);
    const { added, duplicates, bad } = this.#result;
    this.#job.onProgress(added + duplicates + bad, this.#job.source.read());
  }

  /** A refused batch changes nothing, so its halves are tried until the record at fault stands alone. */
  async #sendBatch(batch: Member<T>[]): Promise<void> {
    try {
      const duplicates = await this.#send(batch.map((member) => member.value));
      this.#result.added += batch.length - duplicates;
      this.#result.duplicates += duplicates;
    } catch (error) {
      if (!isFaultOfData(error)) throw error;
      const [only] = batch;
      if (batch.length === 1) return this.#refuse(only!.place, error.message, wayOutOf(error));
      const middle = Math.ceil(batch.length / 2);
      await this.#sendBatch(batch.slice(0, middle));
      await this.#sendBatch(batch.slice(middle));
    }
  }

  async #refuse(place: string, message: string, way = "", isLast = false): Promise<void> {
    if (isLast || !this.#job.skipBad) {
      await this.#flush();
      const ways = way !== "" ? [way] : [...(isLast ? [] : [leaveOut]), this.#wayOn()];
      throw new CommandError([`${place}: ${message}`, ...ways].join("\n"));
    }
    this.#result.bad += 1;
    this.#job.onBad(place, way === "" ? message : `${message}\n${way}`);
  }

  /** A file that was put right has another digest, and would begin anew under the keys that it gives. */
  #wayOn(): string {
    const { target, shape } = this.#job;
    const again = "Put it right and run it again";
    const isByContent = target.kind === "queue" && shape.idempotencyField === undefined;
    if (!isByContent || shape.keyPrefix === undefined) return `${again}.`;
    return `${again}, with what went in counted as there: --key-prefix ${quoted(shape.keyPrefix)}`;
  }
}

const leaveOut = "Leave such records out with --skip-bad, or:";
const otherKeys =
  "Another content was pushed under its key. Make the keys of this import its own with --key-prefix, " +
  "or choose a field that tells its records apart with --idempotency-field.";

function wayOutOf(error: Error): string {
  return "field" in error && error.field === "idempotencyKey" ? otherKeys : "";
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w.:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether the server found fault with a record, and not with the call as a whole. */
function isFaultOfData(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return ["invalid_input", "too_large", "already_exists", "conflict"].includes(String(error.code));
}
