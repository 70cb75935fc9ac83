import { afterAll, beforeAll, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { readLines } from "./lines.ts";
import { changeManyMax } from "./model.ts";
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

async function* chunksOf(text: string | Buffer, size: number): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test("many documents are inserted together, each with its version and its event", async () => {
  const stored = await documents.insertMany(
    admin,
    "many",
    Array.from({ length: 1_000 }, (_, n) => ({ n })),
  );
  expect(stored).toHaveLength(1_000);
  const [counts] = await house.database.query<object>(sql`
    select (select count(*) from documents.documents where collection = 'many') as documents,
      (select count(*) from documents.versions where collection = 'many') as versions,
      (select count(*) from events.events where scope_id = 'many' and type = 'document.inserted') as events`);
  expect(counts).toEqual({ documents: 1_000, versions: 1_000, events: 1_000 });
  const tooMany = documents.insertMany(
    admin,
    "many",
    Array.from({ length: 1_001 }, () => ({})),
  );
  await expect(tooMany).rejects.toMatchObject({ details: { field: "items" } });
});

test("one wrong document of many is named, and none is stored", async () => {
  const taken = await documents.insertOne(admin, "whole", { n: 0 });
  const wrong: [unknown[], string, string][] = [
    [[{ n: 1 }, { a: { $b: 1 } }], "invalid_input", "items[1].a.$b"],
    [[{ n: 1 }, { n: 2 }, { _id: taken._id }], "already_exists", "items[2]._id"],
    [[{ _id: "a".repeat(24) }, { _id: "a".repeat(24) }], "invalid_input", "items[1]._id"],
    [[{ n: 1 }, { big: "x".repeat(2 * 1024 * 1024) }], "too_large", "items[1]"],
  ];
  for (const [items, code, field] of wrong) {
    await expect(documents.insertMany(admin, "whole", items)).rejects.toMatchObject({
      code,
      details: { field },
    });
  }
  expect(await documents.count(admin, "whole")).toBe(1);
});

test("100,000 documents stream in with bounded memory", async () => {
  const line = JSON.stringify({ title: "A film", text: "x".repeat(400) });
  let produced = 0;
  let behindMax = 0;
  let inserted = 0;
  async function* lines(): AsyncGenerator<string> {
    for (let n = 0; n < 100_000; n += 50) {
      produced = n + 50;
      behindMax = Math.max(behindMax, produced - inserted);
      yield `${Array.from({ length: 50 }, () => line).join("\n")}\n`;
    }
  }
  const answer = await documents.insertStream(admin, "streamed", lines(), (progress) => {
    inserted = progress.inserted;
  });
  expect(answer).toEqual({ inserted: 100_000 });
  // What is read but not stored yet never exceeds one batch and one piece.
  expect(behindMax).toBeLessThanOrEqual(1_050);
  expect(await documents.count(admin, "streamed")).toBe(100_000);
});

test("a wrong line ends the stream: it is named, the lines before it are stored, those after it are not", async () => {
  const good = Array.from({ length: 1_500 }, (_, n) => JSON.stringify({ n }));
  const cases: [string, string | Buffer, string][] = [
    ["broken", "{not json", "invalid_input"],
    ["hostile", '{"__proto__": {"a": 1}}', "invalid_input"],
    ["latin", Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]), "invalid_input"],
    ["long", JSON.stringify({ a: "x".repeat(2 * 1024 * 1024) }), "too_large"],
  ];
  for (const [collection, line, code] of cases) {
    const around = Buffer.from(good.map((each) => `${each}\n`).join(""));
    const text = Buffer.concat([around, Buffer.from(line), Buffer.from("\n"), around]);
    const error = await documents
      .insertStream(admin, collection, chunksOf(text, 4_096))
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code, details: { extra: { inserted: expect.any(Number) } } });
    expect(error.details.field).toMatch(/^line 1501/);
    expect(error.details.extra.inserted).toBe(1_500);
    expect(await documents.count(admin, collection)).toBe(1_500);
  }
  const id = newId();
  const twice = [{ _id: id }, { n: 1 }, { _id: id }, { n: 2 }]
    .map((each) => JSON.stringify(each))
    .join("\r\n");
  await expect(documents.insertStream(admin, "twice", chunksOf(twice, 7))).rejects.toMatchObject({
    code: "already_exists",
    details: { field: "line 3._id", extra: { inserted: 2 } },
  });
  expect(await documents.count(admin, "twice")).toBe(2);
});

test("lines are put together whatever the pieces, inside characters of several bytes too", async () => {
  const text = '{"a":"ä€𝄞"}\n\n  \r\n{"b":1}\r\nlast';
  for (const size of [1, 2, 3, 5, 100]) {
    const found = [];
    for await (const { number, text: line } of readLines(chunksOf(text, size)))
      found.push([number, line.trim()]);
    expect(found).toEqual([
      [1, '{"a":"ä€𝄞"}'],
      [4, '{"b":1}'],
      [5, "last"],
    ]);
  }
});

test("updateMany changes what matches and may be updated, all or none", async () => {
  const [ann, bob] = [person("Ann"), person("Bob")];
  const readable = { principalId: bob.userId, rights: ["read"] };
  const own = { principalId: ann.userId, rights: ["read", "update", "delete"] };
  const tasks = Array.from({ length: 1_200 }, (_, n) => ({ n, state: "open", _acl: [own, readable] }));
  await documents.insertMany(ann, "tasks", tasks.slice(0, 1_000));
  await documents.insertMany(ann, "tasks", tasks.slice(1_000));
  await documents.insertMany(bob, "tasks", [
    { n: 1, state: "open" },
    { n: 2, state: "open" },
  ]);
  expect(await documents.updateMany(bob, "tasks", { state: "open" }, { $set: { seen: true } })).toEqual({
    updated: 2,
  });
  expect(
    await documents.updateMany(ann, "tasks", { state: "open", n: { $lt: 1_100 } }, { $inc: { n: 10_000 } }),
  ).toEqual({
    updated: 1_100,
  });
  expect(await documents.count(ann, "tasks", { n: { $gte: 10_000 } })).toBe(1_100);
  await documents.insertOne(ann, "tasks", { n: "text", state: "open", _acl: [own] });
  await expect(
    documents.updateMany(ann, "tasks", { state: "open" }, { $inc: { n: 1 } }),
  ).rejects.toMatchObject({
    code: "invalid_input",
  });
  expect(await documents.count(ann, "tasks", { n: { $gte: 10_000 } })).toBe(1_100);
  expect(await documents.deleteMany(bob, "tasks", {})).toEqual({ deleted: 2 });
  expect(await documents.deleteMany(ann, "tasks", { $expr: { $gte: ["$n", 10_000] } })).toEqual({
    deleted: 1_100,
  });
  expect(await documents.count(admin, "tasks")).toBe(101);
});

test("updateMany refuses system fields and more than it may change at once", async () => {
  await expect(documents.updateMany(admin, "many", {}, { $set: { _version: 5 } })).rejects.toMatchObject({
    code: "invalid_input",
  });
  await expect(documents.updateMany(admin, "many", {}, { name: "whole" })).rejects.toMatchObject({
    code: "invalid_input",
  });
  const lines = Array.from({ length: changeManyMax + 1 }, (_, n) => JSON.stringify({ n })).join("\n");
  await documents.insertStream(admin, "crowd", chunksOf(lines, 65_536));
  await expect(documents.updateMany(admin, "crowd", {}, { $set: { a: 1 } })).rejects.toMatchObject({
    code: "too_large",
    details: { field: "filter" },
  });
  expect(await documents.count(admin, "crowd", { a: 1 })).toBe(0);
});
