import type { Call } from "../../../kit/call.ts";
import { hasCode, invalid } from "../../../kit/errors.ts";
import type { Identity } from "../../../modules/identity/service.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import { requireScope } from "../../rest/authenticate.ts";
import { fresh } from "../fresh-call.ts";
import { pages, type Shelf, systemFields } from "./shelf.ts";

interface Member {
  _id: string;
  name: string;
}
type Users = Awaited<ReturnType<Identity["listUsers"]>>["items"];
type Roles = Awaited<ReturnType<Identity["listRoles"]>>["items"];

/** Users and roles, which clients look for in one collection. */
export function principalsShelf(identity: Identity): Shelf {
  return {
    what: "users and roles",
    ways: "by the commands of the house",
    async *documents(call) {
      requireScope(call, "users:read");
      const roles: StoredDocument[] = [];
      for await (const role of pages((cursor) => identity.listRoles(call, { limit: 500, ...at(cursor) })))
        roles.push(roleDocument(role, await membersOf(identity, call, role.id)));
      yield* roles;
      for await (const user of pages((cursor) => identity.listUsers(call, { limit: 500, ...at(cursor) })))
        yield userDocument(user, roles);
    },
    async insert(call, document) {
      requireScope(call, "users:write");
      return document["_type"] === "role"
        ? addRole(identity, call, document)
        : addUser(identity, call, document);
    },
    async replace(call, { _id: id, _type: type }, document) {
      requireScope(call, "users:write");
      if (type === "role") await changeRole(identity, call, id, document);
      else await changeUser(identity, call, id, document);
    },
    async remove(call, { _id: id, _type: type }) {
      requireScope(call, "users:write");
      if (type === "role") await identity.deleteRole(call, id);
      else await identity.deleteUser(call, id);
    },
  };
}

function at(cursor: string | undefined): { cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}

function userDocument(user: Users[number], roles: readonly StoredDocument[]): StoredDocument {
  const { id, name, email = "", disabled = false, createdAt = "", createdById, modifiedAt } = user;
  const isMember = ({ members }: StoredDocument) => (members as Member[]).some(({ _id }) => _id === id);
  return {
    ...systemFields("user", id, { createdAt, createdById, modifiedAt }),
    name,
    username: name,
    email: email ?? "",
    disabled,
    roles: roles.filter(isMember).map(({ _id, name: role }) => ({ _id, name: role })),
  };
}

function roleDocument(role: Roles[number], members: Member[]): StoredDocument {
  const { id, name, description, createdAt, createdById, modifiedAt } = role;
  return { ...systemFields("role", id, { createdAt, createdById, modifiedAt }), name, description, members };
}

/** Only admins see who is in a role. */
async function membersOf(identity: Identity, call: Call, roleId: string): Promise<Member[]> {
  if (!call.isAdmin) return [];
  const members: Member[] = [];
  for await (const { id, name } of pages((cursor) =>
    identity.listRoleMembers(call, roleId, { limit: 500, ...at(cursor) }),
  ))
    members.push({ _id: id, name });
  return members;
}

async function addUser(identity: Identity, call: Call, document: Record<string, unknown>): Promise<string> {
  const { username, name, email, disabled, password, newpassword } = document;
  const secret = newpassword ?? password;
  const { id } = await identity.createUser(call, {
    name: text(username ?? name, "item.username"),
    ...(typeof email === "string" && email !== "" ? { email } : {}),
    ...(typeof disabled === "boolean" ? { disabled } : {}),
    ...(typeof secret === "string" && secret !== "" ? { password: secret } : {}),
  });
  return id;
}

async function changeUser(
  identity: Identity,
  call: Call,
  id: string,
  { username, name, email, disabled, newpassword }: Record<string, unknown>,
): Promise<void> {
  const before = await identity.getUser(call, id);
  const wanted = {
    name: text(username ?? name, "item.username"),
    email: email === "" ? null : email,
    disabled,
  };
  const changed = Object.entries(wanted).filter(([field, value]) => {
    return value !== undefined && value !== before[field as keyof typeof before];
  });
  if (changed.length > 0) await identity.updateUser(call, id, Object.fromEntries(changed));
  if (typeof newpassword === "string" && newpassword !== "")
    await identity.setPassword(fresh(call), id, { password: newpassword });
}

async function addRole(identity: Identity, call: Call, document: Record<string, unknown>): Promise<string> {
  const description = typeof document["description"] === "string" ? document["description"] : "";
  const { id } = await identity.createRole(call, { name: text(document["name"], "item.name"), description });
  await setMembers(identity, fresh(call), id, document);
  return id;
}

async function changeRole(
  identity: Identity,
  call: Call,
  id: string,
  document: Record<string, unknown>,
): Promise<void> {
  const before = await identity.getRole(call, id);
  const name = text(document["name"], "item.name");
  if (name !== before.name) await identity.updateRole(call, id, { name });
  await setMembers(identity, fresh(call), id, document);
}

/** A role that is sent without members keeps those that it has. */
async function setMembers(
  identity: Identity,
  call: Call,
  roleId: string,
  { members }: Record<string, unknown>,
): Promise<void> {
  if (members === undefined) return;
  if (!Array.isArray(members)) throw invalid("item.members", "must be a list of {_id, name}");
  const wanted = new Set(
    (members as Partial<Member>[]).map(({ _id }, i) => text(_id, `item.members[${i}]._id`)),
  );
  const present = new Set((await membersOf(identity, call, roleId)).map(({ _id }) => _id));
  for (const id of wanted) if (!present.has(id)) await identity.addRoleMember(call, roleId, id);
  for (const id of present) if (!wanted.has(id)) await leave(identity, call, roleId, id);
}

async function leave(identity: Identity, call: Call, roleId: string, id: string): Promise<void> {
  try {
    await identity.removeRoleMember(call, roleId, id);
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
  }
}

function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(field, "must be there");
}
