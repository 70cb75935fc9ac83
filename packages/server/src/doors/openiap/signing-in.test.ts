import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { everyoneId, guestId } from "../../modules/identity/model.ts";
import { knownRoles } from "./known-principals.ts";
import { connectClient, makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";
import { messageIn, rawWebSocket } from "./testing-raw.ts";

let door: TestOpeniap;
beforeAll(async () => {
  door = await openTestOpeniap({ hasGuest: true });
});
afterAll(async () => {
  await door.close();
  expect(door.failures).toEqual([]);
});

async function open() {
  const client = await rawWebSocket(door.webSocketUrl);
  const signIn = async (message: Parameters<typeof client.ask<"SigninRequest">>[2]) => {
    const reply = await client.ask("signin", "SigninRequest", message);
    if (reply.command === "error") throw new Error(messageIn(reply, "ErrorResponse").message);
    return messageIn(reply, "SigninResponse");
  };
  const count = () => client.ask("count", "CountRequest", { collectionname: "none" });
  return { client, signIn, count };
}

test("who signs in is told who he is, with the ids that clients know", async () => {
  const { name, password, userId } = await makeMember(door, { isAdmin: true });
  const { signIn } = await open();
  const { user, jwt, config } = await signIn({ username: name, password, agent: "node", version: "1" });
  expect(user).toMatchObject({ _id: userId, name, username: name });
  expect(user!.roles).toEqual(
    expect.arrayContaining([
      { _id: "5a1702fa245d9013697656fb", name: "admins" },
      { _id: "5a17f157c4815318c8536c21", name: "users" },
    ]),
  );
  expect(jwt.split(".")).toHaveLength(3);
  expect(JSON.parse(config)).toMatchObject({ enable_analytics: false });
  for (const { id } of knownRoles) await door.house.identity.getRole(door.tenant.system, id);
});

test("a wrong password is refused, and who guesses is held back as at the REST door", async () => {
  const { name } = await makeMember(door);
  const { signIn } = await open();
  const guess = () =>
    signIn({ username: name, password: "badpassword" }).catch((error: Error) => error.message);
  expect(await guess()).toBe("The name or the password is wrong");
  const words = [];
  for (let each = 0; each < 6; each += 1) words.push(await guess());
  expect(words.at(-1)).toMatch(/^Too many failed attempts/);
});

test("the session of a password is its user's to end, and then the connection's commands are refused", async () => {
  const { name, password, call } = await makeMember(door);
  const { signIn, count } = await open();
  const { jwt } = await signIn({ username: name, password, agent: "node", version: "0.0.39" });
  expect((await count()).command).toBe("countreply");
  const owner = await call();
  const [session] = await door.house.identity.listSessions(owner);
  expect(session!.userAgent).toBe("node 0.0.39");
  await door.house.identity.endSession(owner, session!.id);
  const refused = await count();
  expect(messageIn(refused, "ErrorResponse").message).toMatch(/Not signed in any more/);
  await expect(signIn({ jwt })).rejects.toThrow(/sign in again/);
});

test("a long token is listed and revoked as any other, and who came with one keeps it", async () => {
  const { name, password, call } = await makeMember(door);
  const { jwt } = await (await open()).signIn({ username: name, password, longtoken: true, agent: "test" });
  const { signIn, count } = await open();
  expect((await signIn({ jwt, longtoken: true })).jwt).toBe(jwt);
  const owner = await call();
  const { items } = await door.house.identity.listTokens(owner);
  const made = items.find((token) => token.name === "OpenIAP test")!;
  await door.house.identity.revokeToken(owner, made.id);
  expect((await count()).command).toBe("error");
});

test("who has as many long tokens as there may be is let in all the same, with a short one", async () => {
  const { name, password, userId } = await makeMember(door);
  await door.database.query(sql`
    insert into identity.tokens (id, tenant_id, user_id, name, token_hash, created_by_id, expires_at)
    select lpad(to_hex(n), 24, '0'), 'default', ${userId}, 'old', 'none', ${userId}, now() + interval '1 day'
    from generate_series(1, 500) n`);
  const { signIn } = await open();
  expect((await signIn({ username: name, password, longtoken: true })).jwt.split(".")).toHaveLength(3);
});

test("rights that are taken away hold at the next command, and those of a scoped token are its own", async () => {
  const { userId, call } = await makeMember(door);
  const scoped = await door.house.identity.createToken(await call(), {
    name: "a",
    scopes: ["documents:read"],
  });
  const { client, signIn, count } = await open();
  const { jwt } = await signIn({ jwt: scoped.token });
  const insert = (more: { jwt?: string } = {}) =>
    client.ask("insertone", "InsertOneRequest", { collectionname: "none", item: "{}" }, more);
  for (const reply of [await insert(), await insert({ jwt })]) {
    expect(messageIn(reply, "ErrorResponse").message).toMatch(/^Access denied: The token lacks the scope/);
  }
  expect((await count()).command).toBe("countreply");
  await door.house.identity.updateUser(door.tenant.system, userId, { disabled: true });
  expect((await count()).command).toBe("error");
});

test("a token is renewed unasked before it is over, and a connection without a credential ends", async () => {
  const { name, password, userId } = await makeMember(door);
  const { client, signIn } = await open();
  await signIn({ username: name, password });
  const connection = [...door.openiap.connections].find(({ call }) => call?.userId === userId)!;
  connection.renewTokenAtMs = 0;
  door.openiap.beat();
  const { jwt, username, user } = messageIn(
    await client.first(({ command }) => command === "refreshtoken"),
    "RefreshToken",
  );
  expect([username, user!._id]).toEqual([name, userId]);
  expect((await client.ask("count", "CountRequest", { collectionname: "none" }, { jwt })).command).toBe(
    "countreply",
  );
  await door.house.identity.updateUser(door.tenant.system, userId, { disabled: true });
  connection.renewTokenAtMs = 0;
  door.openiap.beat();
  await client.closed();
});

test("who wants pings gets them, who is silent is cut off, and who never signs in is shown out", async () => {
  const { token } = await makeMember(door);
  const [pinged, silent, stranger] = [await open(), await open(), await open()];
  await pinged.signIn({ jwt: token, ping: true });
  await silent.signIn({ jwt: token });
  await stranger.client.ask("getelement", "GetElementRequest", {});
  const minutes = (count: number) => performance.now() - count * 60_000 - 1_000;
  const connections = [...door.openiap.connections].slice(-3);
  connections[1]!.aliveAtMs = minutes(1);
  Object.assign(connections[2]!, { openedAtMs: minutes(2) });
  door.openiap.beat();
  await pinged.client.first(({ command }) => command === "ping");
  await silent.client.closed();
  await stranger.client.closed();
  expect(pinged.client.isClosed).toBe(false);
});

test("the guest reads what everyone may, writes nothing, and touches no file", async () => {
  const { owner } = door.tenant;
  const collectionname = `c-${newId()}`;
  const call = await owner.call();
  const read = { principalId: everyoneId, rights: ["read"] };
  const own = { principalId: owner.userId, rights: ["read"] };
  await door.house.documents.insertOne(call, collectionname, { name: "open", _acl: [own, read] });
  await door.house.documents.insertOne(call, collectionname, { name: "shut", _acl: [own] });
  const { client, signIn } = await open();
  const query = async () => {
    const reply = await client.ask("query", "QueryRequest", { collectionname });
    return JSON.parse(messageIn(reply, "QueryResponse").results) as unknown[];
  };
  expect(await query()).toMatchObject([{ name: "open" }]);
  const { user, jwt } = await signIn({ username: "guest", password: "whatever" });
  expect([user!._id, jwt]).toEqual([guestId, ""]);
  expect(await query()).toMatchObject([{ name: "open" }]);
  for (const [command, type] of [
    ["insertone", "InsertOneRequest"],
    ["upload", "UploadRequest"],
    ["download", "DownloadRequest"],
  ] as const) {
    const reply = await client.ask(command, type, { collectionname });
    expect(messageIn(reply, "ErrorResponse").message, command).toMatch(/^Access denied/);
  }
});

test("the published client is refused with a wrong password, and signs in by what its address says", async () => {
  const { name, password } = await makeMember(door);
  const address = (secret: string) =>
    door.webSocketUrl.replace("//", `//${name}:${encodeURIComponent(secret)}@`);
  await expect(connectClient(address("badpassword"))).rejects.toThrow(/wrong/);
  const client = await connectClient(address(password));
  expect(client.signedin).toBe(true);
  client.Close();
});
