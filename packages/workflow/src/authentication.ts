import { isObject, type Json, type JsonObject, own } from "./json.ts";

const kinds = ["basic", "bearer", "digest", "oauth2", "oidc"];

/**
 * What a standard call is given, with policies in the places of their names: `authentication: { use: name }` becomes
 * the policy of `use.authentications`, and a policy's own `use` an expression that reads the secret.
 */
export function withPolicies(given: Json, policies: Readonly<Record<string, JsonObject>>): Json {
  if (Array.isArray(given)) return given.map((part) => withPolicies(part, policies));
  if (!isObject(given)) return given;
  const entries = Object.entries(given).map(([key, part]): [string, Json] => {
    if (key !== "authentication" || !isObject(part)) return [key, withPolicies(part, policies)];
    const { use: name } = part;
    const policy = typeof name === "string" ? own(policies, name) : part;
    return [key, isObject(policy) ? ofSecret(policy) : part];
  });
  return Object.fromEntries(entries);
}

function ofSecret(policy: JsonObject): JsonObject {
  const entries = Object.entries(policy).map(([kind, part]): [string, Json] => {
    const secret = kinds.includes(kind) ? own(part, "use") : undefined;
    return [kind, typeof secret === "string" ? `\${ $secrets[${JSON.stringify(secret)}] }` : part];
  });
  return Object.fromEntries(entries);
}
