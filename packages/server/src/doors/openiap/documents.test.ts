import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { connectClient, makeMember, type NodeClient, openTestOpeniap, type TestOpeniap } from "./testing.ts";

let door: TestOpeniap;
let client: NodeClient;

beforeAll(async () => {
  door = await openTestOpeniap();
  const { name, password } = await makeMember(door);
  const url = door.webSocketUrl.replace("//", `//${name}:${encodeURIComponent(password)}@`);
  client = await connectClient(url);
});
afterAll(async () => {
  client.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

test("the published client signs in, inserts, queries and counts", async () => {
  const collectionname = `c-${newId()}`;
  const stored = await client.InsertOne({ collectionname, item: { name: "first", n: 1 } });
  expect(stored).toMatchObject({ name: "first", _type: "unknown", _version: 0 });
  await client.InsertMany({ collectionname, items: [{ n: 2 }, { n: 3 }] });
  expect(await client.Count({ collectionname, query: { n: { $gt: 1 } } })).toBe(2);
  const found = await client.Query<{ n: number }>({ collectionname, query: {}, orderby: { n: -1 }, top: 2 });
  expect(found.map(({ n }) => n)).toEqual([3, 2]);
});
