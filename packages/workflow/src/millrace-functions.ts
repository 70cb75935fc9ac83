import type { Json, JsonObject } from "./json.ts";

/** The functions that the platform itself offers to every workflow, with the JSON Schema of their `with`. */

const text = { type: "string" };
const filled = { type: "string", minLength: 1 };
const anything = true;
const open = { type: "object" };

function schema(properties: JsonObject, ...required: string[]): Json {
  return { type: "object", properties, required, additionalProperties: false };
}

const workItem = {
  queue: filled,
  payload: anything,
  priority: { type: "integer" },
  dueTime: { type: "string", format: "date-time" },
  orderKey: text,
  concurrencyKey: text,
  idempotencyKey: text,
  files: { type: "array", items: filled, maxItems: 100 },
};

const collection = filled;
const id = { type: "string", pattern: "^[0-9a-f]{24}$" };
const version = { type: "integer", minimum: 1 };

const message = {
  queue: filled,
  exchange: filled,
  topic: text,
  headers: open,
  payload: anything,
  expiresAfter: { type: ["string", "object"] },
};
const oneTarget = { oneOf: [{ required: ["queue"] }, { required: ["exchange"] }] };

export const millraceFunctions: Readonly<Record<string, Json>> = {
  "millrace.workitem.push": schema(workItem, "queue", "payload"),
  "millrace.workitem.process": schema(workItem, "queue", "payload"),
  "millrace.document.get": schema({ collection, id, version }, "collection", "id"),
  "millrace.document.query": schema(
    {
      collection,
      filter: open,
      orderBy: { type: "object" },
      projection: open,
      limit: { type: "integer", minimum: 1, maximum: 1000 },
      after: text,
    },
    "collection",
  ),
  "millrace.document.insert": schema(
    { collection, document: open, idempotencyKey: text },
    "collection",
    "document",
  ),
  "millrace.document.update": schema(
    { collection, id, document: open, version },
    "collection",
    "id",
    "document",
  ),
  "millrace.document.delete": schema({ collection, id, version }, "collection", "id"),
  "millrace.file.get": schema({ id: filled, as: { enum: ["text", "json", "base64"] } }, "id"),
  "millrace.file.put": schema(
    { name: filled, content: anything, from: { enum: ["text", "json", "base64"] }, contentType: text },
    "name",
    "content",
  ),
  "millrace.file.delete": schema({ id: filled }, "id"),
  "millrace.message.send": { ...(schema(message, "payload") as JsonObject), ...oneTarget },
  "millrace.message.request": { ...(schema(message, "payload") as JsonObject), ...oneTarget },
  "millrace.agent.run": schema(
    { agent: filled, payload: anything, runner: text, idempotencyKey: text },
    "agent",
  ),
};
