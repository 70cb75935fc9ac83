import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { NewSecretSchema, SecretChangesSchema, SecretSchema, SecretValueSchema } from "./model.ts";
import type { Secrets } from "./service.ts";

const tag = "secrets";
const closed = { additionalProperties: false };
const params = Type.Object({ secret: Type.String({ maxLength: 100, description: "Name or id" }) });
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);
const version = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: "Only if it still has this version" }),
);
const VersionQuery = Type.Object({ version }, closed);
const SecretsPage = Type.Object({
  items: Type.Array(SecretSchema),
  nextCursor: Type.Optional(Type.String()),
});

/** The REST face of secrets. No route answers a value. */
export function secretRoutes(secrets: Secrets): Route[] {
  return [...readingRoutes(secrets), ...writingRoutes(secrets)];
}

function readingRoutes(secrets: Secrets): Route[] {
  return [
    route({
      method: "GET",
      path: "/secrets",
      operation: "listSecrets",
      summary: "List the secrets you may read, without their values",
      tag,
      access: { kind: "signed_in" },
      scope: "secrets:read",
      schemas: { query: PageQuery },
      replies: { 200: SecretsPage },
      run: (call, { query }) => secrets.listSecrets(call, query.cursor, query.limit),
    }),
    route({
      method: "GET",
      path: "/secrets/:secret",
      operation: "getSecret",
      summary: "Show what is known of a secret, without its value",
      tag,
      access: { kind: "object", of: "secret", right: "read" },
      scope: "secrets:read",
      schemas: { params },
      replies: { 200: SecretSchema },
      run: (call, { params: { secret } }) => secrets.getSecret(call, secret),
    }),
  ];
}

function writingRoutes(secrets: Secrets): Route[] {
  return [
    route({
      method: "POST",
      path: "/secrets",
      operation: "createSecret",
      summary: "Keep a secret",
      tag,
      access: { kind: "signed_in" },
      scope: "secrets:write",
      schemas: { body: NewSecretSchema },
      replies: { 201: SecretSchema },
      run: (call, { body }) => secrets.createSecret(call, body),
    }),
    route({
      method: "PATCH",
      path: "/secrets/:secret",
      operation: "updateSecret",
      summary: "Change a secret's description or rights",
      tag,
      access: { kind: "object", of: "secret", right: "update" },
      scope: "secrets:write",
      schemas: { params, body: SecretChangesSchema, query: VersionQuery },
      replies: { 200: SecretSchema },
      run: (call, { params: { secret }, body, query }) =>
        secrets.updateSecret(call, secret, body, query.version),
    }),
    route({
      method: "PUT",
      path: "/secrets/:secret/value",
      operation: "setSecretValue",
      summary: "Put another value in the place of a secret's present one",
      tag,
      access: { kind: "object", of: "secret", right: "update" },
      scope: "secrets:write",
      schemas: { params, body: SecretValueSchema, query: VersionQuery },
      replies: { 200: SecretSchema },
      run: (call, { params: { secret }, body, query }) =>
        secrets.setSecretValue(call, secret, body.value, query.version),
    }),
    route({
      method: "DELETE",
      path: "/secrets/:secret",
      operation: "deleteSecret",
      summary: "Delete a secret for good",
      tag,
      access: { kind: "object", of: "secret", right: "delete" },
      scope: "secrets:write",
      schemas: { params, query: VersionQuery },
      replies: { 204: Type.Null() },
      run: async (call, { params: { secret }, query, reply }) => {
        await secrets.deleteSecret(call, secret, query.version);
        return reply.code(204).send();
      },
    }),
  ];
}
