import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { backupArchive, type MadeBackup } from "./backup.ts";
import { holdBlobs, mayDeleteBlobs } from "./blob-hold.ts";
import type { BlobStore } from "./blobs.ts";
import { Database } from "./database.ts";
import { DiskBlobs } from "./disk-blobs.ts";
import { createLog } from "./log.ts";
import { restoreArchive, type Restored } from "./restore.ts";
import { createTestDatabase, temporaryFolder } from "./testing.ts";

const cleanups: (() => Promise<unknown>)[] = [];
const rootKey = "ab".repeat(32);

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Place {
  url: string;
  blobs: BlobStore;
  client: pg.Client;
}

async function makePlace(migrated: boolean): Promise<Place> {
  const database = await createTestDatabase({ migrated });
  cleanups.push(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  cleanups.push(() => client.end());
  return { url: database.url, blobs: new DiskBlobs(join(temporaryFolder(), "files")), client };
}

/** Rows of several kinds: strange text, an old week, references within a table, numbers from a sequence. */
async function fill({ client, blobs }: Place): Promise<string> {
  const strange = "tab\t, line\n, back\\slash, \\N, ü, \u{1F600}";
  await client.query(
    `insert into events.events
       (at, tenant_id, topic, type, subject_id, scope_id, actor_id, actor_name, request_id, details)
     select now() - make_interval(days => n), 'default', 'documents', 'document.inserted', n::text, '', '', $1, '', $2
     from generate_series(0, 60, 30) n`,
    [strange, JSON.stringify({ text: strange })],
  );
  await client.query(
    `insert into queues.queues (id, tenant_id, name, acl, can_read, cannot_read, attempts_max, backoff, backoff_ms,
       backoff_max_ms, jitter, lease_ms, acquired_max, concurrency_per_key, created_by_id, success_queue_id)
     values ('q1', 'default', 'first', '[]', '{}', '{}', 1, 'constant', 1, 1, 0.25, 1000, 1, 1, 'u', 'q2'),
       ('q2', 'default', 'second', '[]', '{}', '{}', 1, 'constant', 1, 1, 0, 1000, 1, 1, 'u', null)`,
  );
  await client.query("select nextval('work_items.positions') from generate_series(1, 7)");
  await client.query(
    `create unique index documents_wished on documents.documents (tenant_id, (document ->> 'a')) where id > 'b'`,
  );
  const { sha256 } = await blobs.put(Readable.from([Buffer.alloc(3_000_000, "x")]), { bytesMax: 1e9 });
  await blobs.put(Readable.from([]), { bytesMax: 1 });
  return sha256;
}

async function archiveOf(place: Place, withKey = false): Promise<{ bytes: Buffer; made: MadeBackup }> {
  let made: MadeBackup | undefined;
  const chunks: Buffer[] = [];
  const source = { url: place.url, blobs: place.blobs, rootKey: withKey ? rootKey : undefined };
  for await (const chunk of backupArchive(source, (result) => (made = result))) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), made: made! };
}

async function restore(bytes: Buffer, { url, blobs }: Place, keys: string[] = []): Promise<Restored> {
  const keepRootKey = async (key: string) => void keys.push(key);
  return restoreArchive(Readable.from([bytes]), { url, blobs, keepRootKey });
}

async function valuesOf({ client }: Place, statement: string): Promise<unknown[][]> {
  return (await client.query({ text: statement, rowMode: "array" })).rows as unknown[][];
}

const everyEvent = "select seq, at, type, subject_id, actor_name, details from events.events order by seq";

test("a backup brings back every row, sequence, index and file, and no transaction id of the old cluster", async () => {
  const old = await makePlace(true);
  const sha256 = await fill(old);
  const { bytes, made } = await archiveOf(old);
  const fresh = await makePlace(false);

  const restored = await restore(bytes, fresh);

  expect(restored).toMatchObject({ blobs: 2, blobBytes: 3_000_000, rows: made.rows, tables: made.tables });
  expect(made.tables["events.events"]?.rows).toBe(3);
  for (const statement of [everyEvent, "select * from queues.queues order by id"]) {
    expect(await valuesOf(fresh, statement)).toEqual(await valuesOf(old, statement));
  }
  expect(await valuesOf(fresh, "select distinct xact::text from events.events")).toEqual([["0"]]);
  expect(await valuesOf(fresh, "select nextval('work_items.positions')")).toEqual([["8"]]);
  const definition = "select indexdef from pg_indexes where indexname = 'documents_wished'";
  expect(await valuesOf(fresh, definition)).toEqual(await valuesOf(old, definition));
  const blob = createHash("sha256");
  for await (const chunk of await fresh.blobs.get(sha256)) blob.update(chunk as Buffer);
  expect(blob.digest("hex")).toBe(sha256);
});

test("the next event after a restore gets a sequence number of its own", async () => {
  const old = await makePlace(true);
  await fill(old);
  const fresh = await makePlace(false);
  await restore((await archiveOf(old)).bytes, fresh);
  const [row] = await valuesOf(
    fresh,
    `insert into events.events (tenant_id, topic, type, subject_id, scope_id, actor_id, actor_name, request_id)
     values ('default', 'documents', 'x', '', '', '', '', '') returning seq > (select max(seq) from events.events)`,
  );
  expect(row).toEqual([true]);
});

