import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { Encryption } from "../../kit/encryption.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import { Documents } from "./service.ts";

let test1: TestDatabase;
let database: Database;
let documents: Documents;
const admin = systemCall("test-request");

beforeAll(async () => {
  test1 = await createTestDatabase();
  database = new Database({ url: test1.url, log: pino({ level: "silent" }) });
  documents = new Documents({
    database,
    events: new Events(database, new Wakes()),
    encryption: new Encryption([randomBytes(32)]),
  });
});
afterAll(async () => {
  await database.close();
  await test1.drop();
});
test("smoke", async () => {
  const call: Call = admin;
  const d = await documents.insertOne(call, "films", { name: "A", year: 1999 });
  console.log(d);
  const e = await documents.updateOne(call, "films", d._id, { $inc: { year: 1 } });
  expect(e).toMatchObject({ year: 2000, _version: 1 });
  const f = await documents.replaceOne(call, "films", d._id, { ...e, x: [1, 2] });
  console.log(
    await documents.listVersions(call, "films", d._id),
    await documents.diff(call, "films", d._id, { from: 0, to: 2 }),
    f,
  );
  await documents.deleteOne(call, "films", d._id);
  console.log(await documents.listDeleted(call, "films"));
  console.log(await documents.undelete(call, "films", d._id));
  console.log(await documents.insertOrUpdate(call, "films", { name: "A", z: 1 }, ["name"]));
  console.log(await documents.updateMany(call, "films", { name: "A" }, { $set: { q: 1 } }));
  console.log(await documents.get(call, "films", d._id), await documents.listCollections(call));
});
