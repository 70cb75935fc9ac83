import { type Static, Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { ExplanationSchema } from "./explain.ts";
import type { Query } from "./reading.ts";
import * as schemas from "./schemas.ts";
import type { Documents } from "./service.ts";

const params = schemas.CollectionParams;
const asking = {
  tag: "documents",
  method: "POST",
  access: { kind: "signed_in" },
  scope: "documents:read",
} as const;

/** The REST face of questions: they see what the caller may read. */
export function queryRoutes(documents: Documents): Route[] {
  return [...pageRoutes(documents), ...figureRoutes(documents)];
}

function pageRoutes(documents: Documents): Route[] {
  return [
    route({
      ...asking,
      method: "GET",
      path: "/collections/:collection/documents",
      operation: "listDocuments",
      summary: "List the documents you may read",
      schemas: { params, query: schemas.ListQuery },
      replies: { 200: schemas.DocumentsSchema },
      run: (call, { params, query }) => documents.query(call, params.collection, parseList(query)),
    }),
    route({
      ...asking,
      path: "/collections/:collection/query",
      operation: "queryDocuments",
      summary: "Ask for documents by a filter, sorted and projected, page by page",
      schemas: { params, body: schemas.QuerySchema },
      replies: { 200: schemas.DocumentsSchema },
      run: (call, { params, body }) => documents.query(call, params.collection, body),
    }),
  ];
}

function figureRoutes(documents: Documents): Route[] {
  return [
    route({
      ...asking,
      path: "/collections/:collection/count",
      operation: "countDocuments",
      summary: "Count the documents that match",
      schemas: {
        params,
        body: Type.Object({ filter: Type.Optional(schemas.FilterSchema) }, schemas.closed),
      },
      replies: { 200: Type.Object({ count: Type.Integer() }) },
      run: async (call, { params, body }) => ({
        count: await documents.count(call, params.collection, body.filter),
      }),
    }),
    route({
      ...asking,
      path: "/collections/:collection/distinct",
      operation: "distinctValues",
      summary: "List the values that a field takes",
      schemas: {
        params,
        body: Type.Object(
          {
            field: Type.String({ minLength: 1, maxLength: 1_000 }),
            filter: Type.Optional(schemas.FilterSchema),
          },
          schemas.closed,
        ),
      },
      replies: { 200: Type.Object({ values: Type.Array(Type.Unknown()) }) },
      run: async (call, { params, body }) => ({
        values: await documents.distinct(call, params.collection, body.field, body.filter),
      }),
    }),
    route({
      ...asking,
      path: "/collections/:collection/aggregate",
      operation: "aggregateDocuments",
      summary: "Run an aggregation pipeline",
      schemas: { params, body: schemas.PipelineSchema },
      replies: { 200: Type.Object({ items: Type.Array(Type.Unknown()) }) },
      run: async (call, { params, body }) => ({
        items: await documents.aggregate(call, params.collection, body.pipeline),
      }),
    }),
    route({
      ...asking,
      path: "/collections/:collection/explain",
      operation: "explainQuery",
      summary: "Show which way a query takes and which indexes it uses",
      schemas: { params, body: schemas.QuerySchema },
      replies: { 200: ExplanationSchema },
      run: (call, { params, body }) => documents.explain(call, params.collection, body),
    }),
  ];
}

function parseList({ filter, sort, ...page }: Static<typeof schemas.ListQuery>): Query {
  const isJson = sort?.startsWith("{") === true || sort?.startsWith("[") === true;
  return {
    ...page,
    ...(filter === undefined ? {} : { filter: schemas.parseQueryJson(filter, "query.filter") }),
    ...(sort === undefined ? {} : { sort: isJson ? schemas.parseQueryJson(sort, "query.sort") : sort }),
  };
}
