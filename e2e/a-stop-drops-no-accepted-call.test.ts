import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { ask, openSocket, readAll, startNode, startTestServer } from "./testing.ts";

const pushers = 16;

interface Outcome {
  accepted: string[];
  refused: number[];
  /** Calls on connections that were not open any more. */
  unanswered: number;
}

/** Pushes one item after the other until the server takes no more. */
async function pushUntilRefused(
  push: () => Promise<{ status: number; id: string }>,
  outcome: Outcome,
): Promise<void> {
  for (;;) {
    try {
      const { status, id } = await push();
      if (status !== 201) return void outcome.refused.push(status);
      outcome.accepted.push(id);
    } catch {
      outcome.unanswered += 1;
      return;
    }
  }
}

test("whatever was answered with 201 while the server stopped is there at the next start; nothing hangs", async () => {
  const server = await startTestServer();
  await server.ask("POST", "/api/v1/queues", { name: "jobs" });
  await server.ask("POST", "/api/v1/queues", { name: "empty" });
  const outcome: Outcome = { accepted: [], refused: [], unanswered: 0 };
  const push = async () => {
    const { status, body } = await server.ask("POST", "/api/v1/queues/jobs/items", { payload: {} });
    return { status, id: String(body["id"]) };
  };
  const loads = Array.from({ length: pushers }, () => pushUntilRefused(push, outcome));
  const claims = Array.from({ length: 5 }, () =>
    server.ask("POST", "/api/v1/queues/empty/claims", { waitMs: 30_000 }),
  );
  await expect.poll(() => outcome.accepted.length, { timeout: 20_000 }).toBeGreaterThan(200);
  const began = performance.now();
  await server.running.stop();
  await Promise.all(loads);
  expect(performance.now() - began).toBeLessThan(9_000);
  for (const claim of await Promise.all(claims))
    expect(claim).toMatchObject({ status: 200, body: { items: [] } });
  expect(outcome.refused.every((status) => status === 503)).toBe(true);
  await expect(ask(server.url, "GET", "/health")).rejects.toThrow("fetch failed");
  const rows = await server.sql<{ id: string }>("select id from work_items.work_items");
  const stored = new Set(rows.map(({ id }) => id));
  expect(outcome.accepted.filter((id) => !stored.has(id))).toEqual([]);
  // A call whose connection broke may or may not have been taken: at most one for each pusher.
  expect(stored.size - outcome.accepted.length).toBeLessThanOrEqual(outcome.unanswered);
  expect(server.failures).toEqual([]);

  const again = await startNode(server.databaseUrl);
  const headers = { authorization: `Bearer ${server.token}` };
  const stats = await ask(again.url, "GET", "/api/v1/queues/jobs/stats", undefined, headers);
  expect(stats.body["counts"]).toMatchObject({ new: stored.size });
  await again.running.stop();
});

test("live connections and streams are told to come again, and hold no stop up", async () => {
  const server = await startTestServer();
  const headers = { authorization: `Bearer ${server.token}` };
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/v1/live`, { headers });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("open", resolve));
  const stream = await fetch(`${server.url}/api/v1/collections/films/watch`, { headers });
  const idle = await openSocket(server.url);
  const idleEnded = readAll(idle);
  const began = performance.now();
  await server.running.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await closed).toBe(1012);
  await stream.text();
  await idleEnded;
});

test("what was on its way when the stop began is answered, what follows on its connection is not taken", async () => {
  const server = await startTestServer();
  const body = JSON.stringify({ name: "late" });
  const head = `host: x\r\nauthorization: Bearer ${server.token}\r\ncontent-type: application/json\r\n`;
  const socket = await openSocket(server.url);
  const answers = readAll(socket);
  socket.write(
    `POST /api/v1/queues HTTP/1.1\r\n${head}content-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  // It came after the half request, so that one is known to the server by now.
  expect((await server.ask("GET", "/api/v1/session")).status).toBe(200);
  const stopping = server.running.stop();
  await expect
    .poll(() => ask(server.url, "GET", "/health").catch(() => "refused"), { timeout: 5_000 })
    .toBe("refused");
  socket.write(`${body.slice(5)}POST /api/v1/queues/late/pause HTTP/1.1\r\n${head}content-length: 0\r\n\r\n`);
  await stopping;
  expect(await answers).toMatch(/^HTTP\/1\.1 201 /);
  expect(await server.sql("select paused_at is not null as paused from queues.queues")).toEqual([
    { paused: false },
  ]);
});
