/*
 * The whole product is killed under load, again and again, and started again; then an independent checker judges what
 * its clients saw. `npm test` plays a few kills; `CRASH_KILLS=200 npx vitest run e2e/nothing` plays more, and
 * `CRASH_SEED=...` another load and other moments. With `CRASH_HISTORY=folder` the histories are kept as JSON lines.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { temporaryFolder } from "../packages/server/src/kit/testing.ts";
import { check } from "../packages/server/src/modules/work-items/history-checker.ts";
import { coverageOf } from "../packages/server/src/modules/work-items/history-coverage.ts";
import { SimulationRandom } from "../packages/server/src/modules/work-items/simulation-clock.ts";
import { CrashingServer } from "./crashing-server.ts";
import { callServer, pause, RecordedLoad } from "./recorded-load.ts";

const kills = Number(process.env["CRASH_KILLS"] ?? 3);
const seed = Number(process.env["CRASH_SEED"] ?? 1);
const timeout = 60_000 + kills * 10_000;
/** A sweep comes every two seconds or so, and has to wait its turn on a busy machine. */
const bounds = { sweepMs: 5_000, unservedMs: 5_000 };
const settings = { attemptsMax: 2, acquiredMax: 50, concurrencyPerKey: 2, leaseMs: 1_500 };
const queues = ["films", "enriched", "rejected"];

let server: CrashingServer | undefined;
afterEach(async () => {
  await server?.remove();
  server = undefined;
});

async function makeQueues(load: RecordedLoad, running: CrashingServer): Promise<void> {
  for (const name of queues.toReversed()) {
    const next = name === "films" ? { successQueue: "enriched", failedQueue: "rejected" } : {};
    const body = { name, backoffMs: 0, jitter: 0, ...settings, ...next };
    expect(await callServer(running, "POST", "/queues", body)).toMatchObject({ res: "ok" });
    const arg = {
      ...settings,
      successQueueId: next.successQueue ?? null,
      failedQueueId: next.failedQueue ?? null,
    };
    load.record({ proc: "test", op: "queue", key: name, arg });
  }
}

/** Strikes while somebody holds a lease, and waits until the system answers again. */
async function strike(load: RecordedLoad, running: CrashingServer, what: string, act: () => Promise<void>) {
  while (load.held.size === 0) await pause(1);
  load.record({ proc: "test", op: "fault", key: what, arg: { leasesOpen: load.held.size } });
  await act();
  while ((await callServer(running, "GET", "/queues/films/stats")).res !== "ok") await pause(50);
  load.record({ proc: "test", op: "fault", key: what, arg: {}, res: "ok" });
}

async function drain(load: RecordedLoad): Promise<void> {
  load.stopProducing();
  for (;;) {
    const counts = await Promise.all(queues.map((queue, index) => load.sample(queue, `drain-${index}`)));
    const waiting = counts.map((count) =>
      count === undefined ? 1 : count["new"]! + count["processing"]! + count["retry"]!,
    );
    if (waiting.every((count) => count === 0)) return;
    await pause(200);
  }
}

async function crash(what: string, act: (running: CrashingServer) => Promise<void>): Promise<void> {
  const random = new SimulationRandom(seed);
  const running = new CrashingServer(temporaryFolder());
  server = running;
  await running.start();
  const load = new RecordedLoad(running, () => random.next());
  await makeQueues(load, running);
  load.start(3, 6, queues);
  for (let kill = 0; kill < kills; kill++) {
    await pause(random.between(500, 1_500));
    await strike(load, running, what, () => act(running));
  }
  await pause(1_000);
  load.record({ proc: "test", op: "quiet", key: "", arg: {} });
  await drain(load);
  await load.finish(queues);
  judge(what, load);
}

function judge(what: string, load: RecordedLoad): void {
  const folder = process.env["CRASH_HISTORY"];
  const text = load.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  if (folder !== undefined) writeFileSync(join(folder, `${what}-${seed}.jsonl`), text);
  const coverage = coverageOf(load.lines);
  console.log(`${what}: seed ${seed}, ${kills} kills, ${JSON.stringify(coverage)}`);
  expect(check(load.lines, bounds)).toEqual([]);
  expect(coverage.okShare).toBeGreaterThanOrEqual(0.7);
  expect(coverage.leaseShare).toBeGreaterThanOrEqual(0.9);
  expect(coverage.operations).toBeGreaterThan(kills * 50);
}

test("the server is killed and started again: what it had acknowledged is there", { timeout }, async () => {
  await crash("server", async (running) => {
    await running.kill();
    await running.start();
  });
});

test(
  "PostgreSQL is killed: the server starts it again, and what was acknowledged is there",
  { timeout },
  async () => {
    await crash("postgres", (running) => running.killPostmaster());
  },
);
