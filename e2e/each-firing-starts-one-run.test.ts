/*
 * Several nodes on one database, of which some are killed again and again: each tick of a schedule and each changed
 * document starts one run, none two and none none. `npm test` plays a few kills; `CRASH_KILLS=50 npx vitest run
 * e2e/each-firing` plays more.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type NodeProcess, startNode, temporaryFolder } from "../packages/server/src/kit/testing.ts";
import { startTestServer, type TestServer } from "./testing.ts";

const kills = Number(process.env["CRASH_KILLS"] ?? 6);
const timeout = 180_000 + kills * 20_000;
const main = new URL("../packages/server/src/main.ts", import.meta.url).href;
/** The same for all nodes of a database. */
const rootKey = "5a".repeat(32);
const program = `
  import { createLog, readConfig, startServer } from "${main}";
  const [databaseUrl, dataDir] = process.argv.slice(-2);
  const settings = { databaseUrl, dataDir, rootKey: "${rootKey}", port: "0", runnerPort: "0", openiapPort: "off" };
  await startServer(readConfig({}, settings), createLog({ level: "fatal", pretty: false }));
  console.log("ready");
`;

let server: TestServer;
const others: NodeProcess[] = [];
beforeAll(async () => {
  server = await startTestServer({ runnerPort: "0", openiapPort: "off" });
}, timeout);
afterAll(async () => {
  await Promise.all(others.map((node) => node.kill()));
  await server.stop();
});

async function openOther(): Promise<NodeProcess> {
  const node = startNode(program, { args: [server.databaseUrl, temporaryFolder()] });
  others.push(node);
  await node.line();
  return node;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The inputs of the runs that a trigger started. */
async function inputsOf<Input>(trigger: string): Promise<Input[]> {
  const rows = await server.sql<{ input: Input }>(
    "select input from runs.runs where started_by ->> 'name' = $1 order by id",
    [trigger],
  );
  return rows.map(({ input }) => input);
}

test("each tick and each change starts one run while nodes are killed", { timeout }, async () => {
  const head = "document: { dsl: 1.0.0, namespace: test, name: note, version: 1.0.0 }";
  await server.ask("POST", "/api/v1/workflows", { text: `${head}\ndo:\n- note: { set: { ok: true } }` });
  const triggers = [
    { name: "every-second", workflow: "note", schedule: { cron: "* * * * * *" } },
    { name: "on-change", workflow: "note", document: { collection: "orders" }, input: "{n: .document.n}" },
  ];
  for (const trigger of triggers)
    expect(await server.ask("POST", "/api/v1/triggers", trigger)).toMatchObject({ status: 201 });
  const over = new AbortController();
  let written = 0;
  const writing = (async () => {
    for (; !over.signal.aborted; written += 1) {
      await server.ask("POST", "/api/v1/collections/orders/documents", { n: written });
      await pause(15);
    }
  })();
  for (let count = 0; count < kills; count += 1) {
    const node = await openOther();
    // Not always at the same point of what it does.
    await pause(200 + ((count * 7_919) % 1_300));
    await node.kill();
  }
  over.abort();
  await writing;
  await server.ask("POST", "/api/v1/triggers/every-second/pause");
  let changes = await inputsOf<{ n: number }>("on-change");
  for (; changes.length < written; changes = await inputsOf("on-change")) await pause(50);
  await pause(500);
  changes = await inputsOf("on-change");
  const numbers = changes.map(({ n }) => n).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: written }, (_, n) => n));
  const ticks = (await inputsOf<{ tick: string }>("every-second")).map(({ tick }) => Date.parse(tick)).sort();
  expect(ticks.length).toBeGreaterThan(kills);
  expect(ticks).toEqual(ticks.map((_, index) => ticks[0]! + index * 1_000));
});
