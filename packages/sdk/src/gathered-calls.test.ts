import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = server.client();
}, 120_000);
afterAll(() => server.stop());

const success = { leaseNumber: 1, state: "successful" as const };

/** A client that says how many requests it has sent. */
function countingClient() {
  const sent = { count: 0 };
  const own = server.client({
    fetch: (input, init) => {
      sent.count += 1;
      return fetch(input, init);
    },
  });
  return { own, sent };
}

test("pushes that come together share calls, and a bad one fails alone", async () => {
  await client.createQueue({ name: "together" });
  const { own, sent } = countingClient();
  const good = Array.from({ length: 50 }, (_, n) => own.pushItem("together", { payload: { n } }));
  expect(new Set((await Promise.all(good)).map((pushed) => pushed.id)).size).toBe(50);
  expect(sent.count).toBeLessThan(6);
  const mixed = [
    own.pushItem("together", { payload: { n: 50 } }),
    own.pushItem("together", { payload: {}, priority: 0.5 }),
  ];
  expect(await Promise.allSettled(mixed)).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: { code: "invalid_input" } },
  ]);
  expect((await client.queueStats("together")).counts["new"]).toBe(51);
});

test("claims and ends that come together share calls, and each caller gets what is his", async () => {
  await client.createQueue({ name: "shared" });
  await client.pushItems(
    "shared",
    Array.from({ length: 50 }, (_, n) => ({ payload: { n } })),
  );
  const { own, sent } = countingClient();
  const counts = Array.from({ length: 30 }, (_, n) => (n % 2) + 1);
  const claimed = await Promise.all(counts.map((count) => own.claimItems("shared", { count, worker: "w" })));
  expect(sent.count).toBeLessThan(6);
  expect(claimed.map((items) => items.length)).toEqual(counts);
  const held = claimed.flat();
  expect(new Set(held.map((item) => item.id)).size).toBe(45);
  expect(held.every((item) => item.worker === "w")).toBe(true);
  const few = await Promise.all(Array.from({ length: 10 }, () => own.claimItems("shared")));
  expect(few.flat()).toHaveLength(5);
  sent.count = 0;
  const ends = await Promise.all(
    held.map(({ id, leaseNumber }) => own.finishItem(id, { leaseNumber, state: "successful" })),
  );
  expect(sent.count).toBeLessThan(6);
  expect(ends.map(({ id, state }) => [id, state])).toEqual(held.map(({ id }) => [id, "successful"]));
});

test("of ends that come together a refused one fails alone, with its whole error", async () => {
  await client.createQueue({ name: "mixed" });
  await client.pushItems("mixed", [{ payload: {} }, { payload: {} }]);
  const [one, two] = await client.claimItems("mixed", { count: 2 });
  const ends = [
    client.finishItem(one!.id, { leaseNumber: one!.leaseNumber, state: "successful" }),
    client.finishItem(two!.id, { leaseNumber: two!.leaseNumber + 1, state: "successful" }),
    client.finishItem("0".repeat(24), { leaseNumber: 1, state: "successful" }),
    client.finishItem(two!.id, { leaseNumber: two!.leaseNumber, state: "failed" }),
  ];
  expect(await Promise.allSettled(ends)).toMatchObject([
    { status: "fulfilled", value: { state: "successful" } },
    { status: "rejected", reason: { code: "lease_lost", status: 409 } },
    { status: "rejected", reason: { code: "not_found", status: 404 } },
    { status: "rejected", reason: { code: "invalid_input", field: "error" } },
  ]);
});

test("a claim with a word or a lease that the server does not know is refused by it, and no other", async () => {
  await client.createQueue({ name: "words" });
  const wanted: object[] = [{ lease: 5 }, { leaseMs: NaN }, {}, { worker: 7 }];
  const claims = await Promise.allSettled(wanted.map((each) => client.claimItems("words", each)));
  expect(claims.map((claim) => claim.status)).toEqual(["rejected", "rejected", "fulfilled", "rejected"]);
});

test("what cannot be written as JSON fails alone, and so does an end of nothing", async () => {
  await client.createQueue({ name: "odd" });
  const pushes = [{ n: 1 }, { n: 2n }, { n: 3 }].map((payload) => client.pushItem("odd", { payload }));
  pushes.push(client.pushItem("odd", null as never));
  expect(await Promise.allSettled(pushes)).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: expect.any(TypeError) },
    { status: "fulfilled" },
    { status: "rejected", reason: { code: "invalid_input" } },
  ]);
  const [one, two] = await client.claimItems("odd", { count: 2 });
  const ends = [one!.id, "", two!.id].map((id) => client.finishItem(id, success));
  expect(await Promise.allSettled(ends)).toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: expect.any(TypeError) },
    { status: "fulfilled" },
  ]);
});

test("what is done to an argument after the call changes nothing", async () => {
  await client.createQueue({ name: "frozen" });
  const item = { payload: { n: 0 } };
  const pushes = [];
  for (item.payload.n = 1; item.payload.n <= 6; item.payload.n++)
    pushes.push(client.pushItem("frozen", item));
  await Promise.all(pushes);
  const claimed = await client.claimItems("frozen", { count: 10 });
  expect(claimed.map(({ payload }) => payload["n"]).sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("an end with another item's id in it is refused, and ends neither", async () => {
  await client.createQueue({ name: "crossed" });
  await client.pushItems("crossed", [{ payload: {} }, { payload: {} }]);
  const [one, two] = await client.claimItems("crossed", { count: 2 });
  const finish = { ...success, id: two!.id };
  await expect(client.finishItem(one!.id, finish)).rejects.toMatchObject({ code: "invalid_input" });
  expect((await client.queueStats("crossed")).counts["processing"]).toBe(2);
});

test("a claim that fails takes nothing from those that were answered", async () => {
  await client.createQueue({ name: "many" });
  await client.pushItems(
    "many",
    Array.from({ length: 500 }, () => ({ payload: {} })),
  );
  let claims = 0;
  const own = server.client({
    retriesMax: 0,
    fetch: async (input, init) => {
      const isClaim = new URL(input instanceof Request ? input.url : input).pathname.endsWith("/claims");
      if (isClaim && ++claims === 3) return new Response("{}", { status: 503 });
      return fetch(input, init);
    },
  });
  const answers = await Promise.allSettled(
    [100, 100, 100, 100].map((count) => own.claimItems("many", { count })),
  );
  const got = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  expect(got).toHaveLength(300);
  expect((await client.queueStats("many")).counts["processing"]).toBe(300);
});
