import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ByteRange, WantedRange } from "./blobs.ts";
import { hasCode } from "./errors.ts";

/** What is sent: a name, bytes that never change, and how to read them. */
export interface Content {
  file: { name: string; contentType: string; size: number; sha256: string };
  range: ByteRange | undefined;
  open: () => Promise<Readable>;
}

const rangePattern = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/;

/**
 * Answers a download by RFC 9110: ranges, entity tags, HEAD. Whatever the bytes are, a browser saves them and never
 * runs them here. `find` gets the range that was asked for and refuses one that lies outside.
 */
export async function answerContent(
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  find: (range: WantedRange | undefined) => Promise<Content>,
): Promise<unknown> {
  const whole = await find(undefined);
  const tag = `"${whole.file.sha256}"`;
  void reply.headers({
    etag: tag,
    "cache-control": "private, no-cache, no-transform",
    "accept-ranges": "bytes",
  });
  if (namesTag(request.headers["if-none-match"], tag)) return reply.code(304).send();
  const wanted = wantedRange(request, tag);
  const content = wanted === undefined ? whole : await findRange(reply, () => find(wanted));
  const { range, file } = content;
  if (range !== undefined) {
    void reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${file.size}`);
  }
  void reply.headers({
    "content-type": file.contentType,
    "content-length": String(range === undefined ? file.size : range.end - range.start + 1),
    "content-disposition": attachmentNamed(file.name),
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
  });
  return request.method === "HEAD" ? Readable.from([]) : content.open();
}

/** `attachment` with a name that every client reads: ASCII for old ones, RFC 8187 for the rest. */
export function attachmentNamed(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]/gu, "_").replaceAll(/["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Several ranges at once, and what is no range at all, are answered with everything, as the RFC allows. */
function wantedRange({ method, headers }: FastifyRequest, tag: string): WantedRange | undefined {
  const ifRange = headers["if-range"];
  if (method !== "GET" || (ifRange !== undefined && ifRange !== tag)) return undefined;
  const match = rangePattern.exec(headers.range ?? "");
  if (match === null) return undefined;
  const [, start, end, last] = match;
  if (last !== undefined) return { last: Number(last) };
  if (end !== undefined && Number(end) < Number(start)) return undefined;
  return end === undefined ? { start: Number(start) } : { start: Number(start), end: Number(end) };
}

function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((text) => text.trim().replace(/^W\//, ""));
  return tags.includes(tag) || tags.includes("*");
}

async function findRange(reply: FastifyReply, find: () => Promise<Content>): Promise<Content> {
  try {
    return await find();
  } catch (error) {
    if (hasCode(error, "range_not_satisfiable")) {
      void reply.header("content-range", `bytes */${String(error.details.extra?.["size"])}`);
    }
    throw error;
  }
}
