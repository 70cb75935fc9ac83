import { join } from "node:path";
import { pino } from "pino";
import { systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { DiskBlobs } from "../../kit/disk-blobs.ts";
import { createTestDatabase, temporaryFolder } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import { Files } from "./service.ts";

/** Files on a database and a disk of their own. */
export async function setupFiles({ bytesMax }: { bytesMax?: number } = {}) {
  const testDatabase = await createTestDatabase();
  const database = new Database({ url: testDatabase.url, log: pino({ level: "silent" }) });
  const events = new Events(database, new Wakes());
  const folder = join(temporaryFolder(), "files");
  const blobs = new DiskBlobs(folder);
  const files = new Files({ database, events, blobs, bytesMax });
  const close = async () => {
    await database.close();
    await testDatabase.drop();
  };
  return { database, events, blobs, folder, files, admin: systemCall("test"), close };
}

/** Text as the bytes of an upload. */
export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