test("old weeks have their own partitions again, so that retention can drop them", async () => {
  const old = await makePlace(true);
  await old.client.query(
    `create table events.events_20200106 partition of events.events
     for values from ('2020-01-06 00:00:00+00') to ('2020-01-13 00:00:00+00')`,
  );
  await old.client.query(
    `insert into events.events (at, tenant_id, topic, type, subject_id, scope_id, actor_id, actor_name, request_id)
     values ('2020-01-08', 'default', 'documents', 'old', '', '', '', '', '')`,
  );
  const fresh = await makePlace(false);
  await restore((await archiveOf(old)).bytes, fresh);
  expect(await valuesOf(fresh, "select type from events.events_20200106")).toEqual([["old"]]);
  await fresh.client.query("select kit.drop_weekly_partitions('events.events', '2020-02-01')");
  expect(await valuesOf(fresh, "select count(*) from events.events where type = 'old'")).toEqual([["0"]]);
});

test("a backup is of one moment: what is written while it runs is left out", async () => {
  const old = await makePlace(true);
  await fill(old);
  const chunks: Buffer[] = [];
  for await (const chunk of backupArchive({ url: old.url, blobs: old.blobs }, () => undefined)) {
    if (chunks.length === 0) {
      await old.client.query("update queues.queues set description = 'later'");
      await old.client.query("delete from events.events");
    }
    chunks.push(chunk);
  }
  const fresh = await makePlace(false);
  const { tables } = await restore(Buffer.concat(chunks), fresh);
  expect(tables["events.events"]?.rows).toBe(3);
  expect(await valuesOf(fresh, "select distinct description from queues.queues")).toEqual([[""]]);
});

test("a database in use is refused and stays as it is", async () => {
  const old = await makePlace(true);
  await fill(old);
  const { bytes } = await archiveOf(old);
  await expect(restore(bytes, old)).rejects.toMatchObject({ code: "conflict" });
  expect(await valuesOf(old, "select count(*) from events.events")).toEqual([["3"]]);
});

test("a backup that was cut or changed is refused, and the database is empty again", async () => {
  const old = await makePlace(true);
  await fill(old);
  const { bytes } = await archiveOf(old);
  const fresh = await makePlace(false);
  const cut = bytes.subarray(0, bytes.length - 5_000);
  const changedRow = Buffer.from(bytes);
  changedRow[changedRow.indexOf("document.inserted")] = 0x44;
  const changedBlob = Buffer.from(bytes);
  changedBlob[changedBlob.indexOf("xxxxxxxx")] = 0x79;
  for (const broken of [cut, changedRow, changedBlob, Buffer.from("no backup at all".repeat(100))]) {
    await expect(restore(broken, fresh)).rejects.toMatchObject({ code: "invalid_input" });
    expect(
      await valuesOf(fresh, "select count(*) from pg_namespace where nspname in ('kit', 'events')"),
    ).toEqual([["0"]]);
  }
  expect(await restore(bytes, fresh)).toMatchObject({ blobs: 2 });
});

test("the root key travels only when it is asked for", async () => {
  const old = await makePlace(true);
  const without: string[] = [];
  expect(await restore((await archiveOf(old)).bytes, await makePlace(false), without)).toMatchObject({
    hasRootKey: false,
  });
  const { bytes } = await archiveOf(old, true);
  const with_: string[] = [];
  expect(await restore(bytes, await makePlace(false), with_)).toMatchObject({ hasRootKey: true });
  expect([without, with_]).toEqual([[], [rootKey]]);
});

test("no blob is deleted while a backup reads them", async () => {
  const { url, client } = await makePlace(true);
  const database = new Database({ url, log: createLog({ level: "silent", pretty: false }) });
  cleanups.push(() => database.close());
  expect(await database.transaction(mayDeleteBlobs)).toBe(true);
  await holdBlobs(client);
  expect(await database.transaction(mayDeleteBlobs)).toBe(false);
});

test("a backup of a build that knows more is refused by its migration", async () => {
  const old = await makePlace(true);
  const { bytes } = await archiveOf(old);
  // As long as what it takes the place of.
  const text = bytes.toString("latin1").replace('"number": 1,', '"number":99,');
  await expect(restore(Buffer.from(text, "latin1"), await makePlace(false))).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("migration 99"),
  });
});

test("tar reads the archive", async () => {
  const old = await makePlace(true);
  await fill(old);
  const folder = temporaryFolder();
  await mkdir(join(folder, "out"));
  writeFileSync(join(folder, "backup.tar"), (await archiveOf(old)).bytes);
  execFileSync("tar", ["-xf", join(folder, "backup.tar"), "-C", join(folder, "out")]);
  const manifest = JSON.parse(readFileSync(join(folder, "out/backup.json"), "utf8")) as { format: number };
  expect(manifest.format).toBe(1);
});
