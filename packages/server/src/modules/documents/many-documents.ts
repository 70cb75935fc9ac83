import type { Call } from "../../kit/call.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";
import { type CompiledFilter, compileFilter } from "../query-language/filter.ts";
import { compileUpdate } from "../query-language/update.ts";
import { textOfDocument } from "./check-document.ts";
import type { Collections } from "./collections.ts";
import { conflictOf } from "./conflicts.ts";
import * as indexes from "./index-store.ts";
import { type Line, readLines } from "./lines.ts";
import { changeManyMax, insertManyMax, scannedMax, type StoredDocument } from "./model.ts";
import type { OneDocument } from "./one-document.ts";
import * as queries from "./query-store.ts";
import * as store from "./store.ts";
import { readNew, readNext } from "./system-fields.ts";
import type { Insertion, Writes } from "./writes.ts";

const batchMax = 500;
const streamBatchMax = 1_000;
const streamBatchCharacters = 8 * 1024 * 1024;

export interface Imported {
  inserted: number;
}

/** Many documents at a time: in bounded batches, in the order of their ids where they are locked. */
export class ManyDocuments {
  readonly #database: Database;
  readonly #collections: Collections;
  readonly #one: OneDocument;
  readonly #writes: Writes;

  constructor(parts: { database: Database; collections: Collections; one: OneDocument; writes: Writes }) {
    this.#database = parts.database;
    this.#collections = parts.collections;
    this.#one = parts.one;
    this.#writes = parts.writes;
  }

  /** All of them or none; what is wrong is named by its place: `items[3].price`. */
  async insertMany(call: Call, collection: string, documents: readonly unknown[]): Promise<StoredDocument[]> {
    if (documents.length > insertManyMax) {
      throw invalid("items", `at most ${insertManyMax} documents at once: import a stream of more`);
    }
    const items = documents.map((document, index) => insertion(document, `items[${index}]`));
    return this.#insertAll(call, collection, items);
  }

  /**
   * Inserts NDJSON, a document a line, in batches that are committed one by one; tells after each how many are in.
   * A wrong line ends it: the error names the line, and the lines before it are stored.
   */
  async insertStream(
    call: Call,
    collection: string,
    chunks: AsyncIterable<Uint8Array | string>,
    onProgress: (imported: Imported) => void = () => undefined,
  ): Promise<Imported> {
    const imported: Imported = { inserted: 0 };
    const flush = async (batch: readonly Insertion[]) => {
      await this.#insertBatch(call, collection, batch, imported);
      onProgress({ ...imported });
    };
    try {
      for await (const lines of batchesOf(readLines(chunks))) await flushGood(lines, flush);
    } catch (error) {
      throw withInserted(error, imported);
    }
    return imported;
  }

