import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId, systemCall, usersId } from "../../kit/call.ts";
import { anonymous, request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

test("of fifty who make the first admin at once exactly one does", async () => {
  const { identity, other, system } = house;
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, index) => (index % 2 ? identity : other.identity).ensureFirstAdmin()),
  );
  const [first, ...more] = made.filter((admin) => admin !== undefined);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ userName: "admin", password: expect.stringMatching(/^[\w-]{20}$/) });
  const { items } = await identity.listRoleMembers(system, adminsId);
  expect(items.map((member) => member.name).sort()).toEqual(["admin", "root"]);
  const opened = await identity.signIn(anonymous(), { name: "admin", password: first!.password });
  const call = await identity.authenticate({ kind: "session", text: opened.sessionText }, request());
  expect(call.isAdmin).toBe(true);
  expect(call.principalIds).toEqual([opened.userId, adminsId, usersId]);
});

test("the first admin's link signs in once", async () => {
  const { identity, other } = house;
  await identity.ensureFoundations("linked");
  const admin = await identity.ensureFirstAdmin("linked");
  const outcomes = await Promise.allSettled(
    [identity, other.identity, identity].map((node) => node.signInByLink(anonymous(), admin!.linkToken)),
  );
  const [opened, ...more] = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  expect(more).toEqual([]);
  const call = await identity.authenticate({ kind: "session", text: opened!.sessionText }, request());
  expect(call).toMatchObject({ tenantId: "linked", userName: "admin", isAdmin: true });
  await expect(identity.signInByLink(anonymous(), admin!.linkToken)).rejects.toMatchObject({
    code: "unauthenticated",
  });
});

test("a deleted first admin does not come back", async () => {
  const { identity } = house;
  await identity.ensureFoundations("left");
  await identity.ensureFirstAdmin("left");
  const system = systemCall("test", "left");
  const { items } = await identity.listUsers(system, { name: "admin" });
  await identity.deleteUser(system, items[0]!.id);
  expect(await identity.ensureFirstAdmin("left")).toBeUndefined();
});

test("foundations are laid once, however often and by however many", async () => {
  const { identity, other } = house;
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      (index % 2 ? identity : other.identity).ensureFoundations("busy"),
    ),
  );
  const system = systemCall("test", "busy");
  expect((await identity.listRoles(system)).items.map((role) => role.id)).toEqual([adminsId, usersId]);
  expect(await identity.tenantIds()).toContain("busy");
});
