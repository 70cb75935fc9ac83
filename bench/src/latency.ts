import { percentile } from "./measure.ts";
import { payload, type Stage } from "./stage.ts";

const rounds = 500;

/** Milliseconds from the push of an item to a worker's having it who waited for it, on an idle system. */
export async function measureLatency({ client }: Stage): Promise<{ p50: number; p99: number }> {
  const queue = `latency-${Date.now()}`;
  await client.createQueue({ name: queue });
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const waiting = client.claimItems(queue, { waitMs: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const startedAt = performance.now();
    void client.pushItem(queue, { payload });
    const [item] = await waiting;
    took.push(performance.now() - startedAt);
    await client.finishItem(item!.id, { leaseNumber: item!.leaseNumber, state: "successful" });
  }
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}
