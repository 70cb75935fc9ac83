import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { queueHistoryRoutes } from "./history-routes.ts";
import { NewQueueSchema, QueueSchema, QueueSettingsSchema } from "./model.ts";
import type { Queues } from "./service.ts";

const tag = "queues";
const QueueParams = Type.Object({ queue: Type.String({ maxLength: 100, description: "Name or id" }) });
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);
const QueuesPage = Type.Object({ items: Type.Array(QueueSchema), nextCursor: Type.Optional(Type.String()) });

/** The REST face of queues. */
export function queueRoutes(queues: Queues): Route[] {
  return [...definitionRoutes(queues), ...pauseRoutes(queues), ...queueHistoryRoutes(queues)];
}

function definitionRoutes(queues: Queues): Route[] {
  return [
    route({
      method: "POST",
      path: "/queues",
      operation: "createQueue",
      summary: "Make a queue",
      tag,
      access: { kind: "signed_in" },
      scope: "queues:write",
      schemas: { body: NewQueueSchema },
      replies: { 201: QueueSchema },
      run: (call, { body }) => queues.createQueue(call, body),
    }),
    route({
      method: "GET",
      path: "/queues",
      operation: "listQueues",
      summary: "List the queues you may read",
      tag,
      access: { kind: "signed_in" },
      scope: "queues:read",
      schemas: { query: PageQuery },
      replies: { 200: QueuesPage },
      run: (call, { query }) => queues.listQueues(call, query.cursor, query.limit),
    }),
    route({
      method: "GET",
      path: "/queues/:queue",
      operation: "getQueue",
      summary: "Show a queue",
      tag,
      access: { kind: "object", of: "queue", right: "read" },
      scope: "queues:read",
      schemas: { params: QueueParams },
      replies: { 200: QueueSchema },
      run: (call, { params }) => queues.getQueue(call, params.queue),
    }),
    route({
      method: "PATCH",
      path: "/queues/:queue",
      operation: "updateQueue",
      summary: "Change some of a queue's settings",
      tag,
      access: { kind: "object", of: "queue", right: "update" },
      scope: "queues:write",
      schemas: {
        params: QueueParams,
        body: QueueSettingsSchema,
        query: Type.Object(
          {
            version: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 2 ** 31 - 1,
                description: "Change it only if it still has this version",
              }),
            ),
          },
          { additionalProperties: false },
        ),
      },
      replies: { 200: QueueSchema },
      run: (call, { params, body, query }) => queues.updateQueue(call, params.queue, body, query.version),
    }),
  ];
}

function pauseRoutes(queues: Queues): Route[] {
  return [
    route({
      method: "POST",
      path: "/queues/:queue/pause",
      operation: "pauseQueue",
      summary: "Stop handing out items; pushing goes on",
      tag,
      access: { kind: "object", of: "queue", right: "update" },
      scope: "queues:write",
      schemas: { params: QueueParams },
      replies: { 200: QueueSchema },
      run: (call, { params }) => queues.pauseQueue(call, params.queue),
    }),
    route({
      method: "POST",
      path: "/queues/:queue/resume",
      operation: "resumeQueue",
      summary: "Hand out items again",
      tag,
      access: { kind: "object", of: "queue", right: "update" },
      scope: "queues:write",
      schemas: { params: QueueParams },
      replies: { 200: QueueSchema },
      run: (call, { params }) => queues.resumeQueue(call, params.queue),
    }),
  ];
}
