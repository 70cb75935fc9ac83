import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import type { Route } from "../../kit/route.ts";
import { sql } from "../../kit/sql.ts";
import { type Scope, scopes, whoAmIScope } from "../../modules/identity/model.ts";
import { blobOf } from "../../modules/packages/testing.ts";
import { makeKeyForTest } from "../../modules/runners/testing.ts";
import type { Room, Sample, SampleRequest } from "./authorisation-room.ts";
import { samples } from "./authorisation-samples.ts";
import { describedRoutes } from "./route-table.ts";
import { makePerson, makeTenant, makeToken, openTestDoor, type Tenant, type TestDoor } from "./testing.ts";

const password = "six blue kettles";
const routes = describedRoutes();
/** The parameter that names the object of a rule. */
const objectParameters: Record<string, string> = {
  queue: "queue",
  item: "item",
  message_queue: "messageQueue",
  exchange: "exchange",
  document: "id",
  collection: "collection",
  file: "file",
  secret: "secret",
  package: "packageName",
  job: "job",
  user: "user",
  role: "role",
  token: "token",
  runner: "runner",
  workflow: "workflow",
  run: "run",
  trigger: "trigger",
};

let door: TestDoor;
let home: Tenant;
let elsewhere: Tenant;
/** Tokens of the admin that are good for one scope alone, and of the owner that are good for all others. */
const onlyFor = new Map<string, string>();
const notFor = new Map<string, string>();

beforeAll(async () => {
  door = await openTestDoor();
  home = await makeTenant(door.house, "default");
  elsewhere = await makeTenant(door.house, "elsewhere");
  for (const scope of scopes) {
    const others: Scope[] = scopes.filter((other) => other !== scope);
    onlyFor.set(scope, await makeToken(door.house, home.system, home.admin.userId, [scope]));
    notFor.set(scope, await makeToken(door.house, home.system, home.owner.userId, others));
  }
});
afterAll(() => door.close());

async function roomOf(tenant: Tenant): Promise<Room> {
  const { house, system, reader } = tenant;
  const makeUser = async () => {
    const name = `user-${newId()}`;
    const { userId: id, token } = await makePerson(house, system, { name, password });
    return { id, name, password, token };
  };
  const owner = await tenant.owner.call();
  const makeRequest = async () => (await makeKeyForTest()).csr;
  return { house, system, owner, readerId: reader.userId, archiveOf: blobOf, makeUser, makeRequest };
}

interface Answer {
  status: number;
  text: string;
}

async function ask(route: Route, request: SampleRequest, token: string | undefined): Promise<Answer> {
  const { params = {}, query = {}, body, headers = {} } = request;
  const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(params[name] ?? name),
  );
  const isRaw = typeof body === "string" || body instanceof Blob;
  const response = await fetch(`${door.address}/api/v1${path}?${new URLSearchParams(query).toString()}`, {
    method: route.method,
    redirect: "manual",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || isRaw ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined || isRaw ? body : JSON.stringify(body),
  });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) {
    await response.body!.cancel();
    return { status: response.status, text: "" };
  }
  return { status: response.status, text: await response.text() };
}

/** All that the modules have stored, as one text a table; when credentials were last used is no change. */
async function stored(): Promise<Record<string, string>> {
  const rows = await door.database.query<{ name: string; state: string }>(sql`
    select tablename as name,
           md5(query_to_xml(
             format('select (to_jsonb(t) - ''{last_used_at,seen_at}''::text[])::text as stored from %I.%I t order by 1',
                    schemaname, tablename), false, true, '')::text) as state
      from pg_tables
     where schemaname in ('identity', 'events', 'documents', 'files', 'secrets', 'queues', 'work_items',
                          'messages', 'packages', 'jobs', 'runners', 'workflows', 'runs',
                          'triggers')`);
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
}

function usual(route: Route): number {
  return Number(Object.keys(route.replies)[0]);
}

function objectOf(route: Route, request: SampleRequest): string | undefined {
  const name = route.access.kind === "object" ? objectParameters[route.access.of] : undefined;
  return name === undefined ? undefined : request.params?.[name];
}

/** The same request for an object that does not exist. */
function withoutObject(route: Route, request: SampleRequest): { request: SampleRequest; absent: string } {
  const object = objectOf(route, request)!;
  const absent = /^[0-9a-f]{24}$/.test(object) ? newId() : `collection-${newId()}`;
  const text = JSON.stringify(request.params).replaceAll(object, absent);
  return { absent, request: { ...request, params: JSON.parse(text) as Record<string, string> } };
}

/** What an answer says, without the ids that tell one request from another. */
function wordsOf(answer: Answer, object: string): unknown {
  const { requestId: _requestId, ...rest } = JSON.parse(answer.text.replaceAll(object, "(it)")) as {
    requestId: string;
  };
  return rest;
}

test("every route has a rule and a sample request", () => {
  const missing = routes.filter((route) => samples[route.operation] === undefined);
  const named = missing.map(({ operation, method, path }) => `${operation} (${method} ${path})`);
  expect(named, "add a sample to testing-authorisation-samples.ts for").toEqual([]);
  const operations = new Set(routes.map((route) => route.operation));
  const surplus = Object.keys(samples).filter((operation) => !operations.has(operation));
  expect(surplus, "samples of routes that are no more").toEqual([]);
  const scopeless = routes.filter(
    ({ access, scope }) =>
      access.kind !== "public" && !scopes.includes(scope as Scope) && !scope.startsWith("session:"),
  );
  expect(
    scopeless.map((route) => route.operation),
    "name a scope of the list for",
  ).toEqual([]);
});

