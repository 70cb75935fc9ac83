import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId, defaultTenant } from "../../kit/call.ts";
import type { AppError } from "../../kit/errors.ts";
import { sql } from "../../kit/sql.ts";
import { anonymous, password, request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

const gone = { code: "unauthenticated" };
const wrong = "seven red kettles";
let addresses = 0;

/** A caller from an address that nobody has failed from. */
function newcomer() {
  addresses += 1;
  return anonymous(`198.51.100.${addresses}`);
}

const askWith = (sessionText: string, node = house.identity) =>
  node.authenticate({ kind: "session", text: sessionText }, request());

test("a password opens a session, by name or e-mail address, whatever their case", async () => {
  const { identity, other, makeUser, factsOf } = house;
  const { user } = await makeUser({ password, name: "Ada", email: "Ada@example.org" });
  for (const name of ["Ada", "ADA", "ada@EXAMPLE.org"]) {
    const { sessionText } = await identity.signIn(newcomer(), { name, password }, { userAgent: "test" });
    const call = await askWith(sessionText, other.identity);
    expect(call).toMatchObject({ userId: user.id, userName: "Ada", tenantId: defaultTenant });
    expect(call.scopes).toBeUndefined();
  }
  expect(await factsOf(user.id)).toEqual([
    "user.created",
    "user.signed_in",
    "user.signed_in",
    "user.signed_in",
  ]);
});

test("wrong password, unknown name, disabled user and user without a password look alike", async () => {
  const { identity, system, makeUser } = house;
  const known = await makeUser({ password });
  const disabled = await makeUser({ password });
  await identity.updateUser(system, disabled.user.id, { disabled: true });
  const without = await makeUser();
  const tries = [
    { name: known.user.name, password: wrong },
    { name: "nobody-at-all", password },
    { name: disabled.user.name, password },
    { name: without.user.name, password },
    { name: "root", password },
  ];
  const before = await house.events.now();
  const refusals = await Promise.all(
    tries.map((given) =>
      identity.signIn(newcomer(), given).then(
        () => "in",
        (error: Error) => error.message,
      ),
    ),
  );
  expect(new Set(refusals)).toEqual(new Set(["The name or the password is wrong"]));
  const { events } = await house.events.readSince("identity", before);
  expect(events.filter((event) => event.type === "user.sign_in_failed")).toHaveLength(tries.length);
  expect(JSON.stringify(events)).not.toMatch(/kettles|nobody-at-all/);
});

test("after five failures the account waits, longer each time and on every node, and is told how long", async () => {
  const { identity, other, makeUser, database } = house;
  const { user } = await makeUser({ password });
  const attempt = (given: string, node = identity) =>
    node.signIn(newcomer(), { name: user.name.toUpperCase(), password: given });
  const fail = () => expect(attempt(wrong)).rejects.toMatchObject(gone);
  const letTimePass = () =>
    database.query(sql`update identity.sign_in_throttles set blocked_until = now() - interval '1 second'`);
  for (let failure = 1; failure <= 4; failure++) await fail();
  for (const seconds of [4, 8, 16, 32]) {
    await fail();
    for (const node of [identity, other.identity]) {
      const refusal = await attempt(password, node).catch((error: AppError) => error);
      expect(refusal).toMatchObject({ code: "rate_limited" });
      const { retryAfterSeconds } = (refusal as AppError).details;
      expect(retryAfterSeconds).toBeLessThanOrEqual(seconds);
      expect(retryAfterSeconds).toBeGreaterThan(seconds / 2);
    }
    await letTimePass();
  }
  await attempt(password);
  for (let failure = 1; failure <= 5; failure++) await fail();
});

test("many attempts at once are counted one by one: no more than five get through to the password", async () => {
  const { identity, makeUser, factsOf } = house;
  const { user } = await makeUser({ password });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, () => identity.signIn(newcomer(), { name: user.name, password: wrong })),
  );
  const codes = outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.code);
  expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(5);
  expect(codes.filter((code) => code === "rate_limited")).toHaveLength(25);
  expect((await factsOf(user.id)).filter((type) => type === "user.sign_in_failed")).toHaveLength(5);
});

test("an address that tries name after name is held back too", async () => {
  const { identity, makeUser } = house;
  const { user } = await makeUser({ password });
  const call = newcomer();
  for (let failure = 1; failure <= 20; failure++) {
    await expect(identity.signIn(call, { name: `guess-${failure}`, password })).rejects.toMatchObject(gone);
  }
  await expect(identity.signIn(call, { name: user.name, password })).rejects.toMatchObject({
    code: "rate_limited",
  });
  await identity.signIn(newcomer(), { name: user.name, password });
});

test("a session ends by signing out, and by being ended from another one", async () => {
  const { identity, other, makeUser } = house;
  const { user } = await makeUser({ password });
  const signIn = () => identity.signIn(newcomer(), { name: user.name, password }, { userAgent: "Browser/1" });
  const [first, second, third] = [await signIn(), await signIn(), await signIn()];
  const call = await askWith(first.sessionText);
  await askWith(third.sessionText, other.identity);
  const sessions = await identity.listSessions(call);
  expect(sessions).toHaveLength(3);
  expect(sessions.filter((session) => session.current).map(({ id }) => id)).toEqual([call.credentialId]);
  expect(sessions[0]).toMatchObject({ userAgent: "Browser/1", address: expect.stringMatching(/^198\.51/) });
  await identity.endSession(call, sessions[0]!.id);
  await expect(askWith(third.sessionText, other.identity)).rejects.toMatchObject(gone);
  await identity.signOut(call);
  await expect(askWith(first.sessionText)).rejects.toMatchObject(gone);
  expect((await askWith(second.sessionText)).userId).toBe(user.id);
});

