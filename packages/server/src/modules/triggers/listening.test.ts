import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Call, systemCall } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import { eventOf } from "../events/service.ts";
import type { Topic } from "../events/model.ts";
import { matchEvents } from "./match-events.ts";
import type { NewTrigger } from "./model.ts";
import { setupTriggers } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupTriggers>>;
beforeAll(async () => {
  house = await setupTriggers();
});
afterAll(() => house.close());
afterEach(() => {
  house.runs.onStart = () => undefined;
});

async function make(call: Call, what: Pick<NewTrigger, "event" | "document">, more: object = {}) {
  const name = `trigger-${newId()}`;
  await house.triggers.createTrigger(call, { name, workflow: "sync", ...what, ...more });
  return name;
}

async function match(node: Pick<typeof house, "triggers"> = house): Promise<void> {
  while (await matchEvents(node.triggers.listening).tick());
}

const inputsOf = async (name: string) =>
  (await house.started(name)).map(({ input }) => input as Record<string, unknown>);
const firingsOf = async (call: Call, name: string) => (await house.triggers.listFirings(call, name)).items;

/** A fact as some module of the house would write it. */
async function tell(call: Call, topic: Topic, type: string, more: object = {}): Promise<void> {
  const event = { topic, type, subjectId: newId(), scopeId: "", details: {}, ...more };
  await house.database.transaction((tx) => house.events.append(tx, [eventOf(call, event)]));
}

test("a changed document starts a run with old and new, if operation and filter say so", async () => {
  const ann = house.person("Ann");
  const collection = `orders-${newId()}`;
  const filter = { total: { $gt: 100 } };
  const all = await make(ann, { document: { collection } });
  const some = await make(ann, { document: { collection, operations: ["updated"], filter } });
  const { _id: id } = await house.documents.insertOne(ann, collection, { total: 50 });
  await house.documents.updateOne(ann, collection, id, { $set: { total: 150 } });
  await house.documents.updateOne(ann, collection, id, { $set: { total: 20 } });
  await house.documents.deleteOne(ann, collection, id);
  await house.documents.insertOne(ann, `other-${newId()}`, { total: 500 });
  await match();
  expect(await inputsOf(all)).toMatchObject([
    { operation: "inserted", collection, id, version: 0, document: { total: 50 }, before: null, by: "Ann" },
    { operation: "updated", document: { total: 150 }, before: { total: 50 } },
    { operation: "updated", document: { total: 20 }, before: { total: 150 } },
    { operation: "deleted", document: null, before: { total: 20 } },
  ]);
  expect(await inputsOf(some)).toMatchObject([{ document: { total: 150 } }]);
  const [last] = await firingsOf(ann, some);
  expect(last).toMatchObject({ outcome: "started", cause: `document.updated of ${id}` });
});

test("what whoever it acts for may not read starts nothing and tells nothing, an encrypted field neither", async () => {
  const [ann, bob] = [house.person("Ann"), house.person("Bob")];
  const collection = `orders-${newId()}`;
  const hers = await make(ann, { document: { collection } });
  const his = await make(bob, { document: { collection } });
  const abroad = await make(house.person("Ann", "elsewhere"), { document: { collection } });
  await house.documents.insertOne(ann, collection, { pin: "swordfish", n: 1, _encrypt: ["pin"] });
  await match();
  expect(await inputsOf(hers)).toMatchObject([{ document: { n: 1, pin: "(sealed)" } }]);
  expect([await inputsOf(his), await firingsOf(bob, his), await inputsOf(abroad)]).toEqual([[], [], []]);
});

