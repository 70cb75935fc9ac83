import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { callOf, TestEpochs } from "../../kit/testing-calls.ts";
import { setupFiles } from "../files/testing.ts";
import { Packages } from "./service.ts";
import { archiveOf, type Entry, manifestOf, streamOf, tarOf } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupFiles>>;
let packages: Packages;
const ann = callOf("Ann");
const bob = callOf("Bob");

beforeAll(async () => {
  house = await setupFiles();
  packages = new Packages({ ...house, epochs: new TestEpochs() });
});
afterAll(() => house.close());

const freshName = () => `package-${newId()}`;

async function push(fields: Record<string, unknown>, call = ann) {
  return packages.pushPackage(call, { stream: streamOf(await archiveOf(fields)) });
}

async function filesLeft(): Promise<number> {
  const rows = await house.database.query(sql`select id from files.files`);
  return rows.length;
}

test("what is pushed is there whole: manifest, digest, functions, and its bytes to download", async () => {
  const name = freshName();
  const archive = await archiveOf({ name, description: "for people" });
  const version = await packages.pushPackage(ann, { stream: streamOf(archive) });
  const digest = createHash("sha256").update(archive).digest("hex");
  expect(version).toMatchObject({ package: name, version: "1.0.0", runtime: "node", digest });
  expect(version).toMatchObject({ size: archive.length, publishedBy: "Ann", yankedAt: null });
  expect(version.manifest).toMatchObject({ entry: "main.js" });
  expect(await packages.listFunctions(ann, name)).toEqual([
    { name: "greet", description: "Says hello", input: true, output: true },
  ]);
  const { open, file } = await packages.downloadPackage(ann, name, "latest");
  expect(await buffer(await open())).toEqual(archive);
  expect(await packages.getPackage(ann, name)).toMatchObject({ name, description: "for people" });
  await expect(house.files.delete(ann, file.id)).rejects.toMatchObject({ code: "conflict" });
});

test("a number is published once: the same bytes get one answer, others are refused and gone", async () => {
  const name = freshName();
  const first = await push({ name });
  const left = await filesLeft();
  expect(await push({ name })).toEqual(first);
  await expect(push({ name, description: "other" })).rejects.toMatchObject({ code: "already_exists" });
  expect(await filesLeft()).toBe(left);
});

test("latest is the highest version that is not yanked, a pre-release only where there is nothing else", async () => {
  const name = freshName();
  const latest = async () => (await packages.getPackageVersion(ann, name, "latest")).version;
  await push({ name, version: "2.0.0-beta.1" });
  expect(await latest()).toBe("2.0.0-beta.1");
  await push({ name, version: "1.10.0" });
  await push({ name, version: "1.9.0" });
  expect(await latest()).toBe("1.10.0");
  await packages.yankPackageVersion(ann, name, "1.10.0", "broken");
  expect(await latest()).toBe("1.9.0");
  const { items } = await packages.listPackageVersions(ann, name, {});
  expect(items.map(({ version, yankedReason }) => [version, yankedReason])).toEqual([
    ["1.9.0", null],
    ["1.10.0", "broken"],
    ["2.0.0-beta.1", null],
  ]);
});

test("a channel names what was promoted, and nothing yanked is promoted or given to a new job", async () => {
  const name = freshName();
  await push({ name });
  await push({ name, version: "1.1.0" });
  const promoted = await packages.promotePackage(ann, name, { version: "1.0.0", channel: "stable" });
  expect(promoted.channels.map((channel) => [channel.name, channel.version])).toEqual([
    ["latest", "1.1.0"],
    ["stable", "1.0.0"],
  ]);
  expect((await packages.requireRunnable(ann, name, "stable")).version.version).toBe("1.0.0");
  await packages.yankPackageVersion(ann, name, "stable", "leaks");
  const refused = { code: "conflict", message: expect.stringContaining("leaks") };
  await expect(packages.requireRunnable(ann, name, "stable")).rejects.toMatchObject(refused);
  await expect(
    packages.promotePackage(ann, name, { version: "1.0.0", channel: "beta" }),
  ).rejects.toMatchObject(refused);
  await expect(
    packages.promotePackage(ann, name, { version: "1.1.0", channel: "latest" }),
  ).rejects.toMatchObject({ code: "invalid_input" });
});

