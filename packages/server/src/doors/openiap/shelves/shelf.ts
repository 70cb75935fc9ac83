import { adminsId, type Call, usersId } from "../../../kit/call.ts";
import { type AclEntry, rights } from "../../../modules/access/model.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";

/** Things of a module that clients see as the documents of a collection. */
export interface Shelf {
  /** What is on it, for messages: "users and roles". */
  what: string;
  /** Those that the caller may read; `hints` say which ones can match at all, and may be passed over. */
  documents(call: Call, hints: FilterHints): AsyncIterable<StoredDocument>;
  /** Makes one; not there where that is done in another way, which `ways` tells. */
  insert?(call: Call, document: Record<string, unknown>): Promise<string>;
  replace?(call: Call, before: StoredDocument, document: Record<string, unknown>): Promise<void>;
  remove?(call: Call, document: StoredDocument): Promise<void>;
  /** What to do instead of what is not there. */
  ways: string;
}

/** The values that a filter asks of a field, at its top level. */
export class FilterHints {
  readonly #filter: Record<string, unknown>;

  constructor(filter: unknown) {
    this.#filter = typeof filter === "object" && filter !== null ? (filter as Record<string, unknown>) : {};
  }

  /** Undefined: any value may match. */
  valuesOf(field: string): string[] | undefined {
    const own = textsIn(this.#filter[field]);
    if (own !== undefined) return own;
    const parts = this.#filter["$and"];
    if (!Array.isArray(parts)) return undefined;
    for (const part of parts) {
      const values = new FilterHints(part).valuesOf(field);
      if (values !== undefined) return values;
    }
    return undefined;
  }

  names(field: string): boolean {
    return JSON.stringify(this.#filter).includes(JSON.stringify(field));
  }
}

function textsIn(condition: unknown): string[] | undefined {
  if (typeof condition === "string") return [condition];
  if (typeof condition !== "object" || condition === null) return undefined;
  const { $eq: equal, $in: list } = condition as { $eq?: unknown; $in?: unknown };
  if (typeof equal === "string") return [equal];
  return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : undefined;
}

/** When and by whom, as far as a module keeps it. */
interface Facts {
  createdAt: string;
  createdById?: string | undefined;
  createdBy?: string;
  modifiedAt?: string | undefined;
  modifiedById?: string;
  modifiedBy?: string;
  version?: number;
  acl?: readonly AclEntry[];
}

/** The fields that every document has. */
export function systemFields(type: string, id: string, facts: Facts): StoredDocument {
  const { createdAt, createdById = "", createdBy = "", version = 0 } = facts;
  const { modifiedAt = createdAt, modifiedById = createdById, modifiedBy = createdBy } = facts;
  return {
    _id: id,
    _type: type,
    _acl: [...(facts.acl ?? readableByUsers)],
    _version: version,
    _created: createdAt,
    _createdbyid: createdById,
    _createdby: createdBy,
    _modified: modifiedAt,
    _modifiedbyid: modifiedById,
    _modifiedby: modifiedBy,
  };
}

/** What has no rights of its own: admins change it, all may read it. */
const readableByUsers: readonly AclEntry[] = [
  { principalId: adminsId, name: "admins", rights: [...rights], effect: "allow" },
  { principalId: usersId, name: "users", rights: ["read"], effect: "allow" },
];

/** Every page of a list. */
export async function* pages<Row>(
  page: (cursor: string | undefined) => Promise<{ items: Row[]; nextCursor?: string }>,
): AsyncGenerator<Row> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor;
  } while (cursor !== undefined);
}
