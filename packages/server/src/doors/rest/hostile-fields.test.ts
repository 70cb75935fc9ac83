import type { TSchema } from "@sinclair/typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { blobOf } from "../../modules/packages/testing.ts";
import type { Route } from "../../kit/route.ts";
import { sql } from "../../kit/sql.ts";
import { makeKeyForTest } from "../../modules/runners/testing.ts";
import type { Room, SampleRequest } from "./authorisation-room.ts";
import { samples } from "./authorisation-samples.ts";
import { describedRoutes } from "./route-table.ts";
import { makePerson, makeTenant, openTestDoor, type Tenant, type TestDoor } from "./testing.ts";

const routes = describedRoutes().filter((route) => samples[route.operation] !== undefined);
const withBody = routes.filter((route) => route.schemas.body !== undefined);
const withQuery = routes.filter((route) => route.schemas.query !== undefined && route.body !== "stream");
const withParams = routes.filter((route) => route.schemas.params !== undefined && route.body !== "stream");

/** What the server alone decides, under every name that a caller may think of. */
const serverOwned = [
  "tenantId",
  "tenant_id",
  "id",
  "_id",
  "version",
  "_version",
  "createdById",
  "created_by_id",
  "createdAt",
  "created_at",
  "modifiedAt",
  "state",
  "attempts",
  "acquired",
  "leaseNumber",
  "leaseUntil",
  "holderId",
  "queueId",
  "isAdmin",
  "role",
  "roles",
  "owner",
  "passwordHash",
  "tokenHash",
  "canRead",
  "paused",
];
const emptyValues = [null, false, 0, "", [], {}];
const wrongValues: readonly unknown[] = [
  true,
  -1,
  1.5,
  1e300,
  2 ** 53,
  "\0",
  "\ud800",
  "x".repeat(20_000),
  "-infinity",
  "0000-01-01T00:00:00Z",
  [null],
  [[]],
  [{}],
  { $ne: 1 },
  { constructor: { name: 1 } },
];
const wrongTexts = [
  "",
  "-1",
  "1e300",
  "1e999",
  "9007199254740993",
  "NaN",
  "\0",
  "null",
  "[]",
  "{}",
  "x".repeat(5_000),
];
const wrongParams = [
  "\0",
  "..",
  "__proto__",
  "constructor",
  "0",
  "é",
  "'; --",
  "x".repeat(290),
  "ffffffffffffffffffffffff",
];

let door: TestDoor;
let home: Tenant;
let room: Room;

beforeAll(async () => {
  door = await openTestDoor();
  home = await makeTenant(door.house, "default");
  const { house, system } = home;
  const makeUser = async () => {
    const name = `user-${newId()}`;
    const password = "six blue kettles";
    const { userId: id, token } = await makePerson(house, system, { name, password });
    return { id, name, password, token };
  };
  const owner = await home.owner.call();
  const makeRequest = async () => (await makeKeyForTest()).csr;
  const readerId = home.reader.userId;
  room = { house, system, owner, readerId, archiveOf: blobOf, makeUser, makeRequest };
});
afterAll(() => door.close());

interface Answer {
  status: number;
  text: string;
  field?: string;
}

