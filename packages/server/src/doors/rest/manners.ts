import cors from "@fastify/cors";
import compress from "@fastify/compress";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../kit/errors.ts";
import type { RateDecision, RateLimits } from "../../kit/rate-limits.ts";
import type { Credential } from "../../modules/identity/model.ts";
import { requireCsrf, requireSameOrigin, type RequestOrigin } from "../../modules/identity/service.ts";

export const securityHeaders = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;
const hsts = "max-age=31536000";
/** Smaller answers are not worth the time it takes to compress them. */
const compressFromBytes = 2_048;
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** What every answer of the gateway carries, and who may call from a foreign page. */
export async function addManners(app: FastifyInstance, options: { corsOrigins: string[] }): Promise<void> {
  app.addHook("onSend", (request, reply, payload, done) => {
    addSecurityHeaders(request, reply);
    done(null, payload);
  });
  await app.register(compress, { global: false, threshold: compressFromBytes, encodings: ["br", "gzip"] });
  if (options.corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: options.corsOrigins,
    credentials: false,
    allowedHeaders: ["authorization", "content-type", "if-match", "x-request-id"],
    exposedHeaders: [
      "x-request-id",
      "retry-after",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
    ],
    maxAge: 600,
  });
}

/** What every answer says to browsers, and under which id it stands in the log. */
export function addSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of Object.entries(securityHeaders)) {
    if (!reply.hasHeader(name)) void reply.header(name, value);
  }
  if (request.protocol === "https") void reply.header("strict-transport-security", hsts);
  void reply.header("x-request-id", request.id);
}

/**
 * A browser sends its cookie along with whatever a foreign page makes it ask. So a change that comes with a session
 * must come from our own page: from our origin, and with the token that only our page could read.
 */
export function requireOwnPage(request: FastifyRequest, credential: Credential): void {
  if (credential.kind !== "session" || safeMethods.has(request.method)) return;
  const csrfToken = request.headers["x-csrf-token"];
  requireCsrf(credential, { ...originOf(request), ...(typeof csrfToken === "string" ? { csrfToken } : {}) });
}

/** Refuses what a foreign page made a browser send. Programs send no Origin. */
export function requireOwnOrigin(request: FastifyRequest): void {
  requireSameOrigin(originOf(request));
}

function originOf(request: FastifyRequest): RequestOrigin {
  return { origin: request.headers.origin, ownOrigin: `${request.protocol}://${request.host}` };
}

/** Counts the call; says honestly in the headers what is left, and refuses when nothing is. */
export function takeFromLimit(limits: RateLimits, key: string, reply?: FastifyReply): void {
  if (limits.isOff) return;
  const decision = limits.take(key);
  if (reply !== undefined) announce(decision, reply);
  if (decision.allowed) return;
  const message = `More than ${decision.limit} requests a minute: wait ${decision.resetSeconds} s`;
  throw new AppError("rate_limited", message, { retryAfterSeconds: decision.resetSeconds });
}

function announce({ limit, remaining, resetSeconds }: RateDecision, reply: FastifyReply): void {
  void reply.header("ratelimit-limit", String(limit));
  void reply.header("ratelimit-remaining", String(remaining));
  void reply.header("ratelimit-reset", String(resetSeconds));
}