test("an event is heard by topic, type, place and filter, as a CloudEvent", async () => {
  const admin = house.person("Ada");
  house.people.set(`default ${admin.userId}`, { ...admin, isAdmin: true });
  const queue = await house.queues.createQueue({ ...admin, isAdmin: true }, { name: `q-${newId()}` });
  const call = { ...admin, isAdmin: true };
  const types = ["work_item.failed"];
  const failed = await make(call, { event: { topic: "work_items", types, in: queue.name } });
  const filter = ".data.details.attempts > 2";
  const often = await make(
    call,
    { event: { topic: "work_items", filter } },
    { input: ".data.details.attempts" },
  );
  await tell(call, "work_items", "work_item.failed", { scopeId: queue.id, details: { attempts: 3 } });
  await tell(call, "work_items", "work_item.failed", { scopeId: newId(), details: { attempts: 1 } });
  await tell(call, "work_items", "work_item.pushed", { scopeId: queue.id, details: { attempts: 9 } });
  await match();
  expect(await inputsOf(failed)).toMatchObject([
    {
      specversion: "1.0",
      type: "millrace.work_item.failed",
      data: { scopeId: queue.id, details: { attempts: 3 } },
    },
  ]);
  expect(await inputsOf(often)).toEqual([3, 9]);
});

test("events of a queue and a file are for those who may read these, and others' for admins", async () => {
  const [ann, bob] = [house.person("Ann"), house.person("Bob")];
  const queue = await house.queues.createQueue(ann, { name: `q-${newId()}` });
  await expect(make(bob, { event: { topic: "work_items", in: queue.id } })).rejects.toMatchObject({
    code: "not_found",
  });
  const names = new Map<string, string>();
  for (const topic of ["work_items", "files", "jobs"] as const)
    for (const call of [ann, bob])
      names.set(`${topic} ${call.userName}`, await make(call, { event: { topic } }));
  await tell(ann, "work_items", "work_item.pushed", { scopeId: queue.id });
  const bytes = (async function* () {
    yield Buffer.from("x");
  })();
  await house.files.upload(ann, bytes, { name: "x.txt" });
  await tell(ann, "jobs", "job.failed");
  await match();
  const heard = await Promise.all(
    Array.from(names, async ([who, name]) => [who, (await inputsOf(name)).length]),
  );
  expect(Object.fromEntries(heard)).toEqual({
    "work_items Ann": 1,
    "work_items Bob": 0,
    "files Ann": 1,
    "files Bob": 0,
    "jobs Ann": 0,
    "jobs Bob": 0,
  });
});

test("what a run emits is heard as it is, by its own type and source", async () => {
  const ann = house.person("Ann");
  const event = {
    specversion: "1.0",
    id: "1",
    type: "com.example.paid",
    source: "urn:shop",
    data: { sum: 3 },
  };
  const types = ["com.example.paid"];
  const paid = await make(
    ann,
    { event: { topic: "signals", types, source: "urn:shop" } },
    { input: ".data.sum" },
  );
  const other = await make(ann, { event: { topic: "signals", source: "urn:other" } });
  await tell(ann, "signals", "signal.emitted", { details: { event } });
  await tell(ann, "signals", "signal.emitted", {
    details: { event: { ...event, type: "com.example.sent" } },
  });
  await match();
  expect([await inputsOf(paid), await inputsOf(other)]).toEqual([[3], []]);
});

test("each event is matched once, by however many nodes, wherever one is stopped", async () => {
  const ann = house.person("Ann");
  const collection = `orders-${newId()}`;
  const name = await make(ann, { document: { collection } }, { input: ".document.n" });
  const nodes = [house, house.addNode(), house.addNode()];
  let starts = 0;
  // Now and then a node goes in the midst of its transaction.
  house.runs.onStart = () => {
    starts += 1;
    if (starts % 3 === 1) throw new Error("the node is gone");
  };
  const numbers = Array.from({ length: 60 }, (_, n) => n);
  const writing = (async () => {
    for (const n of numbers) await house.documents.insertOne(ann, collection, { n });
  })();
  const matching = nodes.map(async (node) => {
    for (let round = 0; round < 20; round += 1) await match(node).catch(() => undefined);
  });
  await Promise.all([writing, ...matching]);
  house.runs.onStart = () => undefined;
  await match();
  const started = (await house.started(name)).map(({ input }) => input as number);
  const failed = (await firingsOf(ann, name)).filter(({ outcome }) => outcome === "failed");
  expect(new Set(started).size).toBe(started.length);
  // Those that failed by themselves too are listed with their reason.
  expect(started.length + failed.length).toBe(numbers.length);
  for (const { reason } of failed) expect(reason).toContain("the node is gone");
});

