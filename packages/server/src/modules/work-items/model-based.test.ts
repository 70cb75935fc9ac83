import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../kit/sql.ts";
import { expireLeases } from "./expire-leases.ts";
import { states } from "./model.ts";
import { type ModelItem, QueueModel } from "./model-of-a-queue.ts";
import { setupWorkItems } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupWorkItems>>;
beforeAll(async () => {
  house = await setupWorkItems();
});
afterAll(() => house.close());

/** The real queue of one run. */
interface Real {
  queue: string;
}

type Step = fc.AsyncCommand<QueueModel, Real>;

/** A step as it is shown when a run fails; `act` does the same to the model and to the real queue, and compares. */
function step(
  shown: string,
  can: (model: QueueModel) => boolean,
  act: (model: QueueModel, real: Real) => Promise<void>,
): Step {
  return { check: can, run: act, toString: () => shown };
}

const always = () => true;

function one(model: QueueModel, which: number, fits: (item: ModelItem) => boolean): ModelItem {
  const items = [...model.items.values()].filter(fits);
  return items[which % items.length]!;
}

const some = (fits: (item: ModelItem) => boolean) => (model: QueueModel) =>
  [...model.items.values()].some(fits);
const isHeld = ({ state }: ModelItem) => state === "processing";
const wasHeld = ({ lease }: ModelItem) => lease > 0;
const isOver = ({ state }: ModelItem) => ["successful", "failed", "abandoned"].includes(state);
const isFree = (item: ModelItem) => !isHeld(item);
const which = fc.nat(50);

const push = fc
  .record({
    priority: fc.integer({ min: 0, max: 1 }),
    orderKey: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
  })
  .map(({ priority, orderKey }) =>
    step(`push ${priority} ${orderKey ?? ""}`, always, async (model, { queue }) => {
      const { id } = await house.items.pushItem(house.call, queue, { payload: {}, priority, orderKey });
      model.push(id, priority, orderKey);
    }),
  );

const pushTwice = fc.constantFrom("k", "l").map((idempotencyKey) =>
  step(`push twice under ${idempotencyKey}`, always, async (model, { queue }) => {
    const item = { payload: {}, idempotencyKey };
    const first = await house.items.pushItem(house.call, queue, item);
    if (!first.duplicate) model.push(first.id, 0);
    expect(await house.items.pushItem(house.call, queue, item)).toEqual({ ...first, duplicate: true });
  }),
);

const claim = fc.integer({ min: 1, max: 4 }).map((count) =>
  step(`claim ${count}`, always, async (model, { queue }) => {
    const claimed = await house.items.claimItems(house.call, queue, { count });
    const found = claimed.map(({ id, leaseNumber, attempts, acquired }) => [
      id,
      leaseNumber,
      attempts,
      acquired,
    ]);
    const expected = model
      .claim(count)
      .map(({ id, lease, attempts, acquired }) => [id, lease, attempts, acquired]);
    expect(found.sort()).toEqual(expected.sort());
  }),
);

const finish = fc
  .record({ which, outcome: fc.constantFrom("successful", "business", "application"), older: fc.nat(4) })
  .map(({ which, outcome, older }) =>
    step(`finish ${which} ${outcome}${older === 1 ? " late" : ""}`, some(wasHeld), async (model) => {
      const item = one(model, which, wasHeld);
      const leaseNumber = item.lease - (older === 1 ? 1 : 0);
      const expected = model.finish(item, leaseNumber, outcome);
      const request =
        outcome === "successful"
          ? { leaseNumber, state: "successful" as const }
          : { leaseNumber, state: "failed" as const, error: { kind: outcome, message: "no" } };
      const end = await house.items.finishItem(house.call, item.id, request).then(
        ({ state }) => state,
        (error: { code: string }) => error.code,
      );
      expect(end).toBe(expected);
    }),
  );

const release = which.map((which) =>
  step(`release ${which}`, some(isHeld), async (model) => {
    const item = one(model, which, isHeld);
    await house.items.releaseItem(house.call, item.id, item.lease);
    model.putBack(item, false);
  }),
);

const extend = which.map((which) =>
  step(`extend ${which}`, some(wasHeld), async (model) => {
    const item = one(model, which, wasHeld);
    const extended = await house.items.extendLease(house.call, item.id, item.lease).then(
      () => true,
      () => false,
    );
    expect(extended).toBe(isHeld(item));
  }),
);

const expire = which.map((which) =>
  step(`expire ${which}`, some(isHeld), async (model) => {
    const item = one(model, which, isHeld);
    await house.database.query(sql`
      update work_items.work_items set lease_until = lease_until - interval '1 day' where id = ${item.id}`);
    await expireLeases(house).tick();
    model.putBack(item, true);
  }),
);

const requeue = which.map((which) =>
  step(`requeue ${which}`, some(isOver), async (model) => {
    const item = one(model, which, isOver);
    await house.repairs.requeueItem(house.call, item.id);
    model.requeue(item);
  }),
);

const remove = which.map((which) =>
  step(`delete ${which}`, some(isFree), async (model) => {
    const item = one(model, which, isFree);
    await house.repairs.deleteItem(house.call, item.id);
    model.remove(item);
  }),
);

const count = fc.constant(
  step("count", always, async (model, { queue }) => {
    const expected = Object.fromEntries(
      states.map((state) => [state, [...model.items.values()].filter((item) => item.state === state).length]),
    );
    expect((await house.items.queueStats(house.call, queue)).counts).toEqual(expected);
    const { items } = await house.items.listItems(house.call, queue, { limit: 500 });
    const found = items.map(({ id, state, attempts, leaseNumber }) => [id, state, attempts, leaseNumber]);
    const wanted = [...model.items.values()].map(({ id, state, attempts, lease }) => [
      id,
      state,
      attempts,
      lease,
    ]);
    expect(found.sort()).toEqual(wanted.sort());
  }),
);

test(
  "whatever is said to a queue in whatever order, it answers as the model does",
  { timeout: 120_000 },
  async () => {
    const steps = [
      push,
      push,
      push,
      pushTwice,
      claim,
      claim,
      finish,
      finish,
      release,
      extend,
      expire,
      requeue,
      remove,
      count,
    ];
    let runs = 0;
    let stepsRun = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.commands(steps, { maxCommands: 30, size: "max" }),
        fc.record({
          attemptsMax: fc.integer({ min: 1, max: 3 }),
          acquiredMax: fc.integer({ min: 1, max: 3 }),
        }),
        async (commands, limits) => {
          runs += 1;
          const name = `run-${runs}`;
          await house.queues.createQueue(house.call, { name, backoffMs: 0, jitter: 0, ...limits });
          await fc.asyncModelRun(() => ({ model: new QueueModel(limits), real: { queue: name } }), commands);
          stepsRun += String(commands).split(",").length;
        },
      ),
      { numRuns: 100 },
    );
    // Steps whose time has not come are left out, by chance: runs of about ten are usual, of one or two say nothing.
    expect(stepsRun / runs).toBeGreaterThan(5);
  },
);
