import type { Call } from "../../kit/call.ts";
import type { Database, Queryable, Tx } from "../../kit/database.ts";
import type { Encryption } from "../../kit/encryption.ts";
import { AppError } from "../../kit/errors.ts";
import type { Events } from "../events/service.ts";
import { Collections } from "./collections.ts";
import type { Value } from "../query-language/values.ts";
import { conflictOf } from "./conflicts.ts";
import { type Explanation, explainQuery } from "./explain.ts";
import { FilterCompiler } from "./filter-compiler.ts";
import { DocumentHistory, type DocumentVersion } from "./history.ts";
import type { StoredIndex } from "./index-store.ts";
import { type Index, Indexes, type NewIndex } from "./indexes.ts";
import { type Imported, ManyDocuments } from "./many-documents.ts";
import type { Collection, CollectionSettings, Difference, StoredDocument, VersionEntry } from "./model.ts";
import { OneDocument } from "./one-document.ts";
import { type Query, type QueryPage, Reading } from "./reading.ts";
import { SealedFields } from "./sealed-fields.ts";
import { Writes } from "./writes.ts";

export interface DocumentsOptions {
  database: Database;
  events: Events;
  encryption: Encryption;
}

/** Documents: JSON in collections, with an ACL, a version number and full history. */
export class Documents {
  readonly #database: Database;
  readonly #collections: Collections;
  readonly #writes: Writes;
  readonly #one: OneDocument;
  readonly #many: ManyDocuments;
  readonly #history: DocumentHistory;
  readonly #reading: Reading;
  readonly #indexes: Indexes;
  readonly #reserved = new Map<string, string>();

