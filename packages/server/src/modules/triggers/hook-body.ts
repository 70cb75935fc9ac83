import { isUtf8 } from "node:buffer";
import type { Json } from "@millrace/jq";
import { AppError, invalid } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";

/** What a call's body is, as facts. */
export interface HookBody {
  body: Json;
  /** The files of a form. */
  files?: Json;
  /** base64, where it is nothing that JSON can say. */
  raw?: string;
}

const partsMax = 1_000;

/** Reads JSON, forms and texts; anything else is handed on as base64. A body that is not what it says is refused. */
export async function readBody(bytes: Buffer, contentType: string, withRaw: boolean): Promise<HookBody> {
  const raw = withRaw ? { raw: bytes.toString("base64") } : {};
  if (bytes.length === 0) return { body: null };
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  if (type === "multipart/form-data") return { ...(await readMultipart(bytes, contentType)), ...raw };
  if (isUtf8(bytes)) {
    const text = bytes.toString("utf8");
    if (isJson(type)) return { body: parseJsonText(text, { field: "body", within: "" }) as Json, ...raw };
    if (type === "application/x-www-form-urlencoded") return { body: readForm(text), ...raw };
    if (type.startsWith("text/") && !text.includes("\0")) return { body: text, ...raw };
  }
  if (isJson(type)) throw invalid("body", "is not UTF-8");
  return { body: null, raw: bytes.toString("base64") };
}

function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}

/** A name that comes more than once has the list of its values. */
function readForm(text: string): Json {
  return gather(new URLSearchParams(text));
}

function gather(entries: Iterable<[string, string]>): Json {
  const values = new Map<string, Json>();
  let count = 0;
  for (const [name, value] of entries) {
    if ((count += 1) > partsMax) throw new AppError("too_large", `body: more than ${partsMax} fields`);
    const there = values.get(name);
    if (there === undefined) values.set(name, value);
    else if (Array.isArray(there)) there.push(value);
    else values.set(name, [there, value]);
  }
  return Object.fromEntries(values);
}

async function readMultipart(bytes: Buffer, contentType: string): Promise<HookBody> {
  const headers = { "content-type": contentType };
  const form = await new Response(new Uint8Array(bytes), { headers }).formData().catch((cause: unknown) => {
    throw new AppError("invalid_input", "body: is no multipart form", { field: "body", cause });
  });
  const fields: [string, string][] = [];
  const files: Json[] = [];
  for (const [field, value] of form) {
    if (typeof value === "string") fields.push([field, value]);
    else {
      const content = Buffer.from(await value.arrayBuffer());
      const { name, type, size } = value;
      files.push({ field, name, contentType: type, size, base64: content.toString("base64") });
    }
    if (fields.length + files.length > partsMax) {
      throw new AppError("too_large", `body: more than ${partsMax} parts`);
    }
  }
  return { body: gather(fields), files };
}
