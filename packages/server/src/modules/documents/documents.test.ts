import { afterAll, beforeAll, expect, test } from "vitest";
import { systemCall, usersId } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import type { Documents } from "./service.ts";
import { openHouse, person, type TestHouse } from "./testing.ts";

let house: TestHouse;
let documents: Documents;
const admin = systemCall("test-request");

beforeAll(async () => {
  house = await openHouse();
  documents = house.documents;
});
afterAll(() => house.close());

const allow = (principalId: string, ...rights: string[]) => ({ principalId, rights });
const deny = (principalId: string, ...rights: string[]) => ({ principalId, rights, effect: "deny" });

test("a document gets its system fields from the server, by the database's clock", async () => {
  const ann = person("Ann");
  const film = await documents.insertOne(ann, "films", { name: "Alien", _type: "Film", year: 1979 });
  expect(film).toMatchObject({
    name: "Alien",
    year: 1979,
    _type: "film",
    _version: 0,
    _createdby: "Ann",
    _createdbyid: ann.userId,
    _modifiedbyid: ann.userId,
    _acl: [{ principalId: ann.userId, rights: ["create", "read", "update", "delete", "invoke"] }],
  });
  expect(film._id).toMatch(/^[0-9a-f]{24}$/);
  expect(film._created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(await documents.get(ann, "films", film._id)).toEqual(film);
});

test("who may not read a document gets the same words as for one that does not exist", async () => {
  const [ann, bob] = [person("Ann"), person("Bob")];
  const film = await documents.insertOne(ann, "films", { name: "Secret" });
  const absent = newId();
  const wordsFor = async (id: string, act: (id: string) => Promise<unknown>) => {
    const error = await act(id).then(
      () => undefined,
      (thrown: Error & { code: string }) => thrown,
    );
    expect(error?.code).toBe("not_found");
    return error!.message.replaceAll(id, "ID");
  };
  const acts: ((id: string) => Promise<unknown>)[] = [
    (id) => documents.get(bob, "films", id),
    (id) => documents.replaceOne(bob, "films", id, { name: "x" }),
    (id) => documents.updateOne(bob, "films", id, { $set: { name: "x" } }),
    (id) => documents.deleteOne(bob, "films", id),
    (id) => documents.listVersions(bob, "films", id),
    (id) => documents.getVersion(bob, "films", id, -1),
    (id) => documents.restore(bob, "films", id, 0),
    (id) => documents.undelete(bob, "films", id),
  ];
  for (const act of acts) expect(await wordsFor(film._id, act)).toBe(await wordsFor(absent, act));
  const foreign = { ...systemCall("test-request", "other") };
  expect(await wordsFor(film._id, (id) => documents.get(foreign, "films", id))).toBe(
    await wordsFor(absent, (id) => documents.get(foreign, "films", id)),
  );
  expect(await documents.get(ann, "films", film._id)).toEqual(film);
});

test("rights come from roles too, deny wins, and admins pass", async () => {
  const [readers, banned] = [newId(), newId()];
  const ann = person("Ann");
  const bob = person("Bob", { roles: [readers] });
  const eve = person("Eve", { roles: [readers, banned] });
  const acl = [allow(ann.userId, "read", "update"), allow(readers, "read"), deny(banned, "read")];
  const { _id: id } = await documents.insertOne(ann, "films", { _acl: acl });
  expect(await documents.get(bob, "films", id)).toMatchObject({ _id: id });
  await expect(documents.get(eve, "films", id)).rejects.toMatchObject({ code: "not_found" });
  await expect(documents.updateOne(bob, "films", id, { $set: { a: 1 } })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(documents.deleteOne(ann, "films", id)).rejects.toMatchObject({ code: "forbidden" });
  expect(await documents.get(admin, "films", id)).toMatchObject({ _id: id });
  for (const [call, count] of [
    [bob, 1],
    [eve, 0],
    [admin, 1],
  ] as const) {
    expect(await documents.count(call, "films", { _id: id })).toBe(count);
    expect((await documents.query(call, "films", { filter: { _id: id } })).items).toHaveLength(count);
  }
});

test("an ACL may be changed by who may update, and must leave somebody who may read", async () => {
  const [ann, bob] = [person("Ann"), person("Bob")];
  const { _id: id } = await documents.insertOne(ann, "films", { name: "Shared" });
  await documents.updateOne(ann, "films", id, { $push: { _acl: allow(bob.userId, "read") } });
  expect(await documents.get(bob, "films", id)).toMatchObject({ name: "Shared" });
  await expect(documents.replaceOne(bob, "films", id, { _acl: [] })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(documents.replaceOne(ann, "films", id, { _acl: [] })).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: "_acl" },
  });
  await documents.updateOne(ann, "films", id, { $set: { _acl: [allow(ann.userId, "read", "update")] } });
  await expect(documents.get(bob, "films", id)).rejects.toMatchObject({ code: "not_found" });
});

