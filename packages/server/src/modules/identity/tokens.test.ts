import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId } from "../../kit/call.ts";
import { sql } from "../../kit/sql.ts";
import { digestOf, makeTokenText, tokenIdOf } from "./credentials.ts";
import { request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

const askWith = (text: string) => house.identity.authenticate({ kind: "token", text }, request());

test("a token's text has its form, its checksum finds a mistyped one, and only its hash is kept", async () => {
  const { database, makeUser } = house;
  const { token } = await makeUser();
  expect(token.token).toMatch(/^mr_pat_[0-9a-f]{24}_[0-9A-Za-z]{49}$/);
  expect(tokenIdOf(token.token)).toBe(token.id);
  const id = "0123456789abcdef01234567";
  const texts = Array.from({ length: 200 }, () => makeTokenText(id));
  expect(new Set(texts).size).toBe(200);
  for (const text of texts) {
    const place = 33 + Math.floor(text.length / 5);
    const mistyped = `${text.slice(0, place)}${text[place] === "a" ? "b" : "a"}${text.slice(place + 1)}`;
    expect([tokenIdOf(text), tokenIdOf(mistyped)]).toEqual([id, undefined]);
  }
  const [row] = await database.query<{ hash: string; whole: string }>(sql`
    select token_hash as hash, t::text as whole from identity.tokens t where id = ${token.id}`);
  expect(row!.hash).toBe(digestOf(token.token));
  expect(row!.whole).not.toContain(token.token.slice(32, 75));
});

test("a scoped token carries its scopes and makes none that may do more", async () => {
  const { identity, makeUser, call: own } = { ...house, ...(await house.makeUser()) };
  const made = await identity.createToken(own, { name: "a", scopes: ["tokens:write", "queues:read"] });
  const call = await askWith(made.token);
  expect(call.scopes).toEqual(["tokens:write", "queues:read", "session:read"]);
  const wider = { name: "b", scopes: ["queues:read", "queues:write"] as const };
  await expect(identity.createToken(call, { ...wider, scopes: [...wider.scopes] })).rejects.toMatchObject({
    code: "forbidden",
    details: { field: "scopes" },
  });
  expect(await identity.createToken(call, { name: "c", scopes: ["queues:read"] })).toMatchObject({
    scopes: ["queues:read"],
  });
  expect(await identity.createToken(call, { name: "d" })).toMatchObject({
    scopes: ["tokens:write", "queues:read"],
  });
  const stranger = await makeUser();
  await expect(identity.createToken(call, { name: "e", userId: stranger.user.id })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("a token lasts ninety days, or as asked", async () => {
  const { identity, call } = { ...house, ...(await house.makeUser()) };
  const daysOf = ({ createdAt, expiresAt }: { createdAt: string; expiresAt: string }) =>
    Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000);
  expect(daysOf(await identity.createToken(call, { name: "usual" }))).toBe(90);
  expect(daysOf(await identity.createToken(call, { name: "a day", expiresInDays: 1 }))).toBe(1);
  await expect(identity.createToken(call, { name: "forever", expiresInDays: 400 })).rejects.toMatchObject({
    constraint: "a_token_lasts_a_year_at_most",
  });
});

test("tokens are listed and revoked by their user and by admins, and absent for anybody else", async () => {
  const { identity, makeUser, factsOf } = house;
  const owner = await makeUser();
  const stranger = await makeUser();
  const admin = await makeUser({ roleIds: [adminsId] });
  const made = await identity.createToken(owner.call, { name: "second" });
  const page = await identity.listTokens(owner.call, { limit: 1 });
  expect(page.items).toEqual([expect.objectContaining({ id: made.id, name: "second" })]);
  const next = await identity.listTokens(owner.call, { limit: 1, cursor: page.nextCursor });
  expect(next.items.map(({ id }) => id)).toEqual([owner.token.id]);
  expect(next.nextCursor).toBeUndefined();
  expect(JSON.stringify([page, next])).not.toMatch(/mr_pat|hash/i);
  await expect(identity.listTokens(stranger.call, { userId: owner.user.id })).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(identity.getToken(stranger.call, made.id)).rejects.toMatchObject({ code: "not_found" });
  await expect(identity.revokeToken(stranger.call, made.id)).rejects.toMatchObject({ code: "not_found" });
  await askWith(made.token);
  await identity.revokeToken(admin.call, made.id);
  await expect(askWith(made.token)).rejects.toMatchObject({ code: "unauthenticated" });
  await expect(identity.revokeToken(admin.call, made.id)).rejects.toMatchObject({ code: "not_found" });
  expect((await identity.listTokens(admin.call, { userId: owner.user.id })).items).toHaveLength(1);
  expect(await factsOf(made.id)).toEqual(["token.created", "token.revoked"]);
});

test("no secret gets into an event", async () => {
  const { identity, events, system, makeUser } = house;
  const before = await events.now();
  const { token, user } = await makeUser({ password: "six blue kettles" });
  const { token: reset } = await identity.resetPassword(system, user.id);
  const read = await events.readSince("identity", before);
  expect(read.events.map((event) => event.type)).toEqual([
    "user.created",
    "token.created",
    "user.password_reset_made",
  ]);
  const all = JSON.stringify(read.events);
  for (const secret of [token.token, digestOf(token.token), reset, digestOf(reset), "kettles", "argon2"]) {
    expect(all).not.toContain(secret);
  }
});
