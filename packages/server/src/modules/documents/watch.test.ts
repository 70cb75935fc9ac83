import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Call, systemCall } from "../../kit/call.ts";
import type { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import type { Documents } from "./service.ts";
import { turnPartitions } from "../events/turn-partitions.ts";
import { openHouse, person, type TestHouse } from "./testing.ts";
import type { Change, WatchRequest } from "./watch.ts";

let house: TestHouse;
let documents: Documents;
let collection: string;
let rooms = 0;
const admin = systemCall("test-request");
const ann = person("Ann");

beforeAll(async () => {
  house = await openHouse();
  documents = house.documents;
});
beforeEach(() => {
  collection = `room${rooms++}`;
});
afterAll(() => house.close());

async function follow(call: Call, request: Partial<WatchRequest> = {}) {
  const changes: Change[] = [];
  const errors: unknown[] = [];
  const watch = await house.watches.watch(
    call,
    { collection, ...request },
    { onChange: (change) => void changes.push(change), onEnd: (error) => errors.push(error) },
  );
  return { changes, errors, watch };
}

/** Until the feed has come to what was written last: a marker that an admin's watch waits for. */
async function settled(): Promise<void> {
  const { changes, watch } = await follow(admin, { filter: { marker: rooms } });
  await documents.insertOne(admin, collection, { marker: rooms });
  await vi.waitFor(() => expect(changes).toHaveLength(1), { timeout: 10_000 });
  watch.close();
}

/** Watches catch up each at its own pace. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

const told = (changes: readonly Change[]) =>
  changes
    .filter((each) => each.document?.["marker"] === undefined)
    .map((each) => [each.operation, each.version, each.document?.["n"]]);

test("a watch tells inserts, updates and deletes in their order, and nothing from before it", async () => {
  await documents.insertOne(ann, collection, { n: -1 });
  const { changes, watch } = await follow(ann);
  const made = await documents.insertOne(ann, collection, { n: 0 });
  for (let n = 1; n <= 20; n++) await documents.updateOne(ann, collection, made._id, { $set: { n } });
  await documents.deleteOne(ann, collection, made._id);
  await settled();
  const updates = Array.from({ length: 20 }, (_, index) => ["update", index + 1, index + 1]);
  await eventually(() => expect(told(changes)).toEqual([["insert", 0, 0], ...updates, ["delete", 21, 20]]));
  expect(changes[0]).toMatchObject({ collection, id: made._id, document: made });
  watch.close();
  await documents.insertOne(ann, collection, { n: 99 });
  await settled();
  expect(changes).toHaveLength(22);
});

test("a watch tells only what may be read, matches, and is of its document", async () => {
  const bob = person("Bob");
  const first = await documents.insertOne(ann, collection, { n: 1 });
  const [mine, other, filtered, single] = await Promise.all([
    follow(ann),
    follow(bob),
    follow(ann, { filter: { n: { $gte: 10 } } }),
    follow(ann, { documentId: first._id }),
  ]);
  const foreign = await follow({ ...admin, tenantId: "other" });
  await documents.insertOne(ann, collection, { n: 10 });
  await documents.updateOne(ann, collection, first._id, { $set: { n: 11 } });
  await documents.updateOne(ann, collection, first._id, { $set: { n: 2 } });
  await settled();
  const inserted = ["insert", 0, 10];
  const [away, back] = [
    ["update", 1, 11],
    ["update", 2, 2],
  ];
  await eventually(() => expect(told(mine.changes)).toEqual([inserted, away, back]));
  await eventually(() => expect(told(filtered.changes)).toEqual([inserted, away]));
  await eventually(() => expect(told(single.changes)).toEqual([away, back]));
  expect(told(other.changes)).toEqual([]);
  expect(foreign.changes).toEqual([]);
  for (const each of [mine, other, filtered, single, foreign]) each.watch.close();
  expect(house.watches.size).toBe(0);
});

test("rights that change count at once: a document goes out of sight, a caller loses a role", async () => {
  const role = newId();
  const bob = person("Bob", { roles: [role] });
  const own = { principalId: ann.userId, rights: ["read", "update"] };
  const acl = [own, { principalId: role, rights: ["read"] }];
  const hiding = await documents.insertOne(ann, collection, { n: 1, _acl: acl });
  const staying = await documents.insertOne(ann, collection, { n: 2, _acl: acl });
  const { changes, watch } = await follow(bob);
  await documents.updateOne(ann, collection, hiding._id, { $set: { n: 3, _acl: [own] } });
  await documents.updateOne(ann, collection, hiding._id, { $set: { n: 4 } });
  await documents.updateOne(ann, collection, staying._id, { $set: { n: 5 } });
  await settled();
  const seen = () => changes.map(({ operation, id, document }) => [operation, id, document?.["n"]]);
  const hidden = ["hidden", hiding._id, undefined];
  await eventually(() => expect(seen()).toEqual([hidden, ["update", staying._id, 5]]));
  watch.updateCall({ ...bob, principalIds: [bob.userId] });
  await documents.updateOne(ann, collection, staying._id, { $set: { n: 6 } });
  await settled();
  expect(changes).toHaveLength(2);
  watch.close();
});

test("a watch resumes from any position without a gap and without a repeat", async () => {
  const { changes, watch } = await follow(ann);
  const start = watch.position;
  await documents.insertMany(
    ann,
    collection,
    Array.from({ length: 40 }, (_, n) => ({ n })),
  );
  for (let n = 40; n < 60; n++) await documents.insertOne(ann, collection, { n });
  await settled();
  const numbers = (list: readonly Change[]) => told(list).map(([, , n]) => n);
  const first60 = Array.from({ length: 60 }, (_, n) => n);
  await eventually(() => expect(numbers(changes)).toEqual(first60));
  const end = watch.position;
  watch.close();
  await documents.insertOne(ann, collection, { n: 60 });
  const positions = [
    start,
    ...changes.filter((_, index) => index % 7 === 0).map((change) => change.position),
    end,
  ];
  const resumed = await Promise.all(positions.map((from) => follow(ann, { from })));
  await documents.insertOne(ann, collection, { n: 61 });
  await settled();
  const firsts = [
    0,
    ...changes.filter((_, index) => index % 7 === 0).map((change) => Number(change.document!["n"]) + 1),
    60,
  ];
  for (const [index, each] of resumed.entries()) {
    const first = firsts[index]!;
    const wanted = Array.from({ length: 62 - first }, (_, n) => first + n);
    await eventually(() => expect(numbers(each.changes)).toEqual(wanted));
    each.watch.close();
  }
});

test("resuming under a storm of writes, some in slow transactions, misses nothing and repeats nothing", async () => {
  const total = 300;
  let written: () => void;
  const isOpen = new Promise<void>((resolve) => (written = resolve));
  const slow = house.database.transaction(async (tx) => {
    await documents.insertIn(tx, ann, collection, { n: total });
    written();
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
  await isOpen;
  const seen: Change[] = [];
  const begin = await follow(ann);
  let position = begin.watch.position;
  begin.watch.close();
  const storm = (async () => {
    for (let n = 0; n < total; n++) await documents.insertOne(ann, collection, { n });
  })();
  for (let round = 0; round < 20; round++) {
    const { changes, watch } = await follow(ann, { from: position });
    await new Promise((resolve) => setTimeout(resolve, 15));
    watch.close();
    seen.push(...changes);
    position = changes.at(-1)?.position ?? position;
  }
  await Promise.all([storm, slow]);
  const last = await follow(ann, { from: position });
  const expected = Array.from({ length: total + 1 }, (_, n) => n);
  const numbers = () => told([...seen, ...last.changes]).map(([, , n]) => Number(n));
  await eventually(() => expect(numbers().length).toBeGreaterThanOrEqual(expected.length));
  await settled();
  last.watch.close();
  expect(numbers().sort((a, b) => a - b)).toEqual(expected);
});

test("a position that was not given by a watch is refused", async () => {
  const texts = ["x", "", "1:2:", "5:3:", "3:5:9", "99999999999999999999:99999999999999999999:"];
  for (const text of texts) {
    for (const from of [text, Buffer.from(text).toString("base64url")]) {
      if (from === Buffer.from("1:2:").toString("base64url")) continue;
      await expect(follow(ann, { from })).rejects.toMatchObject({
        code: "invalid_input",
        details: { field: "from" },
      });
    }
  }
  await expect(follow(ann, { filter: { $where: "1" } })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(follow(ann, { documentId: "x" })).rejects.toMatchObject({ code: "invalid_input" });
});

test("a consumer that takes nothing loses its watch, and resumes where it stood", async () => {
  const taken: Change[] = [];
  const ended = new Promise<AppError>((resolve) => {
    void house.watches.watch(
      ann,
      { collection },
      {
        onChange: (change) => {
          taken.push(change);
          return new Promise(() => undefined);
        },
        onEnd: resolve,
      },
    );
  });
  await vi.waitFor(() => expect(house.watches.size).toBe(1));
  for (let batch = 0; batch < 3; batch++) {
    await documents.insertMany(
      ann,
      collection,
      Array.from({ length: 500 }, (_, n) => ({ n: batch * 500 + n })),
    );
  }
  await settled();
  const error = await ended;
  expect(error).toMatchObject({ code: "overloaded" });
  expect(taken).toHaveLength(1);
  expect(house.watches.size).toBe(0);
  const { changes, watch } = await follow(ann, { from: String(error.details.extra?.["position"]) });
  await settled();
  const all = Array.from({ length: 1_500 }, (_, n) => n);
  await eventually(() => expect(told(changes).map(([, , n]) => n)).toEqual(all));
  watch.close();
});

test("encrypted fields are readable to the watcher, and cannot be filtered on", async () => {
  const open = await follow(ann);
  const filtered = await follow(ann, { filter: { pin: "1234" } });
  await documents.insertOne(ann, collection, { n: 1, pin: "1234", _encrypt: ["pin"] });
  await settled();
  await eventually(() => expect(open.changes[0]?.document).toMatchObject({ pin: "1234" }));
  expect(filtered.changes).toEqual([]);
  open.watch.close();
  filtered.watch.close();
});

/** As if everything written until here were older than what is kept. */
async function dropAllEvents(): Promise<void> {
  await house.database.query(sql`
    create table events.events_20210104 partition of events.events
    for values from ('2021-01-04') to ('2021-01-11')`);
  await house.database.query(sql`update events.events set at = '2021-01-06'`);
  await turnPartitions(house.database, 30).tick();
}

test("a position from before the events that are kept is refused, and a watch from now on misses nothing", async () => {
  const { watch } = await follow(ann);
  const from = watch.position;
  watch.close();
  await documents.insertOne(ann, collection, { n: 1 });
  await dropAllEvents();
  await expect(follow(ann, { from })).rejects.toMatchObject({ code: "position_expired" });
  expect(house.watches.size).toBe(0);
  const fresh = await follow(ann);
  await documents.insertOne(ann, collection, { n: 2 });
  await eventually(() => expect(told(fresh.changes)).toEqual([["insert", 0, 2]]));
  fresh.watch.close();
});

test("a purged document leaves a hole, not an error", async () => {
  const { watch } = await follow(ann);
  const from = watch.position;
  watch.close();
  await documents.insertMany(ann, collection, [{ n: 1 }, { n: 2 }]);
  await house.database.query(sql`
    delete from documents.versions where collection = ${collection} and document ->> 'n' = '1'`);
  const { changes, errors, watch: again } = await follow(ann, { from });
  await settled();
  await eventually(() => expect(told(changes)).toEqual([["insert", 0, 2]]));
  expect(errors).toEqual([]);
  again.close();
});
