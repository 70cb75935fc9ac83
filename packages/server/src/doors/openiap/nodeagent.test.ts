import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { temporaryFolder } from "../../kit/testing.ts";
import { connectClient, makeMember, type NodeClient, openTestOpeniap, type TestOpeniap } from "./testing.ts";

const agentMain = createRequire(import.meta.url).resolve("@openiap/nodeagent/dist/agent.js");
const hasPython = spawnSync("python3", ["--version"]).status === 0;
/** An agent starts, asks and downloads on a machine that has other things to do. */
const patience = { timeout: 40_000, interval: 100 };

interface AgentDocument {
  _id: string;
  slug: string;
  languages: string[];
}

let door: TestOpeniap;
let owner: Awaited<ReturnType<typeof makeMember>>;
let client: NodeClient;
let home: string;
let agent: ChildProcess;
let said = "";

beforeAll(async () => {
  door = await openTestOpeniap();
  owner = await makeMember(door);
  client = await connectClient(door.webSocketUrl, owner.token);
  home = temporaryFolder();
  agent = startAgent();
});
afterAll(async () => {
  await stopAgent();
  client.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

/** The published agent, which dials this server and nobody else. */
function startAgent(): ChildProcess {
  const { PATH } = process.env;
  const env = { PATH, HOME: home, apiurl: door.webSocketUrl, jwt: owner.token, enable_analytics: "false" };
  const started = spawn(process.execPath, [agentMain], { env, cwd: dirname(agentMain) });
  for (const stream of [started.stdout, started.stderr])
    stream.on("data", (chunk) => (said += String(chunk)));
  return started;
}

async function stopAgent(): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  agent.kill("SIGKILL");
  await once(agent, "exit");
}

async function findAgent(): Promise<AgentDocument | undefined> {
  const query = { _type: "agent" };
  return (await client.Query<AgentDocument>({ collectionname: "agents", query }))[0];
}

/** The agent's document, as soon as there is one and the agent watches for packages. */
async function registered(): Promise<AgentDocument> {
  await expect.poll(findAgent, patience).toBeDefined();
  await expect.poll(() => said, patience).toContain("watch registered");
  return (await findAgent())!;
}

/**
 * The agent has the package. Asked to run one that it is still fetching, it would fetch it a second time into the same
 * file, and neither of the two may come to its end.
 */
async function fetched(packageId: string, fileName: string): Promise<void> {
  const file = join(home, ".openiap", "packages", packageId, fileName);
  await expect.poll(() => existsSync(file), patience).toBe(true);
}

/** Packs one file as a package, uploads it and makes its document; the agent has it when this is done. */
async function publish(language: string, fileName: string, text: string): Promise<string> {
  const folder = join(temporaryFolder(), "package");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, fileName), text);
  const filename = join(dirname(folder), `p-${newId()}.tgz`);
  await promisify(execFile)("tar", ["-czf", filename, "-C", folder, fileName]);
  const { id: fileid } = (await client.UploadFile({ filename })) as unknown as { id: string };
  const item = { _type: "package", name: fileName, version: "1.0.0", language, fileid };
  const { _id: id } = await client.InsertOne<{ _id: string }>({ collectionname: "agents", item });
  await fetched(id, fileName);
  return id;
}

interface Run {
  id: string;
  output: () => string;
  isOver: () => boolean;
}

/** Has the agent run a package, and listens to what that says. */
async function run(packageId: string): Promise<Run> {
  const { slug } = await registered();
  let [output, over] = ["", false];
  const queuename = await client.RegisterQueue({ queuename: `stream-${newId()}` }, (_event, payload) => {
    const { command, data, completed } = payload as { command: string; data?: number[]; completed?: boolean };
    if (command === "stream") output += Buffer.from(data ?? []).toString();
    if (command === "runpackage" && completed === true) over = true;
  });
  const id = newId();
  const data = { command: "runpackage", id: packageId, stream: true, queuename, streamid: id };
  await client.QueueMessage({ queuename: slug, data: data, correlationId: id });
  return { id, output: () => output, isOver: () => over };
}

test("the published agent registers, and fetches a package as soon as there is one", async () => {
  expect(await registered()).toMatchObject({ languages: expect.arrayContaining(["nodejs"]) });
  await publish("nodejs", "main.js", "console.log('fetched')");
}, 60_000);

test("it runs a package of Node.js and tells what that says until it ends", async () => {
  const id = await publish("nodejs", "main.js", "console.log('two kettles', 1 + 1)");
  const { output, isOver } = await run(id);
  await expect.poll(output, patience).toContain("two kettles 2");
  await expect.poll(isOver, patience).toBe(true);
}, 60_000);

test.skipIf(!hasPython)(
  "it runs a package of Python, where there is one on the machine",
  async () => {
    const id = await publish("python", "main.py", "print('three kettles', 1 + 2)");
    const { output, isOver } = await run(id);
    await expect.poll(output, patience).toContain("three kettles 3");
    await expect.poll(isOver, patience).toBe(true);
  },
  60_000,
);

test("it kills a package that is told to end", async () => {
  const { slug } = await registered();
  const id = await publish("nodejs", "main.js", "console.log('here'); setInterval(() => {}, 1000)");
  const running = await run(id);
  await expect.poll(running.output, patience).toContain("here");
  expect(running.isOver()).toBe(false);
  await client.QueueMessage({ queuename: slug, data: { command: "kill", id: running.id } });
  await expect.poll(running.isOver, patience).toBe(true);
}, 60_000);

test("it is the same agent when it comes back", async () => {
  const before = await registered();
  await stopAgent();
  await expect.poll(() => [...door.openiap.connections].length, patience).toBe(1);
  agent = startAgent();
  await expect.poll(() => [...door.openiap.connections].length, patience).toBe(2);
  await expect.poll(() => said.split("Registed agent as").length, patience).toBeGreaterThan(2);
  expect(await client.Query({ collectionname: "agents", query: { _type: "agent" } })).toMatchObject([
    { _id: before._id, slug: before.slug },
  ]);
}, 90_000);

test("it hears of a change of its own document, which is how it is told its settings", async () => {
  const { _id } = await registered();
  const registrations = said.split("Registed agent as").length;
  // Twice, since it lets pass what comes within a second of its own registration.
  await expect
    .poll(
      async () => {
        await client.UpdateDocument({
          collectionname: "agents",
          query: { _id },
          document: { $set: { environment: { KETTLES: newId() } } },
        });
        return said.split("Registed agent as").length;
      },
      { timeout: 40_000, interval: 500 },
    )
    .toBeGreaterThan(registrations);
}, 60_000);
