import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { DifferenceSchema, DocumentSchema, VersionSchema } from "./model.ts";
import * as schemas from "./schemas.ts";
import type { Documents } from "./service.ts";

const VersionWithDocument = Type.Composite([VersionSchema, Type.Object({ document: DocumentSchema })]);

const params = schemas.DocumentParams;
const reading = {
  tag: "documents",
  access: { kind: "object", of: "document", right: "read" },
  scope: "documents:read",
} as const;
const writing = {
  tag: "documents",
  access: { kind: "object", of: "document", right: "update" },
  scope: "documents:write",
} as const;
const version = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });

/** The REST face of history: versions, differences, what was deleted, and ways back. */
export function historyRoutes(documents: Documents): Route[] {
  return [...readingRoutes(documents), ...returningRoutes(documents)];
}

function readingRoutes(documents: Documents): Route[] {
  return [
    route({
      ...reading,
      method: "GET",
      path: "/collections/:collection/documents/:id/versions",
      operation: "listVersions",
      summary: "List a document's versions, the newest first",
      schemas: { params, query: schemas.VersionsQuery },
      replies: { 200: schemas.pageOf(VersionSchema, Type.Integer()) },
      run: (call, { params: { collection, id }, query }) =>
        documents.listVersions(call, collection, id, query),
    }),
    route({
      ...reading,
      method: "GET",
      path: "/collections/:collection/documents/:id/versions/:version",
      operation: "getVersion",
      summary: "Read a document as it was",
      schemas: { params: schemas.VersionParams },
      replies: { 200: VersionWithDocument },
      run: (call, { params: { collection, id, version } }) =>
        documents.getVersion(call, collection, id, version),
    }),
    route({
      ...reading,
      method: "GET",
      path: "/collections/:collection/documents/:id/diff",
      operation: "diffVersions",
      summary: "Show what changed between two versions",
      schemas: {
        params,
        query: Type.Object(
          { from: version, to: Type.Integer({ minimum: -1, default: -1, description: "-1 for the newest" }) },
          schemas.closed,
        ),
      },
      replies: { 200: Type.Object({ items: Type.Array(DifferenceSchema) }) },
      run: async (call, { params: { collection, id }, query }) => ({
        items: await documents.diff(call, collection, id, query),
      }),
    }),
  ];
}

function returningRoutes(documents: Documents): Route[] {
  return [
    route({
      ...writing,
      method: "POST",
      path: "/collections/:collection/documents/:id/restore",
      operation: "restoreVersion",
      summary: "Make an older version the newest again",
      schemas: { params, body: Type.Object({ version }, schemas.closed) },
      replies: { 200: DocumentSchema },
      run: (call, { params: { collection, id }, body }) =>
        documents.restore(call, collection, id, body.version),
    }),
    route({
      ...writing,
      method: "POST",
      path: "/collections/:collection/documents/:id/undelete",
      operation: "undeleteDocument",
      summary: "Bring a deleted document back",
      schemas: { params },
      replies: { 200: DocumentSchema },
      run: (call, { params: { collection, id } }) => documents.undelete(call, collection, id),
    }),
    route({
      ...reading,
      access: { kind: "signed_in" },
      method: "GET",
      path: "/collections/:collection/deleted",
      operation: "listDeletedDocuments",
      summary: "List deleted documents that you could read",
      schemas: { params: schemas.CollectionParams, query: schemas.PageQuery },
      replies: { 200: schemas.pageOf(VersionWithDocument, Type.String()) },
      run: (call, { params, query }) => documents.listDeleted(call, params.collection, query),
    }),
  ];
}
