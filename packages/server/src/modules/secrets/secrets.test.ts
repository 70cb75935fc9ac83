import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { Encryption } from "../../kit/encryption.ts";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import type { AclEntry } from "../access/model.ts";
import { Events } from "../events/service.ts";
import { maskOf } from "./model.ts";
import { Secrets } from "./service.ts";

let testDatabase: TestDatabase;
let database: Database;
let events: Events;
let secrets: Secrets;
const rootKey = randomBytes(32);
const ann = callOf("Ann");
const bob = callOf("Bob");
const absent = { code: "not_found" };

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({ url: testDatabase.url, log: pino({ level: "silent" }) });
  events = new Events(database, new Wakes());
  secrets = secretsUnder(rootKey);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

function secretsUnder(...keys: Buffer[]): Secrets {
  return new Secrets({ database, events, encryption: new Encryption(keys) });
}

const fresh = () => `secret-${newId()}`;
const grant = (call: { userId: string }, ...rights: AclEntry["rights"]): AclEntry => ({
  principalId: call.userId,
  rights,
});

async function sealedOf(name: string): Promise<string> {
  const rows = await database.query<{ sealed: string }>(sql`
    select sealed from secrets.secrets where name = ${name}`);
  return rows[0]!.sealed;
}

test("a value is kept, used, replaced and deleted, and no answer holds it", async () => {
  const name = fresh();
  const made = await secrets.createSecret(ann, { name, value: "swordfish-1", description: "the bank's" });
  expect(made).toMatchObject({ name, description: "the bank's", version: 0, createdById: ann.userId });
  expect(await secrets.use(ann, [name])).toEqual({ [name]: "swordfish-1" });
  const changed = await secrets.setSecretValue(ann, name, { user: "ada", password: "swordfish-2" }, 0);
  expect(changed).toMatchObject({ id: made.id, version: 1 });
  expect(await secrets.use(ann, [name])).toEqual({ [name]: { user: "ada", password: "swordfish-2" } });
  const answers = [made, changed, await secrets.getSecret(ann, name), await secrets.listSecrets(ann)];
  expect(JSON.stringify(answers)).not.toMatch(/swordfish|enc1\./);
  await secrets.deleteSecret(ann, name);
  await expect(secrets.use(ann, [name])).rejects.toMatchObject(absent);
});

test("the database and the feed hold no value, plain or encoded", async () => {
  const name = fresh();
  const value = `swordfish-${newId()}`;
  await secrets.createSecret(ann, { name, value });
  await secrets.setSecretValue(ann, name, { deep: [value] });
  await secrets.updateSecret(ann, name, { description: "other" });
  await secrets.deleteSecret(ann, name);
  const other = fresh();
  const { id } = await secrets.createSecret(ann, { name: other, value });
  const rows = await database.query(sql`
    select to_jsonb(s)::text as text from secrets.secrets s
    union all select to_jsonb(e)::text from events.events e where topic = 'secrets'`);
  const text = JSON.stringify(rows);
  expect(maskOf({ value }).hide(text)).toBe(text);
  expect(text).toContain(name);
  const told = await events.history(ann, id);
  expect(told).toMatchObject([{ type: "secret.created", actorName: "Ann", details: { name: other } }]);
});

test("whoever reads for callers cannot see a value, not even sealed", async () => {
  await secrets.createSecret(ann, { name: fresh(), value: "x" });
  const reader = database.read(ann);
  await expect(reader.query(sql`select sealed from secrets.secrets`)).rejects.toThrow(/permission denied/);
});

test("to use is a right of its own: reading is not enough, and who may use need not read", async () => {
  const name = fresh();
  const acl = [grant(ann, "read", "update", "delete", "invoke"), grant(bob, "read")];
  await secrets.createSecret(ann, { name, value: 1, acl });
  await expect(secrets.use(bob, [name])).rejects.toMatchObject({ code: "forbidden" });
  expect(await secrets.listUsableNames(bob)).not.toContain(name);
  await secrets.updateSecret(ann, name, { acl: [grant(ann, "update"), grant(bob, "invoke")] });
  expect(await secrets.use(bob, [name])).toEqual({ [name]: 1 });
  expect(await secrets.listUsableNames(bob)).toContain(name);
  await expect(secrets.getSecret(bob, name)).rejects.toMatchObject(absent);
  await expect(secrets.use(ann, [name])).rejects.toMatchObject(absent);
  expect((await secrets.listSecrets(bob)).items.map((secret) => secret.name)).not.toContain(name);
});

test("a refusal of one of several gives none of them", async () => {
  const [mine, hers] = [fresh(), fresh()];
  await secrets.createSecret(ann, { name: hers, value: "hers" });
  await secrets.createSecret(bob, { name: mine, value: "mine" });
  await expect(secrets.use(bob, [mine, hers])).rejects.toMatchObject({
    ...absent,
    message: expect.stringContaining(hers),
  });
  expect(await secrets.use(bob, [mine, mine])).toEqual({ [mine]: "mine" });
  expect(await secrets.use(bob, [])).toEqual({});
});

