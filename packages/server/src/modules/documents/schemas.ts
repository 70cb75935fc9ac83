import { type TSchema, Type } from "@sinclair/typebox";
import { parseJsonText } from "../../kit/json-text.ts";
import { insertManyMax, pageSizeMax, skipMax } from "./model.ts";

export const closed = { additionalProperties: false } as const;

const Collection = Type.String({ minLength: 1, maxLength: 100, description: "The collection's name" });
const Id = Type.String({ minLength: 1, maxLength: 100, description: "The document's `_id`" });
export const CollectionParams = Type.Object({ collection: Collection });
export const DocumentParams = Type.Object({ collection: Collection, id: Id });
export const VersionParams = Type.Object({
  collection: Collection,
  id: Id,
  version: Type.Integer({
    minimum: -1,
    maximum: 2 ** 31 - 1,
    description: "A version number; -1 for the newest",
  }),
});
export const IndexParams = Type.Object({ collection: Collection, index: Type.String({ maxLength: 120 }) });

/** JSON text in a query. */
export function parseQueryJson(text: string, field: string): unknown {
  return parseJsonText(text, { field, hint: 'must be JSON, such as {"year": 1999}' });
}

/** JSON that only the query language and the documents themselves say more of. */
export const Json = Type.Record(Type.String(), Type.Unknown());
export const FilterSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'In the MongoDB filter language: `{"year": {"$gte": 1999}, "cast.name": "Ann"}`',
});
const Sort = Type.Union(
  [Type.Record(Type.String(), Type.Unknown()), Type.Array(Type.Unknown()), Type.String()],
  {
    description: '`{"year": -1, "name": 1}`, `[["year", -1]]` or `"-year"`',
  },
);
const Cursor = Type.String({ maxLength: 40_000, description: "The `nextCursor` of the page before" });
const Limit = Type.Integer({ minimum: 1, maximum: pageSizeMax, default: 100 });

export const QuerySchema = Type.Object(
  {
    filter: Type.Optional(FilterSchema),
    projection: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: '`{"name": 1}` or `{"payload": 0}`' }),
    ),
    sort: Type.Optional(Sort),
    skip: Type.Optional(Type.Integer({ minimum: 0, maximum: skipMax })),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  closed,
);
export const ListQuery = Type.Object(
  {
    filter: Type.Optional(Type.String({ maxLength: 16_000, description: "A filter as JSON text" })),
    sort: Type.Optional(Type.String({ maxLength: 4_000, description: "`-year`, or a sort as JSON text" })),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  closed,
);
export const PageQuery = Type.Object(
  { cursor: Type.Optional(Type.String({ maxLength: 100 })), limit: Type.Optional(Limit) },
  closed,
);
export const VersionsQuery = Type.Object(
  {
    cursor: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: "The `nextCursor` of the page before" }),
    ),
    limit: Type.Optional(Limit),
  },
  closed,
);
export const DocumentsSchema = Type.Object({
  items: Type.Array(Json, { description: "Whole documents, or what the projection leaves of them" }),
  nextCursor: Type.Optional(Type.String({ description: "Missing on the last page" })),
});
export const ManySchema = Type.Object(
  { items: Type.Array(Json, { minItems: 1, maxItems: insertManyMax }) },
  closed,
);
export const UpdateManySchema = Type.Object(
  {
    filter: FilterSchema,
    update: Type.Record(Type.String(), Type.Unknown(), { description: '`{"$set": {"status": "done"}}`' }),
  },
  closed,
);
export const InsertOrUpdateSchema = Type.Object(
  {
    document: Json,
    uniqueFields: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 16,
        description: "A document with the same values there is replaced; `_id` by default",
      }),
    ),
  },
  closed,
);
export const PipelineSchema = Type.Object(
  { pipeline: Type.Array(Json, { maxItems: 100, description: '`[{"$match": {}}, {"$group": {}}]`' }) },
  closed,
);

/** A page with a cursor. */
export function pageOf<T extends TSchema, C extends TSchema>(item: T, cursor: C) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(cursor) });
}
