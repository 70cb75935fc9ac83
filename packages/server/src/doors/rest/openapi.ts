import type { TObject, TSchema } from "@sinclair/typebox";
import type { Route } from "../../kit/route.ts";

export interface OpenApiInfo {
  title: string;
  version: string;
  description: string;
}

const problemRef = { $ref: "#/components/schemas/Problem" };
const problemSchema = {
  type: "object",
  description: "What went wrong, as RFC 9457 problem details",
  required: ["type", "title", "status", "code", "detail", "requestId"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "One of the error catalogue; never reused" },
    detail: { type: "string", description: "Names the field and the way out" },
    requestId: { type: "string" },
    field: { type: "string" },
    fields: {
      type: "array",
      items: {
        type: "object",
        required: ["field", "message"],
        properties: { field: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

/** The OpenAPI 3.1 page of a route table. TypeBox schemas are JSON Schema, which OpenAPI 3.1 takes as it is. */
export function openApiOf(
  routes: readonly Route[],
  info: OpenApiInfo,
  prefix: string,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = prefix + route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info,
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "millrace_session",
          description: "A browser's session",
        },
      },
    },
  };
}

function operationOf(route: Route): Record<string, unknown> {
  const { params, query, body } = route.schemas;
  return {
    operationId: route.operation,
    summary: route.summary,
    tags: [route.tag],
    ...(route.access.kind === "public" ? { security: [] } : { security: [{ token: [] }, { session: [] }] }),
    ...(route.access.kind === "public" ? {} : { "x-scope": route.scope }),
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query")],
    ...bodyOf(route, body),
    responses: { ...repliesOf(route), default: problemReply },
  };
}

const problemReply = {
  description: "A problem",
  content: { "application/problem+json": { schema: problemRef } },
};

function parametersOf(schema: TObject | undefined, place: "path" | "query"): unknown[] {
  if (schema === undefined) return [];
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.has(name),
    ...(property.description === undefined ? {} : { description: property.description }),
    schema: plain(property),
  }));
}

function bodyOf(route: Route, body: TSchema | undefined): Record<string, unknown> {
  if (route.body === "stream" && route.method !== "GET") {
    const binary = { schema: { type: "string", format: "binary" } };
    return { requestBody: { required: true, content: { "application/octet-stream": binary } } };
  }
  if (body === undefined) return {};
  return { requestBody: { required: true, content: { "application/json": { schema: plain(body) } } } };
}

function repliesOf(route: Route): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(route.replies).map(([status, schema]) => {
      const description = schema.description ?? (status === "204" ? "Done" : "The answer");
      if (status === "204") return [status, { description }];
      const type = schema.format === "binary" ? "application/octet-stream" : "application/json";
      return [status, { description, content: { [type]: { schema: plain(schema) } } }];
    }),
  );
}

/** Without TypeBox's symbols, and without what is said beside the schema already. */
function plain(schema: TSchema): unknown {
  return JSON.parse(JSON.stringify(schema));
}
