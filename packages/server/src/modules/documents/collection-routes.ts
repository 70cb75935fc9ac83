import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { IndexSchema, NewIndexSchema } from "./indexes.ts";
import { CollectionSchema, CollectionSettingsSchema, collectionNamePattern } from "./model.ts";
import { closed, CollectionParams, IndexParams, pageOf, PageQuery } from "./schemas.ts";
import type { Documents } from "./service.ts";

const tag = "documents";
const schemas = { params: CollectionParams };
const NewCollectionSchema = Type.Composite(
  [Type.Object({ name: Type.String({ pattern: collectionNamePattern }) }), CollectionSettingsSchema],
  closed,
);

const reading = {
  tag,
  access: { kind: "object", of: "collection", right: "read" },
  scope: "documents:read",
} as const;
const changing = {
  tag,
  access: { kind: "object", of: "collection", right: "update" },
  scope: "documents:write",
} as const;

/** The REST face of collections and their indexes. */
export function collectionRoutes(documents: Documents): Route[] {
  return [...listRoutes(documents), ...settingRoutes(documents), ...indexRoutes(documents)];
}

function listRoutes(documents: Documents): Route[] {
  return [
    route({
      tag,
      method: "GET",
      path: "/collections",
      operation: "listCollections",
      summary: "List the collections you may read",
      access: { kind: "signed_in" },
      scope: "documents:read",
      schemas: { query: PageQuery },
      replies: { 200: pageOf(CollectionSchema, Type.String()) },
      run: (call, { query }) => documents.listCollections(call, query.cursor, query.limit),
    }),
    route({
      tag,
      method: "POST",
      path: "/collections",
      operation: "createCollection",
      summary: "Make a collection before its first document",
      access: { kind: "signed_in" },
      scope: "documents:write",
      schemas: { body: NewCollectionSchema },
      replies: { 201: CollectionSchema },
      run: (call, { body: { name, ...settings } }) => documents.createCollection(call, name, settings),
    }),
  ];
}

function settingRoutes(documents: Documents): Route[] {
  return [
    route({
      ...reading,
      method: "GET",
      path: "/collections/:collection",
      operation: "getCollection",
      summary: "Show a collection",
      schemas,
      replies: { 200: CollectionSchema },
      run: (call, { params }) => documents.getCollection(call, params.collection),
    }),
    route({
      ...changing,
      method: "PUT",
      path: "/collections/:collection",
      operation: "updateCollection",
      summary: "Change who may use a collection, and which fields it encrypts from now on",
      schemas: { ...schemas, body: CollectionSettingsSchema },
      replies: { 200: CollectionSchema },
      run: (call, { params, body }) => documents.updateCollection(call, params.collection, body),
    }),
    route({
      ...changing,
      access: { kind: "object", of: "collection", right: "delete" },
      method: "DELETE",
      path: "/collections/:collection",
      operation: "dropCollection",
      summary: "Remove an empty collection; admins may purge a full one, history included",
      schemas: {
        ...schemas,
        query: Type.Object({ purge: Type.Optional(Type.Boolean({ default: false })) }, closed),
      },
      replies: { 204: Type.Null() },
      run: async (call, { params, query }) => {
        await documents.dropCollection(call, params.collection, query);
        return null;
      },
    }),
  ];
}

function indexRoutes(documents: Documents): Route[] {
  return [
    route({
      ...reading,
      method: "GET",
      path: "/collections/:collection/indexes",
      operation: "listIndexes",
      summary: "List a collection's indexes",
      schemas,
      replies: { 200: Type.Object({ items: Type.Array(IndexSchema) }) },
      run: async (call, { params }) => ({ items: await documents.listIndexes(call, params.collection) }),
    }),
    route({
      ...changing,
      method: "POST",
      path: "/collections/:collection/indexes",
      operation: "createIndex",
      summary: "Make an index: plain, compound, unique, text, expiring; answers when it is built",
      schemas: { ...schemas, body: NewIndexSchema },
      replies: { 201: IndexSchema },
      run: (call, { params, body }) => documents.createIndex(call, params.collection, body),
    }),
    route({
      ...changing,
      method: "DELETE",
      path: "/collections/:collection/indexes/:index",
      operation: "dropIndex",
      summary: "Remove an index",
      schemas: { params: IndexParams },
      replies: { 204: Type.Null() },
      run: async (call, { params }) => {
        await documents.dropIndex(call, params.collection, params.index);
        return null;
      },
    }),
  ];
}
