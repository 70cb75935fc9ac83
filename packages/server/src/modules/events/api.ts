import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { topics } from "./model.ts";
import type { Events } from "./service.ts";

/** A recorded fact as CloudEvents 1.0 says it, in JSON. */
const CloudEvent = Type.Object({
  specversion: Type.Literal("1.0"),
  id: Type.String(),
  source: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  time: Type.String(),
  datacontenttype: Type.Literal("application/json"),
  data: Type.Object({
    topic: Type.String(),
    scopeId: Type.String(),
    actorId: Type.String(),
    actorName: Type.String(),
    requestId: Type.String(),
    details: Type.Optional(Type.Unknown()),
  }),
});

/** The REST face of events: the audit page of the admins. */
export function eventRoutes(events: Events): Route[] {
  return [
    route({
      method: "GET",
      path: "/events",
      operation: "listEvents",
      summary: "What happened, the newest first: the audit of everything, for admins",
      tag: "events",
      access: { kind: "admin" },
      scope: "events:read",
      schemas: {
        query: Type.Object(
          {
            topic: Type.Optional(
              Type.Array(Type.Union(topics.map((topic) => Type.Literal(topic))), { maxItems: topics.length }),
            ),
            cursor: Type.Optional(
              Type.String({ maxLength: 40, description: "The nextCursor of the page before" }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
          },
          { additionalProperties: false },
        ),
      },
      replies: {
        200: Type.Object({ items: Type.Array(CloudEvent), nextCursor: Type.Optional(Type.String()) }),
      },
      run: (call, { query }) => events.listEvents(call, query),
    }),
  ];
}
