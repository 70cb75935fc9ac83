import { mayDeleteBlobs } from "../../kit/blob-hold.ts";
import type { BlobStore, ListedBlob } from "../../kit/blobs.ts";
import { systemCall } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import { eventOf, type Events } from "../events/service.ts";
import * as store from "./store.ts";

/** Bytes without a file, and temporary files that nothing is attached to, live this long. */
const graceHours = 24;
const batchMax = 500;
const everyMs = 3_600_000;

interface Parts {
  database: Database;
  events: Events;
  blobs: BlobStore;
}

/** Removes temporary files that nothing is attached to, and bytes that no file has; the whole store once an hour. */
export function sweepFiles(parts: Parts): Loop {
  const { database, events, blobs } = parts;
  let afterSha256 = "";
  const tick = async () => {
    if (afterSha256 === "") await blobs.removeLeftovers();
    const claims = await store.removeOldClaims(database, graceHours, batchMax);
    const expired = await database.transaction((tx) => removeExpired(tx, events));
    const listed = await blobs.list(afterSha256, batchMax);
    const orphans = await store.listOrphans(database, listed, graceHours);
    for (const orphan of orphans) await removeOrphan(parts, orphan);
    afterSha256 = listed.length === batchMax ? listed.at(-1)!.sha256 : "";
    return afterSha256 !== "" || expired === batchMax || claims === batchMax;
  };
  return { name: "sweep-files", alone: true, everyMs, tick };
}

async function removeExpired(tx: Tx, events: Events): Promise<number> {
  const held = await store.holdExpired(tx, graceHours, batchMax);
  // What was attached while we waited for its lock is seen by this second statement, and stays.
  const removed = new Set(
    await store.remove(
      tx,
      held.map((file) => file.id),
    ),
  );
  const gone = held.filter((file) => removed.has(file.id));
  await events.append(
    tx,
    gone.map(({ id, tenantId, name }) =>
      eventOf(systemCall(newId(), tenantId), {
        topic: "files",
        type: "file.deleted",
        subjectId: id,
        scopeId: "",
        details: { name, temporary: true },
      }),
    ),
  );
  return held.length;
}

/** An upload of the same bytes claims them under the same lock: it comes before this look, or after the removal. */
async function removeOrphan({ database, blobs }: Parts, orphan: ListedBlob): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await mayDeleteBlobs(tx))) return;
    await store.lockBytes(tx, orphan.sha256);
    const [still] = await store.listOrphans(tx, [orphan], graceHours);
    if (still !== undefined) await blobs.delete(orphan.sha256);
  });
}
