import { randomBytes } from "node:crypto";
import type { Call } from "../../../kit/call.ts";
import { hasCode, invalid } from "../../../kit/errors.ts";
import { isId } from "../../../kit/ids.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import type { Documents } from "../../../modules/documents/service.ts";
import type { Files } from "../../../modules/files/service.ts";
import type { Messages } from "../../../modules/messages/service.ts";
import type { DocumentSource } from "../document-source.ts";

const languages = ["nodejs", "python", "dotnet", "powershell", "shell", "rust", "php", "java", "exec"];
const slugPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const slugBytes = 8;

interface Parts {
  documents: Documents;
  files: Files;
  messages: Messages;
}

/** Agents and packages: documents that are looked at before they are written, since machines act by them. */
export function agentsSource(parts: Parts): DocumentSource {
  const { documents } = parts;
  const read = Object.fromEntries(
    (["query", "explain", "count", "distinct", "aggregate", "get", "getVersion"] as const).map((verb) => [
      verb,
      documents[verb].bind(documents),
    ]),
  ) as Pick<DocumentSource, "query" | "explain" | "count" | "distinct" | "aggregate" | "get" | "getVersion">;
  return {
    ...read,
    insertOne: async (call, collection, document) =>
      documents.insertOne(call, collection, await checked(parts, call, document)),
    insertMany: async (call, collection, given) => {
      const all = [];
      for (const document of given) all.push(await checked(parts, call, document));
      return documents.insertMany(call, collection, all);
    },
    replaceOne: async (call, collection, id, document, version) =>
      documents.replaceOne(call, collection, id, await checked(parts, call, document), version),
    updateMany: (call, collection, filter, update) => documents.updateMany(call, collection, filter, update),
    insertOrUpdate: async (call, collection, document, fields) =>
      documents.insertOrUpdate(call, collection, await checked(parts, call, document), fields),
    deleteOne: async (call, collection, id, version) => {
      const document = await documents.get(call, collection, id);
      await documents.deleteOne(call, collection, id, version);
      await dropQueues(parts, call, document);
    },
    deleteMany: async (call, collection, filter) => {
      const { items } = await documents.query(call, collection, { filter, limit: 1_000 });
      const { deleted } = await documents.deleteMany(call, collection, filter);
      for (const document of items) await dropQueues(parts, call, document as StoredDocument);
      return { deleted };
    },
  };
}

async function checked({ files }: Parts, call: Call, given: unknown): Promise<Record<string, unknown>> {
  const document = given as Record<string, unknown>;
  if (typeof document["name"] !== "string" || document["name"] === "")
    throw invalid("item.name", "must be there");
  if (document["_type"] === "agent") return checkedAgent(document);
  if (document["_type"] === "package") return checkedPackage(files, call, document);
  return document;
}

function checkedAgent(document: Record<string, unknown>): Record<string, unknown> {
  const { slug = `agent${randomBytes(slugBytes).toString("hex")}` } = document;
  if (typeof slug !== "string" || !slugPattern.test(slug))
    throw invalid("item.slug", "must be small letters, digits and dashes, 63 at most");
  const { schedules = [], environment = {} } = document;
  if (!Array.isArray(schedules)) throw invalid("item.schedules", "must be a list");
  return { ...document, slug, schedules, environment };
}

async function checkedPackage(
  files: Files,
  call: Call,
  document: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { language, fileid } = document;
  if (language !== undefined && !languages.includes(language as string))
    throw invalid("item.language", `must be one of ${languages.join(", ")}`);
  if (fileid === undefined || fileid === "") return document;
  if (typeof fileid !== "string" || !isId(fileid)) throw invalid("item.fileid", "must be the id of a file");
  await files.get(call, fileid);
  return document;
}

/** An agent that is gone takes no messages. */
async function dropQueues({ messages }: Parts, call: Call, { _type, slug }: StoredDocument): Promise<void> {
  if (_type !== "agent" || typeof slug !== "string") return;
  for (const name of [slug, `${slug}agent`]) {
    try {
      await messages.deleteQueue(call, name);
    } catch (error) {
      if (!hasCode(error, "not_found") && !hasCode(error, "forbidden")) throw error;
    }
  }
}
