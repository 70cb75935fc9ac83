import { Type, type Static } from "@sinclair/typebox";
import { invalid } from "../../kit/errors.ts";
import { type AclEntry, AclSchema, parseAcl } from "../access/model.ts";

export const fileBytesMax = 5 * 1024 ** 3;
export const filesPerOwnerMax = 1_000;
export const pageSizeMax = 500;
const nameBytesMax = 255;
const metadataBytesMax = 16 * 1024;
const metadataDepthMax = 32;

const metadata = Type.Record(Type.String(), Type.Unknown(), {
  description: "Any JSON object of at most 16 KiB",
});
const name = Type.String({ description: "A label for people, at most 255 bytes of UTF-8" });
const contentType = Type.String({ maxLength: 255, description: "As the uploader said; never trusted" });

export const FileChangesSchema = Type.Partial(Type.Object({ name, contentType, metadata, acl: AclSchema }), {
  additionalProperties: false,
});

export const FileSchema = Type.Object({
  id: Type.String(),
  name,
  contentType,
  size: Type.Integer(),
  sha256: Type.String({ description: "SHA-256 of the bytes, 64 hex digits" }),
  metadata,
  acl: AclSchema,
  temporary: Type.Boolean({ description: "Removed after 24 hours unless it is attached to something" }),
  version: Type.Integer(),
  createdAt: Type.String(),
  createdById: Type.String(),
  createdBy: Type.String(),
  modifiedAt: Type.String(),
  modifiedById: Type.String(),
  modifiedBy: Type.String(),
});

/** A file as the API shows it: everything but the bytes. */
export type FileView = Static<typeof FileSchema>;
export type FileChanges = Static<typeof FileChangesSchema>;

/** What comes with the bytes of a new file. */
export interface NewFile {
  name: string;
  contentType?: string;
  metadata?: unknown;
  /** Without it the uploader may everything and nobody else anything. */
  acl?: unknown;
  /** Removed after 24 hours unless it is attached to something. */
  temporary?: boolean;
  /** Other bytes are refused. */
  sha256?: string;
}

/** What files may be attached to. An owner's rights are its own module's matter. */
export type Owner =
  | { kind: "work_item" | "package_version" | "job"; id: string }
  | { kind: "document"; tenantId: string; collection: string; id: string };

/** An owner as it stands beside its files, unique in the whole database. */
export function keyOfOwner(owner: Owner): { kind: string; id: string } {
  if (owner.kind !== "document") return { kind: owner.kind, id: owner.id };
  return { kind: owner.kind, id: `${owner.tenantId}/${owner.collection}/${owner.id}` };
}

const ownerNames: Readonly<Record<string, string>> = {
  work_item: "a work item",
  document: "a document",
  package_version: "a version of a package",
  job: "a job",
};

/** How people read an owner's kind. */
export function nameOfOwnerKind(kind: string): string {
  return ownerNames[kind] ?? "something";
}

export function nameOfFile(id: string): string {
  return `file ${JSON.stringify(id)}`;
}

const separators = /[/\\]/;
/** NUL, CR, LF and the like; line separators; halves of characters. */
const invisibleControls = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufeff]/u;
/** They make `gpj.exe` read as `exe.jpg`. */
const directionControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Refuses names that could mean something to a file system, a header or a reader's eye. */
export function checkFileName(name: string): void {
  if (name.trim() === "") throw invalid("name", "must not be empty");
  if (name === "." || name === "..") throw invalid("name", "must not be . or ..");
  if (separators.test(name))
    throw invalid("name", "must not contain / or \\: send the name without its folder");
  if (invisibleControls.test(name)) throw invalid("name", "must not contain control characters");
  if (directionControls.test(name)) throw invalid("name", "must not change the direction of reading");
  if (Buffer.byteLength(name) > nameBytesMax)
    throw invalid("name", `must have at most ${nameBytesMax} bytes`);
}

const token = "[A-Za-z0-9!#$&^_.+-]{1,100}";
const parameter = `${token}=(?:${token}|"[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]{0,100}")`;
const contentTypePattern = new RegExp(`^${token}/${token}(?: ?; ?${parameter}){0,5}$`);
const anyContentType = "application/octet-stream";

/** The content type as it will stand in a header. */
export function parseContentType(text: string | undefined): string {
  if (text === undefined || text === "") return anyContentType;
  if (text.length <= 255 && contentTypePattern.test(text)) return text;
  throw invalid("contentType", "must be a media type as text/plain or image/png");
}

/** A JSON object small enough to be read with every list. */
export function parseMetadata(value: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("metadata", "must be a JSON object");
  }
  checkStorable(value, metadataDepthMax);
  if (Buffer.byteLength(JSON.stringify(value)) > metadataBytesMax) {
    throw invalid("metadata", `must have at most ${metadataBytesMax} bytes of JSON: put more into the file`);
  }
  return value as Record<string, unknown>;
}

const unstorable = /[\0\p{Cs}]/u;

/** Refuses what the database cannot hold: too deep, text with NUL or half a character, numbers beyond all. */
function checkStorable(value: unknown, levels: number): void {
  if (typeof value === "string" && unstorable.test(value)) {
    throw invalid("metadata", "must not contain NUL or a lone surrogate");
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw invalid("metadata", "must not hold a number that is not finite");
  }
  if (typeof value !== "object" || value === null) return;
  if (levels === 0) throw invalid("metadata", `must not be deeper than ${metadataDepthMax} levels`);
  for (const [key, child] of Object.entries(value)) {
    checkStorable(key, 0);
    checkStorable(child, levels - 1);
  }
}

/** An ACL that leaves somebody who may read: else the file could be neither used nor removed. */
export function parseReadableAcl(value: unknown): AclEntry[] {
  const acl = parseAcl(value, "acl");
  const hasReader = acl.some((entry) => entry.effect !== "deny" && entry.rights.includes("read"));
  if (!hasReader) throw invalid("acl", "must leave somebody the right to read");
  return acl;
}