  constructor({ database, events, encryption }: DocumentsOptions) {
    const writes = new Writes(events, new SealedFields(encryption));
    this.#writes = writes;
    const collections = new Collections(database, events);
    const one = new OneDocument(collections, writes, this.#reserved);
    this.#database = database;
    this.#collections = collections;
    this.#one = one;
    this.#many = new ManyDocuments({ database, collections, one, writes });
    this.#history = new DocumentHistory(database, one, writes);
    this.#reading = new Reading(database, new FilterCompiler(database), writes);
    this.#indexes = new Indexes(database, collections, events);
  }

  /** Keeps the generic writing verbs out of a collection; `why` names the verb to use instead. */
  reserve(collection: string, why: string): void {
    this.#reserved.set(collection, why);
  }

  // One document.

  async insertOne(call: Call, collection: string, document: unknown): Promise<StoredDocument> {
    return this.#write(collection, (tx) => this.insertIn(tx, call, collection, document));
  }

  /** A document that the caller may read. */
  async get(call: Call, collection: string, id: string): Promise<StoredDocument> {
    return this.getIn(this.#database.read(call), call, collection, id);
  }

  /** Puts whole contents in the place of the stored ones. With `version`, only if nobody changed it since. */
  async replaceOne(
    call: Call,
    collection: string,
    id: string,
    document: unknown,
    version?: number,
  ): Promise<StoredDocument> {
    return this.#write(collection, (tx) => this.replaceIn(tx, call, collection, id, document, version));
  }

  /** Changes by operators such as `$set`. With `version`, only if nobody changed it since. */
  async updateOne(
    call: Call,
    collection: string,
    id: string,
    update: unknown,
    version?: number,
  ): Promise<StoredDocument> {
    return this.#write(collection, (tx) => this.#one.updateIn(tx, call, collection, id, update, version));
  }

  /** Inserts, or replaces the one readable document with the same values in these fields. */
  async insertOrUpdate(
    call: Call,
    collection: string,
    document: unknown,
    uniqueFields: readonly string[] = ["_id"],
  ): Promise<{ document: StoredDocument; inserted: boolean }> {
    return this.#write(collection, (tx) =>
      this.#one.insertOrUpdateIn(tx, call, collection, document, uniqueFields),
    );
  }

  /** Deletes it; its history stays, and `undelete` brings it back. */
  async deleteOne(call: Call, collection: string, id: string, version?: number): Promise<void> {
    return this.#write(collection, (tx) => this.deleteIn(tx, call, collection, id, version));
  }

  // One document in a transaction of the floor above, which may write reserved collections.

  async insertIn(tx: Tx, call: Call, collection: string, document: unknown): Promise<StoredDocument> {
    return this.#one.insertIn(tx, call, collection, document);
  }

  async getIn(database: Queryable, call: Call, collection: string, id: string): Promise<StoredDocument> {
    return this.#one.getIn(database, call, collection, id);
  }

  async replaceIn(
    tx: Tx,
    call: Call,
    collection: string,
    id: string,
    document: unknown,
    version?: number,
  ): Promise<StoredDocument> {
    return this.#one.replaceIn(tx, call, collection, id, document, version);
  }

  async deleteIn(tx: Tx, call: Call, collection: string, id: string, version?: number): Promise<void> {
    return this.#one.deleteIn(tx, call, collection, id, version);
  }

  /** A stored document with its encrypted fields readable. */
  open(call: Pick<Call, "tenantId">, collection: string, document: StoredDocument): StoredDocument {
    return this.#writes.open(call, collection, document);
  }

  // Many documents.

  /** Inserts up to 1,000 documents, all of them or none; an error names `items[3].price`. */
  async insertMany(call: Call, collection: string, documents: readonly unknown[]): Promise<StoredDocument[]> {
    this.#refuseReserved(collection);
    return this.#many.insertMany(call, collection, documents);
  }

  /** Inserts NDJSON of any length in batches; an error names the line and how many documents are in. */
  async insertStream(
    call: Call,
    collection: string,
    chunks: AsyncIterable<Uint8Array | string>,
    onProgress?: (imported: Imported) => void,
  ): Promise<Imported> {
    this.#refuseReserved(collection);
    return this.#many.insertStream(call, collection, chunks, onProgress);
  }

  /** Changes every document that matches and that the caller may update, all of them or none. */
  async updateMany(
    call: Call,
    collection: string,
    filter: unknown,
    update: unknown,
  ): Promise<{ updated: number }> {
    return this.#write(collection, (tx) => this.#many.updateManyIn(tx, call, collection, filter, update));
  }

  /** Deletes every document that matches and that the caller may delete, all of them or none. */
  async deleteMany(call: Call, collection: string, filter: unknown): Promise<{ deleted: number }> {
    return this.#write(collection, (tx) => this.#many.deleteManyIn(tx, call, collection, filter));
  }

  /** Deletes up to `limit` documents that are due by an expiring index; answers how many. */
  async expire(call: Call, index: StoredIndex, limit: number): Promise<number> {
    return this.#database.transaction((tx) => this.#many.expireIn(tx, call, index, limit));
  }

  // Questions. They see what the caller may read, and nothing in a collection that does not exist.

  /** A page of the documents that match; its `nextCursor` goes on from there, whatever is inserted meanwhile. */
  async query(call: Call, collection: string, query: Query = {}): Promise<QueryPage> {
    return this.#reading.query(call, collection, query);
  }

  async count(call: Call, collection: string, filter?: unknown): Promise<number> {
    return this.#reading.count(call, collection, filter);
  }

  /** The values that a field takes, each once, sorted. */
  async distinct(call: Call, collection: string, field: string, filter?: unknown): Promise<Value[]> {
    return this.#reading.distinct(call, collection, field, filter);
  }

  /** Runs an aggregation pipeline. */
  async aggregate(call: Call, collection: string, pipeline: unknown): Promise<Value[]> {
    return this.#reading.aggregate(call, collection, pipeline);
  }

  /** Which way a query would take and which indexes it would use. */
  async explain(call: Call, collection: string, query: Query = {}): Promise<Explanation> {
    return explainQuery(this.#database, this.#reading, call, { ...query, collection });
  }

  // What documents were.

  /** The versions that the caller may read, the newest first; `cursor` is the last number of the page before. */
  async listVersions(
    call: Call,
    collection: string,
    id: string,
    page: { cursor?: number; limit?: number } = {},
  ): Promise<{ items: VersionEntry[]; nextCursor?: number }> {
    return this.#history.list(call, collection, id, page);
  }

  /** One version by its number; -1 is the newest. */
  async getVersion(call: Call, collection: string, id: string, version: number): Promise<DocumentVersion> {
    return this.#history.get(call, collection, id, version);
  }

  /** What changed between two versions; encrypted values show only that they differ. */
  async diff(
    call: Call,
    collection: string,
    id: string,
    versions: { from: number; to: number },
  ): Promise<Difference[]> {
    return this.#history.diff(call, collection, id, versions);
  }

  /** Makes the contents of an older version the newest again. */
  async restore(call: Call, collection: string, id: string, version: number): Promise<StoredDocument> {
    return this.#write(collection, (tx) => this.#history.restoreIn(tx, call, collection, id, version));
  }

  /** Brings a deleted document back, under its id and with its history. */
  async undelete(call: Call, collection: string, id: string): Promise<StoredDocument> {
    return this.#write(collection, (tx) => this.#history.undeleteIn(tx, call, collection, id));
  }

  /** Deleted documents that the caller could read, the latest ids first. */
  async listDeleted(
    call: Call,
    collection: string,
    page: { cursor?: string; limit?: number } = {},
  ): Promise<{ items: DocumentVersion[]; nextCursor?: string }> {
    return this.#history.listDeleted(call, collection, page);
  }

  // Collections.

  /** The collections that the caller may read, by name. */
  async listCollections(
    call: Call,
    cursor?: string,
    limit?: number,
  ): Promise<{ items: Collection[]; nextCursor?: string }> {
    return this.#collections.list(call, cursor, limit);
  }

  async getCollection(call: Call, name: string): Promise<Collection> {
    return this.#collections.get(call, name);
  }

  /** Makes a collection before its first document. */
  async createCollection(call: Call, name: string, settings?: CollectionSettings): Promise<Collection> {
    this.#refuseReserved(name);
    return this.#collections.create(call, name, settings);
  }

  /** Changes a collection's ACL and which fields it encrypts. */
  async updateCollection(call: Call, name: string, settings: CollectionSettings): Promise<Collection> {
    this.#refuseReserved(name);
    return this.#collections.update(call, name, settings);
  }

  /** Removes an empty collection; with `purge` (admins) also its documents and their history, for good. */
  async dropCollection(call: Call, name: string, options: { purge?: boolean } = {}): Promise<void> {
    this.#refuseReserved(name);
    await this.#collections.drop(call, name, options);
    await this.#indexes.dropAll({ tenantId: call.tenantId, collection: name });
  }

  // Indexes.

  async listIndexes(call: Call, collection: string): Promise<Index[]> {
    return this.#indexes.list(call, collection);
  }

  /** Makes an index and waits until it is built; writes go on meanwhile. */
  async createIndex(call: Call, collection: string, index: NewIndex): Promise<Index> {
    return this.#indexes.create(call, collection, index);
  }

  async dropIndex(call: Call, collection: string, name: string): Promise<void> {
    return this.#indexes.drop(call, collection, name);
  }

  async #write<T>(collection: string, act: (tx: Tx) => Promise<T>): Promise<T> {
    this.#refuseReserved(collection);
    try {
      return await this.#database.transaction(act);
    } catch (error) {
      throw await conflictOf(this.#database, error, "");
    }
  }

  #refuseReserved(collection: string): void {
    const why = this.#reserved.get(collection);
    if (why !== undefined) throw new AppError("forbidden", why, { field: "collection" });
  }
}
