import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { backUp, restoreBackup } from "./backup-files.ts";
import { type Config, readConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { createTestDatabase, temporaryFolder } from "./testing.ts";

const log = createLog({ level: "silent", pretty: false });
const key = `${"0f".repeat(32)}\n`;
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A database beside a data folder that is not there yet. */
async function makeConfig(migrated: boolean): Promise<Config> {
  const database = await createTestDatabase({ migrated });
  cleanups.push(() => database.drop());
  return readConfig({}, { dataDir: join(temporaryFolder(), "data"), databaseUrl: database.url });
}

test("an external database is backed up and restored, with the root key where it was asked for", async () => {
  const old = { ...(await makeConfig(true)), rootKey: key.trim() };
  const file = join(temporaryFolder(), "backups/first.tar.gz");
  const made = await backUp(old, { file, withRootKey: true, log });
  const fresh = await makeConfig(false);
  expect(await restoreBackup(fresh, { file, log })).toMatchObject({ rows: made.rows, hasRootKey: true });
  expect(readFileSync(join(fresh.dataDir, "root.key"), "utf8")).toBe(key);
  await expect(restoreBackup(fresh, { file, log })).rejects.toMatchObject({ code: "conflict" });
});

test("a backup overwrites nothing, and one that fails leaves no file", async () => {
  const config = await makeConfig(false);
  const file = join(temporaryFolder(), "backup.tar.gz");
  await expect(backUp(config, { file, withRootKey: false, log })).rejects.toMatchObject({
    code: "not_found",
  });
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
  writeFileSync(file, "mine");
  await expect(backUp(config, { file, withRootKey: false, log })).rejects.toMatchObject({
    code: "already_exists",
  });
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("a data folder with files in it is refused before anything is restored", async () => {
  const file = join(temporaryFolder(), "backup.tar.gz");
  await backUp(await makeConfig(true), { file, withRootKey: false, log });
  const fresh = await makeConfig(false);
  const used = { ...fresh, dataDir: temporaryFolder() };
  writeFileSync(join(used.dataDir, "root.key"), key);
  await expect(restoreBackup(used, { file, log })).rejects.toMatchObject({ code: "conflict" });
  expect(await restoreBackup(fresh, { file, log })).toMatchObject({ hasRootKey: false });
});

test("what is no backup is said to be none", async () => {
  const fresh = await makeConfig(false);
  const file = join(temporaryFolder(), "notes.txt");
  writeFileSync(file, "some notes");
  await expect(restoreBackup(fresh, { file, log })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(restoreBackup(fresh, { file: `${file}.gone`, log })).rejects.toMatchObject({
    code: "not_found",
  });
});
