import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId, rootId, usersId } from "../../../kit/call.ts";
import { newId } from "../../../kit/ids.ts";
import { connectClient, makeMember, type NodeClient, openTestOpeniap, type TestOpeniap } from "../testing.ts";

type Row = Record<string, unknown> & { _id: string };

let door: TestOpeniap;
let admin: Awaited<ReturnType<typeof makeMember>>;
let ann: Awaited<ReturnType<typeof makeMember>>;
let client: NodeClient;
let other: NodeClient;

beforeAll(async () => {
  door = await openTestOpeniap();
  [admin, ann] = [await makeMember(door, { isAdmin: true }), await makeMember(door)];
  client = await connectClient(door.webSocketUrl, admin.token);
  other = await connectClient(door.grpcUrl, ann.token);
});
afterAll(async () => {
  client.Close();
  other.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

const query = (collectionname: string, filter: object, by = client) =>
  by.Query<Row>({ collectionname, query: filter, orderby: "name", top: 500 });
const insert = (collectionname: string, item: object, by = client) =>
  by.InsertOne<Row>({ collectionname, item });

test("users and roles are read in one collection, under the ids that clients know", async () => {
  const found = await query("users", { _id: { $in: [rootId, adminsId, usersId] } });
  expect(found.map(({ _type, name }) => [_type, name])).toEqual([
    ["role", "admins"],
    ["user", "root"],
    ["role", "users"],
  ]);
  const me = await query("users", { username: admin.name });
  expect(me).toMatchObject([
    { _id: admin.userId, _type: "user", roles: expect.arrayContaining([{ _id: adminsId, name: "admins" }]) },
  ]);
  expect(await client.Count({ collectionname: "users", query: { _type: "role" } })).toBeGreaterThan(2);
  expect(await client.Distinct({ collectionname: "users", field: "_type" })).toEqual(["role", "user"]);
  const sums = await client.Aggregate<{ n: number }>({
    collectionname: "users",
    aggregates: [{ $match: { _type: "user" } }, { $group: { _id: null, n: { $sum: 1 } } }],
  });
  expect(sums[0]!.n).toBeGreaterThan(2);
});

test("a user made as a document is a user, with the checks of the house; others may not make one", async () => {
  const name = `user-${newId()}`;
  const made = await insert("users", { _type: "user", username: name, newpassword: "seven blue kettles" });
  expect(made).toMatchObject({ _type: "user", username: name });
  expect(made).not.toHaveProperty("newpassword");
  const signedIn = await connectClient(
    door.webSocketUrl.replace("//", `//${name}:${encodeURIComponent("seven blue kettles")}@`),
  );
  signedIn.Close();
  await expect(insert("users", { _type: "user", username: name })).rejects.toThrow(/already/);
  await expect(insert("users", { _type: "user", username: "x" }, other)).rejects.toThrow(/Access denied/);
  const role = await insert("users", {
    _type: "role",
    name: `role-${newId()}`,
    members: [{ _id: made._id, name }],
  });
  expect(role["members"]).toEqual([{ _id: made._id, name }]);
  const emptied = await client.UpdateOne<Row>({ collectionname: "users", item: { ...role, members: [] } });
  expect(emptied["members"]).toEqual([]);
  await client.UpdateDocument({
    collectionname: "users",
    query: { _id: made._id },
    document: { $set: { email: "a@example.org" } },
  });
  expect(await query("users", { email: "a@example.org" })).toMatchObject([{ _id: made._id }]);
  expect(await client.DeleteOne({ collectionname: "users", id: made._id })).toBe(1);
  expect(await client.DeleteOne({ collectionname: "users", id: role._id })).toBe(1);
  expect(await query("users", { _id: { $in: [made._id, role._id] } })).toEqual([]);
});

test("queues of work items, message queues and exchanges are read and made in mq", async () => {
  const [wiq, queue, exchange] = [`q-${newId()}`, `m-${newId()}`, `x-${newId()}`];
  const made = await insert("mq", { _type: "workitemqueue", name: wiq, maxretries: 5, amqpqueue: "agents" });
  expect(made).toMatchObject({ name: wiq, maxretries: 5, amqpqueue: "agents", _version: 0 });
  await insert("mq", { _type: "queue", name: queue, _acl: [{ _id: ann.userId, rights: 65_535 }] });
  await insert("mq", { _type: "exchange", name: exchange, algorithm: "topic" });
  const found = await query("mq", { name: { $in: [wiq, queue, exchange] } });
  expect(found.map(({ _type }) => _type)).toEqual(["queue", "workitemqueue", "exchange"]);
  expect(await query("mq", { name: { $in: [wiq, queue] } }, other)).toMatchObject([{ name: queue }]);
  await client.UpdateOne({ collectionname: "mq", item: { ...made, maxretries: 9 } });
  expect(await door.house.queues.getQueue(await admin.call(), wiq)).toMatchObject({ attemptsMax: 9 });
  for (const { _id } of found) expect(await client.DeleteOne({ collectionname: "mq", id: _id })).toBe(1);
  expect(await query("mq", { name: { $in: [wiq, queue, exchange] } })).toEqual([]);
});

test("work items are read by who may read their queue, and deleted, but not made or changed there", async () => {
  const wiq = `q-${newId()}`;
  await insert("mq", { _type: "workitemqueue", name: wiq });
  const { _id, wiqid } = await client.PushWorkitem({ wiq, name: "a", payload: { n: 7 } as never });
  await client.PushWorkitem({ wiq, name: "b", payload: { n: 8 } as never });
  expect(await query("workitems", { wiqid, "payload.n": { $gt: 7 } })).toMatchObject([
    { name: "b", state: "new" },
  ]);
  expect(await query("workitems", { _id })).toMatchObject([
    { _id, _type: "workitem", wiq, payload: { n: 7 } },
  ]);
  expect(await query("workitems", { wiqid }, other)).toEqual([]);
  await expect(insert("workitems", { name: "c" })).rejects.toThrow(/pushworkitem/);
  await expect(client.UpdateOne({ collectionname: "workitems", item: { _id, name: "c" } })).rejects.toThrow(
    /updateworkitem/,
  );
  expect(await client.DeleteMany({ collectionname: "workitems", query: { wiqid, state: "new" } })).toBe(2);
  expect(await client.Count({ collectionname: "workitems", query: { wiq } })).toBe(0);
});

test("files are read by who may read them, with their rights inside the metadata", async () => {
  async function* bytes() {
    yield Buffer.from("bytes");
  }
  const name = `f-${newId()}.txt`;
  const { id } = await door.house.files.upload(await ann.call(), bytes(), { name, metadata: { a: 1 } });
  for (const collection of ["files", "fs.files"]) {
    expect(await query(collection, { filename: name }, other)).toMatchObject([
      { _id: id, length: 5, metadata: { a: 1, _acl: [{ _id: ann.userId, rights: 65_535 }] } },
    ]);
  }
  const { call } = await makeMember(door);
  expect(await door.house.files.get(await call(), id).catch(({ code }: { code: string }) => code)).toBe(
    "not_found",
  );
  expect(await other.DeleteOne({ collectionname: "fs.files", id })).toBe(1);
  expect(await query("files", { _id: id }, other)).toEqual([]);
});

test("versions are read in a collection's _hist, by the document's id or as what was deleted", async () => {
  const collection = `c-${newId()}`;
  const first = await insert(collection, { name: "a", n: 1 });
  await client.UpdateOne({ collectionname: collection, item: { ...first, n: 2 } });
  const versions = await client.Query<Row>({
    collectionname: `${collection}_hist`,
    query: { id: first._id },
    orderby: "_version",
  });
  expect(versions).toMatchObject([
    { id: first._id, _version: 0, n: 1, item: { n: 1 } },
    { id: first._id, _version: 1, n: 2 },
  ]);
  expect(await query(`${collection}_hist`, { id: first._id }, other)).toEqual([]);
  await client.DeleteOne({ collectionname: collection, id: first._id });
  expect(await query(`${collection}_hist`, { _deleted: { $exists: true } })).toMatchObject([
    { id: first._id },
  ]);
  await expect(query(`${collection}_hist`, {})).rejects.toThrow(/whose versions/);
});

test("of several things that are made one by one, those before a refused one stay, and the error says so", async () => {
  const names = [0, 1, 3].map((n) => `user-${n}-${newId()}`);
  const [first, second, never] = names.map((username) => ({ _type: "user", username }));
  const items = [first!, second!, first!, never!];
  await expect(client.InsertMany({ collectionname: "users", items })).rejects.toThrow(
    /already.*; the first 2 of the items are stored/,
  );
  const made = await query("users", { username: { $in: names } });
  expect(made.map(({ username }) => username)).toEqual(names.slice(0, 2));
  const many = Array.from({ length: 1_001 }, () => first!);
  await expect(client.InsertMany({ collectionname: "users", items: many })).rejects.toThrow(/at most 1000/);
  const documents = [...Array.from({ length: 1_000 }, (_, n) => ({ n })), { _id: "no id" }];
  const collectionname = `numbers-${newId()}`;
  await expect(client.InsertMany({ collectionname, items: documents })).rejects.toThrow(
    /; the first 1000 of the items are stored/,
  );
  expect(await client.Count({ collectionname })).toBe(1_000);
});

test("the audit is read by admins alone", async () => {
  const lines = await client.Query<Row>({ collectionname: "audit", query: { userid: admin.userId }, top: 5 });
  expect(lines.length).toBeGreaterThan(0);
  await expect(query("audit", {}, other)).rejects.toThrow(/Access denied/);
});

test("agents and packages are checked before they are written, and an agent goes with its message queue", async () => {
  const agent = await insert("agents", { _type: "agent", name: "a", slug: `s${newId()}` }, other);
  expect(agent).toMatchObject({ schedules: [], environment: {} });
  await expect(insert("agents", { _type: "agent", name: "a", slug: "Not So" }, other)).rejects.toThrow(
    /item.slug/,
  );
  await expect(insert("agents", { _type: "package", name: "p", fileid: newId() }, other)).rejects.toThrow(
    /no file/,
  );
  await expect(insert("agents", { _type: "package", name: "p", language: "basic" }, other)).rejects.toThrow(
    /language/,
  );
  await other.RegisterQueue({ queuename: agent["slug"] as string }, () => undefined);
  await other.UnRegisterQueue({ queuename: agent["slug"] as string });
  expect(await other.DeleteOne({ collectionname: "agents", id: agent._id })).toBe(1);
  await expect(other.QueueMessage({ queuename: agent["slug"] as string, data: {} })).rejects.toThrow(
    /no message queue/,
  );
});
