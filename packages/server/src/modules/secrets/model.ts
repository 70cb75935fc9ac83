import { SecretMask } from "@millrace/runner/secret-mask.ts";
import { Type, type Static } from "@sinclair/typebox";
import { AclSchema } from "../access/model.ts";

/** As an expression names it, `$secrets.name`; none can be mistaken for a prototype's field. */
export const secretNamePattern = "^[A-Za-z][A-Za-z0-9_.-]{0,99}$";
export const valueBytesMax = 64 * 1024;
export const descriptionCharactersMax = 2_000;

const name = Type.String({ pattern: secretNamePattern, description: "Used once in a tenant" });
const description = Type.String({ maxLength: descriptionCharactersMax, description: "For people" });
const value = Type.Unknown({
  description: `Any JSON of at most ${valueBytesMax} bytes; kept encrypted and never shown again`,
});

export const NewSecretSchema = Type.Object(
  { name, value, description: Type.Optional(description), acl: Type.Optional(AclSchema) },
  { additionalProperties: false },
);
export const SecretValueSchema = Type.Object({ value }, { additionalProperties: false });
export const SecretChangesSchema = Type.Partial(Type.Object({ description, acl: AclSchema }), {
  additionalProperties: false,
});

/** What anybody may ever see of a secret. */
export const SecretSchema = Type.Object({
  id: Type.String(),
  name,
  description,
  acl: AclSchema,
  version: Type.Integer({ description: "Grows with every change, also of the value" }),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
  valueChangedAt: Type.String(),
});

export type NewSecret = Static<typeof NewSecretSchema>;
export type SecretChanges = Static<typeof SecretChangesSchema>;
export type SecretView = Static<typeof SecretSchema>;

/** Values by the names of their secrets. */
export type SecretValues = Readonly<Record<string, unknown>>;

/** Hides these values, in every form of theirs, from what is recorded or shown after they were used. */
export function maskOf(values: SecretValues): SecretMask {
  const mask = new SecretMask();
  mask.add(textsIn(Object.values(values)));
  return mask;
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) yield* textsIn(child);
  }
}
