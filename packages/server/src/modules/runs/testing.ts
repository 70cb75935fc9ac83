import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pino } from "pino";
import { type Call, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { DiskBlobs } from "../../kit/disk-blobs.ts";
import { Encryption } from "../../kit/encryption.ts";
import type { Epochs } from "../../kit/epoch-cache.ts";
import { LoopRunner } from "../../kit/loops.ts";
import { Metrics } from "../../kit/metrics.ts";
import { TestEpochs } from "../../kit/testing-calls.ts";
import { createTestDatabase, temporaryFolder } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Documents } from "../documents/service.ts";
import { Events } from "../events/service.ts";
import { Files } from "../files/service.ts";
import { ConnectedRunners } from "../jobs/connected-runners.ts";
import { Jobs } from "../jobs/service.ts";
import { brokerAt } from "../messages/open-broker.ts";
import { Messages } from "../messages/service.ts";
import { Packages } from "../packages/service.ts";
import { Queues } from "../queues/service.ts";
import { Secrets } from "../secrets/service.ts";
import { WorkItems } from "../work-items/service.ts";
import { Workflows } from "../workflows/service.ts";
import type { RunView } from "./model.ts";
import { Runs } from "./service.ts";

/** What nodes of one test share beside the database. */
interface Ground {
  epochs: Epochs;
  encryption: Encryption;
  folder: string;
}

function buildModules(database: Database, { epochs, encryption, folder }: Ground) {
  const log = pino({ level: "silent" });
  const wakes = new Wakes();
  const metrics = new Metrics();
  const events = new Events(database, wakes);
  const documents = new Documents({ database, events, encryption });
  const files = new Files({ database, events, blobs: new DiskBlobs(folder) });
  const queues = new Queues(database, events, epochs);
  const packages = new Packages({ database, events, files, epochs });
  const refresh = async (call: Call) => call;
  const items = new WorkItems({ database, events, queues, files, wakes, refresh, metrics });
  const openBroker = brokerAt("postgres");
  const messages = new Messages({ database, events, epochs, wakes, refresh, metrics, log, openBroker });
  const connected = new ConnectedRunners();
  const jobParts = { database, events, packages, files, wakes, encryption, metrics, log };
  const jobs = new Jobs({ ...jobParts, connected, inventory: connected });
  const workflows = new Workflows({ database, events, epochs });
  const secrets = new Secrets({ database, events, encryption });
  const actAs = async ({ tenantId }: { tenantId: string }, requestId: string) =>
    systemCall(requestId, tenantId);
  const effectors = { documents, files, items, messages, jobs, secrets };
  const runs = new Runs({ database, events, workflows, ...effectors, wakes, metrics, log, actAs });
  return {
    database,
    secrets,
    events,
    documents,
    files,
    queues,
    packages,
    items,
    messages,
    jobs,
    workflows,
    runs,
    wakes,
    log,
  };
}

export interface RunNode extends ReturnType<typeof buildModules> {
  /** Runs the loops of runs until the node is closed. */
  startLoops(): void;
  /** One look of a loop, and as many as there is more to do. */
  tick(name: string): Promise<void>;
  close(): Promise<void>;
}

function buildNode(database: Database, ground: Ground): RunNode {
  const modules = buildModules(database, ground);
  const loops = modules.runs.loops();
  let runner: LoopRunner | undefined;
  const startLoops = () => {
    runner = new LoopRunner(database, modules.wakes, modules.log);
    for (const loop of loops) runner.start(loop);
  };
  const tick = async (name: string) => {
    const loop = loops.find((each) => each.name === name)!;
    while (await loop.tick());
  };
  const close = async () => {
    await runner?.stop();
    await modules.runs.close();
    await modules.items.close();
    await modules.jobs.close();
    await modules.messages.close();
    await modules.wakes.close();
    await database.close();
  };
  return { ...modules, startLoops, tick, close };
}

/** The modules up to runs on a database of their own; `openNode` opens another node on it. */
export async function setupRuns() {
  const testDatabase = await createTestDatabase();
  const epochs = new TestEpochs();
  const encryption = new Encryption([randomBytes(32)]);
  const ground = { epochs, encryption, folder: join(temporaryFolder(), "files") };
  const openNode = () =>
    buildNode(new Database({ url: testDatabase.url, log: pino({ level: "silent" }) }), ground);
  const node = openNode();
  const call = systemCall("test");
  const close = async () => {
    await node.close();
    await testDatabase.drop();
  };
  /** Stores a workflow of these tasks; answers its name. */
  const store = async (name: string, body: string) => {
    const head = `document: { dsl: 1.0.0, namespace: test, name: ${name}, version: 1.0.0 }\n`;
    await node.workflows.storeWorkflow(call, head + body);
    return name;
  };
  /** Starts a run and waits for its end. */
  const run = async (name: string, input: unknown = {}): Promise<RunView> =>
    node.runs.startRun(call, name, { input, waitMs: 30_000 });
  return { ...node, url: testDatabase.url, openNode, call, store, run, close };
}

export type RunHouse = Awaited<ReturnType<typeof setupRuns>>;

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface TestService {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** A server elsewhere that answers what `answer` says; what it was asked is kept. */
export async function openService(
  answer: (asked: Asked) => Promise<{ status?: number; headers?: Record<string, string>; body?: unknown }>,
): Promise<TestService> {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const one = { method: request.method!, path: request.url!, headers: request.headers, body };
      asked.push(one);
      const { status = 200, headers = {}, body: answered } = await answer(one);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof answered === "string" ? answered : JSON.stringify(answered ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}
