import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { matchEvents } from "../../modules/triggers/match-events.ts";
import { addHooks } from "./hooks.ts";
import { makeTenant, openTestDoor, type Tenant, type TestDoor } from "./testing.ts";

/** Longer than any of these runs takes on a busy machine. */
const waitMs = 30_000;

let door: TestDoor;
let home: Tenant;
beforeAll(async () => {
  door = await openTestDoor(({ app, house, gate }) => addHooks(app, house.triggers.webhooks, gate));
  home = await makeTenant(door.house, "default");
});
afterAll(() => door.close());

async function storeWorkflow(tasks: string): Promise<string> {
  const name = `workflow-${newId()}`;
  const head = `document: { dsl: 1.0.0, namespace: test, name: ${name}, version: 1.0.0 }`;
  await door.house.workflows.storeWorkflow(await home.owner.call(), `${head}\ndo:\n${tasks}`);
  return name;
}

async function match(): Promise<void> {
  while (await matchEvents(door.house.triggers.listening).tick());
}

/** The end of the run that a trigger's last firing started. */
async function endOf(trigger: string) {
  const call = await home.owner.call();
  const { items } = await door.house.triggers.listFirings(call, trigger);
  expect(items[0]).toMatchObject({ outcome: "started", reason: "" });
  return door.house.runs.waitForRun(call, items[0]!.runId!, waitMs);
}

test("a tick runs its workflow, once under its key", async () => {
  const call = await home.owner.call();
  const workflow = await storeWorkflow("- note: { set: { day: '${ .tick[0:10] }' } }");
  const name = `trigger-${newId()}`;
  await door.house.triggers.createTrigger(call, { name, workflow, schedule: { cron: "0 0 * * *" } });
  const range = { from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" };
  for (let count = 0; count < 2; count += 1) await door.house.triggers.backfillTrigger(call, name, range);
  const end = await endOf(name);
  expect(end).toMatchObject({ state: "completed", output: { day: "2026-03-01" } });
  expect(end.startedBy).toMatchObject({ kind: "trigger", name });
  expect((await door.house.runs.listRuns(call, { workflow })).items).toHaveLength(1);
});

test("a webhook answers with the run's output, and without its error", async () => {
  const call = await home.owner.call();
  const workflow = await storeWorkflow(`- check:
    if: \${ .body.n < 0 }
    raise: { error: { type: "https://example.com/private", status: 400, title: private } }
- sum: { set: { sum: '\${ .body.n + 1 }' } }`);
  const path = newId();
  const webhook = { path, respond: "end", waitMs: 30_000 } as const;
  await door.house.triggers.createTrigger(call, { name: `trigger-${path}`, workflow, webhook });
  const post = async (n: number) => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify({ n }) };
    const response = await fetch(`${door.address}/hooks/default/${path}`, init);
    return [response.status, await response.text()] as const;
  };
  expect(await post(1)).toEqual([200, '{"sum":2}']);
  const [status, text] = await post(-1);
  expect([status, JSON.parse(text)]).toMatchObject([500, { state: "faulted" }]);
  expect(text).not.toContain("private");
});

test("a changed document starts a run, and that run's end starts another", async () => {
  const call = await home.owner.call();
  const first = await storeWorkflow("- note: { set: { total: '${ .document.total }' } }");
  const second = await storeWorkflow("- note: { set: { after: '${ .data.details.workflow }' } }");
  const collection = `orders-${newId()}`;
  const changed = `trigger-${newId()}`;
  await door.house.triggers.createTrigger(call, { name: changed, workflow: first, document: { collection } });
  const ended = `trigger-${newId()}`;
  const event = { topic: "runs" as const, in: first, types: ["run.completed"] };
  await door.house.triggers.createTrigger(call, { name: ended, workflow: second, event });
  await door.house.documents.insertOne(call, collection, { total: 7 });
  await match();
  expect(await endOf(changed)).toMatchObject({ state: "completed", output: { total: 7 } });
  await match();
  expect(await endOf(ended)).toMatchObject({ state: "completed", output: { after: first } });
});
