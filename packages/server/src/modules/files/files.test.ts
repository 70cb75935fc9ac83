import { createHash, randomBytes } from "node:crypto";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdBlobs } from "../../kit/blob-hold.ts";
import type { BlobStore } from "../../kit/blobs.ts";
import type { Call } from "../../kit/call.ts";
import { sql } from "../../kit/sql.ts";
import type { AclEntry } from "../access/model.ts";
import type { NewFile, Owner } from "./model.ts";
import { Files } from "./service.ts";
import { sweepFiles } from "./sweep-files.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { bytesOf, setupFiles } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupFiles>>;
beforeAll(async () => {
  house = await setupFiles();
});
afterAll(() => house.close());

const ann = callOf("ann");
const bob = callOf("bob");
const stranger = callOf("ann elsewhere", "elsewhere");

function unique(): string {
  return randomBytes(12).toString("hex");
}

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

function upload(content: string, wanted: Partial<NewFile> = {}, call: Call = ann) {
  return house.files.upload(call, bytesOf(content), { name: "a.txt", ...wanted });
}

async function contentOf(call: Call, id: string): Promise<string> {
  return text(await (await house.files.download(call, id)).open());
}

function itemOwner(): Owner {
  return { kind: "work_item", id: unique() };
}

function attach(call: Call, fileIds: string[], owner: Owner): Promise<void> {
  return house.database.transaction(async (tx) => {
    const [refusal] = await house.files.refusalsIn(tx, [{ call, fileIds, owner }]);
    if (refusal !== undefined) throw refusal;
    await house.files.attachIn(tx, [{ call, fileIds, owner }]);
  });
}

function allowing(call: Call, ...rights: AclEntry["rights"]): AclEntry {
  return { principalId: call.userId, rights, effect: "allow" };
}

async function fileCount(): Promise<number> {
  const rows = await house.database.query<{ count: number }>(sql`select count(*) as count from files.files`);
  return rows[0]!.count;
}

