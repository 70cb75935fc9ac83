import { afterAll, beforeAll, expect, test } from "vitest";
import { makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";
import { rawWebSocket } from "./testing-raw.ts";

const clientCount = 500;
const stormCount = 3;
/** What five hundred connected clients and their storms may leave behind. */
const heapGrowthMax = 64 * 1024 * 1024;

let door: TestOpeniap;
let tokens: string[];
beforeAll(async () => {
  door = await openTestOpeniap();
  tokens = await Promise.all(Array.from({ length: 10 }, async () => (await makeMember(door)).token));
});
afterAll(async () => {
  await door.close();
  expect(door.failures).toEqual([]);
});

async function connectAll() {
  return Promise.all(
    Array.from({ length: clientCount }, async (_each, index) => {
      const client = await rawWebSocket(door.webSocketUrl);
      const signedIn = await client.ask("signin", "SigninRequest", { jwt: tokens[index % tokens.length]! });
      expect(signedIn.command).toBe("signinreply");
      await client.ask("watch", "WatchRequest", { collectionname: `c-${index % 20}`, paths: [] });
      return client;
    }),
  );
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

test(`${clientCount} clients that lose their connections ${stormCount} times over leave nothing behind`, async () => {
  let clients = await connectAll();
  const before = heapUsed();
  for (let storm = 0; storm < stormCount; storm += 1) {
    for (const client of clients) client.webSocket.terminate();
    clients = await connectAll();
    await expect.poll(() => door.openiap.connections.size, { timeout: 20_000 }).toBe(clientCount);
  }
  expect(door.house.watches.size).toBe(clientCount);
  const counted = await clients[0]!.ask("count", "CountRequest", { collectionname: "none" });
  expect(counted.command).toBe("countreply");
  expect(heapUsed() - before).toBeLessThan(heapGrowthMax);
  for (const client of clients) client.webSocket.terminate();
  await expect.poll(() => [door.openiap.connections.size, door.house.watches.size]).toEqual([0, 0]);
}, 180_000);
