import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { adminsId, usersId } from "../../kit/call.ts";
import { Database, Lane } from "../../kit/database.ts";
import { type Sql, sql } from "../../kit/sql.ts";
import { makeTokenText } from "./credentials.ts";
import { anonymous, password, request, setupIdentity, startNode } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());
afterEach(() => vi.restoreAllMocks());

const gone = { code: "unauthenticated" };

test("a token stands for its user, with his roles through ten of them", async () => {
  const { identity, system, makeUser } = house;
  const { user, ask } = await makeUser();
  const chain: string[] = [];
  for (let depth = 1; depth <= 10; depth++) {
    const role = await identity.createRole(system, { name: `depth-${depth}` });
    await identity.addRoleMember(system, role.id, chain.at(-1) ?? user.id);
    chain.push(role.id);
  }
  const call = await ask();
  expect(call.principalIds[0]).toBe(user.id);
  expect([...call.principalIds].sort()).toEqual([user.id, usersId, ...chain].sort());
  expect(call).toMatchObject({ userName: user.name, isAdmin: false, tenantId: "default" });
});

test("a role that is taken away is gone at the next request, on another node too", async () => {
  const { identity, other, system, makeUser } = house;
  const { user, ask } = await makeUser();
  const role = await identity.createRole(system, { name: "drivers" });
  await identity.addRoleMember(system, adminsId, role.id);
  await identity.addRoleMember(system, role.id, user.id);
  for (const node of [identity, other.identity]) expect((await ask(node)).isAdmin).toBe(true);
  await identity.removeRoleMember(system, role.id, user.id);
  for (const node of [other.identity, identity]) {
    const call = await ask(node);
    expect(call.isAdmin).toBe(false);
    expect(call.principalIds).toEqual([user.id, usersId]);
  }
});

test("a deleted role takes its members out of the roles that it was in", async () => {
  const { identity, other, system, makeUser } = house;
  const { user, ask } = await makeUser();
  const role = await identity.createRole(system, { name: "passing" });
  await identity.addRoleMember(system, adminsId, role.id);
  await identity.addRoleMember(system, role.id, user.id);
  expect((await ask(other.identity)).isAdmin).toBe(true);
  await identity.deleteRole(system, role.id);
  expect((await ask(other.identity)).isAdmin).toBe(false);
});

test("a disabled user is refused at the next request on every node, and comes back enabled", async () => {
  const { identity, other, system, makeUser } = house;
  const { user, ask } = await makeUser();
  for (const node of [identity, other.identity]) await ask(node);
  await identity.updateUser(system, user.id, { disabled: true });
  for (const node of [other.identity, identity]) await expect(ask(node)).rejects.toMatchObject(gone);
  await identity.updateUser(system, user.id, { disabled: false });
  for (const node of [other.identity, identity]) expect((await ask(node)).userId).toBe(user.id);
});

test("a revoked token is refused at the next request on every node", async () => {
  const { identity, other, system, makeUser } = house;
  const { token, ask } = await makeUser();
  for (const node of [identity, other.identity]) await ask(node);
  await identity.revokeToken(system, token.id);
  for (const node of [other.identity, identity]) await expect(ask(node)).rejects.toMatchObject(gone);
});

test("a deleted user's token is refused", async () => {
  const { identity, other, system, makeUser } = house;
  const { user, ask } = await makeUser();
  await ask(other.identity);
  await identity.deleteUser(system, user.id);
  await expect(ask(other.identity)).rejects.toMatchObject(gone);
});

test("a token is refused from the moment it expires, although nothing was written", async () => {
  const { database, other, makeUser } = house;
  const { token, ask } = await makeUser();
  await database.query(sql`
    update identity.tokens set expires_at = now() + interval '1 second' where id = ${token.id}`);
  await database.query(sql`update identity.epochs set epoch = epoch + 1`);
  await ask();
  await ask(other.identity);
  // The one thing that cannot be aged: what a node has cached must end by itself, with nothing written anywhere.
  await database.query(sql`select pg_sleep(1.05)`);
  await expect(ask()).rejects.toMatchObject(gone);
  await expect(ask(other.identity)).rejects.toMatchObject(gone);
});

test("a watch learns by refresh what its caller may, and that his token is gone", async () => {
  const { identity, other, system, makeUser } = house;
  const { user, token, call } = await makeUser();
  const role = await identity.createRole(system, { name: "watchers" });
  await identity.addRoleMember(system, role.id, user.id);
  expect((await other.identity.refresh(call))?.principalIds).toContain(role.id);
  expect(await other.identity.refresh(call)).toMatchObject({ requestId: call.requestId, userId: user.id });
  await identity.revokeToken(system, token.id);
  expect(await other.identity.refresh(call)).toBeUndefined();
  expect(await identity.refresh(call)).toBeUndefined();
});

