import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { openService, type RunHouse, setupRuns, type TestService } from "./testing.ts";

let house: RunHouse;
let service: TestService;

beforeAll(async () => {
  house = await setupRuns();
  house.startLoops();
  service = await openService(async ({ path, body }) => {
    if (path.startsWith("/fail")) return { status: 503, body: { reason: "away" } };
    if (path.startsWith("/text")) return { headers: { "content-type": "text/plain" }, body: "words" };
    return { body: { path, got: body === "" ? null : JSON.parse(body) } };
  });
});
afterAll(async () => {
  await service.close();
  await house.close();
});

const fresh = (name: string) => `${name}-${newId()}`;

test("a run of steps within itself ends where it begins, in one go", async () => {
  const name = await house.store(
    fresh("sum"),
    "do:\n- add: { set: { sum: '${ .a + .b }' } }\n- double: { set: '${ { sum: (.sum * 2) } }' }\n",
  );
  const run = await house.run(name, { a: 1, b: 2 });
  expect(run).toMatchObject({ state: "completed", output: { sum: 6 }, workflow: name, version: 1 });
  expect(run.endedAt).not.toBeNull();
});

test("calls go out in order, and what they answer goes on", async () => {
  const name = await house.store(
    fresh("calls"),
    `do:
- first: { call: http, with: { method: get, endpoint: "${service.url}/pets/{id}" } }
- second:
    call: http
    with: { method: post, endpoint: "${service.url}/seen", body: "\${ { seen: .path } }" }
`,
  );
  const run = await house.run(name, { id: "7" });
  expect(run).toMatchObject({ state: "completed", output: { path: "/seen", got: { seen: "/pets/7" } } });
  const posted = service.asked.find(({ path }) => path === "/seen")!;
  expect(posted.headers["idempotency-key"]).toContain(run.id);
  const { items } = await house.runs.listTasks(house.call, run.id);
  expect(items.map(({ name: of, state, kind }) => [of, state, kind])).toEqual([
    ["first", "completed", "call"],
    ["second", "completed", "call"],
  ]);
  expect(items[1]).toMatchObject({ input: { path: "/pets/7" }, output: { got: { seen: "/pets/7" } } });
});

test("an error that nothing catches faults the run, and says where", async () => {
  const name = await house.store(
    fresh("fails"),
    `do:\n- ask: { call: http, with: { method: get, endpoint: "${service.url}/fail" } }\n`,
  );
  const run = await house.run(name);
  expect(run.state).toBe("faulted");
  expect(run.error).toMatchObject({
    type: "https://serverlessworkflow.io/spec/1.0.0/errors/communication",
    status: 503,
    instance: "/do/0/ask",
  });
});

test("a timer fires by itself", async () => {
  const name = await house.store(
    fresh("waits"),
    "do:\n- rest: { wait: { milliseconds: 300 } }\n- say: { set: { done: true } }\n",
  );
  expect(await house.run(name)).toMatchObject({ state: "completed", output: { done: true } });
});

test("a run is cancelled, suspended and resumed", async () => {
  const { runs, call } = house;
  const name = await house.store(fresh("long"), "do:\n- rest: { wait: PT1H }\n");
  const { id } = await runs.startRun(call, name, {});
  expect(await runs.getRun(call, id)).toMatchObject({
    state: "running",
    waitingFor: expect.stringContaining("a timer at"),
  });
  expect(await runs.suspendRun(call, id)).toMatchObject({ state: "suspended" });
  expect(await runs.resumeRun(call, id)).toMatchObject({ state: "running" });
  expect(await runs.cancelRun(call, id)).toMatchObject({ state: "cancelled" });
  expect(await runs.cancelRun(call, id)).toMatchObject({ state: "cancelled" });
  const types = (await runs.runHistory(call, id)).map(({ type }) => type);
  expect(types).toEqual([
    "run.started",
    "run.suspended",
    "run.resumed",
    "run.cancel_requested",
    "run.cancelled",
  ]);
});

test("under one key a run begins once", async () => {
  const { runs, call } = house;
  const name = await house.store(fresh("once"), "do:\n- say: { set: { n: '${ .n }' } }\n");
  const start = (n: number) => runs.startRun(call, name, { input: { n }, idempotencyKey: "k" });
  const [one, other] = await Promise.all([start(1), start(1)]);
  expect(one.id).toBe(other.id);
  expect([one.duplicate, other.duplicate].sort()).toEqual([false, true]);
  await expect(start(2)).rejects.toMatchObject({ code: "conflict" });
});

test("the author's own key makes runs of one input one, and what is not heeded is told when it is stored", async () => {
  const { runs, call, workflows } = house;
  const text = (name: string) => `document:
  dsl: 1.0.0
  namespace: test
  name: ${name}
  version: 1.0.0
  metadata: { millrace: { idempotencyKey: ".order", priority: 5 } }
do:
- rest: { wait: PT1H }
- script: { run: { shell: { command: date } } }
`;
  const name = fresh("keyed");
  const { problems } = await workflows.storeWorkflow(call, text(name));
  expect(problems.map(({ code, line }) => [code, line])).toEqual([
    ["unheeded", 6],
    ["unheeded", 9],
  ]);
  const one = await runs.startRun(call, name, { input: { order: "a-1" } });
  expect(await runs.startRun(call, name, { input: { order: "a-1" } })).toMatchObject({
    id: one.id,
    duplicate: true,
  });
  expect((await runs.startRun(call, name, { input: { order: "a-2" } })).id).not.toBe(one.id);
  await expect(runs.startRun(call, name, { input: {} })).rejects.toMatchObject({
    details: { field: "input" },
  });
});

