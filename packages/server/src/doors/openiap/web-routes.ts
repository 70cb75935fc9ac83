import { Type } from "@sinclair/typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Call } from "../../kit/call.ts";
import { answerContent } from "../../kit/content-answer.ts";
import { AppError } from "../../kit/errors.ts";
import { route, type Route } from "../../kit/route.ts";
import type { Files } from "../../modules/files/service.ts";
import { type Identity, requireCsrf } from "../../modules/identity/service.ts";
import { credentialOf, type Gate } from "../rest/authenticate.ts";
import { addRoute } from "../rest/rest.ts";
import { appErrorOf } from "../rest/problem.ts";
import { approvalPage, approvedPage, sendPage } from "./sign-in-page.ts";

const tag = "openiap";
const formBytesMax = 16 * 1024;
const longTokenDays = 365;
const Anything = Type.Object({}, { additionalProperties: true });
const Key = Type.Object({ key: Type.String({ maxLength: 200 }) });
const Page = Type.String();
const open = (why: string) => ({ tag, access: { kind: "public", why }, scope: "" }) as const;

export interface WebParts {
  identity: Identity;
  files: Files;
  /** What clients are told to configure themselves by. */
  clientConfig(): Record<string, unknown>;
}

/** Every route that clients of OpenIAP ask for by plain HTTP, with who may take it. */
export function webRoutes(parts: WebParts): Route[] {
  return [
    ...openRoutes(parts),
    ...requestRoutes(parts.identity),
    ...approvalRoutes(parts.identity),
    ...tokenRoutes(parts.identity),
    downloadRoute(parts.files),
  ];
}

/** Adds them, in a room of their own where a form may be posted. */
export async function addWebRoutes(app: FastifyInstance, parts: WebParts & { gate: Gate }): Promise<void> {
  await app.register(async (room) => {
    room.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: formBytesMax },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    for (const each of webRoutes(parts)) addRoute(room, each, parts, "");
  });
}

function openRoutes({ clientConfig }: WebParts): Route[] {
  return [
    route({
      ...open("clients ask before they know a user"),
      method: "GET",
      path: "/config",
      operation: "openiapConfig",
      summary: "What clients configure themselves by",
      schemas: {},
      replies: { 200: Anything },
      run: async () => clientConfig(),
    }),
    route({
      ...open("whoever runs the process asks"),
      method: "GET",
      path: "/livenessprobe",
      operation: "openiapLiveness",
      summary: "Whether the process runs",
      schemas: {},
      replies: { 200: Anything },
      run: async () => ({ status: "ok" }),
    }),
  ];
}

/** The side of a program without a browser. */
function requestRoutes(identity: Identity): Route[] {
  return [
    route({
      ...open("the program has no token yet; its key is approved by somebody who is signed in"),
      method: "POST",
      path: "/AddTokenRequest",
      operation: "openiapAddTokenRequest",
      summary: "Ask for a token under a key that the program made up",
      schemas: { body: Key },
      replies: { 200: Anything },
      run: async (_call, { body }) => {
        await identity.addTokenRequest(body.key);
        return { message: "Token request added: open /login?key= in a browser" };
      },
    }),
    route({
      ...open("the program has no token yet; the key is its secret"),
      method: "GET",
      path: "/GetTokenRequest",
      operation: "openiapGetTokenRequest",
      summary: "Take the token of an approved request, once",
      schemas: { query: Key },
      replies: { 200: Anything },
      run: async (call, { query, request }) => {
        // Who only looks does not use it up.
        if (request.method === "HEAD") return {};
        const made = await identity.takeRequestedToken(call, query.key, "OpenIAP token request");
        if (made === undefined) return { message: "The request waits to be approved" };
        return { message: "Approved", jwt: made.token };
      },
    }),
  ];
}

/** The side of the person at a browser. */
function approvalRoutes(identity: Identity): Route[] {
  return [
    route({
      ...open("it shows a form; nothing is done by it"),
      method: "GET",
      path: "/login",
      operation: "openiapLoginPage",
      summary: "The page that lets a program act as the one who looks at it",
      schemas: { query: Key },
      replies: { 200: Page },
      run: async (call, { query, request, reply }) => {
        const signedIn = await signedInBy(identity, call, request);
        return sendPage(reply, 200, approvalPage({ key: query.key, ...(signedIn && { signedIn }) }));
      },
    }),
    route({
      ...open("it checks the session with its CSRF token, or a password, by itself: a form sends no header"),
      method: "POST",
      path: "/login",
      operation: "openiapApprove",
      summary: "Let the program act as the one who is signed in, or signs in by it",
      schemas: { body: Type.Object({ key: Key.properties.key }, { additionalProperties: Type.String() }) },
      replies: { 200: Page },
      run: async (call, { body, request, reply }) => {
        const form = body as Record<string, string> & { key: string };
        try {
          await approve(identity, call, request, form);
          return sendPage(reply, 200, approvedPage());
        } catch (thrown) {
          const error = appErrorOf(thrown);
          if (error.status >= 500) throw thrown;
          const signedIn = await signedInBy(identity, call, request);
          const page = approvalPage({ key: form.key, problem: error.message, ...(signedIn && { signedIn }) });
          return sendPage(reply, error.status, page);
        }
      },
    }),
  ];
}

