import { expect, test } from "vitest";
import { HeldRows } from "./held-rows.ts";

test("what is remembered is the lease that was handed out, a copy for each who asks, and not without end", () => {
  const held = new HeldRows<{ id: string; leaseNumber: number; attempts: number }>();
  const row = (n: number, leaseNumber = 1) => ({ id: `item-${n}`, leaseNumber, attempts: 0 });
  held.remember([row(1), row(2), row(2, 2)]);
  expect(held.find("item-2", 1)).toBeUndefined();
  const found = held.find("item-2", 2)!;
  found.attempts = 7;
  expect(held.find("item-2", 2)).toMatchObject({ attempts: 0 });
  held.forget(["item-2"]);
  expect(held.find("item-2", 2)).toBeUndefined();
  held.remember(Array.from({ length: 20_000 }, (_, n) => row(n + 10)));
  expect(held.find("item-1", 1)).toBeUndefined();
  expect(held.find("item-10", 1)).toBeDefined();
});
