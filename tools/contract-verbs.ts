import type { Operation } from "../packages/contract/src/shapes.ts";
import type { Route } from "../packages/server/src/kit/route.ts";

type Schema = NonNullable<Route["schemas"]["body"]>;

const head = `import type { BodyOf, ClientTypes, Operation, Pages, QueryOf, ReplyOf } from "./shapes.ts";
`;

/** The verbs of a typed client as source text: their signatures, and how each goes over the wire. */
export function verbsSource(routes: readonly Route[], prefix: string): string {
  const described = routes.map((route) => ({ route, operation: operationOf(route, prefix) }));
  const signatures = described.map(({ route, operation }) => signatureOf(route, operation));
  const entries = described.map(
    ({ route, operation }) => `  ${route.operation}: ${JSON.stringify(operation)},`,
  );
  return [
    head,
    "/** Every operation as a function: path parameters first, then what it takes, then the query. */",
    "export interface Verbs<Types extends ClientTypes> {",
    ...signatures,
    "}",
    "",
    "export const verbs: Readonly<Record<keyof Verbs<ClientTypes>, Operation>> = {",
    ...entries,
    "};",
    "",
  ].join("\n");
}

function operationOf(route: Route, prefix: string): Operation {
  return {
    method: route.method,
    path: prefix + route.path.replaceAll(/:(\w+)/g, "{$1}"),
    body: bodyKind(route),
    query: Object.keys(route.schemas.query?.properties ?? {}).length > 0,
    reply: replyKind(route),
    waits: route.waits === true,
  };
}

function bodyKind({ method, body: kind, schemas: { body } }: Route): Operation["body"] {
  if (kind === "stream" && method !== "GET") return "stream";
  if (body === undefined) return "none";
  return isOnlyItems(body) ? "items" : "json";
}

function replyKind(route: Route): Operation["reply"] {
  const status = Object.keys(route.replies)[0] ?? "204";
  const schema = route.replies[Number(status)];
  if (status === "204" || schema === undefined) return "none";
  // Bytes, or text that goes on: nothing that is JSON answers with a bare string.
  if (schema.type === "string") return "stream";
  const { query, body } = route.schemas;
  const takesCursor = "cursor" in { ...body?.properties, ...query?.properties };
  if (takesCursor && schema.properties?.["nextCursor"] !== undefined) return "page";
  return isOnlyItems(schema) ? "items" : "json";
}

function isOnlyItems(schema: Schema): boolean {
  const names = Object.keys(schema.properties ?? {});
  return names.length === 1 && names[0] === "items" && schema.properties.items.type === "array";
}

function signatureOf(route: Route, operation: Operation): string {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => `${name}: string`);
  const parts = [
    ...names,
    ...bodyArgument(route, operation),
    ...queryArgument(route, operation),
    'options?: Types["options"]',
  ];
  return `  /** ${route.summary}. */\n  ${route.operation}(${parts.join(", ")}): ${replyType(route, operation)};`;
}

function bodyArgument({ method, operation: name, schemas }: Route, { body }: Operation): string[] {
  if (body === "none") return [];
  if (body === "stream") return ['content: Types["content"]'];
  if (body === "items") return [`items: BodyOf<"${name}">["items"]`];
  return [`body${method === "POST" && isOptional(schemas.body) ? "?" : ""}: BodyOf<"${name}">`];
}

function queryArgument({ operation: name, schemas }: Route, { query }: Operation): string[] {
  return query ? [`query${isOptional(schemas.query) ? "?" : ""}: QueryOf<"${name}">`] : [];
}

/** All that it may hold is known, and none of it must be there. */
function isOptional(schema: Schema | undefined): boolean {
  return schema?.additionalProperties === false && (schema.required ?? []).length === 0;
}

function replyType({ operation: name }: Route, { reply }: Operation): string {
  const types: Record<Operation["reply"], string> = {
    none: "Promise<void>",
    json: `Promise<ReplyOf<"${name}">>`,
    items: `Promise<ReplyOf<"${name}">["items"]>`,
    page: `Pages<ReplyOf<"${name}">>`,
    stream: 'Promise<Types["download"]>',
  };
  return types[reply];
}
