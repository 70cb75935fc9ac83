import { Type } from "@sinclair/typebox";
import type { FastifyRequest } from "fastify";
import { invalid } from "../../kit/errors.ts";
import { route, type Route } from "../../kit/route.ts";
import { DocumentSchema } from "./model.ts";
import * as schemas from "./schemas.ts";
import type { Documents } from "./service.ts";

const tag = "documents";
const manyBytesMax = 32 * 1024 * 1024;

/** The REST face of documents: one by one, and many at a time. */
export function documentRoutes(documents: Documents): Route[] {
  return [...oneDocumentRoutes(documents), ...insertRoutes(documents), ...changeManyRoutes(documents)];
}

function oneDocumentRoutes(documents: Documents): Route[] {
  const onDocument = {
    tag,
    path: "/collections/:collection/documents/:id",
    scope: "documents:write",
  } as const;
  const params = schemas.DocumentParams;
  return [
    route({
      ...onDocument,
      method: "GET",
      operation: "getDocument",
      summary: "Read a document",
      access: { kind: "object", of: "document", right: "read" },
      scope: "documents:read",
      schemas: { params },
      replies: { 200: DocumentSchema },
      run: (call, { params: { collection, id } }) => documents.get(call, collection, id),
    }),
    route({
      ...onDocument,
      method: "PUT",
      operation: "replaceDocument",
      summary: "Replace a document's contents; `_version` or If-Match keeps it from undoing others' changes",
      access: { kind: "object", of: "document", right: "update" },
      schemas: { params, body: schemas.Json },
      replies: { 200: DocumentSchema },
      run: (call, { params: { collection, id }, body, request }) =>
        documents.replaceOne(call, collection, id, body, wantedVersion(request)),
    }),
    route({
      ...onDocument,
      method: "PATCH",
      operation: "updateDocument",
      summary: "Change a document by operators: $set, $unset, $inc, $push, $pull, $rename and others",
      access: { kind: "object", of: "document", right: "update" },
      schemas: { params, body: schemas.Json },
      replies: { 200: DocumentSchema },
      run: (call, { params: { collection, id }, body, request }) =>
        documents.updateOne(call, collection, id, body, wantedVersion(request)),
    }),
    route({
      ...onDocument,
      method: "DELETE",
      operation: "deleteDocument",
      summary: "Delete a document; it can be brought back",
      access: { kind: "object", of: "document", right: "delete" },
      schemas: { params },
      replies: { 204: Type.Null() },
      run: async (call, { params: { collection, id }, request }) => {
        await documents.deleteOne(call, collection, id, wantedVersion(request));
        return null;
      },
    }),
  ];
}

function insertRoutes(documents: Documents): Route[] {
  const params = schemas.CollectionParams;
  const inserting = {
    tag,
    method: "POST",
    access: { kind: "object", of: "collection", right: "create" },
    scope: "documents:write",
  } as const;
  return [
    route({
      ...inserting,
      path: "/collections/:collection/documents",
      operation: "insertDocument",
      summary: "Insert a document; the first one makes the collection",
      schemas: { params, body: schemas.Json },
      replies: { 201: DocumentSchema },
      run: (call, { params, body }) => documents.insertOne(call, params.collection, body),
    }),
    route({
      ...inserting,
      path: "/collections/:collection/insert-or-update",
      operation: "insertOrUpdateDocument",
      summary: "Insert a document, or replace the one with the same values in its unique fields",
      schemas: { params, body: schemas.InsertOrUpdateSchema },
      replies: { 200: Type.Object({ document: DocumentSchema, inserted: Type.Boolean() }) },
      run: (call, { params, body }) =>
        documents.insertOrUpdate(call, params.collection, body.document, body.uniqueFields),
    }),
    route({
      ...inserting,
      path: "/collections/:collection/insert-many",
      operation: "insertDocuments",
      summary: "Insert several documents, all or none",
      bodyLimitBytes: manyBytesMax,
      schemas: { params, body: schemas.ManySchema },
      replies: { 201: Type.Object({ items: Type.Array(DocumentSchema) }) },
      run: async (call, { params, body }) => ({
        items: await documents.insertMany(call, params.collection, body.items),
      }),
    }),
    route({
      ...inserting,
      path: "/collections/:collection/import",
      operation: "importDocuments",
      summary:
        "Insert NDJSON of any length, 1,000 lines a commit; an error names the line and what is stored",
      body: "stream",
      schemas: { params },
      replies: { 200: Type.Object({ inserted: Type.Integer() }) },
      run: (call, { params, request }) => documents.insertStream(call, params.collection, request.raw),
    }),
  ];
}

function changeManyRoutes(documents: Documents): Route[] {
  const params = schemas.CollectionParams;
  const changing = {
    tag,
    method: "POST",
    access: { kind: "signed_in" },
    scope: "documents:write",
  } as const;
  return [
    route({
      ...changing,
      path: "/collections/:collection/update-many",
      operation: "updateDocuments",
      summary: "Change every matching document that you may update, all or none",
      schemas: { params, body: schemas.UpdateManySchema },
      replies: { 200: Type.Object({ updated: Type.Integer() }) },
      run: (call, { params, body }) =>
        documents.updateMany(call, params.collection, body.filter, body.update),
    }),
    route({
      ...changing,
      path: "/collections/:collection/delete-many",
      operation: "deleteDocuments",
      summary: "Delete every matching document that you may delete, all or none",
      schemas: { params, body: Type.Object({ filter: schemas.FilterSchema }, schemas.closed) },
      replies: { 200: Type.Object({ deleted: Type.Integer() }) },
      run: (call, { params, body }) => documents.deleteMany(call, params.collection, body.filter),
    }),
  ];
}

/** `If-Match: "3"`: change it only if it still has this version. */
function wantedVersion(request: FastifyRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const match = /^"?(\d{1,9})"?$/.exec(header);
  if (match === null) throw invalid("if-match", "must be a version number");
  return Number(match[1]);
}
