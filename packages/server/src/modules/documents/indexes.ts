import { type Static, Type } from "@sinclair/typebox";
import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { eventOf, type Events } from "../events/service.ts";
import { parsePath } from "../query-language/paths.ts";
import { checkCollectionName, type Collections } from "./collections.ts";
import { conflictOf } from "./conflicts.ts";
import * as store from "./index-store.ts";

const indexesPerCollectionMax = 20;
/** Each write looks at the condition of every index there is, so they are few in all. */
const indexesMax = 500;
/** As many expressions as PostgreSQL keeps joint statistics of, beside tenant and collection. */
const keysMax = 6;
const buildWaitMs = 200;
const buildWaitsMax = 3_000;

export const NewIndexSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({ pattern: "^[A-Za-z0-9_.$*-]{1,120}$", description: "Made of its fields by default" }),
    ),
    keys: Type.Record(Type.String(), Type.Union([Type.Literal(1), Type.Literal(-1), Type.Literal("text")]), {
      description:
        'Fields and their order: `{"status": 1, "_created": -1}`; `{"title": "text"}`; `{"$**": 1}`',
    }),
    unique: Type.Optional(Type.Boolean({ description: "No two documents have the same values there" })),
    expireAfterSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000_000_000,
        description: "Documents go so long after the field's date",
      }),
    ),
  },
  { additionalProperties: false },
);
export const IndexSchema = Type.Object({
  name: Type.String(),
  keys: Type.Record(Type.String(), Type.Union([Type.Integer(), Type.String()])),
  unique: Type.Boolean(),
  expireAfterSeconds: Type.Optional(Type.Integer()),
  ready: Type.Boolean({ description: "Whether queries use it already" }),
  createdAt: Type.String(),
});
export type NewIndex = Static<typeof NewIndexSchema>;
export type Index = Static<typeof IndexSchema>;

/** The indexes that users ask for. They are built beside running writes, one at a time. */
export class Indexes {
  readonly #database: Database;
  readonly #collections: Collections;
  readonly #events: Events;

  constructor(database: Database, collections: Collections, events: Events) {
    this.#database = database;
    this.#collections = collections;
    this.#events = events;
  }

