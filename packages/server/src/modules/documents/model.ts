import { Type, type Static } from "@sinclair/typebox";
import { AclSchema, type AclEntry } from "../access/model.ts";

export const collectionNamePattern = "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$";
export const collectionsPerTenantMax = 10_000;
export const encryptedFieldsMax = 32;
export const insertManyMax = 1_000;
export const changeManyMax = 10_000;
export const pageSizeDefault = 100;
export const pageSizeMax = 1_000;
export const skipMax = 100_000;
/** Documents that one request may look at where SQL alone cannot decide. */
export const scannedMax = 200_000;

export type Operation = "insert" | "update" | "delete";

/** A document as it is stored and answered: system fields beside whatever its maker put there. */
export interface StoredDocument {
  _id: string;
  _type: string;
  _acl: AclEntry[];
  /** Fields that are stored sealed, as dotted paths. */
  _encrypt?: string[];
  _version: number;
  _created: string;
  _createdby: string;
  _createdbyid: string;
  _modified: string;
  _modifiedby: string;
  _modifiedbyid: string;
  [field: string]: unknown;
}

/** What a caller hands in: system fields that he may set, and contents. */
export type GivenDocument = Record<string, unknown>;

export const IdSchema = Type.String({ pattern: "^[0-9a-f]{24}$", description: "24 hex digits" });

export const DocumentSchema = Type.Object(
  {
    _id: IdSchema,
    _type: Type.String({ description: "What kind of document it is; `unknown` when its maker did not say" }),
    _acl: AclSchema,
    _encrypt: Type.Optional(Type.Array(Type.String(), { description: "Fields that are stored encrypted" })),
    _version: Type.Integer({ description: "0 at first, one more with each change" }),
    _created: Type.String({ description: "When it was made, by the database's clock" }),
    _createdby: Type.String(),
    _createdbyid: Type.String(),
    _modified: Type.String({ description: "When it was last changed, by the database's clock" }),
    _modifiedby: Type.String(),
    _modifiedbyid: Type.String(),
  },
  { additionalProperties: true, description: "System fields beside the document's own" },
);

export const CollectionSettingsSchema = Type.Object(
  {
    acl: Type.Optional(AclSchema),
    encrypt: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        maxItems: encryptedFieldsMax,
        description: "Fields that every document written from now on stores encrypted",
      }),
    ),
  },
  { additionalProperties: false },
);

export const CollectionSchema = Type.Object({
  name: Type.String(),
  acl: AclSchema,
  encrypt: Type.Array(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
  createdById: Type.String(),
  createdBy: Type.String(),
  modifiedAt: Type.String(),
});

export type CollectionSettings = Static<typeof CollectionSettingsSchema>;
export type Collection = Static<typeof CollectionSchema>;

export const VersionSchema = Type.Object({
  version: Type.Integer(),
  operation: Type.Union([Type.Literal("insert"), Type.Literal("update"), Type.Literal("delete")]),
  at: Type.String(),
  byId: Type.String(),
  by: Type.String(),
});
export type VersionEntry = Static<typeof VersionSchema>;

export const DifferenceSchema = Type.Object({
  path: Type.String({ description: "Dotted; list places in brackets: `lines[2].price`" }),
  before: Type.Optional(Type.Unknown({ description: "Missing where the field is fresh" })),
  after: Type.Optional(Type.Unknown({ description: "Missing where the field is gone" })),
});
export type Difference = Static<typeof DifferenceSchema>;

/** What an error says of a document, the same words whether it is absent or out of sight. */
export function nameOfDocument(collection: string, id: string): string {
  return `document ${JSON.stringify(id)} in ${JSON.stringify(collection)}`;
}

export function nameOfCollection(collection: string): string {
  return `collection ${JSON.stringify(collection)}`;
}