test("requests that arrive together share the read of the epoch; who comes after them reads it again", async () => {
  const { url, makeUser } = house;
  const { ask } = await makeUser();
  const node = startNode(url);
  try {
    await ask(node.identity);
    const statements = countStatements();
    await Promise.all(Array.from({ length: 500 }, () => ask(node.identity)));
    expect(statements()).toBe(1);
    await ask(node.identity);
    expect(statements()).toBe(2);
  } finally {
    await node.close();
  }
});

test("many unknown credentials that arrive together are resolved by one statement", async () => {
  const { url, makeUser } = house;
  const users = [await makeUser(), await makeUser(), await makeUser()];
  const node = startNode(url);
  try {
    const statements = countStatements();
    const calls = await Promise.all(users.map(({ ask }) => ask(node.identity)));
    expect(calls.map((call) => call.userId)).toEqual(users.map(({ user }) => user.id));
    // One to resolve them, one to write down that they were used.
    expect(statements()).toBeLessThanOrEqual(2);
  } finally {
    await node.close();
  }
});

test("the use of a token is written down, once a minute and not in the request's way", async () => {
  const { database, identity, call, ask, token } = { ...house, ...(await house.makeUser()) };
  const lastUse = async () => (await identity.getToken(call, token.id)).lastUsedAt;
  await identity.close();
  const first = await lastUse();
  expect(first).not.toBeNull();
  await ask();
  await identity.close();
  expect(await lastUse()).toBe(first);
  await database.query(sql`
    update identity.tokens set last_used_at = now() - interval '2 minutes' where id = ${token.id}`);
  await database.query(sql`update identity.epochs set epoch = epoch + 1`);
  await ask();
  await identity.close();
  expect(Date.parse((await lastUse())!)).toBeGreaterThanOrEqual(Date.parse(first!));
});

test("what is no token is refused without asking the database, and a foreign secret is of no use", async () => {
  const { identity, makeUser } = house;
  const { token } = await makeUser();
  const statements = countStatements();
  const mistyped = `${token.token.slice(0, -1)}${token.token.endsWith("0") ? "1" : "0"}`;
  for (const text of ["", "x", "mr_pat_", token.id, mistyped, `${token.token} `, token.token.toUpperCase()]) {
    await expect(identity.authenticate({ kind: "token", text }, request())).rejects.toMatchObject(gone);
  }
  expect(statements()).toBe(0);
  // Well formed and with the right id, but not the secret.
  const guessed = makeTokenText(token.id);
  await expect(identity.authenticate({ kind: "token", text: guessed }, request())).rejects.toMatchObject(
    gone,
  );
});

test("a token is no session and a session is no token, also once they are known", async () => {
  const { identity, makeUser } = house;
  const { user, token } = await makeUser({ password });
  const { sessionText } = await identity.signIn(anonymous(), { name: user.name, password });
  const texts = { token: token.token, session: sessionText };
  const ask = (kind: "token" | "session", text: string) => identity.authenticate({ kind, text }, request());
  for (const [kind, other] of [
    ["token", "session"],
    ["session", "token"],
  ] as const) {
    await ask(kind, texts[kind]);
    await expect(ask(other, texts[kind])).rejects.toMatchObject(gone);
  }
});

/** Counts what the database is asked from here on; the statements run as ever. */
/** Counts what goes to the database past a transaction, on whichever session. */
function countStatements(): () => number {
  let count = 0;
  for (const session of [Database.prototype, Lane.prototype]) {
    const query = session.query;
    vi.spyOn(session, "query").mockImplementation(function (this: never, statement: Sql) {
      count += 1;
      return query.call(this, statement);
    });
  }
  return () => count;
}

test("who is acted for while he is away has the rights of now, on every node, and none when he is gone", async () => {
  const { identity, other, system, makeUser } = house;
  const { user } = await makeUser();
  const role = await identity.createRole(system, { name: "night-shift" });
  await identity.addRoleMember(system, adminsId, role.id);
  const who = { tenantId: "default", userId: user.id };
  const nodes = [identity, other.identity];
  for (const node of nodes)
    expect(await node.actAs(who, "r")).toMatchObject({ isAdmin: false, requestId: "r" });
  await identity.addRoleMember(system, role.id, user.id);
  const expected = { userId: user.id, userName: user.name, isAdmin: true };
  for (const node of nodes) expect(await node.actAs(who, "r")).toMatchObject(expected);
  await identity.updateUser(system, user.id, { disabled: true });
  for (const node of nodes) expect(await node.actAs(who, "r")).toBeUndefined();
  await identity.updateUser(system, user.id, { disabled: false });
  for (const node of nodes) expect(await node.actAs(who, "r")).toMatchObject(expected);
  await identity.deleteUser(system, user.id);
  for (const node of nodes) expect(await node.actAs(who, "r")).toBeUndefined();
  expect(await identity.actAs({ ...who, tenantId: "elsewhere" }, "r")).toBeUndefined();
});