test("who may read may not push, who may not read sees nothing, and elsewhere it is not", async () => {
  const name = freshName();
  await push({ name });
  await expect(packages.getPackage(bob, name)).rejects.toMatchObject({ code: "not_found" });
  await packages.updatePackage(ann, name, {
    acl: [
      { principalId: ann.userId, rights: ["read", "update", "invoke"] },
      { principalId: bob.userId, rights: ["read"] },
    ],
  });
  expect(await packages.getPackage(bob, name)).toMatchObject({ name });
  await expect(push({ name, version: "2.0.0" }, bob)).rejects.toMatchObject({ code: "forbidden" });
  await expect(packages.requireRunnable(bob, name, "latest")).rejects.toMatchObject({ code: "forbidden" });
  const stranger = { ...house.admin, tenantId: "elsewhere" };
  await expect(packages.getPackage(stranger, name)).rejects.toMatchObject({ code: "not_found" });
  expect((await packages.listPackages(stranger)).items).toEqual([]);
  expect((await push({ name }, stranger)).package).toBe(name);
});

test.each<[string, Entry[], string]>([
  ["a name that leads out", [{ name: "../evil.sh", text: "x" }], "no harmless relative name"],
  ["an absolute name", [{ name: "/etc/passwd", text: "x" }], "no harmless relative name"],
  ["a link", [{ name: "link", type: "symlink", linkname: "/etc/passwd" }], "is a symlink"],
  ["a hard link", [{ name: "link", type: "link", linkname: "main.js" }], "is a link"],
  ["a device", [{ name: "null", type: "character-device" }], "is a character-device"],
  ["the same name twice", [{ name: "main.js", text: "other" }], "collides with"],
  ["a name too deep", [{ name: `${"a/".repeat(40)}b`, text: "x" }], "is deeper than"],
])("an archive with %s is refused, and nothing of it is kept", async (_what, entries, message) => {
  const left = await filesLeft();
  const stream = streamOf(await archiveOf({ name: freshName() }, entries));
  await expect(packages.pushPackage(ann, { stream })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(message),
  });
  expect(await filesLeft()).toBe(left);
});

test.each([
  ["no archive", Buffer.from("hello"), "no tar.gz"],
  ["an archive cut short", "cut", "no tar.gz"],
  ["no manifest", "bare", "there is no millrace.yaml"],
])("what is %s is refused with the reason", async (_what, given, message) => {
  const whole = await archiveOf({ name: freshName() });
  const bare = await tarOf([{ name: "main.js", text: "x" }]);
  const archive = given === "cut" ? whole.subarray(0, whole.length >> 1) : given === "bare" ? bare : given;
  await expect(packages.pushPackage(ann, { stream: streamOf(archive as Buffer) })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(message),
  });
});

test.each([
  [{ version: "1.0" }, "manifest.version"],
  [{ name: "Big Name" }, "manifest.name"],
  [{ name: "abcdef0123456789abcdef01" }, "manifest.name"],
  [{ runtime: 7 }, "manifest.runtime"],
  [{ functions: { "no name": {} } }, "manifest.functions"],
])("a manifest with %j is refused by its field", async (fields, field) => {
  await expect(push({ name: freshName(), ...fields })).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: expect.stringContaining(field) },
  });
});

test("a manifest that is no YAML, or that grows by aliases, is refused", async () => {
  const bomb = `a: &a [x,x]\nb: &b [*a,*a]\n${manifestOf({ name: freshName() })}`;
  for (const text of ["a: [", bomb]) {
    const stream = streamOf(await tarOf([{ name: "millrace.yaml", text }]));
    await expect(packages.pushPackage(ann, { stream })).rejects.toMatchObject({ code: "invalid_input" });
  }
});

test("a package of OpenIAP's agents is read by its package.json", async () => {
  const name = freshName();
  const page = JSON.stringify({ name, version: "1.2.3", openiap: { language: "nodejs" } });
  const archive = await tarOf([
    { name: "package.json", text: page },
    { name: "main.js", text: "x" },
  ]);
  const version = await packages.pushPackage(ann, { stream: streamOf(archive) });
  expect(version).toMatchObject({ package: name, version: "1.2.3", runtime: "node" });
  expect(version.manifest).toMatchObject({ entry: "main.js", kind: "once" });
});

test("every mistake of a manifest is named at once, as a runner would name it", async () => {
  const refused = push({ name: freshName(), runtime: "nodee", version: "1", entry: "../out.js" });
  await expect(refused).rejects.toMatchObject({
    code: "invalid_input",
    details: {
      fields: expect.arrayContaining([
        expect.objectContaining({ field: "manifest.runtime" }),
        expect.objectContaining({ field: "manifest.version" }),
        expect.objectContaining({ field: "manifest.entry" }),
      ]),
    },
  });
});
