import { Type } from "@sinclair/typebox";
import { HistorySchema } from "../events/model.ts";
import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { route, type Route } from "../../kit/route.ts";
import { FileSchema } from "../files/model.ts";
import type { Repairs } from "./repairs.ts";
import * as schemas from "./schemas.ts";
import type { FinishRequest, WorkItems } from "./service.ts";

const tag = "work items";
const batchBytesMax = 32 * 1024 * 1024;

/** The REST face of work items. */
export function workItemRoutes(items: WorkItems, repairs: Repairs): Route[] {
  return [
    ...queueRoutes(items),
    ...holdingRoutes(items),
    ...readRoutes(items),
    ...statsRoutes(items),
    ...itemRepairs(repairs),
    ...queueRepairs(repairs),
  ];
}

/** Into a queue and out of it. */
function queueRoutes(items: WorkItems): Route[] {
  const onQueue = {
    tag,
    access: { kind: "object", of: "queue", right: "invoke" },
    scope: "items:write",
  } as const;
  return [
    route({
      ...onQueue,
      method: "POST",
      path: "/queues/:queue/items",
      operation: "pushItem",
      summary: "Push a work item",
      schemas: { params: schemas.QueueParams, body: schemas.NewItemSchema },
      replies: { 201: schemas.PushedSchema },
      run: (call, { params, body }) => items.pushItem(call, params.queue, body),
    }),
    route({
      ...onQueue,
      method: "POST",
      path: "/queues/:queue/items/batch",
      operation: "pushItems",
      summary: "Push several work items, all or none",
      bodyLimitBytes: batchBytesMax,
      schemas: {
        params: schemas.QueueParams,
        body: Type.Object(
          { items: Type.Array(schemas.NewItemSchema, { minItems: 1, maxItems: 1_000 }) },
          { additionalProperties: false },
        ),
      },
      replies: { 201: Type.Object({ items: Type.Array(schemas.PushedSchema) }) },
      run: async (call, { params, body }) => ({
        items: await items.pushItems(call, params.queue, body.items),
      }),
    }),
    route({
      ...onQueue,
      method: "POST",
      path: "/queues/:queue/claims",
      operation: "claimItems",
      summary: "Take items under a lease; may wait for the first one",
      waits: true,
      schemas: { params: schemas.QueueParams, body: schemas.ClaimSchema },
      replies: { 200: Type.Object({ items: Type.Array(schemas.ItemSchema) }) },
      run: async (call, { params, body }) => ({ items: await items.claimItems(call, params.queue, body) }),
    }),
  ];
}

/** What the holder of a lease does. */
function holdingRoutes(items: WorkItems): Route[] {
  const onItem = {
    tag,
    access: { kind: "object", of: "item", right: "invoke" },
    scope: "items:write",
  } as const;
  return [
    route({
      ...onItem,
      method: "POST",
      path: "/items/:item/finish",
      operation: "finishItem",
      summary: "End an attempt: successful or failed",
      schemas: { params: schemas.ItemParams, body: schemas.FinishSchema },
      replies: { 200: schemas.FinishedSchema },
      run: (call, { params, body }) => items.finishItem(call, params.item, body),
    }),
    route({
      ...onItem,
      method: "POST",
      path: "/items/finish",
      operation: "finishItems",
      summary: "End several attempts; each has its own outcome",
      bodyLimitBytes: batchBytesMax,
      schemas: { body: schemas.FinishManySchema },
      replies: { 200: Type.Object({ items: Type.Array(schemas.FinishResultSchema) }) },
      run: async (call, { body }) => ({
        items: await Promise.all(body.items.map((each) => finishOne(items, call, each))),
      }),
    }),
    route({
      ...onItem,
      method: "POST",
      path: "/items/:item/extend",
      operation: "extendLease",
      summary: "Lengthen a lease from now",
      schemas: { params: schemas.ItemParams, body: schemas.LeaseSchema },
      replies: { 200: Type.Object({ leaseUntil: Type.String() }) },
      run: (call, { params, body }) => items.extendLease(call, params.item, body.leaseNumber, body.leaseMs),
    }),
    route({
      ...onItem,
      method: "POST",
      path: "/items/:item/release",
      operation: "releaseItem",
      summary: "Give an item back untouched",
      schemas: { params: schemas.ItemParams, body: Type.Pick(schemas.LeaseSchema, ["leaseNumber"]) },
      replies: { 204: Type.Null() },
      run: (call, { params, body }) => items.releaseItem(call, params.item, body.leaseNumber),
    }),
  ];
}

