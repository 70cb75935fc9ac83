import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { compileSchema, durationMs, type Json, type JsonObject, millraceFunctions } from "@millrace/workflow";
import { hasCode } from "../../kit/errors.ts";
import type { Documents } from "../documents/service.ts";
import type { Files } from "../files/service.ts";
import type { MessageContent } from "../messages/model.ts";
import type { Messages } from "../messages/service.ts";
import type { NewItem, WorkItems } from "../work-items/service.ts";
import { comesLater, type Effect, type EffectInput } from "./effects.ts";
import { EffectError, outsideError } from "./model.ts";

export interface PlatformParts {
  documents: Documents;
  files: Files;
  items: WorkItems;
  messages: Messages;
  /** Remembers that a command waits for the end of something; the run is told once that has ended. */
  awaitEnd: (input: EffectInput, kind: "job" | "work_item", subjectId: string) => Promise<void>;
}

const fileBytesMax = 1_500_000;
const requestTimeoutMs = 60_000;

/** The platform's own functions, by the names that workflows call them by. */
export function platformFunctions(parts: PlatformParts): [string, Effect][] {
  const all = [documentFunctions, itemFunctions, messageFunctions, fileFunctions].flatMap((make) =>
    make(parts),
  );
  return all.map(([name, run]) => [name, { scope: scopeOf(name), run: checked(name, run) }]);
}

type Run = Effect["run"];

/** What a limited token needs for a function: the same as for the verb behind it. */
function scopeOf(name: string): string {
  const [, area, verb] = name.split(".") as [string, string, string];
  const noun = area === "workitem" ? "items" : `${area}s`;
  return `${noun}:${verb === "get" || verb === "query" ? "read" : "write"}`;
}

/** What a workflow gives may be told by expressions, so it is known only now whether it fits. */
function checked(name: string, run: Run): Run {
  const { schema } = compileSchema(millraceFunctions[name]!);
  return async (input) => {
    const [breach] = schema.check(input.arguments);
    if (breach === undefined) return run(input);
    const where = breach.pointer === "" ? "`with`" : `\`with${breach.pointer}\``;
    throw new EffectError(outsideError("validation", 400, `${name}: ${where} ${breach.message}`));
  };
}

function documentFunctions({ documents }: PlatformParts): [string, Run][] {
  return [
    [
      "millrace.document.get",
      async ({ call, arguments: given }) => {
        const { collection, id, version } = given as { collection: string; id: string; version?: number };
        const found =
          version === undefined
            ? await documents.get(call, collection, id)
            : await documents.getVersion(call, collection, id, version);
        return jsonOf(found);
      },
    ],
    [
      "millrace.document.query",
      async ({ call, arguments: given }) => {
        const {
          collection,
          filter,
          orderBy: sort,
          projection,
          limit,
          after: cursor,
        } = given as unknown as QueryArguments;
        return jsonOf(await documents.query(call, collection, { filter, sort, projection, limit, cursor }));
      },
    ],
    ["millrace.document.insert", (input) => insertDocument(documents, input)],
    [
      "millrace.document.update",
      async ({ call, arguments: given }) => {
        const { collection, id, document, version } = given as unknown as DocumentArguments;
        const isUpdate = Object.keys(document).some((key) => key.startsWith("$"));
        const changed = isUpdate
          ? await documents.updateOne(call, collection, id, document, version)
          : await documents.replaceOne(call, collection, id, document, version);
        return jsonOf(changed);
      },
    ],
    [
      "millrace.document.delete",
      async ({ call, arguments: given }) => {
        const { collection, id, version } = given as unknown as DocumentArguments;
        await documents.deleteOne(call, collection, id, version).catch((error: unknown) => {
          // Said again after a crash: it is gone, as was asked.
          if (!hasCode(error, "not_found")) throw error;
        });
        return null;
      },
    ],
  ];
}

interface QueryArguments {
  collection: string;
  filter?: unknown;
  orderBy?: unknown;
  projection?: unknown;
  limit?: number;
  after?: string;
}

interface DocumentArguments {
  collection: string;
  id: string;
  document: JsonObject;
  version?: number;
}

/** The id is told from the key, so that the same insert said again finds its document there. */
async function insertDocument(
  documents: Documents,
  { call, arguments: given, facts, command }: EffectInput,
): Promise<Json> {
  const { collection, document } = given as { collection: string; document: JsonObject };
  const id = typeof document._id === "string" ? document._id : idOfEffect(facts.id, command.id);
  try {
    return jsonOf(await documents.insertOne(call, collection, { ...document, _id: id }));
  } catch (error) {
    if (document._id !== undefined || !hasCode(error, "already_exists")) throw error;
    return jsonOf(await documents.get(call, collection, id));
  }
}

