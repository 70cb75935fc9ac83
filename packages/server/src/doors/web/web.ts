import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../kit/errors.ts";

/** What an asset may be; a name holds a hash of its bytes, so that it never means anything else. */
const assetTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const assetName = /^[\w-][\w.-]{0,199}$/;
const forever = "public, max-age=31536000, immutable";
/** Made beside each asset when it was built, the smallest first. */
const encodings = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;
/** Of the page, where the nonce of each answer goes. */
const noncePlace = "__NONCE__";
/** Of an address: as the router has it. */
const partCharactersMax = 300;
const notPages = /^\/(api|assets)(\/|$)/;

/**
 * The browser application, from the folder it was built to: assets under their hashed names, and one page for every
 * path that a browser goes to and that no other door has. Programs that ask for such a path get their 404.
 */
export function addWeb(app: FastifyInstance, folder: string): void {
  const hidden = { schema: { hide: true } } as object;
  app.get<{ Params: { name: string } }>("/assets/:name", hidden, (request, reply) =>
    answerAsset(folder, request, reply),
  );
  const answerPage = async (request: FastifyRequest, reply: FastifyReply) => {
    if (hasOverlongPart(request.url)) throw new AppError("invalid_input", "The address cannot be read");
    if (!isNavigation(request)) return absent(reply);
    const page = await readFile(join(folder, "index.html"), "utf8").catch(() => undefined);
    // Without a build there is the reference, as on a server for programs alone.
    if (page === undefined) return request.url === "/" ? reply.redirect("/api", 303) : absent(reply);
    const nonce = randomBytes(18).toString("base64");
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", policyOf(nonce))
      .send(page.replaceAll(noncePlace, nonce));
  };
  app.get("/*", hidden, answerPage);
}

/** The router hands such addresses of other doors on to here: no door can read them. */
function hasOverlongPart(url: string): boolean {
  return url
    .split("?")[0]!
    .split("/")
    .some((part) => part.length > partCharactersMax);
}

/** A browser that goes somewhere asks for HTML; a program does not. The start page is shown to whoever asks. */
function isNavigation({ url, headers }: FastifyRequest): boolean {
  const [path = ""] = url.split("?");
  if (path === "/") return true;
  return !notPages.test(path) && headers.accept?.includes("text/html") === true;
}

/** Scripts come from here alone. The styles that the application makes as it runs carry the answer's nonce. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

async function answerAsset(
  folder: string,
  request: FastifyRequest<{ Params: { name: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name } = request.params;
  const type = assetTypes[extname(name)];
  if (type === undefined || !assetName.test(name)) return absent(reply);
  const path = join(folder, "assets", name);
  const accepted = request.headers["accept-encoding"] ?? "";
  const encoding = encodings.find((each) => new RegExp(`\\b${each.name}\\b`).test(accepted));
  const packed = encoding === undefined ? undefined : await bytesOf(path + encoding.suffix);
  const bytes = packed ?? (await bytesOf(path));
  if (bytes === undefined) return absent(reply);
  if (packed !== undefined) void reply.header("content-encoding", encoding!.name);
  return reply.type(type).header("cache-control", forever).header("vary", "accept-encoding").send(bytes);
}

/** Small files are not compressed, and names of another build are not there. */
function bytesOf(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}

function absent(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