async function ask(route: Route, { params = {}, query = {}, body }: SampleRequest): Promise<Answer> {
  const path = route.path.replaceAll(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(params[name] ?? name),
  );
  const response = await fetch(`${door.address}/api/v1${path}?${new URLSearchParams(query).toString()}`, {
    method: route.method,
    redirect: "manual",
    headers: {
      authorization: `Bearer ${home.admin.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const { field } = (text.startsWith("{") ? JSON.parse(text) : {}) as { field?: string };
  return { status: response.status, text, field };
}

/** A sample that is good for several requests, and made afresh when one of them was taken. */
async function fresh(route: Route): Promise<SampleRequest> {
  return samples[route.operation]!.make(room);
}

/** The places of a body where a value may stand: `name`, `items.0.payload`. */
function placesOf(schema: TSchema, prefix: readonly string[] = []): string[][] {
  const properties = (schema as { properties?: Record<string, TSchema> }).properties ?? {};
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = [...prefix, name];
    const { items } = property as { items?: TSchema };
    return [
      path,
      ...(items === undefined ? [] : [[...path, "0"], ...placesOf(items, [...path, "0"])]),
      ...placesOf(property, path),
    ];
  });
}

/** The body with `value` at a place; what does not lead there is made. */
function withValue(body: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const isList = key === "0";
  const container = (typeof body === "object" && body !== null ? body : isList ? [] : {}) as Record<
    string,
    unknown
  >;
  const changed = withValue(container[key], rest, value);
  return isList ? [changed] : { ...container, [key]: changed };
}

function isClosed(schema: TSchema): boolean {
  return (schema as { additionalProperties?: unknown }).additionalProperties === false;
}

async function storedIds(): Promise<unknown> {
  return door.database.query(sql`
    select (select count(*) from identity.users) as users, (select count(*) from identity.tokens) as tokens,
           (select count(*) from queues.queues) as queues, (select count(*) from work_items.work_items) as items,
           (select count(*) from documents.documents) as documents, (select count(*) from files.files) as files`);
}

test.each(withBody.filter((route) => isClosed(route.schemas.body!)))(
  "$operation refuses fields that are not the caller's, by name, and changes nothing",
  async (route) => {
    const request = await fresh(route);
    const declared = new Set(
      Object.keys((route.schemas.body as unknown as { properties: object }).properties),
    );
    const before = await storedIds();
    for (const field of serverOwned.filter((name) => !declared.has(name))) {
      const answer = await ask(route, {
        ...request,
        body: { ...(request.body as object), [field]: "default" },
      });
      expect(answer, `${field}: ${answer.text}`).toMatchObject({ status: 400, field });
    }
    expect(await storedIds()).toEqual(before);
  },
);

test.each(withBody)(
  "$operation answers every wrong value of a field without failing itself",
  async (route) => {
    let request = await fresh(route);
    for (const place of [[], ...placesOf(route.schemas.body!)]) {
      for (const value of [...emptyValues, ...wrongValues]) {
        const answer = await ask(route, { ...request, body: withValue(request.body, place, value) });
        expect(
          answer.status,
          `${place.join(".")} = ${JSON.stringify(value).slice(0, 50)}: ${answer.text}`,
        ).toBeLessThan(500);
        if (answer.status < 300) request = await fresh(route);
      }
    }
  },
);

test.each(withQuery)(
  "$operation answers every wrong parameter of its query without failing itself",
  async (route) => {
    let request = await fresh(route);
    for (const name of Object.keys(route.schemas.query!.properties)) {
      for (const text of wrongTexts) {
        const answer = await ask(route, { ...request, query: { ...request.query, [name]: text } });
        expect(answer.status, `${name} = ${text.slice(0, 50)}: ${answer.text}`).toBeLessThan(500);
        if (answer.status < 300 && route.method !== "GET") request = await fresh(route);
      }
    }
  },
);

test.each(withParams)("$operation answers every wrong address without failing itself", async (route) => {
  const request = await fresh(route);
  for (const name of Object.keys(route.schemas.params!.properties)) {
    for (const text of wrongParams) {
      const answer = await ask(route, { ...request, params: { ...request.params, [name]: text } });
      expect(answer.status, `${name} = ${text.slice(0, 50)}: ${answer.text}`).toBeLessThan(500);
    }
  }
});

test("a document's own fields may be called as ours are called elsewhere, and mean nothing", async () => {
  const insert = routes.find((route) => route.operation === "insertDocument")!;
  const names = serverOwned.filter((name) => !name.startsWith("_"));
  const body = Object.fromEntries(names.map((name) => [name, "elsewhere"]));
  const request = await fresh(insert);
  const answer = await ask(insert, { ...request, body });
  expect(answer).toMatchObject({ status: 201 });
  const stored = JSON.parse(answer.text) as Record<string, unknown>;
  expect(stored).toMatchObject({ ...body, _version: 0, _createdbyid: home.admin.userId });
  const rows = await door.database.query(sql`
    select tenant_id from documents.documents where id = ${String(stored["_id"])}`);
  expect(rows).toEqual([{ tenant_id: "default" }]);
  for (const field of [
    "_version",
    "_created",
    "_createdby",
    "_createdbyid",
    "_modified",
    "_owner",
    "_tenant",
  ]) {
    expect(await ask(insert, { ...request, body: { [field]: "x" } })).toMatchObject({ status: 400, field });
  }
});

test("an ACL in a wrong form is refused wherever one is taken", async () => {
  const wrong: unknown[] = [
    "all",
    {},
    [1],
    [{ principalId: "admins", rights: ["read"] }],
    [{ principalId: home.owner.userId, rights: [] }],
    [{ principalId: home.owner.userId, rights: ["all"] }],
    [{ principalId: home.owner.userId, rights: ["read"], effect: "perhaps" }],
    [{ principalId: home.owner.userId, rights: ["read"], tenantId: "elsewhere" }],
    [{ _id: home.owner.userId, rights: 65_535 }],
  ];
  const taking = {
    createQueue: "acl",
    updateQueue: "acl",
    createCollection: "acl",
    updateCollection: "acl",
    updateFile: "acl",
    insertDocument: "_acl",
    replaceDocument: "_acl",
  };
  for (const [operation, name] of Object.entries(taking)) {
    const route = routes.find((each) => each.operation === operation)!;
    const request = await fresh(route);
    for (const acl of wrong) {
      const answer = await ask(route, { ...request, body: { ...(request.body as object), [name]: acl } });
      expect(answer, `${operation} ${JSON.stringify(acl)}: ${answer.text}`).toMatchObject({ status: 400 });
      expect(answer.field).toContain(name);
    }
  }
});

test("nothing of all this was our own mistake, and nobody's prototype has changed", () => {
  expect(door.failures.map((line) => line.slice(0, 500))).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)["name"]).toBeUndefined();
});
