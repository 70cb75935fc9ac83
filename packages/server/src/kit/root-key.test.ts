import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "./database.ts";
import { openRootKeys } from "./root-key.ts";
import { createTestDatabase, temporaryFolder, type TestDatabase } from "./testing.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({ url: testDatabase.url, log: pino({ level: "silent" }) });
});
afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

async function open(
  dataDir: string,
  others: { rootKey?: string; acceptRootKey?: boolean; formerRootKeys?: string[] } = {},
): Promise<Buffer> {
  const config = { dataDir, rootKey: undefined, acceptRootKey: false, formerRootKeys: [], ...others };
  const [key, ...former] = await openRootKeys(config, database);
  expect(former.map((each) => each.toString("hex"))).toEqual(config.formerRootKeys);
  return key;
}

test("the root key is made at the first start, for its owner alone, and is the same at the next", async () => {
  const dataDir = join(temporaryFolder(), "deep");
  const key = await open(dataDir);
  expect(await open(dataDir)).toEqual(key);
  expect(statSync(join(dataDir, "root.key")).mode & 0o777).toBe(0o600);
});

test("a node without the key of its database does not start, and makes none", async () => {
  const first = temporaryFolder();
  const key = await open(first);
  const second = temporaryFolder();
  await expect(open(second)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining(second),
  });
  expect(existsSync(join(second, "root.key"))).toBe(false);
  await expect(open(first, { rootKey: "cd".repeat(32) })).rejects.toMatchObject({ code: "conflict" });
  expect(await open(second, { rootKey: key.toString("hex") })).toEqual(key);
  writeFileSync(join(second, "root.key"), key.toString("hex"));
  expect(await open(second)).toEqual(key);
});

test("who lost the key may accept another one, once", async () => {
  const dataDir = temporaryFolder();
  const lost = await open(dataDir);
  rmSync(join(dataDir, "root.key"));
  await expect(open(dataDir)).rejects.toMatchObject({ code: "conflict" });
  const key = await open(dataDir, { acceptRootKey: true });
  expect(key).not.toEqual(lost);
  expect(await open(dataDir)).toEqual(key);
});

test("a key takes the place of one that is given as a former one, on one node after the other", async () => {
  const dataDir = temporaryFolder();
  const old = (await open(dataDir)).toString("hex");
  const [next, other] = ["cd".repeat(32), "ef".repeat(32)];
  await open(dataDir, { formerRootKeys: [next] });
  expect((await open(dataDir, { rootKey: next, formerRootKeys: [old] })).toString("hex")).toBe(next);
  expect((await open(dataDir, { formerRootKeys: [next] })).toString("hex")).toBe(old);
  expect((await open(dataDir, { rootKey: next })).toString("hex")).toBe(next);
  const incomplete = open(dataDir, { rootKey: other, formerRootKeys: [next] });
  await expect(incomplete).rejects.toMatchObject({ code: "conflict" });
  const nonsense = open(dataDir, { formerRootKeys: ["abc"] });
  await expect(nonsense).rejects.toMatchObject({ message: expect.stringContaining("FORMER_ROOT_KEYS") });
});

test("of nodes that start at once on a new database, those with other keys do not", async () => {
  const starts = await Promise.allSettled([1, 2, 3].map(() => open(temporaryFolder())));
  expect(starts.filter((start) => start.status === "fulfilled")).toHaveLength(1);
});
