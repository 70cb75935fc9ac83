/*
 * The whole product is killed while runs are under way, and started again: every run comes to its end, with the output
 * that it has without a crash, and asks for nothing that it would not have asked for. `npm test` plays a few kills;
 * `CRASH_KILLS=50 npx vitest run e2e/runs-outlive` plays more.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { temporaryFolder } from "../packages/server/src/kit/testing.ts";
import { CrashingServer } from "./crashing-server.ts";
import { callServer, pause } from "./recorded-load.ts";

const kills = Number(process.env["CRASH_KILLS"] ?? 2);
const runs = 60;
const timeout = 120_000 + kills * 30_000;

let server: CrashingServer | undefined;
let outside: Server | undefined;
afterEach(async () => {
  await server?.remove();
  outside?.closeAllConnections();
  outside?.close();
  server = undefined;
});

/** A service elsewhere: adds one to what it is sent, and remembers under which keys it was asked. */
async function openOutside(): Promise<{ url: string; keys: string[] }> {
  const keys: string[] = [];
  outside = createServer((request, response) => {
    void text(request).then(async (body) => {
      keys.push(String(request.headers["idempotency-key"]));
      await pause(20 + (keys.length % 5) * 20);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ n: (JSON.parse(body) as { n: number }).n + 1 }));
    });
  });
  await new Promise<void>((resolve) => outside!.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(outside.address() as AddressInfo).port}`, keys };
}

const definition = (url: string) => `document: { dsl: 1.0.0, namespace: test, name: counted, version: 1.0.0 }
do:
- first: { call: http, with: { method: post, endpoint: ${url}, body: "\${ . }" } }
- rest: { wait: { milliseconds: 150 } }
- both:
    fork:
      branches:
      - a: { call: http, with: { method: post, endpoint: ${url}, body: "\${ . }" } }
      - b: { call: http, with: { method: post, endpoint: ${url}, body: "\${ . }" } }
- sum: { set: { n: "\${ .[0].n + .[1].n }" } }
- last: { call: http, with: { method: post, endpoint: ${url}, body: "\${ . }" } }
`;

async function crash(act: (running: CrashingServer) => Promise<void>): Promise<void> {
  const running = new CrashingServer(temporaryFolder());
  server = running;
  await running.start();
  const { url, keys } = await openOutside();
  const stored = await callServer(running, "POST", "/workflows", { text: definition(url) });
  expect(stored).toMatchObject({ res: "ok" });
  const starting = Array.from({ length: runs }, (_, n) => start(running, n));
  for (let kill = 0; kill < kills; kill++) {
    await pause(200 + 150 * kill);
    await act(running);
  }
  const ids = await Promise.all(starting);
  expect(new Set(ids).size).toBe(runs);
  const ended = await Promise.all(ids.map((id) => end(running, id)));
  expect(ended.map(({ state }) => state)).toEqual(ids.map(() => "completed"));
  expect(ended.map(({ output }) => output)).toEqual(ids.map((_, n) => ({ n: 2 * (n + 2) + 1 })));
  // Four calls of each run and no other; those that were under way at a kill were made again under the same key.
  expect(new Set(keys).size).toBe(4 * runs);
}

/** Starts a run, until somebody answers: under one key it is one run. */
async function start(running: CrashingServer, n: number): Promise<string> {
  for (;;) {
    const body = { input: { n }, idempotencyKey: `run-${n}` };
    const answer = await callServer(running, "POST", "/workflows/counted/runs", body);
    if (answer.res === "ok") return (answer.body as { id: string }).id;
    await pause(50);
  }
}

async function end(running: CrashingServer, id: string): Promise<{ state: string; output: unknown }> {
  for (;;) {
    const answer = await callServer(running, "POST", `/runs/${id}/wait`, { waitMs: 5_000 });
    const run = answer.body as { state: string; output: unknown; endedAt: string | null };
    if (answer.res === "ok" && run.endedAt !== null) return run;
    await pause(50);
  }
}

test("the server is killed, again and again", { timeout }, async () => {
  await crash(async (running) => {
    await running.kill();
    await running.start();
  });
});

test("the database is killed, again and again", { timeout }, async () => {
  await crash((running) => running.killPostmaster());
});
