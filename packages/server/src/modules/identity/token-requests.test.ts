import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId, usersId } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { everyoneId, guestId } from "./model.ts";
import { anonymous, request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

const over = { code: "not_found" };

test("a program takes a token of who approved its key, once, on whichever node", async () => {
  const { identity, other, call, user } = { ...house, ...(await house.makeUser()) };
  const key = newId();
  await identity.addTokenRequest(key);
  await identity.addTokenRequest(key);
  expect(await other.identity.takeRequestedToken(anonymous(), key, "cli")).toBeUndefined();
  await other.identity.approveTokenRequest(call, key);
  await expect(identity.approveTokenRequest(call, key)).rejects.toMatchObject(over);
  const taken = await Promise.allSettled(
    Array.from({ length: 5 }, () => identity.takeRequestedToken(anonymous(), key, "cli")),
  );
  const tokens = taken.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : []));
  expect(tokens).toHaveLength(1);
  const { token, name, userId } = tokens[0]!;
  expect([name, userId]).toEqual(["cli", user.id]);
  expect(await identity.authenticate({ kind: "token", text: token }, request())).toMatchObject({
    userId: user.id,
  });
  await expect(identity.takeRequestedToken(anonymous(), key, "cli")).rejects.toMatchObject(over);
});

test("a token request that is over is neither approved nor taken, and only its hash is kept", async () => {
  const { identity, database, call } = { ...house, ...(await house.makeUser()) };
  const [open, approved] = [newId(), newId()];
  for (const key of [open, approved]) await identity.addTokenRequest(key);
  await identity.approveTokenRequest(call, approved);
  const rows = await database.query<{ row: string }>(
    sql`select r::text as row from identity.token_requests r`,
  );
  expect(JSON.stringify(rows)).not.toContain(open);
  await database.query(sql`update identity.token_requests set expires_at = now() - interval '1 second'`);
  await expect(identity.approveTokenRequest(call, open)).rejects.toMatchObject(over);
  for (const key of [open, approved]) {
    await expect(identity.takeRequestedToken(anonymous(), key, "cli")).rejects.toMatchObject(over);
  }
});

test("a key that can be guessed is refused, and a token with limits approves nothing", async () => {
  const { identity, call } = { ...house, ...(await house.makeUser()) };
  await expect(identity.addTokenRequest("1234567")).rejects.toMatchObject({ code: "invalid_input" });
  const key = newId();
  await identity.addTokenRequest(key);
  const scoped = { ...call, scopes: ["tokens:write"] };
  await expect(identity.approveTokenRequest(scoped, key)).rejects.toMatchObject({ code: "forbidden" });
});

test("the guest reads as everyone does, is no user like others, and is out as soon as he is disabled", async () => {
  const { identity, system } = house;
  await expect(identity.callOfGuest(request())).rejects.toMatchObject({ code: "unauthenticated" });
  const role = { id: "5ac0850ca538fee1ebdb996c", name: "robots", description: "Programs" };
  await identity.ensureGuestAndRoles([role]);
  await identity.ensureGuestAndRoles([role]);
  expect(await identity.getRole(system, role.id)).toMatchObject({ name: "robots" });
  const guest = await identity.callOfGuest(request());
  expect(guest.principalIds).toEqual([guestId, everyoneId]);
  expect(guest.isAdmin).toBe(false);
  expect(guest.scopes).not.toContain("documents:write");
  expect((await (await house.makeUser()).ask()).principalIds).toContain(everyoneId);
  await identity.updateUser(system, guestId, { disabled: true });
  await expect(identity.callOfGuest(request())).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a caller looks as another only where he may", async () => {
  const { identity, call, user } = { ...house, ...(await house.makeUser()) };
  const stranger = await house.makeUser();
  const admin = await house.makeUser({ roleIds: [adminsId] });
  expect((await identity.seenAs(admin.call, user.id)).isAdmin).toBe(false);
  expect((await identity.seenAs(admin.call, user.id)).principalIds).toContain(user.id);
  expect((await identity.seenAs(call, usersId)).principalIds).not.toContain(user.id);
  expect(await identity.seenAs(call, user.id)).toBe(call);
  for (const id of [stranger.user.id, adminsId, newId()]) {
    await expect(identity.seenAs(call, id), id).rejects.toMatchObject({ code: "forbidden" });
  }
  await expect(identity.seenAs(admin.call, newId())).rejects.toMatchObject({ code: "not_found" });
});
