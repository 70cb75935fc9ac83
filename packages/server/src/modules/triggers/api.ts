import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { AppError } from "../../kit/errors.ts";
import { FiringSchema, NewTriggerSchema, TriggerChangesSchema, TriggerSchema } from "./model.ts";
import { readCloudEvents, signalBytesMax } from "./cloud-events.ts";
import type { Triggers } from "./service.ts";

const tag = "triggers";
const closed = { additionalProperties: false };
const params = Type.Object({ trigger: Type.String({ maxLength: 100, description: "Name or id" }) });
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);
const pageOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });
const time = Type.String({ format: "date-time", description: "2026-03-29T00:00:00Z" });
const count = Type.Integer();
const changing = {
  tag,
  method: "POST",
  access: { kind: "object", of: "trigger", right: "update" },
  scope: "triggers:write",
} as const;
const firing = { ...changing, access: { kind: "object", of: "trigger", right: "invoke" } } as const;

/** The REST face of triggers. */
export function triggerRoutes(triggers: Triggers): Route[] {
  return [
    ...readingRoutes(triggers),
    ...definingRoutes(triggers),
    ...firingRoutes(triggers),
    signalRoute(triggers),
  ];
}

function readingRoutes(triggers: Triggers): Route[] {
  return [
    route({
      method: "GET",
      path: "/triggers",
      operation: "listTriggers",
      summary: "List the triggers you may read",
      tag,
      access: { kind: "signed_in" },
      scope: "triggers:read",
      schemas: { query: PageQuery },
      replies: { 200: pageOf(TriggerSchema) },
      run: (call, { query }) => triggers.listTriggers(call, query.cursor, query.limit),
    }),
    route({
      method: "GET",
      path: "/triggers/:trigger",
      operation: "getTrigger",
      summary: "Show a trigger",
      tag,
      access: { kind: "object", of: "trigger", right: "read" },
      scope: "triggers:read",
      schemas: { params },
      replies: { 200: TriggerSchema },
      run: (call, { params: { trigger } }) => triggers.getTrigger(call, trigger),
    }),
    route({
      method: "GET",
      path: "/triggers/:trigger/firings",
      operation: "listFirings",
      summary: "List a trigger's last firings and what came of them, the latest first",
      tag,
      access: { kind: "object", of: "trigger", right: "read" },
      scope: "triggers:read",
      schemas: { params, query: PageQuery },
      replies: { 200: pageOf(FiringSchema) },
      run: (call, { params: { trigger }, query }) => triggers.listFirings(call, trigger, query),
    }),
  ];
}

function definingRoutes(triggers: Triggers): Route[] {
  return [
    route({
      ...changing,
      path: "/triggers",
      operation: "createTrigger",
      summary: "Make a trigger, which acts with your rights",
      access: { kind: "signed_in" },
      schemas: { body: NewTriggerSchema },
      replies: { 201: TriggerSchema },
      run: (call, { body }) => triggers.createTrigger(call, body),
    }),
    route({
      ...changing,
      method: "PATCH",
      path: "/triggers/:trigger",
      operation: "updateTrigger",
      summary: "Change some of a trigger, which from then on acts with your rights",
      schemas: {
        params,
        body: TriggerChangesSchema,
        query: Type.Object(
          { version: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })) },
          closed,
        ),
      },
      replies: { 200: TriggerSchema },
      run: (call, { params: { trigger }, body, query }) =>
        triggers.updateTrigger(call, trigger, body, query.version),
    }),
    route({
      ...changing,
      path: "/triggers/:trigger/pause",
      operation: "pauseTrigger",
      summary: "Have nothing fire a trigger but a hand",
      schemas: { params },
      replies: { 200: TriggerSchema },
      run: (call, { params: { trigger } }) => triggers.pauseTrigger(call, trigger),
    }),
    route({
      ...changing,
      path: "/triggers/:trigger/resume",
      operation: "resumeTrigger",
      summary: "Let a trigger fire again; what happened meanwhile is not made up for",
      schemas: { params },
      replies: { 200: TriggerSchema },
      run: (call, { params: { trigger } }) => triggers.resumeTrigger(call, trigger),
    }),
    route({
      ...changing,
      method: "DELETE",
      path: "/triggers/:trigger",
      operation: "deleteTrigger",
      summary: "Delete a trigger; the runs that it started stay",
      access: { kind: "object", of: "trigger", right: "delete" },
      schemas: { params },
      replies: { 204: Type.Null() },
      run: async (call, { params: { trigger }, reply }) => {
        await triggers.deleteTrigger(call, trigger);
        return reply.code(204).send();
      },
    }),
  ];
}

function signalRoute(triggers: Triggers): Route {
  return route({
    method: "POST",
    path: "/signals",
    operation: "emitSignals",
    summary: "Tell the tenant's runs and triggers of CloudEvents: structured, a batch, or binary",
    tag,
    access: { kind: "signed_in" },
    scope: "signals:write",
    schemas: {},
    replies: { 202: Type.Object({ accepted: count, duplicates: count }) },
    body: "stream",
    run: async (call, { request }) => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      const bytes = await bytesOf(request.body as AsyncIterable<Uint8Array> | undefined);
      const events = readCloudEvents(bytes, Object.fromEntries(headers) as Record<string, string>);
      return triggers.signals.emit(call, events);
    },
  });
}

async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > signalBytesMax) throw new AppError("too_large", `body: larger than ${signalBytesMax} bytes`);
  }
  return Buffer.concat(chunks);
}

const Fired = Type.Pick(FiringSchema, ["id", "outcome", "reason", "runId"]);

function firingRoutes(triggers: Triggers): Route[] {
  return [
    route({
      ...firing,
      path: "/triggers/:trigger/fire",
      operation: "fireTrigger",
      summary: "Fire a trigger by hand, with the facts that you give",
      schemas: {
        params,
        body: Type.Object(
          { facts: Type.Optional(Type.Unknown({ description: "What fires it; {} if not given" })) },
          closed,
        ),
      },
      replies: { 200: Fired },
      run: (call, { params: { trigger }, body }) => triggers.fireTrigger(call, trigger, body.facts),
    }),
    route({
      ...firing,
      path: "/triggers/:trigger/backfill",
      operation: "backfillTrigger",
      summary: "Start the runs of a schedule's ticks in a range, those that there were not yet",
      schemas: { params, body: Type.Object({ from: time, to: time }, closed) },
      replies: { 200: Type.Object({ started: count, failed: count, skipped: count }) },
      run: (call, { params: { trigger }, body }) => triggers.backfillTrigger(call, trigger, body),
    }),
  ];
}
