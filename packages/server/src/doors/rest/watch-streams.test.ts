import { afterAll, beforeAll, expect, test } from "vitest";
import { formatPosition } from "../../modules/events/model.ts";
import { makeTenant, openTestDoor, type Tenant, type TestDoor } from "./testing.ts";

let door: TestDoor;
let home: Tenant;
beforeAll(async () => {
  door = await openTestDoor();
  home = await makeTenant(door.house, "default");
});
afterAll(() => door.close());

const watch = (init: RequestInit = {}, lastEventId?: string) =>
  fetch(`${door.address}/api/v1/collections/films/watch`, {
    ...init,
    headers: {
      authorization: `Bearer ${home.admin.token}`,
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
  });

test("a stream whose client went away leaves no watch behind", async () => {
  const streams = await Promise.all(Array.from({ length: 5 }, () => watch()));
  await expect.poll(() => door.house.watches.size).toBe(5);
  for (const stream of streams) await stream.body!.cancel();
  await expect.poll(() => door.house.watches.size).toBe(0);
});

test("a stream from a position of another database is refused before it begins", async () => {
  const from = formatPosition({ done: "900000000:900000000:" });
  const answer = await watch({}, from);
  expect([answer.status, await answer.json()]).toMatchObject([410, { code: "position_expired" }]);
  expect(door.house.watches.size).toBe(0);
});

test("HEAD opens no watch: there would be no end to it", async () => {
  for (let n = 0; n < 3; n += 1) expect((await watch({ method: "HEAD" })).status).toBe(404);
  expect(door.house.watches.size).toBe(0);
});
