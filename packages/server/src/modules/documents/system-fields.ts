import type { Call } from "../../kit/call.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId } from "../../kit/ids.ts";
import { type AclEntry, aclOfMaker, parseAcl } from "../access/model.ts";
import { checkContent, fieldOf, isPlainObject } from "./check-document.ts";
import { encryptedFieldsMax, type GivenDocument, type StoredDocument } from "./model.ts";

/** Set by the server; a caller may send them back only as they are stored, so that read-change-write works. */
const serverFields = [
  "_created",
  "_createdby",
  "_createdbyid",
  "_modified",
  "_modifiedby",
  "_modifiedbyid",
] as const;
const callerFields = ["_id", "_type", "_acl", "_encrypt", "_version"] as const;
const knownFields = new Set<string>([...serverFields, ...callerFields]);
const typeCharactersMax = 100;
const defaultType = "unknown";

/** A checked input: the system fields its sender may set, apart from its contents. */
export interface Given {
  id?: string;
  version?: number;
  type?: string;
  acl?: AclEntry[];
  encrypt?: string[];
  content: Record<string, unknown>;
}

/** Checks a fresh document; `at` is the name of its place, empty for the body itself. */
export function readNew(input: unknown, at: string): Given {
  const given = read(input, at);
  const set = [...serverFields, "_version"].find((field) => (input as GivenDocument)[field] !== undefined);
  if (set !== undefined) throw invalid(fieldOf(at, set), "is set by the server: leave it out");
  return given;
}

/** Checks what is to stand in the place of `stored`; a `_version` in it must be the stored one. */
export function readNext(input: unknown, stored: StoredDocument, at: string): Given {
  const given = read(input, at);
  if (given.version !== undefined) requireVersion(stored, given.version);
  const document = input as GivenDocument;
  if (given.id !== undefined && given.id !== stored._id) {
    throw invalid(fieldOf(at, "_id"), `is ${stored._id} and never changes`);
  }
  const changed = serverFields.find(
    (field) => document[field] !== undefined && document[field] !== stored[field],
  );
  if (changed !== undefined)
    throw invalid(fieldOf(at, changed), "is set by the server: leave it out or as it was");
  return given;
}

/** Refuses a change that began from another version than the stored one. */
export function requireVersion(stored: StoredDocument, version: number): void {
  if (version === stored._version) return;
  throw new AppError(
    "version_mismatch",
    `The document has version ${stored._version}, not ${version}: read it again and repeat the change`,
    { field: "_version", extra: { version: stored._version } },
  );
}

/** The first version of a document, or the first after its deletion. */
export function firstDocument(
  call: Call,
  given: Given,
  facts: {
    id: string;
    version: number;
    at: string;
    encrypt: readonly string[];
    original?: StoredDocument | undefined;
  },
): StoredDocument {
  const encrypt = widestPaths([...(given.encrypt ?? []), ...facts.encrypt]);
  return {
    ...given.content,
    _id: facts.id,
    _type: given.type ?? defaultType,
    _acl: given.acl ?? aclOfMaker(call),
    ...(encrypt.length === 0 ? {} : { _encrypt: encrypt }),
    _version: facts.version,
    _created: facts.original?._created ?? facts.at,
    _createdby: facts.original?._createdby ?? call.userName,
    _createdbyid: facts.original?._createdbyid ?? call.userId,
    _modified: facts.at,
    _modifiedby: call.userName,
    _modifiedbyid: call.userId,
  };
}

/** The version after `stored`: fresh contents; system fields that were not given stay. */
export function nextDocument(
  call: Call,
  given: Given,
  stored: StoredDocument,
  facts: { at: string; encrypt: readonly string[] },
): StoredDocument {
  const encrypt = widestPaths([...(given.encrypt ?? stored._encrypt ?? []), ...facts.encrypt]);
  return {
    ...given.content,
    _id: stored._id,
    _type: given.type ?? stored._type,
    _acl: given.acl ?? stored._acl,
    ...(encrypt.length === 0 ? {} : { _encrypt: encrypt }),
    _version: stored._version + 1,
    _created: stored._created,
    _createdby: stored._createdby,
    _createdbyid: stored._createdbyid,
    _modified: facts.at,
    _modifiedby: call.userName,
    _modifiedbyid: call.userId,
  };
}

/** Dotted paths of fields to encrypt: none of them a system field, none inside another. */
export function parseEncrypt(value: unknown, at: string): string[] {
  if (!Array.isArray(value) || value.length > encryptedFieldsMax) {
    throw invalid(at, `must be a list of at most ${encryptedFieldsMax} field names`);
  }
  const paths = value.map((path: unknown, index) => {
    const isName = typeof path === "string" && path !== "" && path.length <= 200 && !path.startsWith("_");
    if (!isName || path === "name" || path.split(".").includes("")) {
      throw invalid(
        `${at}[${index}]`,
        "must be a field of the document, such as card.number; not a system field",
      );
    }
    return path;
  });
  const inside = paths.find((path) => paths.some((other) => path.startsWith(`${other}.`)));
  if (inside !== undefined) throw invalid(at, `${inside} lies inside a field that is encrypted as a whole`);
  return [...new Set(paths)];
}

/** Each path once, and none that lies inside another. */
function widestPaths(paths: readonly string[]): string[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => path.startsWith(`${other}.`)));
}

function read(input: unknown, at: string): Given {
  const place = at === "" ? "document" : at;
  if (!isPlainObject(input)) throw invalid(place, "must be an object");
  checkContent(input, at);
  const content: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    if (!key.startsWith("_")) content[key] = value;
    else if (!knownFields.has(key)) {
      throw invalid(fieldOf(at, key), "is not a system field; a field's name must not begin with _");
    }
  }
  return { content, ...readSystemFields(input, at) };
}

function readSystemFields(input: GivenDocument, at: string): Omit<Given, "content"> {
  const { _id: id, _type: type, _acl: acl, _encrypt: encrypt, _version: version } = input;
  return {
    ...(id === undefined ? {} : { id: parseId(id, fieldOf(at, "_id")) }),
    ...(version === undefined ? {} : { version: parseVersion(version, fieldOf(at, "_version")) }),
    ...(type === undefined ? {} : { type: parseType(type, fieldOf(at, "_type")) }),
    ...(acl === undefined ? {} : { acl: parseReadableAcl(acl, fieldOf(at, "_acl")) }),
    ...(encrypt === undefined ? {} : { encrypt: parseEncrypt(encrypt, fieldOf(at, "_encrypt")) }),
  };
}

/** An ACL that leaves somebody who may read. */
export function parseReadableAcl(value: unknown, at: string): AclEntry[] {
  const acl = parseAcl(value, at);
  const hasReader = acl.some((entry) => entry.effect !== "deny" && entry.rights.includes("read"));
  if (!hasReader) throw invalid(at, "must leave somebody the right to read");
  return acl;
}

function parseId(value: unknown, at: string): string {
  if (typeof value !== "string" || !isId(value)) throw invalid(at, "must be 24 hex digits in lower case");
  return value;
}

function parseVersion(value: unknown, at: string): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw invalid(at, "must be a whole number");
  return value;
}

function parseType(value: unknown, at: string): string {
  if (typeof value !== "string" || value.length > typeCharactersMax) {
    throw invalid(at, `must be text of at most ${typeCharactersMax} characters`);
  }
  return value.toLowerCase() || defaultType;
}
