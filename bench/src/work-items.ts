import { createClient } from "@millrace/sdk";
import { Pool } from "undici";
import { rateOf } from "./measure.ts";
import { type Client, end, payload, spawnScript, type Stage } from "./stage.ts";

const callers = 64;

/** The kinds of call that are compared, in the order of the table. */
export const kinds = [
  "push",
  "push in batches of 100",
  "claim + finish",
  "claim + finish in batches of 50",
] as const;
export type Kind = (typeof kinds)[number];
export type Rates = Partial<Record<Kind, number>>;

/** Our rates through the SDK over HTTP, everything on: rights, events, history. */
export async function measureOurs({ client }: Stage, scale: number): Promise<Rates> {
  const queue = `bench-${Date.now()}`;
  await client.createQueue({ name: queue });
  const push = await rateOf(40_000 * scale, callers, async () => {
    await client.pushItem(queue, { payload });
    return 1;
  });
  const items = Array.from({ length: 100 }, () => ({ payload }));
  const pushBatches = await rateOf(60_000 * scale, 8, async () => {
    await client.pushItems(queue, items);
    return 100;
  });
  const single = await rateOf(20_000 * scale, callers, () => claimAndFinish(client, queue));
  const batches = await rateOf(60_000 * scale, 8, () => claimAndFinishBatch(client, queue, 50));
  await client.purgeQueue(queue, { what: "waiting" });
  return {
    push,
    "push in batches of 100": pushBatches,
    "claim + finish": single,
    "claim + finish in batches of 50": batches,
  };
}

/** Our single calls where each is sent by itself, as programs without the SDK send them. */
export async function measureOursApart(stage: Stage, scale: number): Promise<Rates> {
  const client = createClient({ url: stage.serverUrl, token: stage.token, gather: false });
  const queue = `bench-apart-${Date.now()}`;
  await client.createQueue({ name: queue });
  const push = await rateOf(40_000 * scale, callers, async () => {
    await client.pushItem(queue, { payload });
    return 1;
  });
  const single = await rateOf(20_000 * scale, callers, () => claimAndFinish(client, queue));
  await client.purgeQueue(queue, { what: "waiting" });
  await client.close();
  return { push, "claim + finish": single };
}

/** Claims one and ends it; answers how many that were. */
export async function claimAndFinish(client: Client, queue: string): Promise<number> {
  const items = await client.claimItems(queue, {});
  for (const { id, leaseNumber } of items) await client.finishItem(id, { leaseNumber, state: "successful" });
  return items.length;
}

/** Claims some and ends them with one call. */
export async function claimAndFinishBatch(client: Client, queue: string, count: number): Promise<number> {
  const items = await client.claimItems(queue, { count });
  if (items.length === 0) return 0;
  await client.finishItems(
    items.map(({ id, leaseNumber }) => ({ id, leaseNumber, state: "successful" as const })),
  );
  return items.length;
}

/** The same two single calls on the bare path. */
export async function measureBare(stage: Stage, scale: number): Promise<Rates> {
  const url = await stage.createDatabase(`bare_${Date.now()}`);
  const { child, line } = await spawnScript("bare-path.ts", [url]);
  const pool = new Pool(line, { connections: callers });
  const headers = { "content-type": "application/json" };
  const post = async (path: string, body: unknown) => {
    const answer = await pool.request({ method: "POST", path, headers, body: JSON.stringify(body) });
    return JSON.parse(await answer.body.text()) as { items: { id: string }[] };
  };
  const push = await rateOf(40_000 * scale, callers, async () => {
    await post("/items", payload);
    return 1;
  });
  const single = await rateOf(20_000 * scale, callers, async () => {
    const { items } = await post("/claims", {});
    for (const { id } of items) await post(`/items/${id}/finish`, {});
    return items.length;
  });
  await pool.close();
  await end(child);
  return { push, "claim + finish": single };
}
