import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { lookup } from "node:dns";
import { isIP } from "node:net";
import { outsideError, EffectError } from "./model.ts";

/** What is asked of a server elsewhere. */
export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Buffer | undefined;
  signal: AbortSignal;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** Where it came from in the end. */
  url: URL;
}

export const responseBytesMax = 2 * 1024 * 1024;
const redirectsMax = 10;
const silentMs = 60_000;
const agents = {
  "http:": new HttpAgent({ keepAlive: true, maxSockets: 256 }),
  "https:": new HttpsAgent({ keepAlive: true, maxSockets: 256 }),
};
const redirects = new Set([301, 302, 303, 307, 308]);

/** Asks a server and reads its answer whole; follows redirects where that is wanted. */
export async function askHttp(
  request: HttpRequest,
  { redirect }: { redirect: boolean },
): Promise<HttpResponse> {
  let asked = request;
  for (let count = 0; ; count += 1) {
    const response = await askOnce(asked);
    const location = response.headers["location"];
    if (!redirect || !redirects.has(response.status) || location === undefined) return response;
    if (count === redirectsMax) throw unreachable(request.url, `it leads on more than ${redirectsMax} times`);
    asked = ledOn(asked, response.status, location);
  }
}

/** The next request of a redirect: credentials stay with the server that they were meant for. */
function ledOn(asked: HttpRequest, status: number, location: string): HttpRequest {
  const url = URL.parse(location, asked.url);
  if (url === null)
    throw unreachable(asked.url, `it leads on to ${JSON.stringify(location)}, which is no address`);
  const isElsewhere = url.origin !== asked.url.origin;
  const becomesGet = status === 303 || (status < 303 && asked.method === "POST");
  const left = Object.entries(asked.headers).filter(([name]) => {
    if (isElsewhere && (name === "authorization" || name === "cookie")) return false;
    return !(becomesGet && name.startsWith("content-"));
  });
  const headers = Object.fromEntries(left);
  return becomesGet ? { ...asked, url, headers, method: "GET", body: undefined } : { ...asked, url, headers };
}

async function askOnce({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw unreachable(url, "only http and https can be called");
  }
  refuseAddress(url, url.hostname.replace(/^\[|\]$/g, ""));
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) =>
      reject(error instanceof EffectError ? error : unreachable(url, reasonOf(error)));
    const outgoing = send(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(body.length) }) },
      agent: agents[url.protocol as keyof typeof agents],
      lookup: guardedLookup(url),
      signal,
      timeout: silentMs,
    });
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`it was silent for ${silentMs / 1_000} seconds`)),
    );
    outgoing.on("error", fail);
    outgoing.on("response", (incoming) => {
      readWhole(incoming, url).then((bytes) => resolve(answerOf(incoming, bytes, url)), fail);
    });
    outgoing.end(body);
  });
}

async function readWhole(incoming: IncomingMessage, url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > responseBytesMax) {
      incoming.destroy();
      throw unreachable(url, `it answered more than ${responseBytesMax} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function answerOf(incoming: IncomingMessage, body: Buffer, url: URL): HttpResponse {
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return { status: incoming.statusCode ?? 0, headers: Object.fromEntries(headers), body, url };
}

/** Addresses that name this machine's surroundings in a cloud are never called: they hand out its credentials. */
function guardedLookup(url: URL): typeof lookup {
  const guarded = (
    hostname: string,
    options: object,
    done: (error: Error | null, address?: unknown, family?: number) => void,
  ) => {
    lookup(hostname, options, (error, address, family) => {
      if (error !== null) return done(error);
      const found = Array.isArray(address) ? address.map((each) => each.address as string) : [address];
      try {
        for (const one of found) refuseAddress(url, one);
      } catch (refused) {
        return done(refused as Error);
      }
      done(null, address, family);
    });
  };
  return guarded as unknown as typeof lookup;
}

function refuseAddress(url: URL, address: string): void {
  const plain = address.toLowerCase().replace(/^::ffff:/, "");
  const isLinkLocal =
    (isIP(plain) === 4 && plain.startsWith("169.254.")) ||
    (isIP(plain) === 6 && /^fe[89ab]/.test(plain)) ||
    (isIP(address) === 6 && /^::ffff:a9fe:/i.test(address));
  if (isLinkLocal) throw unreachable(url, `${address} is an address of the machine's own surroundings`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it failed";
  const { code } = error as NodeJS.ErrnoException;
  if (error.message !== "") return error.message;
  return code ?? "it failed";
}

function unreachable(url: URL, reason: string): EffectError {
  return new EffectError(outsideError("communication", 500, `${url.origin}: ${reason}`));
}
