import type { FastifyReply, FastifyRequest } from "fastify";
import type { Call } from "../../kit/call.ts";
import { AppError, hasCode } from "../../kit/errors.ts";
import { type Credential, sessionCookieName } from "../../modules/identity/model.ts";
import type { RateLimits } from "../../kit/rate-limits.ts";
import type { Route } from "../../kit/route.ts";
import { requireOwnOrigin, requireOwnPage, takeFromLimit } from "./manners.ts";

/** What identity gives the doors: who stands behind a credential, as of this moment. */
export interface Authenticator {
  /** The caller behind a bearer token or a session cookie; `unauthenticated` if there is none. */
  authenticate(
    credential: Credential,
    request: { requestId: string; address: string; signal?: AbortSignal },
  ): Promise<Call>;
}

/** What stands at the gate: who may pass, and how often. */
export interface Gate {
  authenticator: Authenticator;
  limitPerToken: RateLimits;
  limitPerAddress: RateLimits;
}

/** Who asks by this request; a route's scope is checked against the token's, and the call is counted. */
export async function authenticateRequest(
  { authenticator, limitPerToken, limitPerAddress }: Gate,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Call> {
  const address = request.ip;
  if (route.access.kind === "public") {
    takeFromLimit(limitPerAddress, address, reply);
    requireOwnOrigin(request);
    return anonymousCall(request.id, address);
  }
  const credential = credentialOf(request);
  if (credential === undefined) {
    takeFromLimit(limitPerAddress, address, reply);
    throw new AppError("unauthenticated", "Send a token as `Authorization: Bearer ...`, or sign in");
  }
  requireOwnPage(request, credential);
  const signal = route.waits === true ? closeSignal(reply) : undefined;
  try {
    const call = await authenticator.authenticate(credential, { requestId: request.id, address, signal });
    takeFromLimit(limitPerToken, call.credentialId ?? call.userId, reply);
    requireScope(call, route.scope);
    return call;
  } catch (error) {
    if (hasCode(error, "unauthenticated")) takeFromLimit(limitPerAddress, address, reply);
    throw error;
  }
}

/** The credential that a request carries: a bearer token first, else the session cookie. */
export function credentialOf(request: FastifyRequest): Credential | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const [scheme, text] = header.split(" ", 2);
    if (scheme?.toLowerCase() !== "bearer" || text === undefined || text === "") return undefined;
    return { kind: "token", text };
  }
  const cookie = request.cookies?.[sessionCookieName(request.protocol === "https")];
  return cookie === undefined ? undefined : { kind: "session", text: cookie };
}

/** Refuses a token that was not made for this. */
export function requireScope(call: Call, scope: string): void {
  if (call.scopes === undefined || call.scopes.includes(scope)) return;
  throw new AppError("forbidden", `The token lacks the scope ${scope}: make one that has it`, {
    extra: { scope },
  });
}

/** Who has not said who he is. */
export function anonymousCall(requestId: string, address: string): Call {
  return { tenantId: "", userId: "", userName: "", principalIds: [], isAdmin: false, requestId, address };
}

/** Aborted when the client goes away before its answer is out. */
function closeSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
