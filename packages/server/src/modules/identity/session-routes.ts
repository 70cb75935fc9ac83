import "@fastify/cookie";
import { Type } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Call, usersId } from "../../kit/call.ts";
import { route, type Route } from "../../kit/route.ts";
import { sessionCookieName, sessionScope, sessionSeconds, whoAmIScope } from "./model.ts";
import * as schemas from "./schemas.ts";
import type { Identity, WhoAmI } from "./service.ts";
import type { OpenedSession } from "./sign-ins.ts";

const tag = "identity";
const signedIn = { tag, access: { kind: "signed_in" } } as const;
const signingIn = {
  tag,
  access: { kind: "public", why: "who signs in has no credential yet" },
  scope: "",
} as const;

/** Signing in and out, and who one is. */
export function sessionRoutes(identity: Identity): Route[] {
  return [...signInRoutes(identity), ...ownSessionRoutes(identity)];
}

function signInRoutes(identity: Identity): Route[] {
  return [
    route({
      ...signingIn,
      method: "POST",
      path: "/session",
      operation: "signIn",
      summary: "Sign in by name or e-mail address and password; the session comes as a cookie",
      schemas: { body: schemas.SignInSchema },
      replies: { 200: schemas.WhoAmISchema },
      run: async (call, { body, request, reply }) => {
        const opened = await identity.signIn(call, body, clientOf(request));
        return welcome(identity, call, opened, request, reply);
      },
    }),
    route({
      ...signingIn,
      method: "POST",
      path: "/session/link",
      operation: "signInByLink",
      summary: "Sign in by a one-time link",
      schemas: { body: schemas.LinkSchema },
      replies: { 200: schemas.WhoAmISchema },
      run: async (call, { body, request, reply }) => {
        const opened = await identity.signInByLink(call, body.token, clientOf(request));
        return welcome(identity, call, opened, request, reply);
      },
    }),
    route({
      ...signingIn,
      method: "GET",
      path: "/session/link",
      operation: "openSignInLink",
      summary: "Open a one-time link in a browser: signs in and goes on to the start page",
      schemas: { query: schemas.LinkSchema },
      replies: { 303: Type.Null() },
      run: async (call, { query, request, reply }) => {
        // Who only looks whether the link leads anywhere does not use it up.
        if (request.method === "HEAD") return null;
        const opened = await identity.signInByLink(call, query.token, clientOf(request));
        setSessionCookie(opened, request, reply);
        void reply.header("location", "/");
        return null;
      },
    }),
    route({
      ...signingIn,
      method: "POST",
      path: "/password-resets",
      operation: "usePasswordReset",
      summary: "Set a password by a reset link; ends every session",
      schemas: { body: schemas.ResetSchema },
      replies: { 204: Type.Null() },
      run: (call, { body }) => identity.usePasswordReset(call, body),
    }),
  ];
}

function ownSessionRoutes(identity: Identity): Route[] {
  return [
    route({
      ...signedIn,
      method: "GET",
      path: "/session",
      operation: "whoAmI",
      summary: "Show who you are, your roles, and the session's CSRF token",
      scope: whoAmIScope,
      schemas: {},
      replies: { 200: schemas.WhoAmISchema },
      run: (call, { request }) => identity.whoAmI(call, sessionTextOf(request)),
    }),
    route({
      ...signedIn,
      method: "DELETE",
      path: "/session",
      operation: "signOut",
      summary: "End the session you came with",
      scope: sessionScope,
      schemas: {},
      replies: { 204: Type.Null() },
      run: async (call, { request, reply }) => {
        await identity.signOut(call);
        clearSessionCookie(request, reply);
      },
    }),
    route({
      ...signedIn,
      method: "GET",
      path: "/sessions",
      operation: "listSessions",
      summary: "List your sessions, the newest first",
      scope: sessionScope,
      schemas: {},
      replies: { 200: schemas.SessionsPage },
      run: async (call) => ({ items: await identity.listSessions(call) }),
    }),
    route({
      ...signedIn,
      method: "DELETE",
      path: "/sessions/:session",
      operation: "endSession",
      summary: "End one of your sessions",
      scope: sessionScope,
      schemas: { params: schemas.SessionParams },
      replies: { 204: Type.Null() },
      run: (call, { params }) => identity.endSession(call, params.session),
    }),
  ];
}

async function welcome(
  identity: Identity,
  call: Call,
  opened: OpenedSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<WhoAmI> {
  setSessionCookie(opened, request, reply);
  const { tenantId, userId, sessionText } = opened;
  return identity.whoAmI({ ...call, tenantId, userId, principalIds: [userId, usersId] }, sessionText);
}

function clientOf(request: FastifyRequest): { userAgent?: string } {
  return { userAgent: request.headers["user-agent"] };
}

/** The cookie that the caller came with; a bearer token goes before it, and then it does not count. */
function sessionTextOf(request: FastifyRequest): string | undefined {
  if (request.headers.authorization !== undefined) return undefined;
  return request.cookies[sessionCookieName(isSecure(request))];
}

function setSessionCookie(
  { sessionText }: OpenedSession,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const secure = isSecure(request);
  void reply.setCookie(sessionCookieName(secure), sessionText, {
    ...cookieOptions(secure),
    maxAge: sessionSeconds,
  });
}

function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  const secure = isSecure(request);
  void reply.clearCookie(sessionCookieName(secure), cookieOptions(secure));
}

function cookieOptions(secure: boolean) {
  return { httpOnly: true, sameSite: "lax", path: "/", secure } as const;
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === "https";
}