function tokenRoutes(identity: Identity): Route[] {
  const own = { tag, access: { kind: "signed_in" } } as const;
  return [
    route({
      ...own,
      method: "GET",
      path: "/jwt",
      operation: "openiapToken",
      summary: "A token of five minutes of the one who asks",
      scope: "session:read",
      schemas: {},
      replies: { 200: Anything },
      run: async (call) => ({ jwt: (await identity.signToken(call)).text }),
    }),
    route({
      ...own,
      method: "GET",
      path: "/jwtlong",
      operation: "openiapLongToken",
      summary: "An API token of a year of the one who asks",
      scope: "tokens:write",
      schemas: {},
      replies: { 200: Anything },
      run: async (call, { request }) => {
        if (request.method === "HEAD") return {};
        requireNoForeignLink(request);
        const wanted = { name: "OpenIAP /jwtlong", expiresInDays: longTokenDays };
        return { jwt: (await identity.createToken(call, wanted)).token };
      },
    }),
    route({
      ...open("the token is in the body"),
      method: "POST",
      path: "/jwt",
      operation: "openiapExchangeToken",
      summary: "Check a token, and get one of five minutes for it",
      schemas: {
        body: Type.Object({ jwt: Type.String({ maxLength: 4_096 }) }, { additionalProperties: true }),
      },
      replies: { 200: Anything },
      run: async ({ requestId, address = "" }, { body }) => {
        const call = await identity.authenticate({ kind: "token", text: body.jwt }, { requestId, address });
        return { jwt: (await identity.signToken(call)).text };
      },
    }),
  ];
}

function downloadRoute(files: Files): Route {
  return route({
    tag,
    method: "GET",
    path: "/download/:file",
    operation: "openiapDownload",
    summary: "Download a file's bytes, or a range of them",
    access: { kind: "object", of: "file", right: "read" },
    scope: "files:read",
    schemas: { params: Type.Object({ file: Type.String({ maxLength: 100 }) }) },
    replies: { 200: Type.String({ format: "binary" }) },
    body: "stream",
    run: (call, { params, request, reply }) =>
      answerContent({ request, reply }, (range) => files.download(call, params.file, { range })),
  });
}

/** Who is signed in with the session that the request carries; undefined if nobody is. */
async function signedInBy(identity: Identity, call: Call, request: FastifyRequest) {
  const credential = credentialOf(request);
  if (credential?.kind !== "session") return undefined;
  try {
    const caller = await identity.authenticate(credential, factsOf(call));
    const { csrfToken = "" } = await identity.whoAmI(caller, credential.text);
    return { userName: caller.userName, csrfToken };
  } catch (error) {
    if (appErrorOf(error).code === "unauthenticated") return undefined;
    throw error;
  }
}

async function approve(
  identity: Identity,
  call: Call,
  request: FastifyRequest,
  { key, csrf, name, password }: Record<string, string> & { key: string },
): Promise<void> {
  if (name !== undefined && password !== undefined) {
    const client = { userAgent: request.headers["user-agent"] };
    const { sessionText } = await identity.signIn(call, { name, password }, client);
    const caller = await identity.authenticate({ kind: "session", text: sessionText }, factsOf(call));
    await identity.approveTokenRequest(caller, key);
    // The page keeps no session: it was asked for the token alone.
    return identity.signOut(caller);
  }
  const credential = credentialOf(request);
  if (credential === undefined) throw new AppError("unauthenticated", "Sign in by name and password");
  const ownOrigin = `${request.protocol}://${request.host}`;
  requireCsrf(credential, { csrfToken: csrf, origin: request.headers.origin, ownOrigin });
  await identity.approveTokenRequest(await identity.authenticate(credential, factsOf(call)), key);
}

/** A page of another site may lead a browser here, which would make tokens that nobody asked for. */
function requireNoForeignLink(request: FastifyRequest): void {
  const site = request.headers["sec-fetch-site"];
  if (site === undefined || site === "none" || site === "same-origin") return;
  throw new AppError("forbidden", "Open this address yourself: another site led here");
}

function factsOf({ requestId, address = "" }: Call): { requestId: string; address: string } {
  return { requestId, address };
}