/** As if everything about this content had happened two days ago. */
async function age(content: string): Promise<void> {
  const sha256 = hashOf(content);
  const path = join(house.folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  const longAgo = new Date(Date.now() - 48 * 3_600_000);
  await utimes(path, longAgo, longAgo);
  await house.database.query(sql`
    update files.files set created_at = created_at - interval '2 days' where sha256 = ${sha256}`);
}

function sweep(): Promise<boolean> {
  return sweepFiles(house).tick();
}

test("a file goes from upload through change to deletion, and its history tells each step", async () => {
  const { files, events } = house;
  const content = unique();
  const file = await upload(content, { contentType: "text/plain", metadata: { film: "Alien" } });
  expect(file).toMatchObject({
    name: "a.txt",
    size: 24,
    sha256: hashOf(content),
    version: 0,
    temporary: false,
  });
  expect(file).toMatchObject({ createdBy: "ann", createdById: ann.userId, metadata: { film: "Alien" } });
  expect(await contentOf(ann, file.id)).toBe(content);
  const changed = await files.update(ann, file.id, { name: "b.txt", metadata: {} }, 0);
  expect(changed).toMatchObject({ name: "b.txt", metadata: {}, version: 1, contentType: "text/plain" });
  expect(await files.get(ann, file.id)).toEqual(changed);
  await files.delete(ann, file.id, 1);
  await expect(files.get(ann, file.id)).rejects.toMatchObject({ code: "not_found" });
  const history = await events.history(ann, file.id);
  expect(history.map((event) => event.type)).toEqual(["file.uploaded", "file.updated", "file.deleted"]);
});

test("a change of a version that is no longer the latest is refused and changes nothing", async () => {
  const { id } = await upload(unique());
  await house.files.update(ann, id, { name: "first" }, 0);
  const late = house.files.update(ann, id, { name: "second" }, 0);
  await expect(late).rejects.toMatchObject({ code: "version_mismatch" });
  await expect(house.files.delete(ann, id, 0)).rejects.toMatchObject({ code: "version_mismatch" });
  expect(await house.files.get(ann, id)).toMatchObject({ name: "first", version: 1 });
});

test("the same bytes under two names lie in the store once and stay as long as one of the files", async () => {
  const content = unique();
  const [first, second] = [await upload(content), await upload(content, { name: "b.txt" })];
  expect(second.id).not.toBe(first.id);
  await house.files.delete(ann, first.id);
  await age(content);
  await sweep();
  expect(await contentOf(ann, second.id)).toBe(content);
});

test("who may not read, another tenant and who asks for nothing get the same words", async () => {
  const { files } = house;
  const { id } = await upload(unique());
  const absentId = "0".repeat(24);
  const message = (call: Call, fileId: string) =>
    files.get(call, fileId).then(
      () => "found",
      (error: Error) => error.message.replace(fileId, "X"),
    );
  const expected = 'There is no file "X", or you may not see it';
  expect(await message(ann, id)).toBe("found");
  for (const [call, fileId] of [
    [bob, id],
    [stranger, id],
    [ann, absentId],
  ] as const) {
    expect(await message(call, fileId)).toBe(expected);
  }
  const refused = { code: "not_found" };
  for (const call of [bob, stranger, { ...stranger, isAdmin: true }]) {
    await expect(files.download(call, id)).rejects.toMatchObject(refused);
    await expect(files.update(call, id, { name: "mine" })).rejects.toMatchObject(refused);
    await expect(files.delete(call, id)).rejects.toMatchObject(refused);
    await expect(attach(call, [id], itemOwner())).rejects.toMatchObject(refused);
  }
});

test("a right to read lets one read and not change; a denied right wins", async () => {
  const { files } = house;
  const acl = [allowing(ann, "read", "update", "delete"), allowing(bob, "read")];
  const content = unique();
  const { id } = await upload(content, { acl });
  expect(await contentOf(bob, id)).toBe(content);
  await expect(files.update(bob, id, { name: "mine" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(files.delete(bob, id)).rejects.toMatchObject({ code: "forbidden" });
  await files.update(ann, id, { acl: [...acl, { ...allowing(bob, "read"), effect: "deny" }] });
  await expect(files.get(bob, id)).rejects.toMatchObject({ code: "not_found" });
});

test("a list shows what one may read, the newest first, page by page, and by the beginning of the name", async () => {
  const { files } = house;
  const cat = callOf("cat");
  const acl = [allowing(ann, "read"), allowing(cat, "read")];
  for (const name of ["x_1", "x_2", "x%3", "y_4"]) await upload(unique(), { name, acl });
  await upload(unique(), { name: "x_ of ann alone" });
  await upload(unique(), { name: "x_ elsewhere" }, stranger);
  await upload(unique(), { name: "x_ denied", acl: [...acl, { ...allowing(cat, "read"), effect: "deny" }] });
  const names = async (options: object) => (await files.list(cat, options)).items.map((file) => file.name);
  expect(await names({})).toEqual(["y_4", "x%3", "x_2", "x_1"]);
  expect(await names({ namePrefix: "x_" })).toEqual(["x_2", "x_1"]);
  expect(await names({ namePrefix: "x%" })).toEqual(["x%3"]);
  const first = await files.list(cat, { limit: 3 });
  expect(first.items).toHaveLength(3);
  const second = await files.list(cat, { limit: 3, cursor: first.nextCursor! });
  expect(second.items.map((file) => file.name)).toEqual(["x_1"]);
  expect(second.nextCursor).toBeUndefined();
  const everything = (await files.list(house.admin, { limit: 500 })).items.map((file) => file.name);
  expect(everything).toContain("x_ of ann alone");
  expect(everything).not.toContain("x_ elsewhere");
});

test.each([
  ["name", { name: "" }],
  ["name", { name: " " }],
  ["name", { name: ".." }],
  ["name", { name: "." }],
  ["name", { name: "../../etc/passwd" }],
  ["name", { name: "a/b" }],
  ["name", { name: "a\\b" }],
  ["name", { name: "a\0b" }],
  ["name", { name: "a\r\nset-cookie: b" }],
  ["name", { name: "a\u0085b" }],
  ["name", { name: "photo\u202Egpj.exe" }],
  ["name", { name: "\u2066a" }],
  ["name", { name: "a\ud800" }],
  ["name", { name: "ä".repeat(128) }],
  ["contentType", { contentType: "text/html\r\nx: y" }],
  ["contentType", { contentType: "text" }],
  ["metadata", { metadata: [] }],
  ["metadata", { metadata: { a: "\0" } }],
  ["metadata", { metadata: { "\ud800": 1 } }],
  ["metadata", { metadata: { a: "x".repeat(17_000) } }],
  ["metadata", { metadata: JSON.parse(`{"a":${"[".repeat(65)}${"]".repeat(65)}}`) as unknown }],
  ["acl", { acl: [] }],
  ["acl[0].principalId", { acl: [{ principalId: "ann", rights: ["read"] }] }],
])("a hostile %s is refused before a byte is kept, naming the field: %j", async (field, wanted) => {
  const before = await fileCount();
  await expect(upload("never kept", wanted)).rejects.toMatchObject({
    code: "invalid_input",
    details: { field },
  });
  expect(await fileCount()).toBe(before);
  expect(await house.blobs.has(hashOf("never kept"))).toBe(false);
});

test("names of every language are kept as they are", async () => {
  for (const name of [
    "Übersicht ß.pdf",
    "映画.json",
    "👩‍🚀 report.txt",
    'quote".txt',
    "a..b",
    "ä".repeat(127),
  ]) {
    expect(await upload(unique(), { name })).toMatchObject({ name });
  }
});

test("bytes with another hash, too many of them, or a broken stream leave no file and no bytes", async () => {
  const before = await fileCount();
  const content = unique();
  await expect(upload(content, { sha256: hashOf("other") })).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: "sha256" },
  });
  const { database, events, blobs } = house;
  const small = new Files({ database, events, blobs, bytesMax: 23 });
  await expect(small.upload(ann, bytesOf(content), { name: "a" })).rejects.toMatchObject({
    code: "too_large",
  });
  const broken = async function* () {
    yield Buffer.from(content);
    throw new Error("the connection broke");
  };
  await expect(house.files.upload(ann, broken(), { name: "a" })).rejects.toThrow("the connection broke");
  expect(await fileCount()).toBe(before);
  expect(await blobs.has(hashOf(content))).toBe(false);
  expect(await readdir(join(house.folder, "incoming"))).toEqual([]);
  expect(await upload(content, { sha256: hashOf(content).toUpperCase() })).toMatchObject({
    sha256: hashOf(content),
  });
});

test("an attached file is read through its owner, and cannot be deleted while it is attached", async () => {
  const { files, database } = house;
  const content = unique();
  const { id } = await upload(content);
  const owner = itemOwner();
  await attach(ann, [id, id], owner);
  const download = await files.downloadAttached(bob, id, owner);
  expect(await text(await download.open())).toBe(content);
  await expect(files.downloadAttached(bob, id, itemOwner())).rejects.toMatchObject({ code: "not_found" });
  await expect(files.downloadAttached(stranger, id, owner)).rejects.toMatchObject({ code: "not_found" });
  const refused = { code: "conflict", message: expect.stringContaining("a work item") };
  await expect(files.delete(ann, id)).rejects.toMatchObject(refused);
  await database.transaction((tx) => files.detachIn(tx, [owner]));
  await files.delete(ann, id);
});

test("attaching fails as a whole, so that the owner's write fails with it", async () => {
  const { files, database } = house;
  const mine = await upload(unique());
  const theirs = await upload(unique(), {}, bob);
  const owner = itemOwner();
  await expect(attach(ann, [mine.id, theirs.id], owner)).rejects.toMatchObject({ code: "not_found" });
  expect(await files.attachedTo(database.read(ann), ann, [owner])).toEqual([[]]);
});

test("owners of the same name in other tenants and collections do not share files", async () => {
  const { files, database } = house;
  const file = await upload(unique());
  const owner = { kind: "document", tenantId: "default", collection: "films", id: unique() } as const;
  await attach(ann, [file.id], owner);
  const others: Owner[] = [
    { ...owner, tenantId: "elsewhere" },
    { ...owner, collection: "books" },
    { kind: "work_item", id: owner.id },
  ];
  await database.transaction((tx) => files.detachIn(tx, others));
  expect(await files.attachedTo(database.read(ann), ann, [...others, owner])).toEqual([[], [], [], [file]]);
  expect(await files.attachedTo(database.read(stranger), stranger, [owner])).toEqual([[]]);
  await expect(attach(stranger, [], owner)).rejects.toThrow("an owner of another tenant");
});

test("a copy of an item has the same files, and letting go of one leaves the other", async () => {
  const { files, database } = house;
  const [first, second] = [await upload(unique()), await upload(unique())];
  const [from, to, empty] = [itemOwner(), itemOwner(), itemOwner()];
  await attach(ann, [first.id, second.id], from);
  await database.transaction((tx) =>
    files.copyAttachmentsIn(tx, [
      { from, to },
      { from: empty, to: itemOwner() },
    ]),
  );
  await database.transaction((tx) => files.detachIn(tx, [from]));
  const reader = database.read(ann);
  expect(await files.attachedTo(reader, ann, [from, to])).toEqual([[], [first, second]]);
});

test("the database itself keeps tenants apart in what is read for a caller", async () => {
  const { id } = await upload(unique());
  await attach(ann, [id], itemOwner());
  const count = async (call: Call) => {
    const rows = await house.database.read(call).query<{ files: number; links: number; listed: number }>(sql`
      select (select count(*) from files.files where id = ${id}) as files,
        (select count(*) from files.attachments where file_id = ${id}) as links,
        (select count(*) from files.listable where id = ${id}) as listed`);
    return rows[0];
  };
  expect(await count(ann)).toEqual({ files: 1, links: 1, listed: 1 });
  expect(await count(stranger)).toEqual({ files: 0, links: 0, listed: 0 });
});

test("the sweep removes bytes whose file is gone for long, and no others", async () => {
  const [gone, fresh, kept] = [unique(), unique(), unique()];
  for (const content of [gone, fresh]) await house.files.delete(ann, (await upload(content)).id);
  await upload(kept);
  await age(gone);
  await age(kept);
  await sweep();
  expect(await house.blobs.has(hashOf(gone))).toBe(false);
  expect(await house.blobs.has(hashOf(fresh))).toBe(true);
  expect(await house.blobs.has(hashOf(kept))).toBe(true);
});

test("while a backup reads the bytes, the sweep leaves them", async () => {
  const content = unique();
  await house.files.delete(ann, (await upload(content)).id);
  await age(content);
  const backup = await house.database.session("backup");
  await holdBlobs(backup);
  await sweep();
  expect(await house.blobs.has(hashOf(content))).toBe(true);
  await backup.query("select pg_advisory_unlock_all()");
  await backup.end();
  await sweep();
  expect(await house.blobs.has(hashOf(content))).toBe(false);
});

test("the sweep removes old temporary files that nothing is attached to, and tells of it", async () => {
  const [attached, detached, lonely, fresh] = [unique(), unique(), unique(), unique()];
  const ids = new Map<string, string>();
  for (const content of [attached, detached, lonely, fresh]) {
    ids.set(content, (await upload(content, { temporary: true })).id);
  }
  const [owner, letGo] = [itemOwner(), itemOwner()];
  await attach(ann, [ids.get(attached)!], owner);
  await attach(ann, [ids.get(detached)!], letGo);
  await house.database.transaction((tx) => house.files.detachIn(tx, [letGo]));
  for (const content of [attached, detached, lonely]) await age(content);
  await sweep();
  expect(await contentOf(ann, ids.get(attached)!)).toBe(attached);
  expect(await contentOf(ann, ids.get(fresh)!)).toBe(fresh);
  for (const content of [detached, lonely]) {
    await expect(house.files.get(ann, ids.get(content)!)).rejects.toMatchObject({ code: "not_found" });
    expect(await house.blobs.has(hashOf(content))).toBe(false);
  }
  const history = await house.events.history(ann, ids.get(lonely)!);
  expect(history.at(-1)).toMatchObject({ type: "file.deleted", actorName: "root" });
});

test("the sweep that runs between an upload's bytes and its file leaves the bytes", async () => {
  const { database, events, blobs } = house;
  const content = unique();
  await house.files.delete(ann, (await upload(content)).id);
  await age(content);
  const put: BlobStore["put"] = async (stream, options) => {
    const blob = await blobs.put(stream, options);
    await sweep();
    return blob;
  };
  const slow = new Files({ database, events, blobs: { ...methodsOf(blobs), put } });
  const { id } = await slow.upload(ann, bytesOf(content), { name: "again" });
  expect(await contentOf(ann, id)).toBe(content);
});

test("the sweep looks again before it removes: what got a file since it began stays", async () => {
  const { blobs } = house;
  const contents = [unique(), unique()];
  for (const content of contents) await house.files.delete(ann, (await upload(content)).id);
  for (const content of contents) await age(content);
  let again: { id: string } | undefined;
  const removing: BlobStore["delete"] = async (sha256) => {
    const other = contents.find((content) => hashOf(content) !== sha256)!;
    again ??= await upload(other);
    await blobs.delete(sha256);
  };
  await sweepFiles({ ...house, blobs: { ...methodsOf(blobs), delete: removing } }).tick();
  expect(contents).toContain(await contentOf(ann, again!.id));
});

test("an upload waits for the sweep that is removing the same bytes, and puts them anew", async () => {
  const { database, events, blobs } = house;
  const content = unique();
  await house.files.delete(ann, (await upload(content)).id);
  await age(content);
  let again: Promise<{ id: string }> | undefined;
  // The sweep has decided; in that moment the same bytes come.
  const sweeping: BlobStore = {
    ...methodsOf(blobs),
    delete: async (sha256) => {
      if (sha256 === hashOf(content)) {
        again = house.files.upload(ann, bytesOf(content), { name: "again" });
        await untilSomebodyWaits();
      }
      await blobs.delete(sha256);
    },
  };
  await sweepFiles({ database, events, blobs: sweeping }).tick();
  const { id } = await again!;
  expect(await contentOf(ann, id)).toBe(content);
});

test("an upload whose claim the sweep has ended is refused, since its bytes may be gone", async () => {
  const { database, events, blobs } = house;
  const content = unique();
  const slow = new Files({
    database,
    events,
    blobs: {
      ...methodsOf(blobs),
      put: async (stream, options) => {
        const blob = await blobs.put(stream, options);
        await database.query(sql`
          update files.uploads set created_at = now() - interval '2 days' where sha256 = ${blob.sha256}`);
        await sweep();
        return blob;
      },
    },
  });
  const late = slow.upload(ann, bytesOf(content), { name: "late" });
  await expect(late).rejects.toMatchObject({ code: "timed_out" });
});

function methodsOf(blobs: typeof house.blobs) {
  return {
    put: blobs.put.bind(blobs),
    get: blobs.get.bind(blobs),
    has: blobs.has.bind(blobs),
    delete: blobs.delete.bind(blobs),
    list: blobs.list.bind(blobs),
    removeLeftovers: blobs.removeLeftovers.bind(blobs),
  };
}

/** Until a session stands before an advisory lock of this database. */
async function untilSomebodyWaits(): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const rows = await house.database.query<{ waiting: number }>(sql`
      select count(*) as waiting from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`);
    if (rows[0]!.waiting > 0) return;
  }
  throw new Error("nobody waits for the lock");
}
