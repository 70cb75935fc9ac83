import "@fastify/multipart";
import type { Multipart } from "@fastify/multipart";
import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { isSha256 } from "../../kit/blobs.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { parseJsonText, refuseUnstorableValue } from "../../kit/json-text.ts";
import type { NewFile } from "./model.ts";

/** What may stand in the query, or in fields of a form before the file. */
export interface UploadFields {
  name?: string;
  contentType?: string;
  metadata?: string;
  acl?: string;
  temporary?: boolean;
  sha256?: string;
}

export interface UploadRequest {
  stream: AsyncIterable<Uint8Array>;
  wanted: NewFile;
}

const fieldBytesMax = 64 * 1024;
const fieldsMax = 16;
const formFields = new Set(["name", "contentType", "metadata", "acl", "temporary", "sha256"]);

/** Reads what an upload says of itself, up to its bytes: these are left to whoever reads `stream`. */
export async function readUpload(request: FastifyRequest, query: UploadFields): Promise<UploadRequest> {
  const sha256 = digestOf(request, query);
  if (request.isMultipart()) return readForm(request, { ...query, sha256 });
  const contentType = query.contentType ?? request.headers["content-type"];
  if (query.name === undefined) throw invalid("name", "say how the file is called: ?name=...");
  const wanted = newFileOf({ ...query, name: query.name, contentType, sha256 });
  return { wanted, stream: request.body === undefined ? noBytes() : bytesOf(request.body as Readable) };
}

/** Lets what still comes of a refused upload run off, so that the client reads its answer. */
export function discardRest(request: FastifyRequest): void {
  request.raw.unpipe();
  request.raw.resume();
}

async function readForm(request: FastifyRequest, query: UploadFields): Promise<UploadRequest> {
  const limits = { fields: fieldsMax, fieldSize: fieldBytesMax, files: 1, fileSize: Infinity };
  const parts = request.parts({ limits, preservePath: true });
  const fields: Record<string, unknown> = { ...query };
  for (;;) {
    const { value: part, done } = await parts.next();
    if (done === true || part === undefined) throw invalid("file", "the form has no part with a file");
    if (part.type === "field") {
      addField(fields, part);
      continue;
    }
    const wanted = newFileOf({
      name: part.filename,
      contentType: part.mimetype,
      ...withoutUndefined(fields),
    });
    return { wanted, stream: onlyFile(part.file, parts) };
  }
}

function addField(fields: Record<string, unknown>, part: Extract<Multipart, { type: "field" }>): void {
  const { fieldname, value, valueTruncated } = part;
  if (!formFields.has(fieldname)) throw invalid(fieldname, "is not a known field");
  if (valueTruncated) throw invalid(fieldname, `must have at most ${fieldBytesMax} bytes`);
  if (fieldname === "temporary") fields[fieldname] = flagOf(value);
  else fields[fieldname] = typeof value === "string" ? value : textOfParsed(fieldname, value);
}

/** A part that says that it is JSON was parsed on its way: what it cannot be written back as is refused. */
function textOfParsed(field: string, value: unknown): string {
  const refusal = refuseUnstorableValue(value, { field });
  if (refusal !== undefined) throw refusal;
  return JSON.stringify(value);
}

function newFileOf({ name, metadata, acl, sha256, ...rest }: UploadFields & { name: string }): NewFile {
  if (sha256 !== undefined && !isSha256(sha256.toLowerCase())) {
    throw invalid("sha256", "must be 64 hex digits");
  }
  const jsonOf = (field: string, text: string | undefined) =>
    text === undefined ? undefined : parseJsonText(text, { field });
  return { ...rest, name, sha256, metadata: jsonOf("metadata", metadata), acl: jsonOf("acl", acl) };
}

/** The hash that the client promises, from `x-content-sha256`, `Digest` (RFC 3230) or the query. */
function digestOf({ headers }: FastifyRequest, { sha256 }: UploadFields): string | undefined {
  const said = [sha256, headerOf("x-content-sha256", headers), sha256Of(headerOf("digest", headers))];
  const hashes = new Set(said.filter((text) => text !== undefined).map((text) => text.toLowerCase()));
  if (hashes.size > 1) throw invalid("sha256", "the hashes in the headers and the query differ");
  return [...hashes][0];
}

function headerOf(name: string, headers: FastifyRequest["headers"]): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** `sha-256=<base64>` among the digests → hex. A digest that cannot be checked is refused, not ignored. */
function sha256Of(digests: string | undefined): string | undefined {
  if (digests === undefined) return undefined;
  const base64 = /(?:^|,)\s*sha-256=([A-Za-z0-9+/]{43}=)\s*(?:,|$)/i.exec(digests)?.[1];
  if (base64 === undefined) throw invalid("digest", "must be sha-256=<base64>");
  return Buffer.from(base64, "base64").toString("hex");
}

/** The file's bytes; they end well only if the form ends with them. */
async function* onlyFile(file: Readable, parts: AsyncIterator<Multipart>): AsyncGenerator<Uint8Array> {
  yield* bytesOf(file);
  const next = await parts.next().catch((error: unknown) => {
    throw cutOr(error);
  });
  if (next.done !== true)
    throw invalid(next.value.fieldname, "fields must come before the file, and only one file");
}

/** A consumer that stops early must not take the connection away with it: the client is owed an answer. */
async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* stream.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw cutOr(error);
  }
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}

/** The parser's own complaints name what is wrong; all else means that the connection broke. */
function cutOr(error: unknown): unknown {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code.startsWith("FST_") && code !== "FST_MP_PREMATURE_CLOSE") return error;
  return new AppError("invalid_input", "The upload broke off: nothing was kept", { cause: error });
}

function flagOf(value: unknown): boolean {
  if (value === "true" || value === true) return true;
  if (value === "false" || value === false) return false;
  throw invalid("temporary", "must be true or false");
}

function withoutUndefined(fields: UploadFields): UploadFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
