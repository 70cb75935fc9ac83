import { afterAll, beforeAll, expect, test } from "vitest";
import type { Change, Client } from "./main.ts";
import { startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startTestServer();
  client = server.client();
});
afterAll(() => server.stop());

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("a watch tells of what is inserted, updated and deleted, and of nothing that does not match", async () => {
  const changes: Change[] = [];
  const watch = client.watch({ collection: "films", filter: { year: 1979 } }, (change) =>
    changes.push(change),
  );
  await watch.ready;
  const { _id } = await client.insertDocument("films", { name: "Alien", year: 1979 });
  await client.insertDocument("films", { name: "Aliens", year: 1986 });
  await client.updateDocument("films", _id, { $set: { rating: 8.5 } });
  await client.deleteDocument("films", _id);
  await until(() => changes.length === 3);
  expect(changes.map((change) => change.operation)).toEqual(["insert", "update", "delete"]);
  expect(changes[1]).toMatchObject({ collection: "films", id: _id, document: { rating: 8.5 } });
  expect(watch.position).toBe(changes[2]!.position);
  watch.stop();
});

test("several watches share the connection, and a stopped one hears no more", async () => {
  const heard: string[] = [];
  const first = client.watch({ collection: "a" }, () => heard.push("first"));
  const second = client.watch({ collection: "a" }, () => heard.push("second"));
  await Promise.all([first.ready, second.ready]);
  await client.insertDocument("a", { name: "1" });
  await until(() => heard.length === 2);
  first.stop();
  await client.insertDocument("a", { name: "2" });
  await until(() => heard.length === 3);
  expect(heard.toSorted()).toEqual(["first", "second", "second"]);
  second.stop();
});

test("a watch goes on from a position of another life", async () => {
  const seen: unknown[] = [];
  const earlier = client.watch({ collection: "b" }, (change) => seen.push(change.document?.["name"]));
  await earlier.ready;
  await client.insertDocument("b", { name: "seen" });
  await until(() => seen.length === 1);
  earlier.stop();
  await client.insertDocument("b", { name: "missed" });
  const later = client.watch({ collection: "b", from: earlier.position! }, (change) => {
    seen.push(change.document?.["name"]);
  });
  await until(() => seen.length === 2);
  expect(seen).toEqual(["seen", "missed"]);
  later.stop();
});

test("a watch restores itself when the server was killed, and misses nothing", async () => {
  const seen: unknown[] = [];
  const watch = client.watch({ collection: "c" }, (change) => seen.push(change.document?.["name"]));
  await watch.ready;
  await client.insertDocument("c", { name: "before" });
  await until(() => seen.length === 1);
  await server.kill();
  await server.start();
  await client.insertDocument("c", { name: "while away or after" });
  await client.insertDocument("c", { name: "after" });
  await until(() => seen.length >= 3);
  expect(seen).toEqual(["before", "while away or after", "after"]);
  watch.stop();
});

/** As if all that has happened so far were older than what is kept. */
async function dropAllEvents(): Promise<void> {
  await server.sql(`create table if not exists events.events_20210104 partition of events.events
    for values from ('2021-01-04') to ('2021-01-11')`);
  await server.sql("update events.events set at = '2021-01-06'");
  await server.sql(`insert into events.dropped (topic, xact) select distinct on (topic) topic, xact
    from events.events order by topic, xact desc on conflict (topic) do update set xact = excluded.xact`);
  await server.sql("drop table events.events_20210104");
}

test("a watch from too long ago goes on from now and tells so, or ends if nobody wants to know", async () => {
  const earlier = client.watch({ collection: "g" }, () => undefined);
  await earlier.ready;
  const from = earlier.position!;
  earlier.stop();
  await client.insertDocument("g", { name: "dropped" });
  await dropAllEvents();
  const told: string[] = [];
  const later = client.watch(
    { collection: "g", from },
    (change) => told.push(String(change.document?.["name"])),
    {
      onGap: ({ code }) => told.push(code),
    },
  );
  await later.ready;
  expect(told).toEqual(["position_expired"]);
  await client.insertDocument("g", { name: "after" });
  await until(() => told.length === 2);
  expect(told).toEqual(["position_expired", "after"]);
  later.stop();
  const unheard = client.watch({ collection: "g", from }, () => undefined);
  await expect(unheard.ready).rejects.toMatchObject({ code: "position_expired", status: 410 });
});

test("a watch that cannot be says why and ends, and the others go on", async () => {
  const good = client.watch({ collection: "d" }, () => undefined);
  await good.ready;
  const errors: string[] = [];
  const bad = client.watch({ collection: "d", filter: { $where: "1" } }, () => undefined, {
    onError: (error) => errors.push(error.code),
  });
  await expect(bad.ready).rejects.toMatchObject({ code: "invalid_input" });
  expect(errors).toEqual(["invalid_input"]);
  good.stop();
  const stranger = server.client({ token: "wrong" }).watch({ collection: "d" }, () => undefined);
  await expect(stranger.ready).rejects.toMatchObject({ code: "unauthenticated" });
});

test("hints tell which topics may have news, and come again after a break", async () => {
  const heard: string[] = [];
  let opened = 0;
  const hints = client.hints(["work_items", "queues"], (topics) => heard.push(...topics), {
    onOpen: () => (opened += 1),
    onBreak: () => heard.push("break"),
  });
  await until(() => opened === 1);
  await client.createQueue({ name: "hinted" });
  await until(() => heard.includes("queues"));
  expect(heard).not.toContain("work_items");
  await server.kill();
  await until(() => heard.includes("break"));
  await server.start();
  await until(() => opened === 2);
  await client.pushItem("hinted", { payload: {} });
  await until(() => heard.includes("work_items"));
  hints.stop();
});
