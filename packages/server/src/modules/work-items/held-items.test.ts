import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../kit/sql.ts";
import { expireLeases } from "./expire-leases.ts";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

test("an end whose lease was taken away meanwhile is refused, and those written with it stand", async () => {
  const { items, call, queue, database } = house;
  await items.pushItems(
    call,
    queue.name,
    Array.from({ length: 6 }, () => ({ payload: {} })),
  );
  const held = await items.claimItems(call, queue.name, { count: 6 });
  const [silent, retried] = held;
  await database.query(sql`
    update work_items.work_items set lease_until = now() - interval '1 day'
    where id = any (${[silent!.id, retried!.id]}::text[])`);
  await expireLeases(house).tick();
  const ends = await Promise.allSettled(
    held.map(({ id, leaseNumber }) =>
      id === retried!.id
        ? items.finishItem(call, id, {
            leaseNumber,
            state: "failed",
            error: { kind: "application", message: "no" },
          })
        : items.finishItem(call, id, { leaseNumber, state: "successful" }),
    ),
  );
  expect(ends.map((end) => (end.status === "fulfilled" ? end.value.state : end.reason.code))).toEqual([
    "lease_lost",
    "lease_lost",
    ...Array.from({ length: 4 }, () => "successful"),
  ]);
  const { counts } = await items.queueStats(call, queue.name);
  expect(counts).toMatchObject({ new: 2, processing: 0, successful: 4, retry: 0 });
  const history = await items.itemHistory(call, silent!.id);
  expect(history.map(({ type }) => type)).not.toContain("work_item.successful");
});
