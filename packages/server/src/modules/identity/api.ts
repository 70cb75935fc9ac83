import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import * as schemas from "./schemas.ts";
import type { Identity } from "./service.ts";
import { sessionRoutes } from "./session-routes.ts";

const tag = "identity";
const adminReads = { tag, access: { kind: "admin" }, scope: "users:read" } as const;
const adminWrites = { tag, access: { kind: "admin" }, scope: "users:write" } as const;
const everybodyReads = { tag, access: { kind: "signed_in" }, scope: "users:read" } as const;

/** The REST face of identity. */
export function identityRoutes(identity: Identity): Route[] {
  return [
    ...sessionRoutes(identity),
    ...userRoutes(identity),
    ...passwordRoutes(identity),
    ...roleRoutes(identity),
    ...memberRoutes(identity),
    ...tokenRoutes(identity),
  ];
}

function userRoutes(identity: Identity): Route[] {
  return [
    route({
      ...adminWrites,
      method: "POST",
      path: "/users",
      operation: "createUser",
      summary: "Make a user",
      schemas: { body: schemas.NewUserSchema },
      replies: { 201: schemas.UserSchema },
      run: (call, { body }) => identity.createUser(call, body),
    }),
    route({
      ...everybodyReads,
      method: "GET",
      path: "/users",
      operation: "listUsers",
      summary: "List users by name: ids and names, for admins all there is",
      schemas: { query: schemas.NamedPageQuery },
      replies: { 200: schemas.UsersPage },
      run: (call, { query }) => identity.listUsers(call, query),
    }),
    route({
      tag,
      access: { kind: "object", of: "user", right: "read" },
      scope: "users:read",
      method: "GET",
      path: "/users/:user",
      operation: "getUser",
      summary: "Show yourself, or, for admins, any user",
      schemas: { params: schemas.UserParams },
      replies: { 200: schemas.UserSchema },
      run: (call, { params }) => identity.getUser(call, params.user),
    }),
    route({
      tag,
      access: { kind: "object", of: "user", right: "update" },
      scope: "users:write",
      method: "PATCH",
      path: "/users/:user",
      operation: "updateUser",
      summary: "Change a user: admins anything, everybody his own language",
      schemas: { params: schemas.UserParams, body: schemas.ChangedUserSchema },
      replies: { 200: schemas.UserSchema },
      run: (call, { params, body }) => identity.updateUser(call, params.user, body),
    }),
    route({
      ...adminWrites,
      method: "DELETE",
      path: "/users/:user",
      operation: "deleteUser",
      summary: "Delete a user with his tokens and sessions",
      schemas: { params: schemas.UserParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => identity.deleteUser(call, params.user),
    }),
  ];
}

function passwordRoutes(identity: Identity): Route[] {
  return [
    route({
      tag,
      access: { kind: "object", of: "user", right: "update" },
      scope: "users:write",
      method: "POST",
      path: "/users/:user/password",
      operation: "setPassword",
      summary: "Set your password, or, for admins, anybody else's; ends the user's sessions",
      schemas: { params: schemas.UserParams, body: schemas.NewPasswordSchema },
      replies: { 204: Type.Null() },
      run: (call, { params, body }) => identity.setPassword(call, params.user, body),
    }),
    route({
      ...adminWrites,
      method: "POST",
      path: "/users/:user/password-reset",
      operation: "resetPassword",
      summary: "Make a one-time link by which a user sets another password",
      schemas: { params: schemas.UserParams },
      replies: { 201: schemas.MadeLinkSchema },
      run: (call, { params }) => identity.resetPassword(call, params.user),
    }),
  ];
}

function roleRoutes(identity: Identity): Route[] {
  return [
    route({
      ...adminWrites,
      method: "POST",
      path: "/roles",
      operation: "createRole",
      summary: "Make a role",
      schemas: { body: schemas.NewRoleSchema },
      replies: { 201: schemas.RoleSchema },
      run: (call, { body }) => identity.createRole(call, body),
    }),
    route({
      ...everybodyReads,
      method: "GET",
      path: "/roles",
      operation: "listRoles",
      summary: "List roles by name",
      schemas: { query: schemas.NamedPageQuery },
      replies: { 200: schemas.RolesPage },
      run: (call, { query }) => identity.listRoles(call, query),
    }),
    route({
      ...everybodyReads,
      method: "GET",
      path: "/roles/:role",
      operation: "getRole",
      summary: "Show a role",
      schemas: { params: schemas.RoleParams },
      replies: { 200: schemas.RoleSchema },
      run: (call, { params }) => identity.getRole(call, params.role),
    }),
    route({
      ...adminWrites,
      method: "PATCH",
      path: "/roles/:role",
      operation: "updateRole",
      summary: "Change a role's name or description",
      schemas: { params: schemas.RoleParams, body: schemas.ChangedRoleSchema },
      replies: { 200: schemas.RoleSchema },
      run: (call, { params, body }) => identity.updateRole(call, params.role, body),
    }),
    route({
      ...adminWrites,
      method: "DELETE",
      path: "/roles/:role",
      operation: "deleteRole",
      summary: "Delete a role: its members lose what it was granted",
      schemas: { params: schemas.RoleParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => identity.deleteRole(call, params.role),
    }),
  ];
}

function memberRoutes(identity: Identity): Route[] {
  return [
    route({
      ...adminReads,
      method: "GET",
      path: "/roles/:role/members",
      operation: "listRoleMembers",
      summary: "List a role's direct members",
      schemas: { params: schemas.RoleParams, query: schemas.PageQuery },
      replies: { 200: schemas.MembersPage },
      run: (call, { params, query }) => identity.listRoleMembers(call, params.role, query),
    }),
    route({
      ...adminWrites,
      method: "POST",
      path: "/roles/:role/members",
      operation: "addRoleMember",
      summary: "Put a user or a role into a role; circles are refused",
      schemas: { params: schemas.RoleParams, body: schemas.NewMemberSchema },
      replies: { 204: Type.Null() },
      run: (call, { params, body }) => identity.addRoleMember(call, params.role, body.principalId),
    }),
    route({
      ...adminWrites,
      method: "DELETE",
      path: "/roles/:role/members/:principal",
      operation: "removeRoleMember",
      summary: "Take a user or a role out of a role",
      schemas: { params: schemas.MemberParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => identity.removeRoleMember(call, params.role, params.principal),
    }),
  ];
}

function tokenRoutes(identity: Identity): Route[] {
  const onToken = (right: "read" | "delete") =>
    ({ tag, access: { kind: "object", of: "token", right } }) as const;
  return [
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "tokens:write",
      method: "POST",
      path: "/tokens",
      operation: "createToken",
      summary: "Make an API token; its text is shown this once",
      schemas: { body: schemas.NewTokenSchema },
      replies: { 201: schemas.MadeTokenSchema },
      run: (call, { body }) => identity.createToken(call, body),
    }),
    route({
      tag,
      access: { kind: "signed_in" },
      scope: "tokens:read",
      method: "GET",
      path: "/tokens",
      operation: "listTokens",
      summary: "List your tokens, or, for admins, another user's; the newest first",
      schemas: { query: schemas.TokensQuery },
      replies: { 200: schemas.TokensPage },
      run: (call, { query: { user: userId, ...page } }) => identity.listTokens(call, { ...page, userId }),
    }),
    route({
      ...onToken("read"),
      scope: "tokens:read",
      method: "GET",
      path: "/tokens/:token",
      operation: "getToken",
      summary: "Show a token, without its text",
      schemas: { params: schemas.TokenParams },
      replies: { 200: schemas.TokenSchema },
      run: (call, { params }) => identity.getToken(call, params.token),
    }),
    route({
      ...onToken("delete"),
      scope: "tokens:write",
      method: "DELETE",
      path: "/tokens/:token",
      operation: "revokeToken",
      summary: "Revoke a token; holds at the next request",
      schemas: { params: schemas.TokenParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => identity.revokeToken(call, params.token),
    }),
  ];
}