const sampled = routes.filter((route) => samples[route.operation] !== undefined);
const ofKind = (kind: Route["access"]["kind"]) => sampled.filter(({ access }) => access.kind === kind);
const toRead = sampled.filter(({ access }) => access.kind === "object" && access.right === "read");

test.each(sampled.filter(({ access }) => access.kind !== "public"))(
  "$operation refuses who may not, and then nothing has changed",
  async (route) => {
    const sample = samples[route.operation]!;
    const request = await sample.make(await roomOf(home));
    const before = await stored();
    expect(await ask(route, request, undefined)).toMatchObject({ status: 401 });
    expect(await ask(route, request, "mr_pat_unknown")).toMatchObject({ status: 401 });
    if (route.scope !== whoAmIScope) {
      const token = notFor.get(route.scope) ?? notFor.get("admin")!;
      expect(await ask(route, request, token)).toMatchObject({ status: 403 });
    }
    if (route.access.kind === "admin") await expectAdminsOnly(route, request);
    if (route.access.kind === "object") await expectRightHolders(route, sample, request);
    expect(await stored()).toEqual(before);
  },
);

test.each(sampled)("$operation serves who may", async (route) => {
  const sample = samples[route.operation]!;
  const room = await roomOf(home);
  if (route.access.kind !== "admin") {
    const request = await sample.make(room);
    const answer = await ask(route, request, request.ownerToken ?? home.owner.token);
    expect(answer, answer.text).toMatchObject({ status: sample.except?.owner ?? usual(route) });
    if (isShown(route, request)) expect(answer.text).toContain(request.secret);
  }
  const token = onlyFor.get(route.scope) ?? home.admin.token;
  const answer = await ask(route, await sample.make(room), token);
  expect(answer, answer.text).toMatchObject({ status: sample.except?.admin ?? usual(route) });
});

test.each(toRead)("$operation serves who was granted to read", async (route) => {
  const sample = samples[route.operation]!;
  const answer = await ask(route, await sample.make(await roomOf(home)), home.reader.token);
  expect(answer, answer.text).toMatchObject({ status: sample.except?.reader ?? usual(route) });
});

test.each(ofKind("signed_in"))(
  "$operation shows nothing of others' to who is only signed in",
  async (route) => {
    const sample = samples[route.operation]!;
    const request = await sample.make(await roomOf(home));
    const before = await stored();
    const answer = await ask(route, request, home.nobody.token);
    expect(answer, answer.text).toMatchObject({ status: sample.except?.nobody ?? usual(route) });
    if (sample.changesNothing === true) expect(await stored()).toEqual(before);
    const abroad = await ask(route, request, elsewhere.admin.token);
    expect(abroad.status, abroad.text).toBeLessThan(500);
    if (isShown(route, request)) {
      expect(answer.text).not.toContain(request.secret);
      expect(abroad.text).not.toContain(request.secret);
    }
  },
);

/** An answer that lists things, and in which the owner finds his. */
function isShown(route: Route, { secret }: SampleRequest): boolean {
  return (
    secret !== undefined &&
    route.access.kind === "signed_in" &&
    usual(route) === 200 &&
    route.body !== "stream"
  );
}

async function expectAdminsOnly(route: Route, request: SampleRequest): Promise<void> {
  for (const person of [home.owner, home.reader, home.nobody]) {
    expect(await ask(route, request, person.token)).toMatchObject({ status: 403 });
  }
  if (request.params === undefined) return;
  const answer = await ask(route, request, elsewhere.admin.token);
  expect(answer, answer.text).toMatchObject({ status: 404 });
}

async function expectRightHolders(route: Route, sample: Sample, request: SampleRequest): Promise<void> {
  if (route.access.kind !== "object") return;
  const { except = {} } = sample as { except?: Partial<Record<string, number>> };
  const object = objectOf(route, request);
  if (route.access.right !== "read") {
    const answer = await ask(route, request, home.reader.token);
    expect(answer, `reader: ${answer.text}`).toMatchObject({ status: except["reader"] ?? 403 });
  }
  const hidden = await ask(route, request, home.nobody.token);
  expect(hidden, `nobody: ${hidden.text}`).toMatchObject({ status: except["nobody"] ?? 404 });
  if (object === undefined) {
    const abroad = await ask(route, request, elsewhere.admin.token);
    expect(abroad, abroad.text).toMatchObject({ status: except["foreignAdmin"] ?? 404 });
    return;
  }
  if (except["missing"] !== undefined) return;
  const missing = withoutObject(route, request);
  for (const token of [home.nobody.token, home.owner.token, home.admin.token]) {
    const absent = await ask(route, missing.request, token);
    expect(absent, absent.text).toMatchObject({ status: 404 });
    expect(wordsOf(absent, missing.absent)).toEqual(wordsOf(hidden, object));
  }
  const abroad = await ask(route, request, elsewhere.admin.token);
  expect(abroad, abroad.text).toMatchObject({ status: 404 });
  expect(wordsOf(abroad, object)).toEqual(wordsOf(hidden, object));
}
