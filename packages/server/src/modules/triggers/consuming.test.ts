import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Call } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
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

/** For what happens by itself, on a busy machine too. */
const soon = { timeout: 30_000, interval: 20 };

async function makeQueue(call: Call, more: object = {}): Promise<string> {
  const name = `mail-${newId()}`;
  await house.messages.declareQueue(call, { name, ...more });
  return name;
}

async function make(call: Call, queue: string, more: Partial<NewTrigger> = {}): Promise<string> {
  const name = `trigger-${newId()}`;
  await house.triggers.createTrigger(call, { name, workflow: "sync", message: { queue }, ...more });
  await house.triggers.consuming.reconcile();
  return name;
}

const inputsOf = async (name: string) => (await house.started(name)).map(({ input }) => input);
const publish = (call: Call, queue: string, data: unknown) =>
  house.messages.publish(call, { queue }, { data });
async function leftIn(call: Call, queue: string, waitMs = 0): Promise<unknown[]> {
  const received = await house.messages.receive(call, queue, { count: 100, waitMs });
  return received.map(({ message }) => message.data);
}

test("a message starts a run with what it carries, and is gone once the run is stored", async () => {
  const ann = house.person("Ann");
  const queue = await makeQueue(ann);
  const name = await make(ann, queue, { input: "{n: .data.n, by: .sender.name, queue}" });
  for (const n of [1, 2, 3]) await publish(ann, queue, { n });
  await vi.waitFor(async () => expect(await inputsOf(name)).toHaveLength(3), soon);
  expect(await inputsOf(name)).toEqual([1, 2, 3].map((n) => ({ n, by: "Ann", queue })));
  await house.triggers.pauseTrigger(ann, name);
  await house.triggers.consuming.reconcile();
  expect(await leftIn(ann, queue)).toEqual([]);
});

test("a message that comes again after its run was stored starts nothing, and is taken", async () => {
  const ann = house.person("Ann");
  const queue = await makeQueue(ann);
  const name = await make(ann, queue, { input: ".data" });
  const { listFirings } = house.triggers;
  // The node is gone between the commit and the acknowledgement: nobody took the message out of the queue.
  const firings = house.triggers.firings;
  const fireIn = firings.fireIn.bind(firings);
  const spy = vi.spyOn(firings, "fireIn").mockImplementationOnce(async (tx, all) => {
    const fired = await fireIn(tx, all);
    return fired.map((one) => ({ ...one, outcome: "failed", reason: "gone" }));
  });
  await publish(ann, queue, "once");
  const twice = async () =>
    expect((await listFirings.call(house.triggers, ann, name)).items.map(({ outcome }) => outcome)).toEqual([
      "skipped",
      "started",
    ]);
  await vi.waitFor(twice, soon);
  spy.mockRestore();
  expect(await inputsOf(name)).toEqual(["once"]);
});

test("a message that can start nothing goes back, and in the end to the dead-letter target", async () => {
  const ann = house.person("Ann");
  const dead = await makeQueue(ann);
  const queue = await makeQueue(ann, { deliveriesMax: 2, deadLetter: { queue: dead } });
  const workflow = `guarded-${newId()}`;
  house.runs.guarded.set(workflow, [{ principalId: ann.userId, rights: ["invoke"] }]);
  const name = await make(ann, queue, { workflow });
  house.runs.guarded.set(workflow, []);
  await publish(ann, queue, "nobody runs it");
  const failures = async () => (await house.triggers.listFirings(ann, name)).items;
  await vi.waitFor(async () => expect(await failures()).toHaveLength(2), soon);
  await vi.waitFor(async () => expect(await leftIn(ann, dead)).toEqual(["nobody runs it"]), soon);
  expect(await failures()).toMatchObject([{ outcome: "failed" }, { outcome: "failed" }]);
});

test("several nodes share the messages, each of which starts one run", async () => {
  const ann = house.person("Ann");
  const queue = await makeQueue(ann);
  const name = await make(ann, queue, { input: ".data" });
  await house.addNode().triggers.consuming.reconcile();
  const numbers = Array.from({ length: 50 }, (_, n) => n);
  for (const n of numbers) await publish(ann, queue, n);
  await vi.waitFor(async () => expect(await inputsOf(name)).toHaveLength(50), soon);
  expect(((await inputsOf(name)) as number[]).sort((a, b) => a - b)).toEqual(numbers);
});

test("without the right to consume nothing is taken, which is said once; with it again all is", async () => {
  const [ann, bob] = [house.person("Ann"), house.person("Bob")];
  const right = (...rights: ("read" | "invoke")[]) => ({ principalId: bob.userId, rights });
  const all = { principalId: ann.userId, rights: ["read", "update", "delete", "invoke"] as const };
  const acl = (mine: ReturnType<typeof right>) => [{ ...all, rights: [...all.rights] }, mine];
  const queue = await makeQueue(ann, { acl: acl(right("read")) });
  const stranger = make(house.person("Cleo"), queue);
  await expect(stranger).rejects.toMatchObject({ code: "not_found" });
  const name = await make(bob, queue, { input: ".data" });
  await house.triggers.consuming.reconcile();
  const { items } = await house.triggers.listFirings(bob, name);
  expect(items).toMatchObject([
    { outcome: "skipped", reason: expect.stringContaining("nothing can be consumed: ") },
  ]);
  await publish(ann, queue, "waits");
  await house.messages.updateQueue(ann, queue, { acl: acl(right("read", "invoke")) });
  await house.triggers.consuming.reconcile();
  await vi.waitFor(async () => expect(await inputsOf(name)).toEqual(["waits"]), soon);
  house.people.delete(`default ${bob.userId}`);
  await house.triggers.consuming.reconcile();
  await publish(ann, queue, "left");
  expect(await leftIn(ann, queue, 10_000)).toEqual(["left"]);
});

test("a queue that is not there, and a stream, are refused", async () => {
  const ann = house.person("Ann");
  await expect(make(ann, "nowhere")).rejects.toMatchObject({ code: "not_found" });
  const stream = await makeQueue(ann, { kind: "stream" });
  await expect(make(ann, stream)).rejects.toMatchObject({ details: { field: "message.queue" } });
});
