import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Item } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { defined } from "../values.ts";

export const states = ["new", "processing", "retry", "successful", "failed", "abandoned"] as const;

type State = (typeof states)[number];

const followedMax = 500;
const pollMs = 1_000;

/** A line for every item that comes or changes, the oldest first, until the user interrupts. */
export async function followItems(
  context: Context,
  client: Client,
  queue: string,
  state: State[] | undefined,
): Promise<void> {
  const signal = context.interrupted;
  let seen = new Map<string, string>();
  while (!signal.aborted) {
    const pages = client.listItems(queue, { limit: pageSize(followedMax, 200), ...defined({ state }) });
    const { items } = await takeFirst(pages, followedMax);
    for (const item of items.toReversed()) {
      if (seen.get(item.id) !== markOf(item)) context.out.line(sentenceOf(item), item);
    }
    seen = new Map(items.map((item) => [item.id, markOf(item)]));
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Changes with every transition. */
function markOf({ state, acquired, attempts, leaseNumber }: Item): string {
  return [state, acquired, attempts, leaseNumber].join(" ");
}

function sentenceOf({ id, state, attempts, name, error }: Item): string {
  const why = error === null ? "" : `  ${error.kind}: ${error.message}`;
  return `${id}  ${state.padEnd(10)}  attempts ${attempts}  ${name ?? "-"}${why}`;
}
