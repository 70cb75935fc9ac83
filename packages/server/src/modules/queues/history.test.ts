import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, defaultTenant, systemCall } from "../../kit/call.ts";
import { Database, type Tx } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import { Queues } from "./service.ts";

let testDatabase: TestDatabase;
let database: Database;
let queues: Queues;
let epoch = 1;
const admin = systemCall("test");
const ann = personOf("Ann");
const bob = personOf("Bob");

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({ url: testDatabase.url, log: pino({ level: "silent" }) });
  queues = new Queues(database, new Events(database, new Wakes()), {
    freshEpoch: async () => epoch,
    raiseEpoch: async (tx: Tx) => tx.afterCommit(() => void (epoch += 1)),
  });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

function personOf(userName: string): Call {
  const userId = newId();
  const ids = { tenantId: defaultTenant, userId, principalIds: [userId], requestId: newId() };
  return { ...ids, userName, isAdmin: false };
}

let names = 0;
const freshName = () => `queue-${names++}`;

test("each change of a queue is a version: its number, who made it, and what changed", async () => {
  const name = freshName();
  await queues.createQueue(ann, { name, attemptsMax: 5 });
  await queues.updateQueue(ann, name, { attemptsMax: 7, description: "for parcels" });
  await queues.pauseQueue(admin, name);
  await queues.resumeQueue(admin, name);
  const { items } = await queues.listQueueVersions(ann, name, {});
  expect(items.map(({ version, operation, by }) => [version, operation, by])).toEqual([
    [3, "resumed", admin.userName],
    [2, "paused", admin.userName],
    [1, "updated", "Ann"],
    [0, "created", "Ann"],
  ]);
  expect(items.map(({ changes }) => changes)).toEqual([
    [{ field: "paused", before: true, after: false }],
    [{ field: "paused", before: false, after: true }],
    [
      { field: "attemptsMax", before: 5, after: 7 },
      { field: "description", before: "", after: "for parcels" },
    ],
    [],
  ]);
  expect((await queues.getQueue(ann, name)).version).toBe(items[0]!.version);
  expect(await queues.getQueueVersion(ann, name, 0)).toMatchObject({ definition: { attemptsMax: 5 } });
  expect(await queues.diffQueueVersions(ann, name, { from: 3, to: 0 })).toEqual([
    { field: "attemptsMax", before: 7, after: 5 },
    { field: "description", before: "for parcels", after: "" },
  ]);
});

test("the pages of the history follow each other, changes across their border included", async () => {
  const name = freshName();
  await queues.createQueue(ann, { name });
  for (let attemptsMax = 4; attemptsMax < 10; attemptsMax++)
    await queues.updateQueue(ann, name, { attemptsMax });
  const all = (await queues.listQueueVersions(ann, name, {})).items;
  const found = [];
  let cursor: number | undefined;
  do {
    const page = await queues.listQueueVersions(ann, name, { cursor, limit: 2 });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(found).toEqual(all);
  expect(all).toHaveLength(7);
});

test("an older version comes back as a version of its own; rights and pause stay as they are", async () => {
  const [name, next] = [freshName(), freshName()];
  await queues.createQueue(ann, { name: next });
  await queues.createQueue(ann, { name, attemptsMax: 5, successQueue: next });
  const acl = [{ principalId: ann.userId, rights: ["read" as const, "update" as const] }];
  await queues.updateQueue(ann, name, { attemptsMax: 7, successQueue: null, acl });
  await queues.pauseQueue(ann, name);
  const restored = await queues.restoreQueueVersion(ann, name, 0);
  expect(restored).toMatchObject({ attemptsMax: 5, successQueue: next, paused: true, version: 3, acl });
  const [latest] = (await queues.listQueueVersions(ann, name, { limit: 1 })).items;
  expect(latest).toMatchObject({ version: 3, restored: 0, operation: "updated", by: "Ann" });
});

test("a version that leads to a queue that is gone is not restored, and says so", async () => {
  const [name, next] = [freshName(), freshName()];
  const { id } = await queues.createQueue(ann, { name: next });
  await queues.createQueue(ann, { name, failedQueue: next });
  await queues.updateQueue(ann, name, { failedQueue: null });
  const gone = await queues.require(admin, id, "delete");
  await database.transaction((tx) => queues.removeIn(tx, admin, gone));
  await expect(queues.restoreQueueVersion(ann, name, 0)).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: "failedQueue" },
  });
});

test("a version is shown to who may read the queue and could read it then", async () => {
  const name = freshName();
  const own = { principalId: ann.userId, rights: ["read" as const, "update" as const] };
  await queues.createQueue(ann, { name, acl: [own], description: "secret" });
  await queues.updateQueue(ann, name, {
    acl: [own, { principalId: bob.userId, rights: ["read"] }],
    description: "open",
  });
  const { items } = await queues.listQueueVersions(bob, name, {});
  expect(items.map(({ version, changes }) => [version, changes])).toEqual([
    [1, []],
    [0, []],
  ]);
  expect(JSON.stringify(items)).not.toContain("secret");
  expect(await queues.getQueueVersion(bob, name, 1)).toMatchObject({ version: 1 });
  await expect(queues.getQueueVersion(bob, name, 0)).rejects.toMatchObject({ code: "not_found" });
  await expect(queues.restoreQueueVersion(bob, name, 1)).rejects.toMatchObject({ code: "forbidden" });
  const stranger = { ...admin, tenantId: "elsewhere" };
  await expect(queues.listQueueVersions(stranger, name, {})).rejects.toMatchObject({ code: "not_found" });
});

test("an event of a build that kept no definitions is no version, and one that never was is not found", async () => {
  const name = freshName();
  await queues.createQueue(ann, { name });
  await queues.updateQueue(ann, name, { attemptsMax: 9 });
  await database.query(sql`
    update events.events set details = jsonb_build_object('name', ${name}::text)
    where type = 'queue.created' and details ->> 'name' = ${name}`);
  const { items } = await queues.listQueueVersions(ann, name, {});
  expect(items).toMatchObject([{ version: 1, changes: [] }]);
  for (const version of [0, 2]) {
    await expect(queues.getQueueVersion(ann, name, version)).rejects.toMatchObject({ code: "not_found" });
  }
});

test("what programs keep beside a queue is stored with it, within its limit, and is part of its versions", async () => {
  const name = freshName();
  await queues.createQueue(admin, { name, metadata: { wake: "agents" } });
  expect(await queues.getQueue(admin, name)).toMatchObject({ metadata: { wake: "agents" } });
  await queues.updateQueue(admin, name, { metadata: {} });
  await queues.restoreQueueVersion(admin, name, 0);
  expect(await queues.getQueue(admin, name)).toMatchObject({ metadata: { wake: "agents" } });
  const metadata = { text: "x".repeat(17_000) };
  await expect(queues.updateQueue(admin, name, { metadata })).rejects.toMatchObject({
    details: { field: "metadata" },
  });
});

test("a queue without a usable name is refused, whoever asks", async () => {
  for (const name of ["", "two words", "-x", "a".repeat(101)])
    await expect(queues.createQueue(admin, { name })).rejects.toMatchObject({ details: { field: "name" } });
});

test("the queues that somebody may use are those he may invoke", async () => {
  const name = freshName();
  const acl = [
    { principalId: bob.userId, rights: ["invoke" as const] },
    { principalId: ann.userId, rights: ["read" as const] },
  ];
  await queues.createQueue(ann, { name, acl });
  expect((await queues.listUsable(bob)).map((queue) => queue.name)).toContain(name);
  expect((await queues.listUsable(ann)).map((queue) => queue.name)).not.toContain(name);
});
