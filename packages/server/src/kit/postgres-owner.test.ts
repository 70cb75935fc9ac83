import { chmodSync, chownSync, cpSync, lstatSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { installedBinaries } from "./postgres-binaries.ts";
import { chooseHost, commandAs, makeFolderFor, type Owner } from "./postgres-owner.ts";
import { temporaryFolder } from "./testing.ts";

const isRoot = process.getuid?.() === 0;
const log = pino({ level: "silent" });
const nobody = 65_534;

test("a plain user runs the server itself", async ({ skip }) => {
  skip(isRoot, "the tests run as root");
  const host = await chooseHost(temporaryFolder(), installedBinaries(), log);
  expect(host).toEqual({ owner: { kind: "self" }, binaries: installedBinaries() });
});

test("root hands the server to nobody, and opens the data folder for that group only", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const dataDir = temporaryFolder();
  const { owner } = await chooseHost(dataDir, installedBinaries(), log);
  expect(owner).toEqual({ kind: "user", uid: nobody, gid: nobody });
  expect(statSync(dataDir)).toMatchObject({ uid: 0, gid: nobody, mode: 0o40710 });
});

test("root keeps the owner that a cluster has", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, "postgres"));
  chownSync(join(dataDir, "postgres"), 1, 1);
  const { owner } = await chooseHost(dataDir, installedBinaries(), log);
  expect(owner).toEqual({ kind: "user", uid: 1, gid: 1 });
});

test("binaries that nobody can reach are copied into the data folder, once", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const hidden = { ...installedBinaries(), folder: join(temporaryFolder(), "native") };
  cpSync(installedBinaries().folder, hidden.folder, { recursive: true, verbatimSymlinks: true });
  chmodSync(hidden.folder, 0o700);
  const dataDir = temporaryFolder();
  const first = await chooseHost(dataDir, hidden, log);
  expect(first.owner.kind).toBe("user");
  expect(first.binaries.folder).toBe(join(dataDir, "binaries", hidden.version));
  const made = statSync(first.binaries.folder).ctimeMs;
  const second = await chooseHost(dataDir, hidden, log);
  expect(statSync(second.binaries.folder).ctimeMs).toBe(made);
});

test("a data folder that nobody can reach makes a user namespace the last way", async ({ skip }) => {
  skip(!isRoot, "only root can");
  const dataDir = join(temporaryFolder(), "private/data");
  mkdirSync(join(dataDir, ".."), { mode: 0o700 });
  mkdirSync(dataDir);
  const { owner } = await chooseHost(dataDir, installedBinaries(), log);
  expect(owner).toEqual({ kind: "namespace" });
  expect(commandAs(owner, "true", []).command).toBe("unshare");
});

test("a link in place of the server's folder is refused, and what it points to is left alone", () => {
  const target = temporaryFolder();
  const folder = join(temporaryFolder(), "socket");
  symlinkSync(target, folder);
  const owner: Owner = isRoot ? { kind: "user", uid: nobody, gid: nobody } : { kind: "self" };
  expect(() => makeFolderFor(owner, folder)).toThrow(expect.objectContaining({ code: "conflict" }));
  expect(statSync(target).uid).toBe(process.getuid?.());
  expect(lstatSync(folder).isSymbolicLink()).toBe(true);
});
