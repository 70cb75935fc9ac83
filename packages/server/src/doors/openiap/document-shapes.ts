import { invalid } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";
import type { Right } from "../../kit/route.ts";
import { type AclEntry, rights } from "../../modules/access/model.ts";

/** The wire's rights are bits; what is full has all sixteen of them. */
const rightBits: Readonly<Record<Right, number>> = { create: 1, read: 2, update: 4, delete: 8, invoke: 16 };
const fullRights = 65_535;
/** Set by the server, whatever a client sends back of them. */
const serverFields = [
  "_version",
  "_created",
  "_createdby",
  "_createdbyid",
  "_modified",
  "_modifiedby",
  "_modifiedbyid",
];
/** Old clients write the bits as base64 of 128 bytes, the lowest first. */
const bitsPattern = /^[A-Za-z0-9+/]+={0,2}$/;

type Json = Record<string, unknown>;

/** Reads a document of a client as the house takes it: the rights in words, and without what the server sets. */
export function readDocument(text: string, field: string): Json {
  return documentOf(parseJsonText(text, { field, within: "" }), field, "");
}

/** Reads an update of operators; what they set of rights is in the wire's words. */
export function readUpdate(text: string, field: string): unknown {
  const update = parseJsonText(text, { field, within: "" });
  if (typeof update !== "object" || update === null)
    throw invalid(field, "must be an update, as {$set: ...}");
  const { $set: set } = update as Json;
  if (typeof set !== "object" || set === null || !("_acl" in set)) return update;
  return { ...update, $set: { ...set, _acl: readAcl(set._acl, "$set._acl") } };
}

/** A document that is to replace another one: what is null in it is to go. */
export function withoutNulls(document: Json): Json {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}

/** Reads a list of documents. */
export function readDocuments(text: string, field: string): Json[] {
  const list = parseJsonText(text, { field });
  if (!Array.isArray(list)) throw invalid(field, "must be a list of documents");
  return list.map((each, index) => documentOf(each, field, `${field}[${index}]`));
}

/** A document as clients read it: the rights as bits. */
export function writtenDocument(document: Json): Json {
  const { _acl: acl } = document;
  return Array.isArray(acl) ? { ...document, _acl: acl.map(writtenEntry) } : document;
}

/** What a pipeline ends with: documents, or anything else. */
export function writtenValue(value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? writtenDocument(value as Json) : value;
}

/** A list of entries in the wire's words, as the house takes it. */
export function readAcl(value: unknown, at: string): unknown {
  if (!Array.isArray(value)) return value;
  return value.flatMap((entry, index) => readEntry(entry, `${at}[${index}]`) ?? []);
}

function documentOf(value: unknown, field: string, at: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(at || field, "must be a document, as JSON text");
  }
  const document: Json = { ...value };
  for (const name of serverFields) delete document[name];
  if ("_acl" in document) document["_acl"] = readAcl(document["_acl"], at === "" ? "_acl" : `${at}._acl`);
  return document;
}

/** An entry that grants nothing is left out: the house has no words for it. */
function readEntry(value: unknown, at: string): AclEntry | undefined {
  if (typeof value !== "object" || value === null)
    throw invalid(at, "must be an entry {_id, name, rights, deny}");
  const { _id: principalId, name, rights: bits = fullRights, deny = false } = value as Json;
  if (typeof principalId !== "string") throw invalid(`${at}._id`, "must be the id of a user or role");
  const granted = rightsOf(bits, `${at}.rights`);
  if (granted.length === 0) return undefined;
  return {
    principalId,
    ...(typeof name === "string" ? { name: name.slice(0, 200) } : {}),
    rights: granted,
    effect: deny === true ? "deny" : "allow",
  };
}

function rightsOf(bits: unknown, at: string): Right[] {
  const number = typeof bits === "string" && bitsPattern.test(bits) ? Buffer.from(bits, "base64")[0] : bits;
  if (typeof number !== "number") throw invalid(at, "must be a number of bits, 65535 for all");
  return rights.filter((right) => (number & rightBits[right]) !== 0);
}

function writtenEntry(entry: AclEntry): Json {
  const { principalId, name = "", rights: granted, effect } = entry;
  const bits = granted.reduce((sum, right) => sum | rightBits[right], 0);
  const isFull = granted.length === rights.length;
  return { _id: principalId, name, rights: isFull ? fullRights : bits, deny: effect === "deny" };
}