test("a change from an older version is refused, whichever way the version is told", async () => {
  const film = await documents.insertOne(admin, "films", { name: "Old" });
  const changed = await documents.replaceOne(admin, "films", film._id, { ...film, name: "New" });
  expect(changed).toMatchObject({ name: "New", _version: 1 });
  await expect(
    documents.replaceOne(admin, "films", film._id, { ...film, name: "Lost" }),
  ).rejects.toMatchObject({
    code: "version_mismatch",
  });
  const update = { $set: { name: "Lost" } };
  await expect(documents.updateOne(admin, "films", film._id, update, 0)).rejects.toMatchObject({
    code: "version_mismatch",
  });
  await expect(documents.deleteOne(admin, "films", film._id, 0)).rejects.toMatchObject({
    code: "version_mismatch",
  });
});

test("of changes at the same time from one version, one wins", async () => {
  const film = await documents.insertOne(admin, "films", { count: 0 });
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => documents.replaceOne(admin, "films", film._id, { ...film, count: 1 })),
  );
  expect(tries.filter((each) => each.status === "fulfilled")).toHaveLength(1);
  const increments = Array.from({ length: 8 }, () =>
    documents.updateOne(admin, "films", film._id, { $inc: { count: 1 } }),
  );
  await Promise.all(increments);
  expect(await documents.get(admin, "films", film._id)).toMatchObject({ count: 9, _version: 9 });
});

test("every write leaves a version; versions compare, restore, and bring back what was deleted", async () => {
  const ann = person("Ann");
  const film = await documents.insertOne(ann, "films", { name: "One", cast: [{ name: "X" }], gone: true });
  await documents.updateOne(ann, "films", film._id, {
    $set: { name: "Two", "cast.0.name": "Y" },
    $unset: { gone: "" },
  });
  const { items } = await documents.listVersions(ann, "films", film._id);
  expect(items.map(({ version, operation, by }) => [version, operation, by])).toEqual([
    [1, "update", "Ann"],
    [0, "insert", "Ann"],
  ]);
  const differences = await documents.diff(ann, "films", film._id, { from: 0, to: -1 });
  expect(differences.filter(({ path }) => !path.startsWith("_"))).toEqual(
    expect.arrayContaining([
      { path: "name", before: "One", after: "Two" },
      { path: "cast[0].name", before: "X", after: "Y" },
      { path: "gone", before: true },
    ]),
  );
  expect((await documents.getVersion(ann, "films", film._id, 0)).document).toEqual(film);
  const restored = await documents.restore(ann, "films", film._id, 0);
  expect(restored).toMatchObject({ name: "One", gone: true, _version: 2 });
  await documents.deleteOne(ann, "films", film._id);
  await expect(documents.get(ann, "films", film._id)).rejects.toMatchObject({ code: "not_found" });
  expect((await documents.listDeleted(ann, "films")).items).toMatchObject([
    { version: 3, operation: "delete", document: { name: "One" } },
  ]);
  const back = await documents.undelete(ann, "films", film._id);
  expect(back).toMatchObject({ name: "One", _version: 4, _created: film._created, _acl: film._acl });
  await expect(documents.undelete(ann, "films", film._id)).rejects.toMatchObject({ code: "conflict" });
  expect((await documents.listDeleted(ann, "films")).items).toEqual([]);
});

