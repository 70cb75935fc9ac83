import { expect, test } from "vitest";
import { InOrder } from "./in-order.ts";

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test("members go on in the order in which they came, whatever they wait for before", async () => {
  const order = new InOrder<string>();
  const gone: number[] = [];
  const passing = Array.from({ length: 50 }, (_, n) =>
    order.pass("a", after((n * 7) % 11), async () => {
      gone.push(n);
      return n;
    }),
  );
  expect(await Promise.all(passing)).toEqual(gone);
  expect(gone).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

test("who fails before or after keeps nobody, and others are not waited for", async () => {
  const order = new InOrder<string>();
  const gone: string[] = [];
  const say = (name: string) => async () => void gone.push(name);
  let release: () => void = () => undefined;
  const never = new Promise<void>((resolve) => (release = resolve));
  const first = order.pass("a", Promise.resolve(), () => never);
  const failing = order.pass(
    "a",
    after(2).then(() => Promise.reject(new Error("no"))),
    say("failing"),
  );
  const third = order.pass("a", Promise.resolve(), async () => {
    gone.push("third");
    throw new Error("late");
  });
  const fourth = order.pass("a", Promise.resolve(), say("fourth"));
  const other = order.pass("b", Promise.resolve(), say("other"));
  await expect(failing).rejects.toThrow("no");
  await expect(third).rejects.toThrow("late");
  await Promise.all([fourth, other]);
  expect(gone).toEqual(["other", "third", "fourth"]);
  release();
  await first;
});
