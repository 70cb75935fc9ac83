import { Type } from "@sinclair/typebox";
import { scopes, tokenDaysDefault, tokenDaysMax } from "./model.ts";

const strict = { additionalProperties: false } as const;
const idPattern = "^[0-9a-f]{24}$";
const id = (description: string) => Type.String({ pattern: idPattern, description });
const nullable = (description: string) =>
  Type.Unsafe<string | null>({ type: ["string", "null"], description });

const userName = Type.String({
  pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{N} ._'-]{0,99}$",
  description: "Used once in a tenant, whatever its case; without @, which tells an e-mail address",
});
const roleName = Type.String({
  pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{N} ._'-]{0,99}$",
  description: "Used once in a tenant, whatever its case",
});
const email = Type.Unsafe<string | null>({
  anyOf: [{ type: "string", format: "email", maxLength: 254 }, { type: "null" }],
  description: "Used once in a tenant; good for signing in like the name; null for none",
});
const language = Type.Unsafe<string | null>({
  anyOf: [{ type: "string", pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$" }, { type: "null" }],
  description: "As in BCP 47: `de`, `pt-BR`; null for the browser's own",
});
const password = (description: string) => Type.String({ minLength: 1, maxLength: 1_024, description });
const linkToken = Type.String({
  pattern: "^[0-9A-Za-z_-]{43}$",
  description: "Of the one-time link",
});
const scopeList = Type.Array(Type.Union(scopes.map((scope) => Type.Literal(scope))), {
  minItems: 1,
  maxItems: scopes.length,
  uniqueItems: true,
  description: "What the token may be used for; not given: everything that its user may do",
});

export const UserParams = Type.Object({ user: id("Id of the user") });
export const RoleParams = Type.Object({ role: id("Id of the role") });
export const MemberParams = Type.Object({
  role: id("Id of the role"),
  principal: id("Id of the user or role that is a member"),
});
export const TokenParams = Type.Object({ token: id("Id of the token") });
export const SessionParams = Type.Object({ session: id("Id of the session") });

const page = {
  cursor: Type.Optional(Type.String({ maxLength: 1_000, description: "The nextCursor of the page before" })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, description: "Entries of a page; 100 if not given" }),
  ),
};
export const PageQuery = Type.Object(page, strict);
export const NamedPageQuery = Type.Object(
  { ...page, name: Type.Optional(Type.String({ maxLength: 100, description: "Only those that begin so" })) },
  strict,
);
export const TokensQuery = Type.Object(
  { ...page, user: Type.Optional(id("Of another user; admins only")) },
  strict,
);

export const SignInSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 254, description: "The user's name or e-mail address" }),
    password: password("The user's password"),
  },
  strict,
);
export const LinkSchema = Type.Object({ token: linkToken }, strict);
export const ResetSchema = Type.Object(
  { token: linkToken, password: password("The new password: 8 to 256 characters") },
  strict,
);
export const NewPasswordSchema = Type.Object(
  {
    password: password("The new password: 8 to 256 characters"),
    oldPassword: Type.Optional(password("The present one; needed to change one's own")),
    revokeTokens: Type.Optional(
      Type.Boolean({ description: "Whether the user's tokens end as well; his sessions always do" }),
    ),
  },
  strict,
);
export const MadeLinkSchema = Type.Object({
  token: Type.String({ description: "Shown only here; good once, for an hour" }),
  expiresAt: Type.String(),
});

export const NewUserSchema = Type.Object(
  {
    name: userName,
    email: Type.Optional(email),
    language: Type.Optional(language),
    disabled: Type.Optional(Type.Boolean({ description: "A disabled user can do nothing at all" })),
    password: Type.Optional(password("8 to 256 characters; without one, make a reset link for the user")),
    roleIds: Type.Optional(
      Type.Array(id("Id of a role"), {
        maxItems: 100,
        description: "Roles that the user is in from the start",
      }),
    ),
  },
  strict,
);
export const ChangedUserSchema = Type.Object(
  {
    name: Type.Optional(userName),
    email: Type.Optional(email),
    language: Type.Optional(language),
    disabled: Type.Optional(Type.Boolean({ description: "A disabled user can do nothing at all" })),
  },
  { ...strict, minProperties: 1 },
);
const user = {
  email: nullable("E-mail address"),
  language: nullable("Preferred language"),
  disabled: Type.Boolean(),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
};
const named = { id: Type.String(), name: Type.String() };
export const UserSchema = Type.Object({ ...named, ...user });
export const UsersPage = Type.Object({
  items: Type.Array(Type.Composite([Type.Object(named), Type.Partial(Type.Object(user))]), {
    description: "Ids and names; the rest is for admins, and for oneself",
  }),
  nextCursor: Type.Optional(Type.String()),
});

export const NewRoleSchema = Type.Object(
  {
    name: roleName,
    description: Type.Optional(Type.String({ maxLength: 2_000, description: "For people" })),
  },
  strict,
);
export const ChangedRoleSchema = Type.Partial(NewRoleSchema, { ...strict, minProperties: 1 });
export const RoleSchema = Type.Object({
  ...named,
  description: Type.String(),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
});
export const RolesPage = Type.Object({
  items: Type.Array(RoleSchema),
  nextCursor: Type.Optional(Type.String()),
});
export const NewMemberSchema = Type.Object({ principalId: id("Id of a user or a role") }, strict);
export const MembersPage = Type.Object({
  items: Type.Array(
    Type.Object({ ...named, kind: Type.Union([Type.Literal("user"), Type.Literal("role")]) }),
  ),
  nextCursor: Type.Optional(Type.String()),
});

export const NewTokenSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: "For people: what it is used for" }),
    scopes: Type.Optional(scopeList),
    expiresInDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: tokenDaysMax, description: `${tokenDaysDefault} if not given` }),
    ),
    userId: Type.Optional(id("For another user; admins only")),
  },
  strict,
);
export const TokenSchema = Type.Object({
  ...named,
  userId: Type.String(),
  scopes: Type.Unsafe<string[] | null>({
    anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }],
    description: "null: everything that its user may do",
  }),
  createdAt: Type.String(),
  createdById: Type.String(),
  expiresAt: Type.String(),
  lastUsedAt: nullable("To the minute"),
});
export const MadeTokenSchema = Type.Object({
  ...TokenSchema.properties,
  token: Type.String({ description: "`mr_pat_...`, to be sent as `Authorization: Bearer`; shown only here" }),
});
export const TokensPage = Type.Object({
  items: Type.Array(TokenSchema),
  nextCursor: Type.Optional(Type.String()),
});

export const WhoAmISchema = Type.Object({
  user: UserSchema,
  roles: Type.Array(Type.Object(named), { description: "Every role the user is in, through any depth" }),
  scopes: Type.Optional(
    Type.Array(Type.String(), { description: "What the token is limited to; not there without a limit" }),
  ),
  csrfToken: Type.Optional(
    Type.String({ description: "Unsafe requests with the session's cookie carry it as `x-csrf-token`" }),
  ),
});
export const SessionsPage = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      address: Type.String(),
      userAgent: Type.String(),
      createdAt: Type.String(),
      seenAt: Type.String({ description: "The last use, to the minute" }),
      expiresAt: Type.String(),
      current: Type.Boolean({ description: "Whether this is the one that asks" }),
    }),
  ),
});
