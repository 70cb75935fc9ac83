import type { Call } from "../../kit/call.ts";
import { usersId } from "../../kit/call.ts";
import type { Database, Queryable, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { type AclEntry, absent, aclOfMaker, requireRight } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import * as store from "./collection-store.ts";
import {
  type Collection,
  collectionNamePattern,
  type CollectionSettings,
  collectionsPerTenantMax,
  nameOfCollection,
  pageSizeMax,
} from "./model.ts";
import { parseEncrypt, parseReadableAcl } from "./system-fields.ts";

const namePattern = new RegExp(collectionNamePattern);
const purgeBatch = 2_000;

/** The collections: made on the first write, with an ACL and settings of their own. */
export class Collections {
  readonly #database: Database;
  readonly #events: Events;

  constructor(database: Database, events: Events) {
    this.#database = database;
    this.#events = events;
  }

  /** The collection, if there is one; no right is asked. */
  async find(
    database: Queryable,
    call: Pick<Call, "tenantId">,
    name: string,
  ): Promise<store.WrittenCollection | undefined> {
    return store.find(database, { tenantId: call.tenantId, collection: name });
  }

  /** The collection for somebody who inserts into it; the first one makes it. */
  async forInsert(tx: Tx, call: Call, name: string): Promise<store.WrittenCollection> {
    checkCollectionName(name);
    const known = await this.find(tx, call, name);
    if (known !== undefined) return known;
    await this.#insert(tx, call, name, {});
    return (await this.find(tx, call, name))!;
  }

  async list(call: Call, cursor = "", limit = 100): Promise<{ items: Collection[]; nextCursor?: string }> {
    const size = Math.min(limit, pageSizeMax);
    const found = await store.list(this.#database.read(call), call, cursor, size + 1);
    const items = found.slice(0, size);
    return found.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** A collection that the caller may read. */
  async get(call: Call, name: string): Promise<Collection> {
    return viewOf(await this.require(call, name, "read"));
  }

  /** Makes a collection before its first document; the name must be free. */
  async create(call: Call, name: string, settings: CollectionSettings = {}): Promise<Collection> {
    checkCollectionName(name);
    await this.#database.transaction(async (tx) => {
      if (await this.#insert(tx, call, name, settings)) return;
      throw new AppError("already_exists", `There is a ${nameOfCollection(name)} already`, { field: "name" });
    });
    return viewOf((await this.find(this.#database.read(call), call, name))!);
  }

  /** Changes who may do what, and which fields documents written from now on store encrypted. */
  async update(call: Call, name: string, settings: CollectionSettings): Promise<Collection> {
    const collection = await this.require(call, name, "update");
    const { acl = collection.acl, encrypt = collection.encrypt } = checkSettings(settings);
    await this.#database.transaction(async (tx) => {
      if (!(await store.update(tx, call.tenantId, { ...collection, acl, encrypt }))) {
        throw new AppError("conflict", "Somebody else changed the collection just now: try again");
      }
      await this.#events.append(tx, [collectionEvent(call, "collection.updated", name)]);
    });
    return viewOf((await this.find(this.#database.read(call), call, name))!);
  }

  /** Removes an empty collection; admins may remove one with all documents in it and their history, for good. */
  async drop(call: Call, name: string, { purge = false } = {}): Promise<void> {
    await this.require(call, name, "delete");
    if (purge && !call.isAdmin) {
      throw new AppError(
        "forbidden",
        "Only members of admins may purge a collection: delete its documents first",
      );
    }
    const place = { tenantId: call.tenantId, collection: name };
    if (purge) await this.#purge(place);
    await this.#database.transaction(async (tx) => {
      if (!(await store.remove(tx, place))) {
        throw new AppError(
          "conflict",
          `The ${nameOfCollection(name)} is not empty: delete its documents first`,
        );
      }
      await this.#events.append(tx, [collectionEvent(call, "collection.dropped", name)]);
    });
  }

  /** The collection, if the caller has the right; refused as absent if he may not even read it. */
  async require(
    call: Call,
    name: string,
    right: "read" | "update" | "delete",
  ): Promise<store.WrittenCollection> {
    const collection = await this.find(this.#database.read(call), call, name);
    if (collection === undefined) throw absent(nameOfCollection(name));
    requireRight(collection.acl, call, right, nameOfCollection(name));
    return collection;
  }

  async #purge(place: { tenantId: string; collection: string }): Promise<void> {
    let gone = purgeBatch;
    while (gone === purgeBatch) {
      gone = await this.#database.transaction((tx) => store.purge(tx, place, purgeBatch));
    }
  }

  async #insert(tx: Tx, call: Call, name: string, settings: CollectionSettings): Promise<boolean> {
    const { acl = aclOfCollection(call), encrypt = [] } = checkSettings(settings);
    if (await store.insert(tx, call, { name, acl, encrypt }, collectionsPerTenantMax)) {
      await this.#events.append(tx, [collectionEvent(call, "collection.created", name)]);
      return true;
    }
    if ((await this.find(tx, call, name)) !== undefined) return false;
    throw new AppError(
      "conflict",
      `A tenant has at most ${collectionsPerTenantMax} collections: drop some first`,
    );
  }
}

/** Refuses what is no name of a collection. */
export function checkCollectionName(name: string): void {
  if (namePattern.test(name)) return;
  throw invalid(
    "collection",
    "a name begins with a letter or _, goes on with letters, digits, _ . or -, and has at most 100 characters",
  );
}

/** Whoever makes a collection may everything; every user may read its settings and insert. */
function aclOfCollection(call: Call): AclEntry[] {
  const users: AclEntry = {
    principalId: usersId,
    name: "users",
    rights: ["create", "read"],
    effect: "allow",
  };
  return [...aclOfMaker(call), users];
}

function checkSettings({ acl, encrypt }: CollectionSettings): { acl?: AclEntry[]; encrypt?: string[] } {
  return {
    ...(acl === undefined ? {} : { acl: parseReadableAcl(acl, "acl") }),
    ...(encrypt === undefined ? {} : { encrypt: parseEncrypt(encrypt, "encrypt") }),
  };
}

function viewOf({ uniqueFields: _uniqueFields, ...collection }: store.WrittenCollection): Collection {
  return collection;
}

function collectionEvent(call: Call, type: string, name: string) {
  return eventOf(call, { topic: "documents", type, subjectId: `collection:${name}`, scopeId: name });
}
