import { Type, type Static } from "@sinclair/typebox";
import type { Call } from "../../kit/call.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";

export const rights = ["create", "read", "update", "delete", "invoke"] as const satisfies readonly Right[];

export const aclEntriesMax = 128;

export const AclEntrySchema = Type.Object(
  {
    principalId: Type.String({ pattern: "^[0-9a-f]{24}$", description: "A user or a role" }),
    name: Type.Optional(Type.String({ maxLength: 200, description: "For people; never used in a decision" })),
    rights: Type.Array(Type.Union(rights.map((right) => Type.Literal(right))), { minItems: 1, maxItems: 5 }),
    effect: Type.Optional(Type.Union([Type.Literal("allow"), Type.Literal("deny")], { default: "allow" })),
  },
  { additionalProperties: false },
);
export const AclSchema = Type.Array(AclEntrySchema, { maxItems: aclEntriesMax });

export type AclEntry = Static<typeof AclEntrySchema>;
/** Who may do what; deny wins over allow, and who is not named may nothing. */
export type Acl = readonly AclEntry[];

/** Whether the caller may. Members of `admins` pass. */
export function allows(acl: Acl, call: Call, right: Right): boolean {
  if (call.isAdmin) return true;
  const mine = acl.filter(
    (entry) => entry.rights.includes(right) && call.principalIds.includes(entry.principalId),
  );
  return mine.length > 0 && mine.every((entry) => entry.effect !== "deny");
}

/** Refuses unless the caller may: as absent to who may not even read, as forbidden to who may. */
export function requireRight(acl: Acl, call: Call, right: Right, what: string): void {
  const refusal = refusalOf(acl, call, right, what);
  if (refusal !== undefined) throw refusal;
}

/** The same for who collects refusals: undefined if the caller may. */
export function refusalOf(acl: Acl, call: Call, right: Right, what: string): AppError | undefined {
  if (allows(acl, call, right)) return undefined;
  if (right === "read" || !allows(acl, call, "read")) return absent(what);
  return new AppError("forbidden", `You may read ${what} but not ${right} it: ask its owner for the right`);
}

/** The answer for what does not exist, and, word for word the same, for what the caller may not know of. */
export function absent(what: string): AppError {
  return new AppError("not_found", `There is no ${what}, or you may not see it`);
}

/** The ACL of something new: its maker may everything. */
export function aclOfMaker(call: Call): AclEntry[] {
  return [{ principalId: call.userId, name: call.userName, rights: [...rights], effect: "allow" }];
}

/** What the columns `can_read` and `cannot_read` beside a stored ACL hold; filters in SQL go by them. */
export function readersOf(acl: Acl): { canRead: string[]; cannotRead: string[] } {
  const readers = acl.filter((entry) => entry.rights.includes("read"));
  const idsOf = (entries: AclEntry[]) => [...new Set(entries.map((entry) => entry.principalId))].sort();
  return {
    canRead: idsOf(readers.filter((entry) => entry.effect !== "deny")),
    cannotRead: idsOf(readers.filter((entry) => entry.effect === "deny")),
  };
}

/** Checks an ACL that came in inside a document, where no schema has looked at it yet. */
export function parseAcl(value: unknown, field: string): AclEntry[] {
  if (!Array.isArray(value)) throw invalid(field, "must be a list of entries {principalId, rights, effect}");
  if (value.length > aclEntriesMax)
    throw invalid(field, `at most ${aclEntriesMax} entries; use roles for more`);
  return value.map((entry, index) => parseEntry(entry, `${field}[${index}]`));
}

const entryFields = new Set(["principalId", "name", "rights", "effect"]);

function parseEntry(value: unknown, field: string): AclEntry {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(field, "must be an object");
  const entry = value as Record<string, unknown>;
  const unknown = Object.keys(entry).find((key) => !entryFields.has(key));
  if (unknown !== undefined) throw invalid(`${field}.${unknown}`, "is not a field of an ACL entry");
  const { principalId, name, effect = "allow" } = entry;
  if (typeof principalId !== "string" || !isId(principalId))
    throw invalid(`${field}.principalId`, "must be 24 hex digits");
  if (name !== undefined && typeof name !== "string") throw invalid(`${field}.name`, "must be text");
  if (effect !== "allow" && effect !== "deny") throw invalid(`${field}.effect`, "must be allow or deny");
  return {
    principalId,
    ...(name === undefined ? {} : { name }),
    rights: parseRights(entry["rights"], field),
    effect,
  };
}

function parseRights(value: unknown, field: string): Right[] {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid(`${field}.rights`, `must list some of ${rights.join(", ")}`);
  const wrong = value.find((right) => !rights.includes(right as Right));
  if (wrong !== undefined)
    throw invalid(`${field}.rights`, `must be of ${rights.join(", ")}, not ${JSON.stringify(wrong)}`);
  return [...new Set(value as Right[])];
}