test("a run starts another one and waits for it", async () => {
  const child = await house.store(
    fresh("child"),
    "do:\n- rest: { wait: { milliseconds: 50 } }\n- say: { set: { twice: '${ .n * 2 }' } }\n",
  );
  const parent = await house.store(
    fresh("parent"),
    `do:\n- both: { run: { workflow: { namespace: test, name: ${child}, version: 1.0.0, input: { n: 21 } } } }\n`,
  );
  expect(await house.run(parent)).toMatchObject({ state: "completed", output: { twice: 42 } });
});

test("a child that fails fails its parent", async () => {
  const child = await house.store(
    fresh("child"),
    "do:\n- no: { raise: { error: { type: https://example.com/no, status: 418 } } }\n",
  );
  const parent = await house.store(
    fresh("parent"),
    `do:\n- both: { run: { workflow: { namespace: test, name: ${child}, version: latest } } }\n`,
  );
  expect(await house.run(parent)).toMatchObject({
    state: "faulted",
    error: { type: "https://example.com/no", status: 418 },
  });
});

test("documents, work items, messages and files are reached by name", async () => {
  const { call } = house;
  const queue = fresh("orders");
  await house.queues.createQueue(call, { name: queue });
  await house.messages.declareQueue(call, { name: queue });
  const name = await house.store(
    fresh("platform"),
    `do:
- insert:
    call: millrace.document.insert
    with: { collection: ${queue}, document: { n: 1 } }
    export: { as: "\${ { id: ._id } }" }
- update:
    call: millrace.document.update
    with: { collection: ${queue}, id: "\${ $context.id }", document: { $set: { n: 2 } } }
- push: { call: millrace.workitem.push, with: { queue: ${queue}, payload: { n: 3 } } }
- send: { call: millrace.message.send, with: { queue: ${queue}, payload: { n: 4 } } }
- file: { call: millrace.file.put, with: { name: a.txt, content: hello } }
- read: { call: millrace.file.get, with: { id: "\${ .id }" } }
- look:
    call: millrace.document.query
    with: { collection: ${queue}, filter: { n: 2 } }
    output: { as: "\${ { found: .items[0].n } }" }
`,
  );
  expect(await house.run(name)).toMatchObject({ state: "completed", output: { found: 2 } });
  const [item] = await house.items.claimItems(call, queue, {});
  expect(item!.payload).toEqual({ n: 3 });
  const [message] = await house.messages.receive(call, queue, { waitMs: 5_000 });
  expect(message!.message.data).toEqual({ n: 4 });
});

test("a run waits for the end of a work item", async () => {
  const { call } = house;
  const queue = fresh("work");
  await house.queues.createQueue(call, { name: queue });
  const name = await house.store(
    fresh("process"),
    `do:
- work:
    call: millrace.workitem.process
    with: { queue: ${queue}, payload: { n: 1 } }
    output: { as: "\${ { state: .state } }" }
`,
  );
  const { id } = await house.runs.startRun(call, name, {});
  const [item] = await house.items.claimItems(call, queue, { waitMs: 10_000 });
  await house.items.finishItem(call, item!.id, { leaseNumber: item!.leaseNumber, state: "successful" });
  expect(await house.runs.waitForRun(call, id, 30_000)).toMatchObject({
    state: "completed",
    output: { state: "successful" },
  });
});

test("what one run emits another one hears", async () => {
  const type = `com.example.${newId()}`;
  const hearing = await house.store(
    fresh("hears"),
    `do:\n- hear: { listen: { to: { one: { with: { type: ${type} } } } } }\n`,
  );
  const saying = await house.store(
    fresh("says"),
    `do:\n- say: { emit: { event: { with: { type: ${type}, source: https://example.com, data: { n: 5 } } } } }\n`,
  );
  const { id } = await house.runs.startRun(house.call, hearing, {});
  expect((await house.runs.getRun(house.call, id)).waitingFor).toBe("an event that it listens for");
  await house.run(saying);
  expect(await house.runs.waitForRun(house.call, id, 30_000)).toMatchObject({
    state: "completed",
    output: [{ n: 5 }],
  });
});

test("a secret goes out, and comes back masked", async () => {
  const secret = fresh("token");
  await house.secrets.createSecret(house.call, { name: secret, value: "s3cr3t-value" });
  const name = await house.store(
    fresh("secretive"),
    `use: { secrets: [ ${secret} ] }
do:
- ask:
    call: http
    with:
      method: post
      endpoint:
        uri: "${service.url}/echo"
        authentication: { bearer: { token: '\${ $secrets["${secret}"] }' } }
      body: { mine: '\${ $secrets["${secret}"] }' }
`,
  );
  const run = await house.run(name);
  expect(run).toMatchObject({ state: "completed", output: { got: { mine: "[secret]" } } });
  const asked = service.asked.find(({ path }) => path === "/echo")!;
  expect(asked.headers.authorization).toBe("Bearer s3cr3t-value");
  const { items } = await house.runs.listTasks(house.call, run.id);
  expect(JSON.stringify(items)).not.toContain("s3cr3t-value");
});

test("a function that nobody offers is told so", async () => {
  const name = await house
    .store(fresh("lost"), "do:\n- ask: { call: nobody.knows, with: {} }\n")
    .catch((error: unknown) => error);
  if (name instanceof Error) return expect(name.message).toContain("nobody.knows");
  expect(await house.run(name as string)).toMatchObject({ state: "faulted", error: { status: 400 } });
});
