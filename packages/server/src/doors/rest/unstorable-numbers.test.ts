import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTenant, openTestDoor, type Tenant, type TestDoor } from "./testing.ts";

let door: TestDoor;
let home: Tenant;
let fileId: string;

beforeAll(async () => {
  door = await openTestDoor();
  home = await makeTenant(door.house, "default");
  await home.house.queues.createQueue(await home.admin.call(), { name: "films" });
  fileId = String((await ask({ path: "/files?name=a.txt", body: "x", type: "text/plain" }))["id"]);
});
afterAll(() => door.close());

interface Request {
  method?: string;
  path: string;
  body?: string;
  type?: string;
}

async function ask({ method = "POST", path, body, type = "application/json" }: Request) {
  const response = await fetch(`${door.address}/api/v1${path}`, {
    method,
    body,
    headers: {
      authorization: `Bearer ${home.admin.token}`,
      ...(body === undefined ? {} : { "content-type": type }),
    },
  });
  return (await response.json()) as Record<string, unknown>;
}

/** A form with one field before its file. */
function form(field: string): Omit<Request, "path"> {
  const file = 'content-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nbytes';
  const body = `--b\r\n${field}\r\n--b\r\n${file}\r\n--b--\r\n`;
  return { body, type: "multipart/form-data; boundary=b" };
}

const huge = '{"year":{"from":1e999}}';
const text = encodeURIComponent(huge);
const filter = encodeURIComponent('{"year":{"$gt":1e999}}');
const part = 'content-disposition: form-data; name="metadata"';

test.each<[string, string, () => Request]>([
  [
    "metadata in the query",
    "metadata.year.from",
    () => ({ path: `/files?name=a&metadata=${text}`, body: "x" }),
  ],
  ["metadata in a form", "metadata.year.from", () => ({ path: "/files", ...form(`${part}\r\n\r\n${huge}`) })],
  [
    "metadata in a form's part of JSON",
    "metadata.year.from",
    () => ({ path: "/files", ...form(`${part}\r\ncontent-type: application/json\r\n\r\n${huge}`) }),
  ],
  [
    "metadata in a body",
    "metadata.year.from",
    () => ({ method: "PATCH", path: `/files/${fileId}`, body: `{"metadata":${huge}}` }),
  ],
  [
    "a filter in the query",
    "query.filter.year.$gt",
    () => ({ method: "GET", path: `/collections/films/documents?filter=${filter}` }),
  ],
  [
    "a sort in the query",
    "query.sort.year",
    () => ({
      method: "GET",
      path: `/collections/films/documents?sort=${encodeURIComponent('{"year":1e999}')}`,
    }),
  ],
  [
    "a watch's filter",
    "query.filter.year.$gt",
    () => ({ method: "GET", path: `/collections/films/watch?filter=${filter}` }),
  ],
  ["a document", "year.from", () => ({ path: "/collections/films/documents", body: huge })],
  [
    "a line of many documents",
    "line 2.year.from",
    () => ({ path: "/collections/films/import", body: `{"a":1}\n${huge}`, type: "application/x-ndjson" }),
  ],
  ["a payload", "payload.year.from", () => ({ path: "/queues/films/items", body: `{"payload":${huge}}` })],
])("a number that JSON cannot hold is refused, and its place named: %s", async (_name, field, request) => {
  expect(await ask(request())).toMatchObject({ status: 400, code: "invalid_input", field });
});

test("none of it was stored as null", async () => {
  const files = await home.house.files.list(await home.admin.call());
  expect(files.items.map(({ metadata }) => metadata)).toEqual([{}]);
  expect(await home.house.documents.count(await home.admin.call(), "films", {})).toBe(1);
});
