import { afterAll, beforeAll, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import type { AclEntry } from "../access/model.ts";
import { setupTriggers } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupTriggers>>;
beforeAll(async () => {
  house = await setupTriggers();
});
afterAll(() => house.close());

const fresh = () => `trigger-${newId()}`;
const schedule = { cron: "0 0 1 1 *" };
const grant = (call: { userId: string }, ...rights: AclEntry["rights"]): AclEntry => ({
  principalId: call.userId,
  rights,
});

test("a trigger is made, changed, paused, resumed and deleted, and each is a fact with its actor", async () => {
  const { triggers, events, person } = house;
  const ann = person("Ann");
  const name = fresh();
  const made = await triggers.createTrigger(ann, { name, workflow: "sync", schedule, input: ".tick" });
  expect(made).toMatchObject({
    name,
    kind: "schedule",
    schedule,
    workflow: "sync",
    input: ".tick",
    paused: false,
  });
  expect(made).toMatchObject({ runAsId: ann.userId, version: 0 });
  expect(made.nextTickAt).toMatch(/-01-01T00:00:00.000Z$/);
  const paused = await triggers.pauseTrigger(ann, name);
  expect(paused).toMatchObject({ paused: true, nextTickAt: null });
  const changed = await triggers.updateTrigger(ann, name, { schedule: { every: "PT1H" }, input: null }, 1);
  expect(changed).toMatchObject({ schedule: { every: "PT1H" }, input: null, paused: true, nextTickAt: null });
  expect((await triggers.resumeTrigger(ann, name)).nextTickAt).not.toBeNull();
  await expect(triggers.updateTrigger(ann, name, { workflow: "other" }, 1)).rejects.toMatchObject({
    code: "version_mismatch",
  });
  await triggers.deleteTrigger(ann, name);
  await expect(triggers.getTrigger(ann, name)).rejects.toMatchObject({ code: "not_found" });
  const facts = await events.history(ann, made.id);
  expect(facts.map(({ type, actorName }) => [type, actorName])).toEqual(
    ["created", "paused", "updated", "resumed", "deleted"].map((verb) => [`trigger.${verb}`, "Ann"]),
  );
});

test("what cannot fire or start anything is refused by its field", async () => {
  const { triggers, person, runs } = house;
  const ann = person("Ann");
  runs.guarded.set("hers", [grant(ann, "invoke")]);
  const name = fresh();
  const cases: [object, string][] = [
    [{ schedule: undefined }, "schedule"],
    [{ schedule: { cron: "x" } }, "schedule.cron"],
    [{ input: ".a |" }, "input"],
    [{ name: "abcdefabcdefabcdefabcdef" }, "name"],
  ];
  for (const [wrong, field] of cases) {
    const making = triggers.createTrigger(ann, { name, workflow: "sync", schedule, ...wrong });
    await expect(making).rejects.toMatchObject({ code: "invalid_input", details: { field } });
  }
  const making = triggers.createTrigger(person("Bob"), { name, workflow: "hers", schedule });
  await expect(making).rejects.toMatchObject({ code: "not_found" });
  await triggers.createTrigger(ann, { name, workflow: "hers", schedule });
  const again = triggers.createTrigger(ann, { name, workflow: "hers", schedule });
  await expect(again).rejects.toMatchObject({ code: "already_exists" });
});

test("a hand fires it, paused or not: the expression makes the input, and what came of it is listed", async () => {
  const { triggers, person, started } = house;
  const ann = person("Ann");
  const name = fresh();
  const input = '{day: .day, by: $trigger.name} | select(.day != "sunday")';
  await triggers.createTrigger(ann, { name, workflow: "sync", schedule, input, paused: true });
  const fired = await triggers.fireTrigger(ann, name, { day: "monday" });
  expect(await started(name)).toMatchObject([
    { id: fired.runId, userId: ann.userId, workflow: "sync", input: { day: "monday", by: name } },
  ]);
  expect(await triggers.fireTrigger(ann, name, { day: "sunday" })).toMatchObject({ outcome: "skipped" });
  const wrong = await triggers.fireTrigger(ann, name, { day: "monday" }).then(async () => {
    await triggers.updateTrigger(ann, name, { input: ".day | keys" });
    return triggers.fireTrigger(ann, name, { day: "monday" });
  });
  expect(wrong).toMatchObject({ outcome: "failed", runId: null });
  const { items } = await triggers.listFirings(ann, name);
  expect(items.map(({ outcome }) => outcome)).toEqual(["failed", "started", "skipped", "started"]);
  expect(items[0]!.reason).toMatch(/^input: string .* has no keys$/);
  expect(items[3]).toMatchObject({ cause: "by hand", reason: "", facts: { day: "monday" } });
});

test("an expression that never ends costs a bounded time, and is said", async () => {
  const { triggers, person } = house;
  const ann = person("Ann");
  const name = fresh();
  await triggers.createTrigger(ann, { name, workflow: "sync", schedule, input: "[repeat(1)]" });
  const fired = await triggers.fireTrigger(ann, name);
  expect(fired).toMatchObject({ outcome: "failed", reason: expect.stringContaining("input: ") });
});

test("it acts with the rights of now of whoever changed it last, and not at all for who is gone", async () => {
  const { triggers, person, people, runs, started } = house;
  const [ann, bob] = [person("Ann"), person("Bob")];
  const workflow = fresh();
  runs.guarded.set(workflow, [grant(ann, "invoke")]);
  const name = fresh();
  const acl = [grant(ann, "read", "update", "invoke"), grant(bob, "read", "update", "invoke")];
  await triggers.createTrigger(ann, { name, workflow, schedule, acl });
  expect(await triggers.fireTrigger(bob, name)).toMatchObject({ outcome: "started" });
  expect(await started(name)).toMatchObject([{ userId: ann.userId }]);
  runs.guarded.set(workflow, [grant(bob, "invoke")]);
  const refused = await triggers.fireTrigger(bob, name);
  expect(refused).toMatchObject({ outcome: "failed", reason: `There is no workflow "${workflow}"` });
  await triggers.updateTrigger(bob, name, { description: "mine" });
  expect(await triggers.fireTrigger(ann, name)).toMatchObject({ outcome: "started" });
  people.delete(`default ${bob.userId}`);
  expect(await triggers.fireTrigger(ann, name)).toMatchObject({
    outcome: "failed",
    reason: expect.stringContaining("gone or disabled"),
  });
});

test("nobody without the right, nor an admin of another tenant, sees, changes or fires it", async () => {
  const { triggers, person, started } = house;
  const [ann, bob] = [person("Ann"), person("Bob")];
  const name = fresh();
  const { id } = await triggers.createTrigger(ann, { name, workflow: "sync", schedule });
  const range = { from: "2026-01-01T00:00:00Z", to: "2027-01-02T00:00:00Z" };
  for (const call of [bob, systemCall("test", "elsewhere")]) {
    for (const verb of [
      () => triggers.getTrigger(call, id),
      () => triggers.updateTrigger(call, id, { workflow: "mine" }),
      () => triggers.pauseTrigger(call, id),
      () => triggers.deleteTrigger(call, id),
      () => triggers.fireTrigger(call, id),
      () => triggers.backfillTrigger(call, id, range),
      () => triggers.listFirings(call, id),
    ])
      await expect(verb()).rejects.toMatchObject({ code: "not_found" });
    expect((await triggers.listTriggers(call)).items.map((each) => each.id)).not.toContain(id);
  }
  expect(await started(name)).toEqual([]);
  await triggers.updateTrigger(ann, id, { acl: [grant(ann, "update"), grant(bob, "read")] });
  await expect(triggers.fireTrigger(bob, id)).rejects.toMatchObject({ code: "forbidden" });
});

test("the last hundred firings are kept, page by page, and large facts are cut", async () => {
  const { triggers, person } = house;
  const ann = person("Ann");
  const name = fresh();
  await triggers.createTrigger(ann, { name, workflow: "sync", schedule, input: "{}" });
  await triggers.fireTrigger(ann, name, { first: true });
  for (let count = 0; count < 99; count += 1) await triggers.fireTrigger(ann, name, { count });
  await triggers.fireTrigger(ann, name, { text: "é".repeat(100_000) });
  const first = await triggers.listFirings(ann, name, { limit: 60 });
  const second = await triggers.listFirings(ann, name, { cursor: first.nextCursor!, limit: 60 });
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([60, 40, undefined]);
  expect(second.items.at(-1)).toMatchObject({ facts: { count: 0 } });
  expect(JSON.stringify(first.items[0]!.facts).length).toBeLessThan(10_000);
  expect(first.items[0]).toMatchObject({ facts: { cut: expect.stringContaining("ééé") } });
});
