import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId, rootId } from "../../kit/call.ts";
import { sql } from "../../kit/sql.ts";
import { sweepCredentials } from "./sweep-credentials.ts";
import { anonymous, password, request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

test("users are listed page by page in the order of their names, and by how their names begin", async () => {
  const { identity, system } = house;
  for (const name of ["Delta 3", "delta 1", "DELTA 2", "epsilon"])
    await identity.createUser(system, { name });
  const first = await identity.listUsers(system, { name: "Delta", limit: 2 });
  expect(first.items.map(({ name }) => name)).toEqual(["delta 1", "DELTA 2"]);
  const second = await identity.listUsers(system, { name: "Delta", limit: 2, cursor: first.nextCursor });
  expect(second.items.map(({ name }) => name)).toEqual(["Delta 3"]);
  expect(second.nextCursor).toBeUndefined();
});

test("everybody may list ids and names; an e-mail address is for admins and its owner", async () => {
  const { identity, makeUser } = house;
  const seen = await makeUser({ name: "Seen one", email: "seen@example.org" });
  const { call } = await makeUser();
  const entry = { id: seen.user.id, name: "Seen one" };
  expect((await identity.listUsers(call, { name: "seen" })).items).toEqual([entry]);
  expect((await identity.listUsers(seen.call, { name: "seen" })).items[0]).toMatchObject({
    ...entry,
    email: "seen@example.org",
  });
  await expect(identity.getUser(call, seen.user.id)).rejects.toMatchObject({ code: "not_found" });
  expect(await identity.getUser(seen.call, seen.user.id)).toMatchObject({ email: "seen@example.org" });
});

test("a user changes his language and nothing else; admins change the rest", async () => {
  const { identity, system, makeUser, factsOf } = house;
  const { user, call } = await makeUser();
  const stranger = await makeUser();
  expect(await identity.updateUser(call, user.id, { language: "de" })).toMatchObject({ language: "de" });
  await expect(identity.updateUser(call, user.id, { name: "king" })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(identity.updateUser(call, user.id, { disabled: false })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(identity.updateUser(stranger.call, user.id, { language: "fr" })).rejects.toMatchObject({
    code: "not_found",
  });
  for (const act of [
    () => identity.createUser(call, { name: "friend" }),
    () => identity.deleteUser(call, stranger.user.id),
    () => identity.resetPassword(call, user.id),
  ]) {
    await expect(act()).rejects.toMatchObject({ code: "forbidden" });
  }
  const changed = { name: `${user.name}-b`, email: "b@example.org" };
  expect(await identity.updateUser(system, user.id, changed)).toMatchObject({ ...changed, language: "de" });
  expect(await identity.updateUser(system, user.id, { email: null })).toMatchObject({ email: null });
  expect(await factsOf(user.id)).toEqual(["user.created", "user.updated", "user.updated", "user.updated"]);
});

test("names and addresses are taken once, whatever their case", async () => {
  const { identity, system } = house;
  await identity.createUser(system, { name: "Grace", email: "grace@example.org" });
  await expect(identity.createUser(system, { name: "GRACE" })).rejects.toMatchObject({
    code: "already_exists",
    details: { field: "name" },
  });
  await expect(
    identity.createUser(system, { name: "Hopper", email: "Grace@Example.org" }),
  ).rejects.toMatchObject({ code: "already_exists", details: { field: "email" } });
});

test("root and oneself are neither deleted nor disabled", async () => {
  const { identity, system, makeUser } = house;
  const { user, call } = await makeUser({ roleIds: [adminsId] });
  const conflict = { code: "conflict" };
  await expect(identity.deleteUser(call, user.id)).rejects.toMatchObject(conflict);
  await expect(identity.updateUser(call, user.id, { disabled: true })).rejects.toMatchObject(conflict);
  await expect(identity.deleteUser(call, rootId)).rejects.toMatchObject(conflict);
  await expect(identity.updateUser(call, rootId, { disabled: true })).rejects.toMatchObject(conflict);
  await expect(identity.setPassword(call, rootId, { password })).rejects.toMatchObject(conflict);
  await expect(identity.resetPassword(call, rootId)).rejects.toMatchObject(conflict);
  await identity.deleteUser(system, user.id);
});

test.each([
  ["short", "1234567"],
  ["long", "x1".repeat(129)],
  ["common", "Passw0rd"],
  ["common with a tail", "Sunshine2024!"],
  ["one character", "aaaaaaaaaaaa"],
  ["his name", "Katherine-J"],
  ["his address", "kjohnson1918"],
])("a password that is %s is refused", async (_, weak) => {
  const { identity, system } = house;
  const user = { name: "Katherine-J", email: "kjohnson@example.org" };
  await expect(identity.createUser(system, { ...user, password: weak })).rejects.toMatchObject({
    code: "invalid_input",
    details: { field: "password" },
  });
});

test("a password is kept as argon2id with the parameters we promise, and readers cannot read it", async () => {
  const { database, system, makeUser } = house;
  const { user } = await makeUser({ password });
  const [row] = await database.query<{ hash: string }>(sql`
    select password_hash as hash from identity.users where id = ${user.id}`);
  expect(row!.hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  const denied = { code: "42501" };
  const reader = database.read(system);
  await expect(reader.query(sql`select password_hash from identity.users`)).rejects.toMatchObject(denied);
  await expect(reader.query(sql`select token_hash from identity.tokens`)).rejects.toMatchObject(denied);
  await expect(reader.query(sql`select token_hash from identity.sessions`)).rejects.toMatchObject(denied);
  await expect(reader.query(sql`select * from identity.links`)).rejects.toMatchObject(denied);
});

test("readers of one tenant see nothing of another, even where a statement forgets the tenant", async () => {
  const { identity, database } = house;
  await identity.ensureFoundations("beside");
  for (const tenantId of ["beside", "nowhere"]) {
    const reader = database.read({ tenantId });
    const rows = await reader.query<{ tenantId: string }>(sql`
      select tenant_id as "tenantId" from identity.users
      union all select tenant_id from identity.roles
      union all select tenant_id from identity.role_members
      union all select tenant_id from identity.tokens
      union all select tenant_id from identity.sessions
      union all select tenant_id from identity.epochs`);
    expect([...new Set(rows.map((row) => row.tenantId))]).toEqual(tenantId === "beside" ? ["beside"] : []);
  }
});

test("when too many passwords wait to be checked, the rest is refused and costs nobody an attempt", async () => {
  const { identity, database, makeUser } = house;
  const { user } = await makeUser({ password });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) =>
      identity.signIn(anonymous(`192.0.2.${index}`), { name: `crowd-${index}`, password }),
    ),
  );
  const refused = outcomes.filter(
    (outcome) => outcome.status === "rejected" && outcome.reason.code === "rate_limited",
  );
  expect(refused.length).toBeGreaterThan(0);
  const [row] = await database.query<{ counted: number }>(sql`
    select sum(failures)::int as counted from identity.sign_in_throttles
    where tenant_id = 'default' and key like 'account:%'`);
  expect(row!.counted).toBe(200 - refused.length);
  await identity.signIn(anonymous(), { name: user.name, password });
});

test("what is over is swept; what lives stays", async () => {
  const { identity, database, system, makeUser } = house;
  const { user, token, ask } = await makeUser({ password });
  const revoked = await makeUser();
  await identity.revokeToken(system, revoked.token.id);
  const living = await identity.signIn(anonymous(), { name: user.name, password });
  const idle = await identity.signIn(anonymous(), { name: user.name, password });
  await identity.resetPassword(system, user.id);
  const idleCall = await identity.authenticate({ kind: "session", text: idle.sessionText }, request());
  await identity.close();
  await database.query(sql`
    update identity.sessions set seen_at = now() - interval '9 hours' where id = ${idleCall.credentialId}`);
  await database.query(
    sql`update identity.tokens set revoked_at = now() - interval '31 days' where revoked_at < now()`,
  );
  await database.query(sql`update identity.links set expires_at = now() - interval '1 second'`);
  await database.query(sql`update identity.sign_in_throttles set failed_at = now() - interval '25 hours'`);
  expect(await sweepCredentials(database).tick()).toBe(false);
  const [left] = await database.query<Record<string, number>>(sql`
    select (select count(*)::int from identity.sessions where user_id = ${user.id}) as sessions,
      (select count(*)::int from identity.tokens where id in (${token.id}, ${revoked.token.id})) as tokens,
      (select count(*)::int from identity.links) as links,
      (select count(*)::int from identity.sign_in_throttles) as throttles`);
  expect(left).toEqual({ sessions: 1, tokens: 1, links: 0, throttles: 0 });
  await ask();
  await identity.authenticate({ kind: "session", text: living.sessionText }, request());
});
