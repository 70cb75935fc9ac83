import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { type Call, usersId } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { Encryption } from "../../kit/encryption.ts";
import { newId } from "../../kit/ids.ts";
import { createTestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Follower } from "../events/follow.ts";
import { Events } from "../events/service.ts";
import { Documents } from "./service.ts";
import { Watches } from "./watch.ts";

/** This module on a database of its own, for tests. */
export interface TestHouse {
  url: string;
  database: Database;
  events: Events;
  documents: Documents;
  watches: Watches;
  close(): Promise<void>;
}

export async function openHouse(): Promise<TestHouse> {
  const testDatabase = await createTestDatabase();
  const { url } = testDatabase;
  const log = pino({ level: "silent" });
  const database = new Database({ url, log });
  const wakes = new Wakes();
  const events = new Events(database, wakes);
  const documents = new Documents({ database, events, encryption: new Encryption([randomBytes(32)]) });
  const follower = new Follower(events, "documents", wakes, log);
  const watches = new Watches({ database, documents, events, follower });
  return {
    url,
    database,
    events,
    documents,
    watches,
    close: async () => {
      await follower.stop();
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** Somebody who is in the role `users` and whatever else is named. */
export function person(name: string, options: { roles?: string[]; tenantId?: string } = {}): Call {
  const userId = newId();
  return {
    tenantId: options.tenantId ?? "default",
    userId,
    userName: name,
    principalIds: [userId, usersId, ...(options.roles ?? [])],
    isAdmin: false,
    requestId: "test-request",
  };
}
