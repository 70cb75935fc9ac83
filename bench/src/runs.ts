import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { Agent, request } from "undici";
import { percentile, rateOf } from "./measure.ts";
import type { Stage } from "./stage.ts";

export interface RunRates {
  /** Runs of three steps that were done a second, 64 under way. */
  perSecond: number;
  /** Milliseconds from the start of a run to its end, nothing else under way. */
  p50: number;
  p99: number;
}

const inFlight = 64;
const lonely = 200;
const dispatcher = new Agent({ connections: 128 });

/** What a step asks: a server that answers at once. Every contender's step is one call of it. */
async function openSteps(): Promise<{ url: string; close: () => void }> {
  const server = createServer((asked, answer) => {
    asked.resume();
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

async function measureBy(total: number, run: () => Promise<void>): Promise<RunRates> {
  for (let round = 0; round < 50; round++) await run();
  const took: number[] = [];
  for (let round = 0; round < lonely; round++) {
    const startedAt = performance.now();
    await run();
    took.push(performance.now() - startedAt);
  }
  const perSecond = await rateOf(total, inFlight, async () => {
    await run();
    return 1;
  });
  return { perSecond, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

/** Runs of three HTTP calls, started over REST, which answers with their end. */
export async function measureRuns({ client, serverUrl, token }: Stage, scale: number): Promise<RunRates> {
  const steps = await openSteps();
  const name = `three-steps-${Date.now()}`;
  const step = (n: number) => `- step${n}: { call: http, with: { method: get, endpoint: "${steps.url}" } }`;
  const head = `document: { dsl: 1.0.0, namespace: bench, name: ${name}, version: 1.0.0 }`;
  await client.storeWorkflow({ text: [head, "do:", ...[1, 2, 3].map(step)].join("\n") });
  const body = JSON.stringify({ input: {}, waitMs: 30_000 });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const path = `${serverUrl}/api/v1/workflows/${name}/runs`;
  const rates = await measureBy(4_000 * scale, async () => {
    const answer = await request(path, { method: "POST", headers, body, dispatcher });
    const run = (await answer.body.json()) as { state?: string };
    if (run.state !== "completed") throw new Error(`a run did not complete: ${JSON.stringify(run)}`);
  });
  steps.close();
  return rates;
}

/** The same by DBOS in this process, on the same PostgreSQL: a workflow of three steps. */
export async function measureDbos(stage: Stage, scale: number): Promise<RunRates> {
  const steps = await openSteps();
  const systemDatabaseUrl = await stage.createDatabase(`dbos_${Date.now()}`);
  DBOS.setConfig({ name: "bench", systemDatabaseUrl, systemDatabasePoolSize: 20, logLevel: "error" });
  const step = async () => {
    const answer = await request(steps.url, { dispatcher });
    return (await answer.body.json()) as object;
  };
  const three = DBOS.registerWorkflow(
    async () => {
      for (const name of ["one", "two", "three"]) await DBOS.runStep(step, { name });
    },
    { name: `three-${Date.now()}` },
  );
  await DBOS.launch();
  const rates = await measureBy(800 * scale, async () => three());
  await DBOS.shutdown();
  steps.close();
  return rates;
}