test("a user cannot see or end another user's session", async () => {
  const { identity, makeUser } = house;
  const { user } = await makeUser({ password });
  const { sessionText } = await identity.signIn(newcomer(), { name: user.name, password });
  const { credentialId } = await askWith(sessionText);
  const stranger = await makeUser({ roleIds: [adminsId] });
  expect(await identity.listSessions(stranger.call)).toEqual([]);
  await expect(identity.endSession(stranger.call, credentialId!)).rejects.toMatchObject({
    code: "not_found",
  });
  await askWith(sessionText);
});

test("a session lives eight hours from its last use and seven days in all", async () => {
  const { identity, database, makeUser } = house;
  const { user } = await makeUser({ password });
  const { sessionText } = await identity.signIn(newcomer(), { name: user.name, password });
  const call = await askWith(sessionText);
  const age = async (seen: string, made: string) => {
    await database.query(sql`
      update identity.sessions
      set seen_at = now() - ${seen}::interval, expires_at = now() - ${made}::interval + interval '7 days'
      where id = ${call.credentialId}`);
    await database.query(sql`update identity.epochs set epoch = epoch + 1`);
  };
  await age("7 hours 59 minutes", "6 days 23 hours");
  await askWith(sessionText);
  await identity.close();
  const [session] = await identity.listSessions(call);
  expect(Date.parse(session!.seenAt)).toBeGreaterThan(Date.parse(session!.expiresAt) - 3_700_000);
  await age("8 hours 1 minute", "1 day");
  await expect(askWith(sessionText)).rejects.toMatchObject(gone);
  await age("1 minute", "7 days 1 minute");
  await expect(askWith(sessionText)).rejects.toMatchObject(gone);
});

test("a changed password ends every session at once, and the tokens if asked", async () => {
  const { identity, other, makeUser } = house;
  const { user, ask } = await makeUser({ password });
  const { sessionText } = await identity.signIn(newcomer(), { name: user.name, password });
  await askWith(sessionText, other.identity);
  const call = await askWith(sessionText);
  const next = "eight green kettles";
  const change = (oldPassword: string | undefined, revokeTokens = false) =>
    identity.setPassword(call, user.id, { password: next, oldPassword, revokeTokens });
  await expect(change(undefined)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(change(wrong)).rejects.toMatchObject({ code: "invalid_input" });
  await change(password);
  await expect(askWith(sessionText, other.identity)).rejects.toMatchObject(gone);
  expect((await ask(other.identity)).userId).toBe(user.id);
  await expect(identity.signIn(newcomer(), { name: user.name, password })).rejects.toMatchObject(gone);
  await identity.signIn(newcomer(), { name: user.name, password: next });
  await identity.setPassword(await ask(), user.id, { password, oldPassword: next, revokeTokens: true });
  await expect(ask(other.identity)).rejects.toMatchObject(gone);
});

test("who found an open session cannot guess the password on and on", async () => {
  const { identity, makeUser } = house;
  const { user, call } = await makeUser({ password });
  const guess = (oldPassword: string) =>
    identity.setPassword(call, user.id, { password: wrong, oldPassword });
  for (let failure = 1; failure <= 5; failure++) {
    await expect(guess("nine kettles")).rejects.toMatchObject({ code: "invalid_input" });
  }
  await expect(guess(password)).rejects.toMatchObject({ code: "rate_limited" });
});

test("a reset link sets a password once, ends the sessions, and is void after an hour", async () => {
  const { identity, other, database, system, makeUser, factsOf } = house;
  const { user } = await makeUser({ password });
  const { sessionText } = await identity.signIn(newcomer(), { name: user.name, password });
  const earlier = await identity.resetPassword(system, user.id);
  const { token } = await identity.resetPassword(system, user.id);
  const use = (token: string, node = identity) =>
    node.usePasswordReset(newcomer(), { token, password: wrong });
  await expect(use(earlier.token)).rejects.toMatchObject(gone);
  const outcomes = await Promise.allSettled([use(token), use(token, other.identity), use(token)]);
  expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  await expect(use(token)).rejects.toMatchObject(gone);
  await expect(askWith(sessionText)).rejects.toMatchObject(gone);
  await identity.signIn(newcomer(), { name: user.name, password: wrong });
  const late = await identity.resetPassword(system, user.id);
  await database.query(sql`update identity.links set expires_at = now() - interval '1 second'`);
  await expect(use(late.token)).rejects.toMatchObject(gone);
  expect(await factsOf(user.id)).toContain("user.password_reset_made");
});

test("a weak password leaves the reset link usable", async () => {
  const { identity, system, makeUser } = house;
  const { user } = await makeUser();
  const { token } = await identity.resetPassword(system, user.id);
  const use = (password: string) => identity.usePasswordReset(newcomer(), { token, password });
  await expect(use("password1")).rejects.toMatchObject({ code: "invalid_input" });
  await use(password);
});

test("a reset link is no sign-in link", async () => {
  const { identity, system, makeUser } = house;
  const { user } = await makeUser();
  const { token } = await identity.resetPassword(system, user.id);
  await expect(identity.signInByLink(newcomer(), token)).rejects.toMatchObject(gone);
});
