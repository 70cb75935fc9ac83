import type pg from "pg";
import { expect } from "vitest";
import { interleave, type Interleaved, ordersOf, type SteppedDatabase } from "./testing-stepped-database.ts";

const orders = ordersOf(6);

/**
 * Plays two acts on two nodes of one database in every order, each time on what `prepare` makes. No order may end in a
 * deadlock, and `audit` must find nothing wrong after any.
 */
export function playerOf<Node extends { database: SteppedDatabase }>(
  watcher: pg.Client,
  { left, right, audit }: { left: Node; right: Node; audit: (watcher: pg.Client) => Promise<void> },
) {
  return async <Ground, A, B>(
    prepare: () => Promise<Ground>,
    actA: (node: Node, ground: Ground) => Promise<A>,
    actB: (node: Node, ground: Ground) => Promise<B>,
    judge: (ends: Interleaved<A, B>, ground: Ground) => Promise<void> | void,
  ): Promise<void> => {
    for (const order of orders) {
      const ground = await prepare();
      const a = { database: left.database, act: () => actA(left, ground) };
      const b = { database: right.database, act: () => actB(right, ground) };
      const ends = await interleave(watcher, order, a, b);
      try {
        expect(ends.deadlock, "a deadlock").toBe(false);
        await judge(ends, ground);
        await audit(watcher);
      } catch (error) {
        throw new Error(`in the order ${order}: ${String(error)}`, { cause: error });
      }
    }
  };
}

/** What an act answered; throws what it threw. */
export function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

/** `done`, or the code with which an act was refused. */
export function codeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === "fulfilled") return "done";
  return (result.reason as { code?: string }).code ?? String(result.reason);
}
