import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId, rootId, systemCall, usersId } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
beforeAll(async () => {
  house = await setupIdentity();
});
afterAll(() => house.close());

const absent = { code: "not_found" };
const circle = { code: "conflict", message: expect.stringContaining("in itself") };

async function makeRoles(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, () => `role-${newId()}`);
  const roles = await Promise.all(names.map((name) => house.identity.createRole(house.system, { name })));
  return roles.map((role) => role.id);
}

test("a role cannot come to lie in itself, neither at once nor through others", async () => {
  const { identity, system } = house;
  const [a, b, c] = (await makeRoles(3)) as [string, string, string];
  await identity.addRoleMember(system, a, b);
  await identity.addRoleMember(system, b, c);
  await expect(identity.addRoleMember(system, a, a)).rejects.toMatchObject(circle);
  await expect(identity.addRoleMember(system, b, a)).rejects.toMatchObject(circle);
  await expect(identity.addRoleMember(system, c, a)).rejects.toMatchObject(circle);
  expect((await identity.listRoleMembers(system, c)).items).toEqual([]);
});

test("two who at once put a role into each other's make no circle: one is refused", async () => {
  const { identity, other, system } = house;
  for (let round = 0; round < 10; round++) {
    const [a, b] = (await makeRoles(2)) as [string, string];
    const outcomes = await Promise.allSettled([
      identity.addRoleMember(system, a, b),
      other.identity.addRoleMember(system, b, a),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    expect(refused?.reason).toMatchObject(circle);
  }
});

test("a member that is added twice is in once, and is told of once", async () => {
  const { identity, system, makeUser, factsOf } = house;
  const { user } = await makeUser();
  const [role] = (await makeRoles(1)) as [string];
  await identity.addRoleMember(system, role, user.id);
  await identity.addRoleMember(system, role, user.id);
  expect((await identity.listRoleMembers(system, role)).items).toEqual([
    { id: user.id, kind: "user", name: user.name },
  ]);
  await identity.removeRoleMember(system, role, user.id);
  await expect(identity.removeRoleMember(system, role, user.id)).rejects.toMatchObject(absent);
  expect(await factsOf(role)).toEqual(["role.created", "role.member_added", "role.member_removed"]);
});

test("every user is in users from the start and stays there", async () => {
  const { identity, system, makeUser } = house;
  const { user, call } = await makeUser();
  expect(call.principalIds).toEqual([user.id, usersId]);
  await expect(identity.removeRoleMember(system, usersId, user.id)).rejects.toMatchObject({
    code: "conflict",
  });
});

test("admins and users keep their names and are not deleted; an admin does not take himself out", async () => {
  const { identity, system, makeUser } = house;
  for (const roleId of [adminsId, usersId]) {
    await expect(identity.deleteRole(system, roleId)).rejects.toMatchObject({ code: "conflict" });
    await expect(identity.updateRole(system, roleId, { name: "x" })).rejects.toMatchObject({
      code: "conflict",
    });
  }
  const { user, call } = await makeUser({ roleIds: [adminsId] });
  await expect(identity.removeRoleMember(call, adminsId, user.id)).rejects.toMatchObject({
    code: "conflict",
  });
});

test("only admins change roles and see their members; everybody sees names", async () => {
  const { identity, makeUser } = house;
  const { user, call } = await makeUser();
  const [role] = (await makeRoles(1)) as [string];
  const forbidden = { code: "forbidden" };
  await expect(identity.createRole(call, { name: "mine" })).rejects.toMatchObject(forbidden);
  await expect(identity.updateRole(call, role, { name: "mine" })).rejects.toMatchObject(forbidden);
  await expect(identity.deleteRole(call, role)).rejects.toMatchObject(forbidden);
  await expect(identity.addRoleMember(call, adminsId, user.id)).rejects.toMatchObject(forbidden);
  await expect(identity.removeRoleMember(call, adminsId, rootId)).rejects.toMatchObject(forbidden);
  await expect(identity.listRoleMembers(call, adminsId)).rejects.toMatchObject(forbidden);
  expect((await identity.listRoles(call, { name: "ADM" })).items).toMatchObject([
    { id: adminsId, name: "admins" },
  ]);
  expect(await identity.getRole(call, role)).toMatchObject({ id: role });
});

test("a role's name is taken whatever its case", async () => {
  const { identity, system } = house;
  await identity.createRole(system, { name: "Planners" });
  await expect(identity.createRole(system, { name: "planners" })).rejects.toMatchObject({
    code: "already_exists",
    details: { field: "name" },
  });
});

test("what belongs to another tenant is as absent as what never was", async () => {
  const { identity, system, makeUser } = house;
  const { user, token } = await makeUser();
  const [role] = (await makeRoles(1)) as [string];
  await identity.ensureFoundations("elsewhere");
  const there = systemCall("test", "elsewhere");
  const never = newId();
  const own = await identity.createRole(there, { name: "own" });
  for (const id of [user.id, never]) {
    await expect(identity.getUser(there, id)).rejects.toMatchObject(absent);
    await expect(identity.updateUser(there, id, { name: "taken over" })).rejects.toMatchObject(absent);
    await expect(identity.deleteUser(there, id)).rejects.toMatchObject(absent);
    await expect(identity.setPassword(there, id, { password: "six blue kettles" })).rejects.toMatchObject(
      absent,
    );
    await expect(identity.resetPassword(there, id)).rejects.toMatchObject(absent);
    await expect(identity.createToken(there, { name: "x", userId: id })).rejects.toMatchObject(absent);
    await expect(identity.addRoleMember(there, own.id, id)).rejects.toMatchObject(absent);
    expect((await identity.listTokens(there, { userId: id })).items).toEqual([]);
  }
  for (const id of [role, never]) {
    await expect(identity.getRole(there, id)).rejects.toMatchObject(absent);
    await expect(identity.updateRole(there, id, { name: "x" })).rejects.toMatchObject(absent);
    await expect(identity.deleteRole(there, id)).rejects.toMatchObject(absent);
    await expect(identity.listRoleMembers(there, id)).rejects.toMatchObject(absent);
    await expect(identity.addRoleMember(there, id, rootId)).rejects.toMatchObject(absent);
    await expect(identity.addRoleMember(there, own.id, id)).rejects.toMatchObject(absent);
    await expect(identity.removeRoleMember(there, id, rootId)).rejects.toMatchObject(absent);
    await expect(identity.createUser(there, { name: "x", roleIds: [id] })).rejects.toMatchObject(absent);
  }
  await expect(identity.getToken(there, token.id)).rejects.toMatchObject(absent);
  await expect(identity.revokeToken(there, token.id)).rejects.toMatchObject(absent);
  expect((await identity.listUsers(there)).items.map(({ name }) => name)).toEqual(["root"]);
  expect((await identity.listRoles(there)).items.map(({ name }) => name)).toEqual(["admins", "own", "users"]);
  expect(await identity.getUser(system, user.id)).toMatchObject({ name: user.name });
});
