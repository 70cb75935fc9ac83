import type { Call } from "../../kit/call.ts";
import type { Tx } from "../../kit/database.ts";
import { invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { NewEvent } from "../events/model.ts";
import { fieldOf, textOfDocument } from "./check-document.ts";
import type { WrittenCollection } from "./collection-store.ts";
import * as history from "./history-store.ts";
import type { Operation, StoredDocument } from "./model.ts";
import { readerColumns } from "./readers.ts";
import type { SealedFields } from "./sealed-fields.ts";
import * as store from "./store.ts";
import { firstDocument, type Given, nextDocument } from "./system-fields.ts";

/** A checked document and the name of its place in the request. */
export interface Insertion {
  given: Given;
  at: string;
  /** What it was before its deletion. */
  original?: StoredDocument;
}

/** What is to stand in the place of a locked document, as its reader sees it. */
export interface Change {
  stored: StoredDocument;
  given: Given;
  at: string;
}

const pastOf = { insert: "inserted", update: "updated", delete: "deleted" } as const;

/** Rows, versions and events of documents, in the caller's transaction; rights were checked before. */
export class Writes {
  readonly #events: Events;
  readonly #sealed: SealedFields;

  constructor(events: Events, sealed: SealedFields) {
    this.#events = events;
    this.#sealed = sealed;
  }

  /**
   * Inserts all of them with one statement; answers them as they are stored, encrypted fields readable. `now` is the
   * database's clock, where it was read after all locks.
   */
  async insert(
    tx: Tx,
    call: Call,
    collection: WrittenCollection,
    items: readonly Insertion[],
    now?: string,
  ): Promise<StoredDocument[]> {
    const place = { tenantId: call.tenantId, collection: collection.name };
    const ownIds = items.flatMap(({ given }) => (given.id === undefined ? [] : [given.id]));
    const [at, next] = await Promise.all([
      now ?? store.clock(tx),
      ownIds.length === 0 ? new Map<string, number>() : history.nextVersions(tx, place, ownIds),
    ]);
    const documents = items.map(({ given, original }) => {
      const id = given.id ?? newId();
      const facts = { id, version: next.get(id) ?? 0, at, encrypt: collection.encrypt };
      return firstDocument(call, given, { ...facts, original });
    });
    const written = documents.map((document, index) =>
      this.#written(place, collection, document, items[index]!.at),
    );
    await this.#write(tx, call, "insert", collection.name, at, written);
    return documents;
  }

  /** Writes the next versions of locked documents; answers them with encrypted fields readable. */
  async update(
    tx: Tx,
    call: Call,
    collection: WrittenCollection,
    changes: readonly Change[],
  ): Promise<StoredDocument[]> {
    const place = { tenantId: call.tenantId, collection: collection.name };
    const at = await store.clock(tx);
    const documents = changes.map(({ stored, given }) =>
      nextDocument(call, given, stored, { at, encrypt: collection.encrypt }),
    );
    const written = documents.map((document, index) => {
      const { stored, at: field } = changes[index]!;
      const aclChanged = JSON.stringify(stored._acl) !== JSON.stringify(document._acl);
      return { ...this.#written(place, collection, document, field), aclChanged };
    });
    await this.#write(tx, call, "update", collection.name, at, written);
    return documents;
  }

  /** Deletes documents that this transaction holds locked. */
  async remove(tx: Tx, call: Call, collection: string, ids: readonly string[]): Promise<void> {
    const at = await store.clock(tx);
    const writer = { at, userId: call.userId, userName: call.userName };
    const gone = await store.remove(tx, { tenantId: call.tenantId, collection }, ids, writer);
    const events = gone.map((version) => documentEvent(call, "delete", collection, version));
    await this.#events.append(tx, events);
  }

  /** A stored document with its encrypted fields readable. */
  open(call: Pick<Call, "tenantId">, collection: string, document: StoredDocument): StoredDocument {
    return this.#sealed.open({ tenantId: call.tenantId, collection }, document);
  }

  async #write(
    tx: Tx,
    call: Call,
    operation: "insert" | "update",
    collection: string,
    at: string,
    written: readonly (store.WrittenVersion & { aclChanged?: boolean })[],
  ): Promise<void> {
    const place = { tenantId: call.tenantId, collection };
    const writer = { at, userId: call.userId, userName: call.userName };
    const events = written.map((version) =>
      documentEvent(call, operation, collection, { ...version, characters: version.text.length }),
    );
    const write = operation === "insert" ? store.insert : store.update;
    await Promise.all([write(tx, place, written, writer), this.#events.append(tx, events)]);
  }

  #written(
    place: store.Place,
    collection: WrittenCollection,
    document: StoredDocument,
    at: string,
  ): store.WrittenVersion {
    for (const field of collection.uniqueFields) refuseList(document, field, at);
    const sealed = this.#sealed.seal(place, document, at);
    return {
      id: document._id,
      version: document._version,
      type: document._type,
      name: typeof document["name"] === "string" ? document["name"] : null,
      text: textOfDocument(sealed, at === "" ? "document" : at),
      ...readerColumns(place, document._acl),
    };
  }
}

/** The fact that a document was written: small, its contents are found as the version. */
function documentEvent(
  call: Call,
  operation: Operation,
  collection: string,
  version: { id: string; version: number; characters: number; aclChanged?: boolean },
): NewEvent {
  return eventOf(call, {
    topic: "documents",
    type: `document.${pastOf[operation]}`,
    subjectId: version.id,
    scopeId: collection,
    details: {
      version: version.version,
      characters: version.characters,
      ...(version.aclChanged === true ? { aclChanged: true } : {}),
    },
  });
}

/** A unique index holds one value a document. */
function refuseList(document: StoredDocument, field: string, at: string): void {
  let value: unknown = document;
  for (const key of field.split(".")) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    if (Array.isArray(value)) {
      throw invalid(fieldOf(at, field), "has a unique index, which allows no lists there");
    }
  }
}
