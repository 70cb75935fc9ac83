import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { absent, allows, requireRight } from "../access/model.ts";
import { differencesOf } from "./differences.ts";
import * as store from "./history-store.ts";
import {
  type Difference,
  nameOfDocument,
  pageSizeDefault,
  pageSizeMax,
  type StoredDocument,
  type VersionEntry,
} from "./model.ts";
import type { OneDocument } from "./one-document.ts";
import { readNew, readNext } from "./system-fields.ts";
import type { Writes } from "./writes.ts";

const newest = -1;
const versionMax = 2 ** 31 - 1;
const lastId = "g";

export interface DocumentVersion extends VersionEntry {
  document: StoredDocument;
}

/**
 * What documents were. A version is shown to whoever may read the document now (or could when it was deleted) and
 * could read that version: an ACL that opens a document does not open its past.
 */
export class DocumentHistory {
  readonly #database: Database;
  readonly #one: OneDocument;
  readonly #writes: Writes;

  constructor(database: Database, one: OneDocument, writes: Writes) {
    this.#database = database;
    this.#one = one;
    this.#writes = writes;
  }

  /** The newest first; `cursor` is the last version number of the page before. */
  async list(
    call: Call,
    collection: string,
    id: string,
    { cursor = versionMax, limit = pageSizeDefault }: { cursor?: number; limit?: number } = {},
  ): Promise<{ items: VersionEntry[]; nextCursor?: number }> {
    await this.#requireNewest(call, collection, id);
    const size = Math.min(limit, pageSizeMax);
    const reader = this.#database.read(call);
    const wanted = { collection, id, beforeVersion: cursor, limit: size + 1 };
    const found = await store.list(reader, call, wanted);
    const items = found.slice(0, size);
    return found.length > size ? { items, nextCursor: items.at(-1)!.version } : { items };
  }

  /** One version by its number; -1 is the newest. */
  async get(call: Call, collection: string, id: string, version: number): Promise<DocumentVersion> {
    const newestVersion = await this.#requireNewest(call, collection, id);
    const found = version === newest ? newestVersion : await this.#find(call, collection, id, version);
    if (found === undefined || !allows(found.document._acl, call, "read")) {
      throw absent(`version ${version} of ${nameOfDocument(collection, id)}`);
    }
    return { ...found, document: this.#writes.open(call, collection, found.document) };
  }

  /** What changed between two versions; encrypted values show only that they differ. */
  async diff(
    call: Call,
    collection: string,
    id: string,
    { from, to }: { from: number; to: number },
  ): Promise<Difference[]> {
    const before = await this.get(call, collection, id, from);
    const after = await this.get(call, collection, id, to);
    return differencesOf(before.document, after.document);
  }

  /** Makes the contents of an older version the newest again; rights and counters stay as they are. */
  async restoreIn(
    tx: Tx,
    call: Call,
    collection: string,
    id: string,
    version: number,
  ): Promise<StoredDocument> {
    const { into, stored } = await this.#one.lockIn(tx, call, collection, id, "update");
    const { document: old } = await this.get(call, collection, id, version);
    const { _encrypt: encrypt = [], _type: type } = old;
    const given = readNext({ ...contentOf(old), _type: type, _encrypt: encrypt }, stored, "");
    const [restored] = await this.#writes.update(tx, call, into, [{ stored, given, at: "" }]);
    return restored!;
  }

  /** Brings a deleted document back as it was, under its id; it needs the rights `read` and `update` on it. */
  async undeleteIn(tx: Tx, call: Call, collection: string, id: string): Promise<StoredDocument> {
    const place = { tenantId: call.tenantId, collection };
    const what = nameOfDocument(collection, id);
    const last = await store.find(tx, place, id, newest);
    if (last === undefined) throw absent(what);
    requireRight(last.document._acl, call, "read", what);
    requireRight(last.document._acl, call, "update", what);
    if (last.operation !== "delete") {
      throw new AppError("conflict", `The ${what} is not deleted`);
    }
    const opened = this.#writes.open(call, collection, last.document);
    const { _type: type, _acl: acl, _encrypt: encrypt = [] } = opened;
    const system = { _id: id, _type: type, _acl: acl, _encrypt: encrypt };
    const given = readNew({ ...contentOf(opened), ...system }, "");
    const into = await this.#one.collectionForInsert(tx, call, collection);
    const [restored] = await this.#writes.insert(tx, call, into, [{ given, at: "", original: opened }]);
    return restored!;
  }

  /** Deleted documents that the caller could read, the latest ids first; `cursor` is the last id before. */
  async listDeleted(
    call: Call,
    collection: string,
    { cursor = lastId, limit = pageSizeDefault }: { cursor?: string; limit?: number } = {},
  ): Promise<{ items: DocumentVersion[]; nextCursor?: string }> {
    const size = Math.min(limit, pageSizeMax);
    const wanted = { collection, beforeId: cursor, limit: size + 1 };
    const found = await store.listDeleted(this.#database.read(call), call, wanted);
    const items = found.slice(0, size).map((version) => ({
      ...version,
      document: this.#writes.open(call, collection, version.document),
    }));
    return found.length > size ? { items, nextCursor: items.at(-1)!.document._id } : { items };
  }

  async #find(
    call: Call,
    collection: string,
    id: string,
    version: number,
  ): Promise<store.StoredVersion | undefined> {
    if (!Number.isInteger(version) || version < newest || version > versionMax) {
      throw invalid("version", "must be a version number, or -1 for the newest");
    }
    const place = { tenantId: call.tenantId, collection };
    return store.find(this.#database.read(call), place, id, version);
  }

  /** The newest version; refused as absent unless the caller may read it. */
  async #requireNewest(call: Call, collection: string, id: string): Promise<store.StoredVersion> {
    const found = await this.#find(call, collection, id, newest);
    if (found === undefined || !allows(found.document._acl, call, "read")) {
      throw absent(nameOfDocument(collection, id));
    }
    return found;
  }
}

function contentOf(document: StoredDocument): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith("_")));
}