test("uses that come together get each their own tenant's and rights' answer", async () => {
  const name = fresh();
  const abroad = callOf("Ann", "elsewhere");
  await secrets.createSecret(ann, { name, value: "home" });
  await secrets.createSecret(abroad, { name, value: "abroad" });
  const uses = [ann, abroad, bob, systemCall("test"), systemCall("test", "nowhere")];
  const outcomes = await Promise.allSettled(uses.map((call) => secrets.use(call, [name])));
  const said = outcomes.map((each) => (each.status === "fulfilled" ? each.value : each.reason.code));
  expect(said).toEqual([
    { [name]: "home" },
    { [name]: "abroad" },
    "not_found",
    { [name]: "home" },
    "not_found",
  ]);
  const { id } = await secrets.getSecret(ann, name);
  const admin = systemCall("test", "elsewhere");
  for (const verb of [
    () => secrets.getSecret(admin, id),
    () => secrets.setSecretValue(admin, id, "taken"),
    () => secrets.updateSecret(admin, id, { acl: [] }),
    () => secrets.deleteSecret(admin, id),
  ])
    await expect(verb()).rejects.toMatchObject(absent);
  expect(await secrets.use(ann, [name])).toEqual({ [name]: "home" });
});

test("of two who change the same version one is told, and nothing of his is kept", async () => {
  const name = fresh();
  const { version } = await secrets.createSecret(ann, { name, value: 0 });
  const writes = [1, 2].map((value) => secrets.setSecretValue(ann, name, value, version));
  const outcomes = await Promise.allSettled(writes);
  const lost = outcomes.filter((each) => each.status === "rejected");
  expect(lost).toMatchObject([{ reason: { code: "version_mismatch" } }]);
  const { [name]: kept } = await secrets.use(ann, [name]);
  expect(outcomes[Number(kept) - 1]!.status).toBe("fulfilled");
  await expect(secrets.deleteSecret(ann, name, version)).rejects.toMatchObject({ code: "version_mismatch" });
  const { id } = await secrets.getSecret(ann, name);
  const types = (await events.history(ann, id)).map(({ type }) => type);
  expect(types).toEqual(["secret.created", "secret.changed"]);
});

test("a value opens in its own place only: not as another secret's, and not once it was replaced", async () => {
  const [a, b] = [fresh(), fresh()];
  await secrets.createSecret(ann, { name: a, value: "a" });
  await secrets.createSecret(ann, { name: b, value: "b" });
  const old = await sealedOf(a);
  await database.query(sql`update secrets.secrets set sealed = ${old} where name = ${b}`);
  await expect(secrets.use(ann, [b])).rejects.toThrow("cannot be opened");
  await secrets.setSecretValue(ann, a, "a2");
  await database.query(sql`update secrets.secrets set sealed = ${old} where name = ${a}`);
  await expect(secrets.use(ann, [a])).rejects.toThrow("cannot be opened");
});

test("after a change of the root key values are used and sealed anew, until the former key is not needed", async () => {
  const next = randomBytes(32);
  const names = [fresh(), fresh()];
  for (const name of names) await secrets.createSecret(ann, { name, value: `of ${name}` });
  const changing = secretsUnder(next, rootKey);
  expect(await changing.use(ann, names)).toEqual(
    Object.fromEntries(names.map((name) => [name, `of ${name}`])),
  );
  await expect(secretsUnder(next).use(ann, names)).rejects.toThrow("root key is missing");
  const before = await changing.getSecret(ann, names[0]!);
  // Others' values of this file, some of them broken on purpose, lie under the former key too.
  await database.query(sql`delete from secrets.secrets where name <> all (${names}::text[])`);
  expect(await changing.reseal(1)).toBe(1);
  expect(await changing.reseal(100)).toBe(1);
  expect(await changing.reseal(100)).toBe(0);
  expect(await secretsUnder(next).use(ann, names)).toEqual(await changing.use(ann, names));
  expect(await changing.getSecret(ann, names[0]!)).toEqual(before);
  await expect(secrets.use(ann, names)).rejects.toThrow("root key is missing");
});

test("what cannot be kept is refused by its place, without its text", async () => {
  const name = fresh();
  const tooLarge = secrets.createSecret(ann, { name, value: "swordfish".repeat(8_000) });
  await expect(tooLarge).rejects.toMatchObject({ code: "too_large", details: { field: "value" } });
  await expect(tooLarge).rejects.not.toThrow("swordfish");
  const broken = secrets.createSecret(ann, { name, value: { a: ["swordfish\0"] } });
  await expect(broken).rejects.toMatchObject({ code: "invalid_input", details: { field: "value.a[0]" } });
  await expect(broken).rejects.not.toThrow("swordfish");
  for (const wrong of ["", "1st", "__proto__", "a b", "a".repeat(101), "abcdefabcdefabcdefabcdef"])
    await expect(secrets.createSecret(ann, { name: wrong, value: 1 })).rejects.toMatchObject({
      details: { field: "name" },
    });
  await secrets.createSecret(ann, { name, value: 1 });
  await expect(secrets.createSecret(bob, { name, value: 2 })).rejects.toMatchObject({
    code: "already_exists",
  });
});

test("secrets are listed by name, page by page", async () => {
  const call = callOf("Cleo");
  const names = ["a", "b", "c"].map((letter) => `${letter}-${newId()}`);
  for (const name of names) await secrets.createSecret(call, { name, value: 1 });
  const first = await secrets.listSecrets(call, undefined, 2);
  expect(first.items.map(({ name }) => name)).toEqual(names.slice(0, 2));
  const second = await secrets.listSecrets(call, first.nextCursor, 2);
  expect(second).toMatchObject({ items: [{ name: names[2] }] });
  expect(second.nextCursor).toBeUndefined();
});

test("what was used is hidden in every form of it", () => {
  const mask = maskOf({ token: "swordfish-1", login: { user: "ada-lovelace", pin: 48_151_623 } });
  const header = Buffer.from("user:swordfish-1").toString("base64");
  expect(mask.hideIn({ text: "token swordfish-1", pin: 48_151_623, header })).toEqual({
    text: "token [secret]",
    pin: "[secret]",
    header: expect.stringContaining("[secret]"),
  });
});
