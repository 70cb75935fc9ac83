import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { type Call, defaultTenant, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import { createTestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import { Identity } from "./service.ts";
import type { NewUser } from "./users.ts";

export const password = "six blue kettles";

/** One for all nodes of a test. */
const signingKey = randomBytes(32);

/** A request from outside. */
export function request(address = "203.0.113.7") {
  return { requestId: newId(), address };
}

/** Who has not signed in. */
export function anonymous(address = "203.0.113.7"): Call {
  const nobody = { tenantId: "", userId: "", userName: "", principalIds: [], isAdmin: false };
  return { ...nobody, ...request(address) };
}

/** A node of its own on the database: another process as far as identity can tell. */
export function startNode(url: string) {
  const log = pino({ level: "silent" });
  const database = new Database({ url, log });
  const wakes = new Wakes();
  const events = new Events(database, wakes);
  const identity = new Identity({ database, events, wakes, log, signingKey });
  const close = async () => {
    await identity.close();
    await wakes.close();
    await database.close();
  };
  return { database, events, identity, close };
}

/** Two nodes on one database of their own, with the foundations of the default tenant. */
export async function setupIdentity() {
  const testDatabase = await createTestDatabase();
  const node = startNode(testDatabase.url);
  const other = startNode(testDatabase.url);
  await node.identity.ensureFoundations();
  const system = systemCall("test");
  let made = 0;

  /** A user, and a call that came with a token of his. */
  async function makeUser(options: Partial<NewUser> = {}) {
    made += 1;
    const user = await node.identity.createUser(system, { name: `user-${made}`, ...options });
    const token = await node.identity.createToken(system, { name: "test", userId: user.id });
    const ask = (identity = node.identity) =>
      identity.authenticate({ kind: "token", text: token.token }, request());
    return { user, token, ask, call: await ask() };
  }

  /** The types of the facts about a subject, the oldest first. */
  async function factsOf(subjectId: string): Promise<string[]> {
    const history = await node.events.history({ ...system, tenantId: defaultTenant }, subjectId);
    return history.map((event) => event.type);
  }

  async function close() {
    await node.close();
    await other.close();
    await testDatabase.drop();
  }
  return { ...node, other, url: testDatabase.url, system, makeUser, factsOf, close };
}
