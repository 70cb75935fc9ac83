import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { QueueChangeSchema, QueueSchema, QueueVersionEntrySchema, QueueVersionSchema } from "./model.ts";
import type { Queues } from "./service.ts";

const closed = { additionalProperties: false } as const;
const queue = Type.String({ maxLength: 100, description: "Name or id" });
const params = Type.Object({ queue });
const version = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: "A version number" });
const reading = {
  tag: "queues",
  method: "GET",
  access: { kind: "object", of: "queue", right: "read" },
  scope: "queues:read",
} as const;

/** The REST face of what queues were. */
export function queueHistoryRoutes(queues: Queues): Route[] {
  return [
    route({
      ...reading,
      path: "/queues/:queue/history",
      operation: "listQueueVersions",
      summary: "List the versions of a queue's definition, the newest first: who changed what, and when",
      schemas: {
        params,
        query: Type.Object(
          {
            cursor: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: Number.MAX_SAFE_INTEGER,
                description: "The nextCursor of the page before",
              }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
          },
          closed,
        ),
      },
      replies: {
        200: Type.Object({
          items: Type.Array(QueueVersionEntrySchema),
          nextCursor: Type.Optional(Type.Integer()),
        }),
      },
      run: (call, { params, query }) => queues.listQueueVersions(call, params.queue, query),
    }),
    route({
      ...reading,
      path: "/queues/:queue/history/:version",
      operation: "getQueueVersion",
      summary: "Show a queue's definition as it was",
      schemas: { params: Type.Object({ queue, version }) },
      replies: { 200: QueueVersionSchema },
      run: (call, { params }) => queues.getQueueVersion(call, params.queue, params.version),
    }),
    route({
      ...reading,
      path: "/queues/:queue/diff",
      operation: "diffQueueVersions",
      summary: "Show what changed between two versions of a queue's definition",
      schemas: { params, query: Type.Object({ from: version, to: version }, closed) },
      replies: { 200: Type.Object({ items: Type.Array(QueueChangeSchema) }) },
      run: async (call, { params, query }) => ({
        items: await queues.diffQueueVersions(call, params.queue, query),
      }),
    }),
    route({
      ...reading,
      method: "POST",
      path: "/queues/:queue/restore",
      operation: "restoreQueueVersion",
      summary: "Make the settings of an older version the newest again; rights and pause stay as they are",
      access: { kind: "object", of: "queue", right: "update" },
      scope: "queues:write",
      schemas: { params, body: Type.Object({ version }, closed) },
      replies: { 200: QueueSchema },
      run: (call, { params, body }) => queues.restoreQueueVersion(call, params.queue, body.version),
    }),
  ];
}