  async list(call: Call, collection: string): Promise<Index[]> {
    await this.#collections.require(call, collection, "read");
    const found = await store.list(this.#database.read(call), { tenantId: call.tenantId, collection });
    return found.map(viewOf);
  }

  /** Makes an index and waits until it is built; asked for again, it answers what is there. */
  async create(call: Call, collection: string, wanted: NewIndex): Promise<Index> {
    checkCollectionName(collection);
    await this.#collections.require(call, collection, "update");
    const index = await this.#register(call, collection, wanted);
    if (index.isReady) return viewOf(index);
    await this.#build(index);
    await this.#database.transaction(async (tx) => {
      await store.setReady(tx, index.id);
      await this.#events.append(tx, [indexEvent(call, "index.created", index)]);
    });
    return viewOf((await store.find(this.#database, index.id))!);
  }

  async drop(call: Call, collection: string, name: string): Promise<void> {
    await this.#collections.require(call, collection, "update");
    const place = { tenantId: call.tenantId, collection };
    const index = (await store.list(this.#database, place)).find((each) => each.name === name);
    if (index === undefined) {
      throw new AppError(
        "not_found",
        `There is no index ${JSON.stringify(name)} in ${JSON.stringify(collection)}`,
      );
    }
    await this.#database.transaction(async (tx) => {
      await store.remove(tx, index.id);
      await this.#events.append(tx, [indexEvent(call, "index.dropped", index)]);
    });
    await this.#dropParts(index.id);
  }

  /** Removes the indexes of a collection that is gone. */
  async dropAll(place: { tenantId: string; collection: string }): Promise<void> {
    for (const { id } of await store.list(this.#database, place)) {
      await store.remove(this.#database, id);
      await this.#dropParts(id);
    }
  }

  async #register(call: Call, collection: string, wanted: NewIndex): Promise<store.StoredIndex> {
    const index = parseIndex(call, collection, wanted);
    const known = await store.list(this.#database, index);
    const same = known.find((each) => each.name === index.name);
    if (same !== undefined) {
      if (definitionOf(same) === definitionOf(index)) return same;
      throw new AppError("already_exists", `There is another index called ${JSON.stringify(index.name)}`, {
        field: "name",
      });
    }
    if (known.length >= indexesPerCollectionMax || (await store.count(this.#database)) >= indexesMax) {
      const message = `At most ${indexesPerCollectionMax} indexes a collection and ${indexesMax} in all: drop one`;
      throw new AppError("conflict", message);
    }
    await store.insert(this.#database, index, call.userId);
    return index;
  }

  async #build(index: store.StoredIndex): Promise<void> {
    try {
      await this.#inBuildSession(index.id, store.buildStatements(index));
      await this.#refuseLists(index);
    } catch (error) {
      const conflict = await conflictOf(this.#database, error, "");
      await this.#dropParts(index.id);
      await store.remove(this.#database, index.id);
      throw conflict;
    }
  }

  async #refuseLists(index: store.StoredIndex): Promise<void> {
    if (!index.isUnique) return;
    const fields = index.keys.map((key) => key.field);
    const [field] = await store.fieldsWithLists(this.#database.read(index), index, fields);
    if (field !== undefined)
      throw invalid(`keys.${field}`, "holds lists in some documents: it cannot be unique");
  }

  async #dropParts(id: string): Promise<void> {
    await this.#inBuildSession(id, []);
  }

  /**
   * Drops what is there of the index and runs the statements, in a session without a statement timeout. Two builds at
   * once wait for each other for ever; who waits for his turn must hold no snapshot, so it asks again and again.
   */
  async #inBuildSession(id: string, statements: readonly string[]): Promise<void> {
    const session = await store.openBuildSession(this.#database);
    try {
      for (let wait = 0; !(await session.tryLock()); wait++) {
        if (wait === buildWaitsMax) {
          throw new AppError("unavailable", "Other indexes are being built: try again later");
        }
        await pause(buildWaitMs);
      }
      const drops = store.dropStatements(id, await store.builtParts(this.#database, id));
      for (const statement of [...drops, ...statements]) await session.run(statement);
    } finally {
      await session.close();
    }
  }
}

function parseIndex(call: Call, collection: string, wanted: NewIndex): store.StoredIndex {
  const entries = Object.entries(wanted.keys);
  if (entries.length === 0 || entries.length > keysMax)
    throw invalid("keys", `name between one and ${keysMax} fields`);
  const kind = kindOf(entries);
  const { unique = false, expireAfterSeconds = null } = wanted;
  if (unique && kind !== "fields") throw invalid("unique", "only indexes on fields can be unique");
  if (expireAfterSeconds !== null && (kind !== "fields" || entries.length !== 1)) {
    throw invalid("expireAfterSeconds", "stands at an index on one field");
  }
  return {
    id: newId(),
    tenantId: call.tenantId,
    collection,
    name: wanted.name ?? entries.map(([field, order]) => `${field}_${order}`).join("_"),
    kind,
    keys: entries.map(([field, order]) => ({ field, descending: order === -1 })),
    isUnique: unique,
    expireAfterSeconds,
    isReady: false,
    createdAt: new Date(0).toISOString(),
  };
}

function kindOf(entries: readonly [string, 1 | -1 | "text"][]): store.StoredIndex["kind"] {
  if (entries.length === 1 && entries[0]![0] === "$**" && entries[0]![1] !== "text") return "wildcard";
  if (entries.every(([, order]) => order === "text")) return "text";
  for (const [field, order] of entries) {
    parsePath(field, `keys.${field}`);
    if (order === "text")
      throw invalid(`keys.${field}`, "a text index stands alone: it covers every text of a document");
  }
  return "fields";
}

function definitionOf({ kind, keys, isUnique, expireAfterSeconds }: store.StoredIndex): string {
  const fields = keys.map(({ field, descending }) => [field, descending]);
  return JSON.stringify([kind, fields, isUnique, expireAfterSeconds]);
}

function viewOf(index: store.StoredIndex): Index {
  const order = (descending: boolean) => (index.kind === "text" ? "text" : descending ? -1 : 1);
  return {
    name: index.name,
    keys: Object.fromEntries(index.keys.map(({ field, descending }) => [field, order(descending)])),
    unique: index.isUnique,
    ...(index.expireAfterSeconds === null ? {} : { expireAfterSeconds: index.expireAfterSeconds }),
    ready: index.isReady,
    createdAt: index.createdAt,
  };
}

function indexEvent(call: Call, type: string, index: store.StoredIndex) {
  const { name, collection } = index;
  return eventOf(call, {
    topic: "documents",
    type,
    subjectId: index.id,
    scopeId: collection,
    details: { name },
  });
}