/** 24 hex digits that are the run's and the command's alone: the run's time and process, and both counters. */
function idOfEffect(runId: string, command: number): string {
  const mixed =
    (BigInt(`0x${runId.slice(12)}`) * 1_000_003n + BigInt(command) * 2_654_435_761n) & 0xffffffffffffn;
  return runId.slice(0, 12) + mixed.toString(16).padStart(12, "0");
}

function itemFunctions({ items, awaitEnd }: PlatformParts): [string, Run][] {
  const push = async (input: EffectInput) => {
    const { queue, payload, dueTime, ...others } = input.arguments as JsonObject & { queue: string };
    const wanted = {
      ...others,
      payload: isObject(payload) ? payload : { value: payload ?? null },
      ...(dueTime === undefined ? {} : { dueAt: dueTime }),
      idempotencyKey: input.idempotencyKey,
    } as unknown as NewItem;
    return items.pushItem(input.call, queue, wanted);
  };
  return [
    ["millrace.workitem.push", async (input) => jsonOf(await push(input))],
    [
      "millrace.workitem.process",
      async (input) => {
        const { id } = await push(input);
        await awaitEnd(input, "work_item", id);
        return comesLater;
      },
    ],
  ];
}

function messageFunctions({ messages }: PlatformParts): [string, Run][] {
  return [
    [
      "millrace.message.send",
      async ({ call, arguments: given }) => {
        const { target, content } = messageOf(given as JsonObject);
        return jsonOf(await messages.publish(call, target, content));
      },
    ],
    [
      "millrace.message.request",
      async ({ call, arguments: given }) => {
        const { target, content } = messageOf(given as JsonObject);
        const timeoutMs = content.expiryMs ?? requestTimeoutMs;
        const { data, headers } = await messages.request(call, target, content, { timeoutMs });
        return jsonOf({ payload: data, headers });
      },
    ],
  ];
}

function messageOf({ queue, exchange, topic, headers, payload, expiresAfter }: JsonObject) {
  const expiryMs = expiresAfter === undefined ? null : durationMs(expiresAfter);
  const content = {
    data: payload,
    ...(headers === undefined ? {} : { headers }),
    ...(expiryMs === null ? {} : { expiryMs }),
  } as MessageContent;
  const target =
    queue === undefined
      ? { exchange: String(exchange), ...(topic === undefined ? {} : { routingKey: String(topic) }) }
      : { queue: String(queue) };
  return { target, content };
}

function fileFunctions({ files }: PlatformParts): [string, Run][] {
  return [
    [
      "millrace.file.get",
      async ({ call, arguments: given }) => {
        const { id, as = "text" } = given as { id: string; as?: "text" | "json" | "base64" };
        const { file, open } = await files.download(call, id);
        if (file.size > fileBytesMax) {
          throw new EffectError(
            outsideError("validation", 413, `file ${file.name} has more than ${fileBytesMax} bytes`),
          );
        }
        const bytes = await buffer(await open());
        const content = as === "base64" ? bytes.toString("base64") : bytes.toString("utf8");
        return {
          ...(jsonOf(file) as JsonObject),
          content: as === "json" ? parsed(content, file.name) : content,
        };
      },
    ],
    [
      "millrace.file.put",
      async ({ call, arguments: given }) => {
        const { name, content, from = "text", contentType } = given as unknown as FileArguments;
        const text = typeof content === "string" ? content : JSON.stringify(content);
        const bytes =
          from === "base64"
            ? Buffer.from(text, "base64")
            : Buffer.from(from === "json" ? JSON.stringify(content) : text);
        const type = contentType ?? (from === "json" ? "application/json" : undefined);
        return jsonOf(
          await files.upload(call, Readable.from([bytes]), {
            name,
            ...(type === undefined ? {} : { contentType: type }),
          }),
        );
      },
    ],
    [
      "millrace.file.delete",
      async ({ call, arguments: given }) => {
        await files.delete(call, (given as { id: string }).id);
        return null;
      },
    ],
  ];
}

interface FileArguments {
  name: string;
  content: Json;
  from?: "text" | "json" | "base64";
  contentType?: string;
}

function parsed(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new EffectError(outsideError("validation", 400, `file ${name} is no JSON`));
  }
}

/** What a verb answers, as a run keeps it. */
export function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