test("an opened document does not open its past, and a taken id does not open the former owner's", async () => {
  const [ann, bob] = [person("Ann"), person("Bob")];
  const film = await documents.insertOne(ann, "films", { name: "Draft" });
  const acl = [...film._acl, allow(bob.userId, "read")];
  await documents.updateOne(ann, "films", film._id, { $set: { name: "Public", _acl: acl } });
  expect((await documents.listVersions(bob, "films", film._id)).items.map((each) => each.version)).toEqual([
    1,
  ]);
  await expect(documents.getVersion(bob, "films", film._id, 0)).rejects.toMatchObject({ code: "not_found" });
  await documents.deleteOne(ann, "films", film._id);
  await documents.insertOne(bob, "films", { _id: film._id, name: "Taken" });
  expect((await documents.listVersions(bob, "films", film._id)).items.map((each) => each.version)).toEqual([
    3, 2, 1,
  ]);
  await expect(documents.getVersion(bob, "films", film._id, 0)).rejects.toMatchObject({ code: "not_found" });
  await expect(documents.getVersion(ann, "films", film._id, 0)).rejects.toMatchObject({ code: "not_found" });
});

test("insert or update: none is inserted, one replaced, two are a conflict, and a race inserts once", async () => {
  const ann = person("Ann");
  const write = (key: string, value: number) =>
    documents.insertOrUpdate(ann, "upserts", { key, value, _type: "thing" }, ["key", "_type"]);
  // Whoever makes the collection holds up the others.
  await documents.createCollection(ann, "upserts");
  const results = await Promise.all(Array.from({ length: 10 }, (_, index) => write("a", index)));
  expect(results.filter((each) => each.inserted)).toHaveLength(1);
  expect(await documents.count(ann, "upserts", { key: "a" })).toBe(1);
  expect(results.map((each) => each.document._version).sort((a, b) => a - b)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
  await documents.insertOne(ann, "upserts", { key: "a", _type: "thing" });
  await expect(write("a", 0)).rejects.toMatchObject({ code: "conflict" });
  await expect(documents.insertOrUpdate(ann, "upserts", { value: 1 }, ["key"])).rejects.toMatchObject({
    details: { field: "key" },
  });
});

test("the first write makes the collection; its ACL says who may insert", async () => {
  const [ann, bob] = [person("Ann"), person("Bob")];
  await documents.insertOne(ann, "notes", { a: 1 });
  await documents.insertOne(bob, "notes", { a: 2 });
  const names = async () => (await documents.listCollections(bob)).items.map((each) => each.name);
  expect(await names()).toContain("notes");
  await expect(documents.updateCollection(bob, "notes", { encrypt: [] })).rejects.toMatchObject({
    code: "forbidden",
  });
  await documents.updateCollection(ann, "notes", {
    acl: [{ principalId: ann.userId, rights: ["read", "create", "update", "delete"] }],
  });
  expect(await names()).not.toContain("notes");
  await expect(documents.insertOne(bob, "notes", {})).rejects.toMatchObject({ code: "not_found" });
  await expect(documents.dropCollection(ann, "notes")).rejects.toMatchObject({ code: "conflict" });
  await expect(documents.dropCollection(ann, "notes", { purge: true })).rejects.toMatchObject({
    code: "forbidden",
  });
  await documents.dropCollection(admin, "notes", { purge: true });
  expect(await documents.count(admin, "notes")).toBe(0);
  expect((await documents.listDeleted(admin, "notes")).items).toEqual([]);
  await expect(documents.insertOne(ann, "../etc", {})).rejects.toMatchObject({
    details: { field: "collection" },
  });
});

test("reserved collections are written by their own verbs only", async () => {
  const ann = person("Ann");
  documents.reserve("blueprints", "Use createBlueprint");
  await expect(documents.insertOne(ann, "blueprints", {})).rejects.toMatchObject({
    code: "forbidden",
    message: "Use createBlueprint",
  });
  const made = await house.database.transaction((tx) =>
    documents.insertIn(tx, ann, "blueprints", { name: "b" }),
  );
  expect(await documents.get(ann, "blueprints", made._id)).toMatchObject({ name: "b" });
  for (const write of [
    () => documents.updateMany(ann, "blueprints", {}, { $set: { a: 1 } }),
    () => documents.deleteMany(ann, "blueprints", {}),
    () => documents.deleteOne(ann, "blueprints", made._id),
    () => documents.insertMany(ann, "blueprints", [{}]),
    () => documents.undelete(ann, "blueprints", made._id),
    () => documents.dropCollection(admin, "blueprints", { purge: true }),
  ]) {
    await expect(write()).rejects.toMatchObject({ code: "forbidden" });
  }
});

test("a write that fails leaves nothing: no document, no version, no event", async () => {
  const countEvents = () => house.database.query(sql`select count(*) as count from events.events`);
  const before = await countEvents();
  await expect(
    house.database.transaction(async (tx) => {
      await documents.insertIn(tx, admin, "films", { name: "Never" });
      throw new Error("the floor above changed its mind");
    }),
  ).rejects.toThrow("changed its mind");
  expect(await documents.count(admin, "films", { name: "Never" })).toBe(0);
  expect(await countEvents()).toEqual(before);
});

test("encrypted fields are unreadable in every table, and readable to who may read", async () => {
  const ann = person("Ann");
  await documents.createCollection(ann, "cards", { encrypt: ["pin"] });
  const secret = "correct horse";
  const card = await documents.insertOne(ann, "cards", {
    card: { number: secret, brand: "V" },
    pin: secret,
    _encrypt: ["card.number"],
  });
  expect(card).toMatchObject({ pin: secret, card: { number: secret } });
  const changed = await documents.updateOne(ann, "cards", card._id, {
    $set: { "card.number": `${secret} 2` },
  });
  expect(changed).toMatchObject({ card: { number: `${secret} 2` }, _encrypt: ["card.number", "pin"] });
  const tables = await house.database.query<{ text: string }>(sql`
    select document::text as text from documents.documents union all select document::text from documents.versions
    union all select details::text from events.events`);
  expect(tables.filter((row) => row.text?.includes("horse"))).toEqual([]);
  expect(await documents.get(ann, "cards", card._id)).toEqual(changed);
  expect((await documents.query(ann, "cards")).items).toEqual([changed]);
  expect((await documents.getVersion(ann, "cards", card._id, 0)).document).toEqual(card);
  expect(await documents.count(ann, "cards", { pin: secret })).toBe(0);
  expect(await documents.distinct(ann, "cards", "pin")).toEqual([]);
  const differences = await documents.diff(ann, "cards", card._id, { from: 0, to: 1 });
  expect(differences).toContainEqual({ path: "card.number", before: "(sealed)", after: "(sealed)" });
  expect(differences.some(({ path }) => path === "pin")).toBe(false);
  const back = await documents.restore(ann, "cards", card._id, 0);
  expect(back).toMatchObject({ card: { number: secret }, _version: 2 });
  await expect(
    documents.insertOne(ann, "cards", { list: [{ a: 1 }], _encrypt: ["list.a"] }),
  ).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("the reader's role sees no row without its tenant, nor another tenant's", async () => {
  await documents.insertOne(admin, "films", { name: "Ours" });
  const other = house.database.read({ tenantId: "other" });
  for (const statement of [
    sql`select count(*) as count from documents.documents`,
    sql`select count(*) as count from documents.queryable`,
    sql`select count(*) as count from documents.versions`,
    sql`select count(*) as count from documents.collections`,
  ]) {
    expect(await other.query(statement)).toEqual([{ count: 0 }]);
    const [row] = await house.database.read(admin).query<{ count: number }>(statement);
    expect(row!.count).toBeGreaterThan(0);
  }
});

test("a role that everybody has opens a document to everybody", async () => {
  const film = await documents.insertOne(admin, "films", { _acl: [allow(usersId, "read")] });
  expect(await documents.get(person("Anybody"), "films", film._id)).toMatchObject({ _id: film._id });
});