test("a firing that makes its transaction fail keeps no other from starting", async () => {
  const ann = house.person("Ann");
  const collection = `orders-${newId()}`;
  const bad = await make(ann, { document: { collection } });
  const good = await make(ann, { document: { collection } });
  house.runs.onStart = (_call, firings) => {
    if (firings.some(({ startedBy }) => startedBy.name === bad)) throw new Error("out of order");
  };
  await house.documents.insertOne(ann, collection, { n: 1 });
  await match();
  await match();
  expect(await inputsOf(good)).toHaveLength(1);
  expect(await firingsOf(ann, bad)).toMatchObject([
    { outcome: "failed", reason: expect.stringContaining("out of order") },
  ]);
});

test("it hears what comes from its making on, and not what came while it was paused", async () => {
  const ann = house.person("Ann");
  const collection = `orders-${newId()}`;
  const insert = (n: number) => house.documents.insertOne(ann, collection, { n });
  await insert(1);
  const name = await make(ann, { document: { collection } }, { input: ".document.n" });
  await insert(2);
  await match();
  await house.triggers.pauseTrigger(ann, name);
  await insert(3);
  await match();
  await house.triggers.resumeTrigger(ann, name);
  await insert(4);
  await house.triggers.updateTrigger(ann, name, { description: "changed while something waits" });
  await match();
  expect(await inputsOf(name)).toEqual([2, 4]);
});

test("it hears from its making on also where nobody had listened for long", async () => {
  const ann = house.person("Ann");
  const admin = { ...ann, isAdmin: true };
  house.people.set(`default ${ann.userId}`, admin);
  await tell(admin, "packages", "package.created");
  const first = await make(admin, { event: { topic: "packages" } });
  await tell(admin, "packages", "package.created");
  await match();
  await house.triggers.deleteTrigger(admin, first);
  await tell(admin, "packages", "package.created");
  await match();
  const [second, third] = await Promise.all([1, 2].map(() => make(admin, { event: { topic: "packages" } })));
  await tell(admin, "packages", "package.deleted");
  await match();
  for (const name of [second!, third!])
    expect(await inputsOf(name)).toMatchObject([{ type: "millrace.package.deleted" }]);
});

test("a filter that fails is said, one that is no program and a trigger of its own runs are refused", async () => {
  const ann = house.person("Ann");
  const failing = await make(ann, { event: { topic: "signals", filter: ".data.sum | keys" } });
  await tell(ann, "signals", "signal.emitted", { details: { event: { type: "x", data: { sum: 1 } } } });
  await match();
  const [last] = await firingsOf(ann, failing);
  expect(last).toMatchObject({ outcome: "failed", reason: expect.stringContaining("event.filter: ") });
  const wrong: [Pick<NewTrigger, "event" | "document">, string][] = [
    [{ event: { topic: "signals", filter: ".a |" } }, "event.filter"],
    [{ event: { topic: "runs", in: "sync" } }, "event.in"],
    [{ event: { topic: "runs" } }, "event.in"],
    [{ event: { topic: "files", in: "x" } }, "event.in"],
    [{ event: { topic: "triggers" } }, "event.topic"],
    [{ document: { collection: "c", filter: { $bad: 1 } } }, "document.filter.$bad"],
  ];
  for (const [what, field] of wrong)
    await expect(make(ann, what), field).rejects.toMatchObject({ code: "invalid_input", details: { field } });
});

test("a caller of another tenant hears nothing of this one, an admin neither", async () => {
  const elsewhere = systemCall("test", "elsewhere");
  house.people.set(`elsewhere ${elsewhere.userId}`, elsewhere);
  const name = await make(elsewhere, { event: { topic: "signals" } });
  await tell(house.person("Ann"), "signals", "signal.emitted", { details: { event: { type: "x" } } });
  await match();
  expect(await inputsOf(name)).toEqual([]);
});
