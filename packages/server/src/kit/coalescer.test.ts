import { expect, test } from "vitest";
import { Coalescer } from "./coalescer.ts";
import { AppError } from "./errors.ts";

/** A write that is let go by hand, so that what waits meanwhile is known. */
function gated() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const write = async (members: readonly number[]) => {
    batches.push([...members]);
    await new Promise<void>((resolve) => gates.push(resolve));
    return members.map((member) => member * 10);
  };
  const open = async () => {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, write, open };
}

test("a lone call waits for nobody, and those that come meanwhile share the next write", async () => {
  const { batches, write, open } = gated();
  const coalescer = new Coalescer({ name: "test", write, batchMax: 100, waitingMax: 100 });
  const first = coalescer.submit(1);
  await Promise.resolve();
  expect(batches).toEqual([[1]]);
  const others = [2, 3, 4].map((member) => coalescer.submit(member));
  await open();
  expect(await first).toBe(10);
  expect(batches).toEqual([[1], [2, 3, 4]]);
  await open();
  expect(await Promise.all(others)).toEqual([20, 30, 40]);
});

test("a member at fault fails alone, found by halving", async () => {
  const write = async (members: readonly number[]) => {
    if (members.includes(3)) throw Object.assign(new Error("bad value"), { code: "22003" });
    return members;
  };
  const coalescer = new Coalescer({ name: "test", write, batchMax: 100, waitingMax: 100 });
  const settled = await Promise.allSettled([1, 2, 3, 4, 5].map((member) => coalescer.submit(member)));
  expect(settled.map((outcome) => outcome.status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});

test("a failure that is nobody's fault fails all, once", async () => {
  let writes = 0;
  const write = async () => {
    writes += 1;
    throw new AppError("unavailable", "gone");
  };
  const coalescer = new Coalescer<number, number>({ name: "test", write, batchMax: 100, waitingMax: 100 });
  const settled = await Promise.allSettled([1, 2].map((member) => coalescer.submit(member)));
  expect(settled.every((outcome) => outcome.status === "rejected")).toBe(true);
  expect(writes).toBe(1);
});

test("more than may wait is refused, and a write carries no more than its weight", async () => {
  const { batches, write, open } = gated();
  const weigh = { weight: (member: number) => member, max: 10 };
  const coalescer = new Coalescer({ name: "test", write, batchMax: 100, waitingMax: 4, weigh });
  const calls = [6, 5, 5, 7].map((member) => coalescer.submit(member));
  await expect(coalescer.submit(1)).rejects.toMatchObject({ code: "overloaded" });
  await Promise.resolve();
  for (let n = 0; n < 3; n++) await open();
  await Promise.all(calls);
  expect(batches).toEqual([[6], [5, 5], [7]]);
  await coalescer.drained();
});
