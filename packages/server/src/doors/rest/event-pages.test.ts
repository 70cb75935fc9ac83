import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTenant, openTestDoor, type Tenant, type TestDoor } from "./testing.ts";

let door: TestDoor;
let home: Tenant;
beforeAll(async () => {
  door = await openTestDoor();
  home = await makeTenant(door.house, "default");
});
afterAll(() => door.close());

interface Page {
  items: { id: string; time: string }[];
  nextCursor?: string;
}

async function page(query: string): Promise<Page> {
  const response = await fetch(`${door.address}/api/v1/events?${query}`, {
    headers: { authorization: `Bearer ${home.admin.token}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

test("the pages of the audit follow each other by their cursors, none missing and none twice", async () => {
  const all = await page("limit=1000");
  expect(all.items.length).toBeGreaterThan(5);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const next = await page(`limit=2${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    found.push(...next.items.map(({ id }) => id));
    cursor = next.nextCursor;
  } while (cursor !== undefined && found.length <= all.items.length);
  expect(found).toEqual(all.items.map(({ id }) => id));
});
