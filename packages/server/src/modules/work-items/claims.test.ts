import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../../kit/database.ts";
import { TestEpochs } from "../../kit/testing-calls.ts";
import { buildNode, setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

test("what lay in a queue when the process started is handed out first, at once, while new items come", async () => {
  const { call, queue, url } = house;
  const push = async (node: Pick<typeof house, "items">) =>
    (await node.items.pushItem(call, queue.name, { payload: {} })).id;
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) ids.push(await push(house));
  const database = new Database({ url, log: pino({ level: "silent" }) });
  const started = buildNode(database, new TestEpochs());
  const claimed: string[] = [];
  for (let n = 0; n < 20; n++) {
    ids.push(await push(started));
    const items = await started.items.claimItems(call, queue.name, {});
    claimed.push(...items.map(({ id }) => id));
  }
  claimed.push(...(await started.items.claimItems(call, queue.name, { count: 100 })).map(({ id }) => id));
  await started.close();
  expect(claimed).toEqual(ids);
});
