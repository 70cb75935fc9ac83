import type { Call } from "../../kit/call.ts";
import type { Queryable, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { absent, requireRight } from "../access/model.ts";
import { compileFilter } from "../query-language/filter.ts";
import { compileUpdate } from "../query-language/update.ts";
import { keyOf } from "../query-language/values.ts";
import type { WrittenCollection } from "./collection-store.ts";
import type { Collections } from "./collections.ts";
import { type GivenDocument, nameOfCollection, nameOfDocument, type StoredDocument } from "./model.ts";
import * as queries from "./query-store.ts";
import * as store from "./store.ts";
import { type Given, readNew, readNext, requireVersion } from "./system-fields.ts";
import type { Writes } from "./writes.ts";

const uniqueFieldsMax = 16;
const uniqueTextMax = 200;

/** One document at a time, in the caller's transaction. */
export class OneDocument {
  readonly #collections: Collections;
  readonly #writes: Writes;
  readonly #reserved: ReadonlyMap<string, string>;

  constructor(collections: Collections, writes: Writes, reserved: ReadonlyMap<string, string>) {
    this.#collections = collections;
    this.#writes = writes;
    this.#reserved = reserved;
  }

  /** The collection for somebody who may insert into it. Who reserved it decides by himself who may. */
  async collectionForInsert(tx: Tx, call: Call, name: string): Promise<WrittenCollection> {
    const collection = await this.#collections.forInsert(tx, call, name);
    if (!this.#reserved.has(name)) requireRight(collection.acl, call, "create", nameOfCollection(name));
    return collection;
  }

  async insertIn(tx: Tx, call: Call, collection: string, document: unknown): Promise<StoredDocument> {
    const given = readNew(document, "");
    const into = await this.collectionForInsert(tx, call, collection);
    const [stored] = await this.#writes.insert(tx, call, into, [{ given, at: "" }]);
    return stored!;
  }

  /** A document that the caller may read. */
  async getIn(database: Queryable, call: Call, collection: string, id: string): Promise<StoredDocument> {
    const stored = await store.find(database, { tenantId: call.tenantId, collection }, id);
    if (stored === undefined) throw absent(nameOfDocument(collection, id));
    requireRight(stored._acl, call, "read", nameOfDocument(collection, id));
    return this.#writes.open(call, collection, stored);
  }

  /** Puts whole contents in the place of the stored ones; system fields that are left out stay. */
  async replaceIn(
    tx: Tx,
    call: Call,
    collection: string,
    id: string,
    document: unknown,
    version?: number,
  ): Promise<StoredDocument> {
    const { into, stored } = await this.lockIn(tx, call, collection, id, "update");
    if (version !== undefined) requireVersion(stored, version);
    return this.#change(tx, call, into, stored, readNext(document, stored, ""));
  }

  /** Changes by operators: `$set`, `$inc`, `$push` and so on. */
  async updateIn(
    tx: Tx,
    call: Call,
    collection: string,
    id: string,
    update: unknown,
    version?: number,
  ): Promise<StoredDocument> {
    const { into, stored } = await this.lockIn(tx, call, collection, id, "update");
    if (version !== undefined) requireVersion(stored, version);
    const { apply } = compileUpdate(update, { now: new Date(await store.clock(tx)) });
    return this.#change(tx, call, into, stored, readNext(apply(stored), stored, ""));
  }

  async deleteIn(tx: Tx, call: Call, collection: string, id: string, version?: number): Promise<void> {
    const { stored } = await this.lockIn(tx, call, collection, id, "delete");
    if (version !== undefined) requireVersion(stored, version);
    await this.#writes.remove(tx, call, collection, [stored._id]);
  }

  /** Inserts, or replaces the one readable document with the same values in these fields. */
  async insertOrUpdateIn(
    tx: Tx,
    call: Call,
    collection: string,
    document: unknown,
    uniqueFields: readonly string[],
  ): Promise<{ document: StoredDocument; inserted: boolean }> {
    const filter = uniqueFilter(document, uniqueFields);
    const { where } = compileFilter(filter);
    const keys = Object.entries(filter).map(([field, { $eq }]) => [field, keyOf($eq)]);
    // One round trip: each statement sees what those before it waited for.
    const [, found, at, into] = await Promise.all([
      store.lockKey(tx, JSON.stringify([call.tenantId, collection, keys.sort()])),
      queries.lockMatching(tx, call, { collection, right: "read", where, afterId: "", limit: 2 }),
      store.clock(tx),
      this.collectionForInsert(tx, call, collection),
    ]);
    if (found.length > 1) {
      throw new AppError("conflict", `More than one document has the same ${uniqueFields.join(", ")}`);
    }
    const [first] = found;
    if (first === undefined) {
      const given = readNew(document, "");
      const [stored] = await this.#writes.insert(tx, call, into, [{ given, at: "" }], at);
      return { document: stored!, inserted: true };
    }
    requireRight(first._acl, call, "update", nameOfDocument(collection, first._id));
    const stored = this.#writes.open(call, collection, first);
    const changed = await this.#change(tx, call, into, stored, readNext(document, stored, ""));
    return { document: changed, inserted: false };
  }

  /** A document locked for a change that the caller may make; who may not read it may not change it either. */
  async lockIn(
    tx: Tx,
    call: Call,
    collection: string,
    id: string,
    right: "update" | "delete",
  ): Promise<{ into: WrittenCollection; stored: StoredDocument }> {
    const place = { tenantId: call.tenantId, collection };
    const [into, [stored]] = await Promise.all([
      this.#collections.find(tx, call, collection),
      store.lock(tx, place, [id]),
    ]);
    const what = nameOfDocument(collection, id);
    if (into === undefined || stored === undefined) throw absent(what);
    requireRight(stored._acl, call, "read", what);
    requireRight(stored._acl, call, right, what);
    return { into, stored: this.#writes.open(call, collection, stored) };
  }

  async #change(
    tx: Tx,
    call: Call,
    into: WrittenCollection,
    stored: StoredDocument,
    given: Given,
  ): Promise<StoredDocument> {
    const [changed] = await this.#writes.update(tx, call, into, [{ stored, given, at: "" }]);
    return changed!;
  }
}

/** `{a: {$eq: ...}}` for every unique field; only values that an index compares whole may stand there. */
function uniqueFilter(document: unknown, fields: readonly string[]): Record<string, { $eq: unknown }> {
  if (fields.length === 0 || fields.length > uniqueFieldsMax) {
    throw invalid("uniqueFields", `name between one and ${uniqueFieldsMax} fields`);
  }
  return Object.fromEntries(
    fields.map((field) => {
      const value = valueAt(document, field);
      const isText = typeof value === "string" && value.length <= uniqueTextMax;
      if (!isText && typeof value !== "number" && typeof value !== "boolean") {
        const message = `must be there, as text of at most ${uniqueTextMax} characters, a number or a boolean`;
        throw invalid(field, message);
      }
      return [field, { $eq: value }];
    }),
  );
}

function valueAt(document: unknown, field: string): unknown {
  let value = document;
  for (const key of field.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as GivenDocument)[key];
  }
  return value;
}