function readRoutes(items: WorkItems): Route[] {
  const onQueue = {
    tag,
    access: { kind: "object", of: "queue", right: "read" },
    scope: "items:read",
  } as const;
  const onItem = { tag, access: { kind: "object", of: "item", right: "read" }, scope: "items:read" } as const;
  const stateList = Type.Optional(
    Type.Array(schemas.StateSchema, { maxItems: 6, description: "Only these states" }),
  );
  return [
    route({
      ...onQueue,
      method: "GET",
      path: "/queues/:queue/items",
      operation: "listItems",
      summary: "List a queue's items, the newest first",
      schemas: {
        params: schemas.QueueParams,
        query: Type.Object(
          {
            state: stateList,
            cursor: Type.Optional(Type.String({ maxLength: 24 })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
          },
          { additionalProperties: false },
        ),
      },
      replies: {
        200: Type.Object({ items: Type.Array(schemas.ItemSchema), nextCursor: Type.Optional(Type.String()) }),
      },
      run: (call, { params, query }) =>
        items.listItems(call, params.queue, { ...query, states: query.state }),
    }),
    route({
      ...onItem,
      method: "GET",
      path: "/items/:item",
      operation: "getItem",
      summary: "Show a work item",
      schemas: { params: schemas.ItemParams },
      replies: { 200: schemas.ItemSchema },
      run: (call, { params }) => items.getItem(call, params.item),
    }),
    route({
      ...onItem,
      method: "GET",
      path: "/items/:item/history",
      operation: "itemHistory",
      summary: "Every transition of an item: who, when, why",
      schemas: { params: schemas.ItemParams },
      replies: { 200: HistorySchema },
      run: async (call, { params }) => ({ items: await items.itemHistory(call, params.item) }),
    }),
  ];
}

function statsRoutes(items: WorkItems): Route[] {
  return [
    route({
      tag,
      access: { kind: "object", of: "queue", right: "read" },
      scope: "items:read",
      method: "GET",
      path: "/queues/:queue/stats",
      operation: "queueStats",
      summary: "Counts by state and the age of the oldest waiting item",
      schemas: { params: schemas.QueueParams },
      replies: { 200: schemas.StatsSchema },
      run: (call, { params }) => items.queueStats(call, params.queue),
    }),
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "items:read",
      method: "GET",
      path: "/queue-stats",
      operation: "listQueueStats",
      summary: "The same of every queue that you may read, by name",
      schemas: { query: schemas.StatsQuery },
      replies: { 200: schemas.StatsPage },
      run: (call, { query }) => items.listQueueStats(call, query.cursor, query.limit),
    }),
    route({
      tag,
      access: { kind: "object", of: "item", right: "read" },
      scope: "items:read",
      method: "GET",
      path: "/items/:item/files",
      operation: "listItemFiles",
      summary: "List the files that are attached to an item; their bytes have rights of their own",
      schemas: { params: schemas.ItemParams },
      replies: { 200: Type.Object({ items: Type.Array(FileSchema) }) },
      run: async (call, { params }) => ({ items: await items.listItemFiles(call, params.item) }),
    }),
  ];
}

function itemRepairs(repairs: Repairs): Route[] {
  return [
    route({
      method: "POST",
      path: "/items/:item/requeue",
      operation: "requeueItem",
      summary: "Bring an ended item back as new, or make a waiting one due now",
      tag,
      access: { kind: "object", of: "item", right: "update" },
      scope: "items:write",
      schemas: { params: schemas.ItemParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => repairs.requeueItem(call, params.item),
    }),
    route({
      method: "DELETE",
      path: "/items/:item",
      operation: "deleteItem",
      summary: "Delete an item that nobody holds",
      tag,
      access: { kind: "object", of: "item", right: "delete" },
      scope: "items:write",
      schemas: { params: schemas.ItemParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => repairs.deleteItem(call, params.item),
    }),
  ];
}

function queueRepairs(repairs: Repairs): Route[] {
  const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 }));
  return [
    route({
      method: "POST",
      path: "/queues/:queue/requeue",
      operation: "requeueItems",
      summary: "Requeue a queue's failed or abandoned items",
      tag,
      access: { kind: "object", of: "queue", right: "update" },
      scope: "items:write",
      schemas: {
        params: schemas.QueueParams,
        body: Type.Object(
          { state: Type.Union([Type.Literal("failed"), Type.Literal("abandoned")]), limit },
          { additionalProperties: false },
        ),
      },
      replies: { 200: schemas.BulkSchema },
      run: (call, { params, body }) => repairs.requeueItems(call, params.queue, body.state, body.limit),
    }),
    route({
      method: "POST",
      path: "/queues/:queue/purge",
      operation: "purgeQueue",
      summary: "Delete a queue's waiting items, or its ended ones of one state",
      tag,
      access: { kind: "object", of: "queue", right: "delete" },
      scope: "items:write",
      schemas: {
        params: schemas.QueueParams,
        body: Type.Object(
          { what: Type.Union([Type.Literal("waiting"), schemas.FinalStateSchema]), limit },
          { additionalProperties: false },
        ),
      },
      replies: { 200: schemas.BulkSchema },
      run: (call, { params, body }) => repairs.purgeQueue(call, params.queue, body.what, body.limit),
    }),
    route({
      method: "DELETE",
      path: "/queues/:queue",
      operation: "deleteQueue",
      summary: "Delete a queue; with purge, its items too",
      tag,
      access: { kind: "object", of: "queue", right: "delete" },
      scope: "queues:write",
      schemas: {
        params: schemas.QueueParams,
        query: Type.Object({ purge: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
      },
      replies: { 204: Type.Null() },
      run: (call, { params, query }) => repairs.deleteQueue(call, params.queue, query.purge === true),
    }),
  ];
}

async function finishOne(items: WorkItems, call: Call, { id, ...request }: FinishRequest & { id: string }) {
  try {
    return await items.finishItem(call, id, request);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { id, error: { code: error.code, detail: error.message } };
  }
}
