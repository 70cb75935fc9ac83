import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import type { Route } from "../../kit/route.ts";
import { makePerson, makeTenant, makeToken } from "../rest/testing.ts";
import { connectClient, makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";
import { webRoutes, type WebParts } from "./web-routes.ts";

let door: TestOpeniap;
let member: Awaited<ReturnType<typeof makeMember>>;
/** A file of the owner that the reader may read. */
let fileId: string;

const routes = webRoutes({} as WebParts);

beforeAll(async () => {
  door = await openTestOpeniap();
  member = await makeMember(door);
  const { owner, reader } = door.tenant;
  const acl = [
    { principalId: owner.userId, rights: ["read", "update", "delete"] },
    { principalId: reader.userId, rights: ["read"] },
  ];
  const bytes = (async function* () {
    yield Buffer.from("twelve bytes");
  })();
  fileId = (await door.house.files.upload(await owner.call(), bytes, { name: "a.txt", acl })).id;
});
afterAll(async () => {
  await door.close();
  expect(door.failures).toEqual([]);
});

interface Sample {
  path: string;
  body?: unknown;
  /** What the usual caller gets. */
  status?: number;
}

const samples: Readonly<Record<string, () => Sample>> = {
  openiapConfig: () => ({ path: "/config" }),
  openiapLiveness: () => ({ path: "/livenessprobe" }),
  openiapAddTokenRequest: () => ({ path: "/AddTokenRequest", body: { key: newId() } }),
  openiapGetTokenRequest: () => ({ path: `/GetTokenRequest?key=${newId()}`, status: 404 }),
  openiapLoginPage: () => ({ path: `/login?key=${newId()}` }),
  openiapApprove: () => ({ path: "/login", body: { key: newId() }, status: 401 }),
  openiapToken: () => ({ path: "/jwt" }),
  openiapLongToken: () => ({ path: "/jwtlong" }),
  openiapExchangeToken: () => ({ path: "/jwt", body: { jwt: member.token } }),
  openiapDownload: () => ({ path: `/download/${fileId}` }),
};

function ask(
  { method }: Pick<Route, "method">,
  { path, body }: Sample,
  headers: Record<string, string> = {},
) {
  const isForm = body instanceof URLSearchParams;
  return fetch(door.address + path, {
    method,
    redirect: "manual",
    headers: { ...(body === undefined || isForm ? {} : { "content-type": "application/json" }), ...headers },
    body: isForm || body === undefined ? body : JSON.stringify(body),
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("every route has a rule and a sample request", () => {
  expect(routes.map(({ operation }) => operation).sort()).toEqual(Object.keys(samples).sort());
});

test.each(routes)("$operation serves who may, and nobody else", async (route) => {
  const sample = samples[route.operation]!();
  const { status = 200 } = sample;
  const { owner, reader, nobody, admin } = door.tenant;
  if (route.access.kind === "public") {
    expect((await ask(route, sample)).status).toBe(status);
    const foreign = await ask(route, samples[route.operation]!(), { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    return;
  }
  expect((await ask(route, sample)).status).toBe(401);
  expect((await ask(route, sample, bearer("mr_pat_unknown"))).status).toBe(401);
  const scoped = await makeToken(door.house, door.tenant.system, owner.userId, ["queues:read"]);
  const isForAll = route.scope.startsWith("session:read");
  expect((await ask(route, sample, bearer(scoped))).status).toBe(isForAll ? status : 403);
  for (const { token } of [owner, admin])
    expect((await ask(route, sample, bearer(token))).status).toBe(status);
  if (route.access.kind !== "object") return;
  expect((await ask(route, sample, bearer(reader.token))).status).toBe(status);
  const elsewhere = await makeTenant(door.house, `t-${newId()}`);
  for (const { token } of [nobody, elsewhere.admin]) {
    expect((await ask(route, sample, bearer(token))).status).toBe(404);
  }
});

test("clients are told to send nothing to anybody, before and after they sign in", async () => {
  const config = (await (await fetch(`${door.address}/config`)).json()) as Record<string, unknown>;
  expect(config).toMatchObject({
    enable_analytics: false,
    otel_trace_url: "",
    wshost: expect.stringMatching(/^ws:/),
  });
  const client = await connectClient(door.webSocketUrl, member.token);
  expect(client.flowconfig).toMatchObject({ enable_analytics: false });
  client.Close();
});

test("a program without a browser gets a token of who approves it with a password, once", async () => {
  const key = newId();
  const poll = async () =>
    (await (await fetch(`${door.address}/GetTokenRequest?key=${key}`)).json()) as { jwt?: string };
  await ask({ method: "POST" }, { path: "/AddTokenRequest", body: { key } });
  expect((await poll()).jwt).toBeUndefined();
  const page = await fetch(`${door.address}/login?key=${encodeURIComponent('"><script>')}`);
  expect(await page.text()).not.toContain("<script");
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  const form = (password: string) => new URLSearchParams({ key, name: member.name, password });
  expect((await ask({ method: "POST" }, { path: "/login", body: form("wrong") })).status).toBe(401);
  expect((await poll()).jwt).toBeUndefined();
  expect((await ask({ method: "POST" }, { path: "/login", body: form(member.password) })).status).toBe(200);
  const { jwt } = await poll();
  const client = await connectClient(door.webSocketUrl, jwt);
  expect(await client.Count({ collectionname: "none", query: {} })).toBe(0);
  client.Close();
  expect((await fetch(`${door.address}/GetTokenRequest?key=${key}`)).status).toBe(404);
});

test("who is signed in at a browser approves by a form that only our page can send", async () => {
  const key = newId();
  await ask({ method: "POST" }, { path: "/AddTokenRequest", body: { key } });
  const signedIn = await ask(
    { method: "POST" },
    { path: "/api/v1/session", body: { name: member.name, password: member.password } },
  );
  const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const page = await (await fetch(`${door.address}/login?key=${key}`, { headers: { cookie } })).text();
  expect(page).toContain(member.name);
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)![1]!;
  const send = (fields: Record<string, string>, headers: Record<string, string>) =>
    ask({ method: "POST" }, { path: "/login", body: new URLSearchParams({ key, ...fields }) }, headers);
  expect((await send({}, { cookie })).status).toBe(403);
  expect((await send({ csrf: "wrong" }, { cookie })).status).toBe(403);
  expect((await send({ csrf }, { cookie, origin: "https://evil.example" })).status).toBe(403);
  expect((await send({ csrf }, { cookie, origin: door.address })).status).toBe(200);
});

test("a link on another site makes no long token", async () => {
  const answer = await ask(
    { method: "GET" },
    { path: "/jwtlong" },
    { ...bearer(member.token), "sec-fetch-site": "cross-site" },
  );
  expect(answer.status).toBe(403);
});

test("a short token is good for REST and downloads, in ranges, and over when what stands behind it is", async () => {
  const { owner, system } = door.tenant;
  const person = await makePerson(door.house, system, { name: `user-${newId()}` });
  const token = await door.house.identity.createToken(await person.call(), { name: "to revoke" });
  const { jwt } = (await (await ask({ method: "GET" }, { path: "/jwt" }, bearer(token.token))).json()) as {
    jwt: string;
  };
  expect((await ask({ method: "GET" }, { path: "/api/v1/session" }, bearer(jwt))).status).toBe(200);
  await door.house.identity.revokeToken(await person.call(), token.id);
  expect((await ask({ method: "GET" }, { path: "/api/v1/session" }, bearer(jwt))).status).toBe(401);
  const part = await ask(
    { method: "GET" },
    { path: `/download/${fileId}` },
    { ...bearer(owner.token), range: "bytes=7-" },
  );
  expect([part.status, await part.text()]).toEqual([206, "bytes"]);
});
