import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SignedTokens } from "./signed-tokens.ts";
import { anonymous, password, request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

const askWith = (text: string, identity = house.identity) =>
  identity.authenticate({ kind: "token", text }, request());
const refused = { code: "unauthenticated" };

test("a signed token stands for the credential of its maker, on every node, and ends with it", async () => {
  const { identity, other, call, token, user } = { ...house, ...(await house.makeUser()) };
  const { text, expiresInSeconds } = await identity.signToken(call);
  expect(expiresInSeconds).toBe(300);
  for (const node of [identity, other.identity]) {
    expect(await askWith(text, node)).toMatchObject({ userId: user.id, credentialId: token.id });
  }
  await identity.revokeToken(call, token.id);
  for (const node of [identity, other.identity])
    await expect(askWith(text, node)).rejects.toMatchObject(refused);
});

test("a token signed for a session is no cookie, and ends with the session", async () => {
  const { identity, user } = { ...house, ...(await house.makeUser({ password })) };
  const opened = await identity.signIn(anonymous(), { name: user.name, password });
  const call = await identity.authenticate({ kind: "session", text: opened.sessionText }, request());
  const { text } = await identity.signToken(call);
  expect(await askWith(text)).toMatchObject({ userId: user.id });
  await expect(identity.authenticate({ kind: "session", text }, request())).rejects.toMatchObject(refused);
  await identity.signOut(call);
  await expect(askWith(text)).rejects.toMatchObject(refused);
});

test("a signed token may do no more than it was signed for, nor more than the credential behind it", async () => {
  const { identity, call } = { ...house, ...(await house.makeUser()) };
  const scoped = await identity.createToken(call, { name: "a", scopes: ["queues:read", "files:read"] });
  const { text } = await identity.signToken(await askWith(scoped.token), {
    scopes: ["queues:read", "queues:write"],
  });
  const narrow = await askWith(text);
  expect(narrow.scopes).toEqual(["queues:read"]);
  expect((await identity.refresh(narrow))?.scopes).toEqual(["queues:read"]);
  const again = await identity.signToken(narrow, { scopes: ["files:read"] });
  expect((await askWith(again.text)).scopes).toEqual([]);
});

test("a signed token that is over, was signed by somebody else or was changed is refused", async () => {
  const { identity, call, token } = { ...house, ...(await house.makeUser()) };
  const over = await identity.signToken(call, { seconds: 0 });
  const claims = { tenantId: call.tenantId, credentialId: token.id, expiresAtMs: 4e12 };
  const foreign = await new SignedTokens(randomBytes(32)).sign(claims);
  const [header, , signature] = (await identity.signToken(call)).text.split(".");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = part({ iss: "millrace", sub: token.id, tenant: call.tenantId, exp: 4e9 });
  const unsigned = `${part({ alg: "none" })}.${payload}.`;
  for (const text of [over.text, foreign, `${header}.${payload}.${signature}`, unsigned, "a.b.c"]) {
    await expect(askWith(text), text).rejects.toMatchObject(refused);
  }
});
