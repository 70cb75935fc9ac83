import { fastifyCookie } from "@fastify/cookie";
import { fastify, type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminsId } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import type { RouteInput, RouteSchemas } from "../../kit/route.ts";
import { identityRoutes } from "./api.ts";
import { requireCsrf } from "./service.ts";
import { anonymous, password, request, setupIdentity } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupIdentity>>;
let app: FastifyInstance;
beforeAll(async () => {
  house = await setupIdentity();
  app = await openRoutes();
});
afterAll(async () => {
  await app.close();
  await house.close();
});

/** The routes behind a door as thin as can be: the real one stands a floor above. */
async function openRoutes(): Promise<FastifyInstance> {
  const app = fastify({
    trustProxy: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  await app.register(fastifyCookie);
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof AppError ? error.status : 400).send({ message: String(error) }),
  );
  for (const { method, path, schemas, replies, access, run } of identityRoutes(house.identity)) {
    app.route({
      method,
      url: path,
      schema: {
        ...(schemas.params === undefined ? {} : { params: schemas.params }),
        ...(schemas.query === undefined ? {} : { querystring: schemas.query }),
        ...(schemas.body === undefined ? {} : { body: schemas.body }),
      },
      handler: async (asked, reply) => {
        const { params, query, body, cookies } = asked;
        const text = cookies["millrace_session"] ?? cookies["__Host-millrace_session"] ?? "";
        const call =
          access.kind === "public"
            ? anonymous(asked.ip)
            : await house.identity.authenticate({ kind: "session", text }, request());
        const input = { params, query, body, request: asked, reply } as unknown as RouteInput<RouteSchemas>;
        void reply.code(Number(Object.keys(replies)[0]));
        return run(call, input);
      },
    });
  }
  return app;
}

const cookieOf = (headers: Record<string, unknown>) => String(headers["set-cookie"]);

test("signing in sets a cookie that scripts cannot read, and answers who one is with the CSRF token", async () => {
  const { user } = await house.makeUser({ password });
  const answer = await app.inject({
    method: "POST",
    url: "/session",
    payload: { name: user.name, password },
  });
  expect(answer.statusCode).toBe(200);
  expect(cookieOf(answer.headers)).toMatch(
    /^millrace_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const cookie = cookieOf(answer.headers).split(";")[0]!;
  const who = await app.inject({ method: "GET", url: "/session", headers: { cookie } });
  expect(who.json()).toEqual(answer.json());
  expect(who.json()).toMatchObject({ user: { id: user.id }, roles: [{ name: "users" }] });
  const credential = { kind: "session", text: cookie.split("=")[1]! } as const;
  const ownOrigin = "https://millrace.example";
  const { csrfToken } = who.json<{ csrfToken: string }>();
  requireCsrf(credential, { csrfToken, ownOrigin });
  requireCsrf(credential, { csrfToken, origin: ownOrigin, ownOrigin });
  for (const from of [
    {},
    { csrfToken: "" },
    { csrfToken: `${csrfToken}x` },
    { csrfToken, origin: "https://evil.example" },
    { csrfToken, origin: "http://millrace.example" },
    { csrfToken, origin: "null" },
  ]) {
    expect(() => requireCsrf(credential, { ownOrigin, ...from })).toThrow(AppError);
  }
  requireCsrf({ kind: "token", text: "mr_pat_x" }, { origin: "https://evil.example", ownOrigin });
});

test("over https the cookie is Secure and bound to the host", async () => {
  const { user } = await house.makeUser({ password });
  const answer = await app.inject({
    method: "POST",
    url: "/session",
    headers: { "x-forwarded-proto": "https" },
    payload: { name: user.name, password },
  });
  expect(cookieOf(answer.headers)).toMatch(
    /^__Host-millrace_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

test("signing out ends the session at the server and takes the cookie away", async () => {
  const { user } = await house.makeUser({ password });
  const opened = await app.inject({
    method: "POST",
    url: "/session",
    payload: { name: user.name, password },
  });
  const headers = { cookie: cookieOf(opened.headers).split(";")[0]! };
  const answer = await app.inject({ method: "DELETE", url: "/session", headers });
  expect(answer.statusCode).toBe(204);
  expect(cookieOf(answer.headers)).toMatch(/^millrace_session=; .*Expires=Thu, 01 Jan 1970/);
  expect((await app.inject({ method: "GET", url: "/session", headers })).statusCode).toBe(401);
});

test("a sign-in link opened in a browser signs in and goes on; the second time it does not", async () => {
  const admin = await house.identity.ensureFirstAdmin();
  const url = `/session/link?token=${admin!.linkToken}`;
  await app.inject({ method: "HEAD", url });
  const answer = await app.inject({ method: "GET", url });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, "/"]);
  const headers = { cookie: cookieOf(answer.headers).split(";")[0]! };
  const who = await app.inject({ method: "GET", url: "/session", headers });
  expect(who.json()).toMatchObject({
    user: { name: "admin" },
    roles: [{ name: "admins" }, { name: "users" }],
  });
  expect((await app.inject({ method: "GET", url })).statusCode).toBe(401);
});

test("what is no text is refused wherever a password, a token or a link is expected", async () => {
  const { user } = await house.makeUser({ password });
  const token = "x".repeat(43);
  const places = [
    (value: unknown) => ({ url: "/session", payload: { name: user.name, password: value } }),
    (value: unknown) => ({ url: "/session", payload: { name: value, password } }),
    (value: unknown) => ({ url: "/session/link", payload: { token: value } }),
    (value: unknown) => ({ url: "/password-resets", payload: { token: value, password } }),
    (value: unknown) => ({ url: "/password-resets", payload: { token, password: value } }),
  ];
  for (const place of places) {
    for (const value of [undefined, null, "", [], {}, 0, false, [token], { token }]) {
      const answer = await app.inject({ method: "POST", ...place(value) } as never);
      expect(answer.statusCode, JSON.stringify(place(value))).toBe(400);
    }
  }
});

test("fields that are the server's own, and unknown ones, are refused", async () => {
  const admin = await house.makeUser({ password, roleIds: [adminsId] });
  const opened = await app.inject({
    method: "POST",
    url: "/session",
    payload: { name: admin.user.name, password },
  });
  const headers = { cookie: cookieOf(opened.headers).split(";")[0]! };
  const own = ["id", "tenantId", "passwordHash", "createdAt", "createdById", "isAdmin", "roles", "__proto__"];
  for (const field of own) {
    for (const url of ["/users", "/roles", "/tokens"]) {
      const answer = await app.inject({
        method: "POST",
        url,
        headers: { ...headers, "content-type": "application/json" },
        payload: `{"name":"fresh","${field}":"x"}`,
      });
      expect(answer.statusCode, `${url} ${field}`).toBe(400);
    }
  }
  const made = await app.inject({ method: "POST", url: "/users", headers, payload: { name: "fresh" } });
  expect(made.statusCode).toBe(201);
});
