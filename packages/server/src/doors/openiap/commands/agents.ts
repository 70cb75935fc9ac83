import { randomBytes } from "node:crypto";
import type { Call } from "../../../kit/call.ts";
import { AppError, hasCode, invalid } from "../../../kit/errors.ts";
import { parseJsonText } from "../../../kit/json-text.ts";
import { type Acl, type AclEntry, aclOfMaker } from "../../../modules/access/model.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import type { Documents } from "../../../modules/documents/service.ts";
import type { Files } from "../../../modules/files/service.ts";
import type { Messages } from "../../../modules/messages/service.ts";
import { requireScope } from "../../rest/authenticate.ts";
import type { Client } from "../client.ts";
import { type Command, command } from "../command.ts";
import { writtenDocument } from "../document-shapes.ts";
import { fresh } from "../fresh-call.ts";
import type { CustomCommand } from "./custom.ts";

/** Where agents and packages are documents. */
export const agentsCollection = "agents";
/** What an agent tells of itself; the rest of its document is what people set. */
const ownFields = [
  "hostname",
  "os",
  "arch",
  "username",
  "version",
  "languages",
  "chrome",
  "chromium",
  "docker",
  "daemon",
  "assistant",
  "maxpackages",
] as const;
const slugBytes = 8;

export interface AgentParts {
  documents: Documents;
  files: Files;
  messages: Messages;
  clients(): Iterable<Client>;
}

/** What agents and their pages ask for beside documents, by the name of a custom command. */
export function agentCustomCommands(parts: AgentParts): Record<string, CustomCommand> {
  return {
    registeragent: async ({ call }, { id, data }) =>
      JSON.stringify(await registerAgent(parts, call, id, data)),
    getclients: async ({ call }) => JSON.stringify(clientsFor(call, parts.clients())),
    deletepackage: async ({ call }, { id }) => {
      await deletePackage(parts, call, id);
      return "";
    },
  };
}

/** The one of them that is a command too. */
export function agentCommands(parts: AgentParts): Command[] {
  return [
    command({
      name: "deletepackage",
      request: "DeletePackageRequest",
      reply: "DeletePackageResponse",
      scope: "documents:write",
      run: async ({ call }, { packageid }) => {
        await deletePackage(parts, call, packageid);
        return {};
      },
    }),
  ];
}

/**
 * Finds the agent's document by its id, or else by its machine and user, or makes one; what it tells of itself is
 * written there. Answers the document, by which the agent knows its queue, its environment and its schedules.
 */
async function registerAgent(
  { documents, messages }: AgentParts,
  call: Call,
  id: string,
  text: string,
): Promise<Record<string, unknown>> {
  for (const scope of ["documents:read", "documents:write", "messages:read"]) requireScope(call, scope);
  const told = readTold(text);
  const known = await findAgent(documents, call, id, told);
  const agent =
    known === undefined
      ? await documents.insertOne(call, agentsCollection, { ...blankAgent(call, told), ...told })
      : await documents.updateOne(call, agentsCollection, known._id, {
          $set: told,
          $currentDate: { lastseen: true },
        });
  requireOwnUser(call, agent);
  const { slug } = agent;
  if (typeof slug !== "string") throw new AppError("conflict", `Agent ${agent._id} has no slug: give it one`);
  // Whoever may use the agent may send to it, by either of the names that agents take messages by.
  const acl = senders(call, agent._acl);
  for (const name of [slug, `${slug}agent`]) await messages.declareQueue(fresh(call), { name, acl });
  return writtenDocument(agent);
}

async function findAgent(
  documents: Documents,
  call: Call,
  id: string,
  { hostname, username }: Record<string, unknown>,
): Promise<StoredDocument | undefined> {
  const filter =
    id === ""
      ? { _type: "agent", hostname, username, _createdbyid: call.userId }
      : { _type: "agent", _id: id };
  const { items } = await documents.query(call, agentsCollection, { filter, limit: 1 });
  const [found] = items as StoredDocument[];
  if (found === undefined && id !== "") return findAgent(documents, call, "", { hostname, username });
  return found;
}

function readTold(text: string): Record<string, unknown> {
  const data = text === "" ? {} : parseJsonText(text, { field: "data" });
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw invalid("data", "must be what the agent tells of itself, as a JSON object");
  const told = data as Record<string, unknown>;
  if (typeof told["hostname"] !== "string" || told["hostname"] === "")
    throw invalid("data.hostname", "must be there");
  const fields = ownFields.filter((name) => told[name] !== undefined && told[name] !== null);
  return Object.fromEntries(fields.map((name) => [name, told[name]]));
}

function blankAgent(call: Call, told: Record<string, unknown>): Record<string, unknown> {
  return {
    _type: "agent",
    name: told["hostname"],
    slug: `agent${randomBytes(slugBytes).toString("hex")}`,
    runas: call.userId,
    runasname: call.userName,
    environment: {},
    schedules: [],
  };
}

/** An agent works with the token that it came with; a token of somebody else's is made by nobody. */
function requireOwnUser(call: Call, { _id, runas }: StoredDocument): void {
  if (runas === undefined || runas === "" || runas === call.userId) return;
  const message = `Agent ${_id} is to run as another user: start it with a token of that user`;
  throw new AppError("forbidden", message, { field: "runas" });
}

function senders(call: Call, acl: Acl): AclEntry[] {
  const others = acl.filter(({ rights, principalId }) => {
    return principalId !== call.userId && (rights.includes("invoke") || rights.includes("read"));
  });
  return [...aclOfMaker(call), ...others.map((entry) => ({ ...entry, rights: ["invoke" as const] }))];
}

/** Deletes a package, and the file that it is. */
async function deletePackage({ documents, files }: AgentParts, call: Call, id: string): Promise<void> {
  for (const scope of ["documents:write", "files:write"]) requireScope(call, scope);
  const document = await documents.get(call, agentsCollection, id);
  if (document["_type"] !== "package") throw invalid("packageid", "is the id of something else");
  await documents.deleteOne(call, agentsCollection, id);
  const { fileid } = document;
  if (typeof fileid !== "string" || fileid === "") return;
  try {
    await files.delete(call, fileid);
  } catch (error) {
    // Somebody else's file, or one that something is attached to, stays.
    if (!["not_found", "forbidden", "conflict"].some((code) => hasCode(error, code as "not_found")))
      throw error;
  }
}

/** Who is connected to this node: for admins everybody of the tenant, for others themselves. */
function clientsFor(call: Call, clients: Iterable<Client>): Record<string, unknown>[] {
  requireScope(call, "users:read");
  const shown: Record<string, unknown>[] = [];
  for (const { id, address, agent, version, call: signedIn } of clients) {
    if (signedIn === undefined || signedIn.tenantId !== call.tenantId) continue;
    if (!call.isAdmin && signedIn.userId !== call.userId) continue;
    const user = { _id: signedIn.userId, name: signedIn.userName, username: signedIn.userName };
    shown.push({ id, agent, version, remoteip: address, name: user.name, username: user.name, user });
  }
  return shown;
}