  /** Changes every document that matches and that the caller may update. */
  async updateManyIn(
    tx: Tx,
    call: Call,
    collection: string,
    filter: unknown,
    update: unknown,
  ): Promise<{ updated: number }> {
    const compiled = compileFilter(filter);
    const { apply } = compileUpdate(update, { now: new Date(await store.clock(tx)) });
    const into = await this.#collections.find(tx, call, collection);
    if (into === undefined) return { updated: 0 };
    const updated = await this.#eachBatch(
      tx,
      call,
      { collection, compiled, right: "update" },
      async (batch) => {
        const changes = batch.map((document) => {
          const stored = this.#writes.open(call, collection, document);
          return { stored, given: readNext(apply(stored), stored, stored._id), at: stored._id };
        });
        await this.#writes.update(tx, call, into, changes);
      },
    );
    return { updated };
  }

  /** Deletes every document that matches and that the caller may delete. */
  async deleteManyIn(tx: Tx, call: Call, collection: string, filter: unknown): Promise<{ deleted: number }> {
    const wanted = { collection, compiled: compileFilter(filter), right: "delete" as const };
    const deleted = await this.#eachBatch(tx, call, wanted, (batch) =>
      this.#writes.remove(tx, call, collection, idsOf(batch)),
    );
    return { deleted };
  }

  /** Deletes documents that are due by an expiring index. */
  async expireIn(tx: Tx, call: Call, index: indexes.StoredIndex, limit: number): Promise<number> {
    const due = await indexes.lockExpired(tx, index, limit);
    if (due.length > 0) await this.#writes.remove(tx, call, index.collection, idsOf(due));
    return due.length;
  }

  async #eachBatch(
    tx: Tx,
    call: Call,
    wanted: { collection: string; compiled: CompiledFilter; right: "update" | "delete" },
    act: (batch: readonly StoredDocument[]) => Promise<void>,
  ): Promise<number> {
    const { collection, compiled, right } = wanted;
    const selection = { collection, where: compiled.where, right, limit: batchMax };
    let [afterId, matched, scanned, length] = ["", 0, 0, batchMax];
    while (length === batchMax) {
      const batch = await queries.lockMatching(tx, call, { ...selection, afterId });
      const matching = compiled.exact ? batch : batch.filter((document) => compiled.matches(document));
      length = batch.length;
      afterId = batch.at(-1)?._id ?? afterId;
      matched += matching.length;
      scanned += batch.length;
      if (matched > changeManyMax || scanned > scannedMax) throw tooMany();
      if (matching.length > 0) await act(matching);
    }
    return matched;
  }

  async #insertAll(call: Call, collection: string, items: readonly Insertion[]): Promise<StoredDocument[]> {
    refuseRepeatedIds(items);
    try {
      return await this.#database.transaction((tx) => this.#insertIn(tx, call, collection, items));
    } catch (error) {
      if (violatedConstraint(error) === undefined) throw error;
      return this.#database.transaction((tx) => this.#insertSingly(tx, call, collection, items));
    }
  }

  /** The slow way after a conflict: it finds out which one it is. */
  async #insertSingly(
    tx: Tx,
    call: Call,
    collection: string,
    items: readonly Insertion[],
  ): Promise<StoredDocument[]> {
    const into = await this.#one.collectionForInsert(tx, call, collection);
    const stored: StoredDocument[] = [];
    for (const item of items) {
      try {
        stored.push(...(await this.#writes.insert(tx, call, into, [item])));
      } catch (error) {
        throw await conflictOf(this.#database, error, item.at);
      }
    }
    return stored;
  }

  /** Inserts a batch of a stream; after a conflict the lines before it are stored all the same. */
  async #insertBatch(
    call: Call,
    collection: string,
    items: readonly Insertion[],
    imported: Imported,
  ): Promise<void> {
    try {
      await this.#database.transaction((tx) => this.#insertIn(tx, call, collection, items));
      imported.inserted += items.length;
      return;
    } catch (error) {
      if (violatedConstraint(error) === undefined) throw error;
    }
    for (const item of items) {
      await this.#database.transaction((tx) => this.#insertSingly(tx, call, collection, [item]));
      imported.inserted += 1;
    }
  }

  async #insertIn(
    tx: Tx,
    call: Call,
    collection: string,
    items: readonly Insertion[],
  ): Promise<StoredDocument[]> {
    const into = await this.#one.collectionForInsert(tx, call, collection);
    return this.#writes.insert(tx, call, into, items);
  }
}

function idsOf(documents: readonly { _id: string }[]): string[] {
  return documents.map((document) => document._id);
}

function insertion(document: unknown, at: string): Insertion {
  return { given: readNew(document, at), at };
}

function refuseRepeatedIds(items: readonly Insertion[]): void {
  const seen = new Set<string>();
  for (const { given, at } of items) {
    if (given.id === undefined) continue;
    if (seen.has(given.id)) throw invalid(`${at}._id`, "stands twice in this request");
    seen.add(given.id);
  }
}

function parseLine({ number, text, problem }: Line): Insertion {
  if (problem !== undefined) throw problem;
  const at = `line ${number}`;
  const document = parseJsonText(text, { field: at, hint: "is not JSON" });
  const item = insertion(document, at);
  textOfDocument(document as object, at);
  return item;
}

async function* batchesOf(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let characters = 0;
  for await (const line of lines) {
    batch.push(line);
    characters += line.text.length;
    if (batch.length < streamBatchMax && characters < streamBatchCharacters) continue;
    yield batch;
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Stores the lines before a wrong one, then fails for that one. */
async function flushGood(
  lines: readonly Line[],
  flush: (batch: readonly Insertion[]) => Promise<void>,
): Promise<void> {
  const items: Insertion[] = [];
  let failure: unknown;
  for (const line of lines) {
    try {
      items.push(parseLine(line));
    } catch (error) {
      failure = error;
      break;
    }
  }
  if (items.length > 0) await flush(items);
  if (failure !== undefined) throw failure;
}

/** The caller learns how many are in, to go on from there. */
function withInserted(error: unknown, { inserted }: Imported): unknown {
  if (!(error instanceof AppError)) return error;
  const message = `${error.message} (${inserted} documents before it are stored)`;
  return new AppError(error.code, message, { ...error.details, extra: { ...error.details.extra, inserted } });
}

function tooMany(): AppError {
  const message = `More than ${changeManyMax} documents match, or ${scannedMax} to look at: narrow the filter`;
  return new AppError("too_large", message, { field: "filter" });
}
