import { openiap as OpeniapClient } from "@openiap/nodeapi";
import { execFile, type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { prepare, push, summarise } from "./openiap-workers.ts";
import { readRecords } from "./records.ts";
import { startTestServer } from "./testing.ts";

const workTimeoutMs = 600_000;
const patience = { timeout: workTimeoutMs, interval: 250 };
const agentMain = createRequire(import.meta.url).resolve("@openiap/nodeagent/dist/agent.js");
const hasPython = spawnSync("python3", ["--version"]).status === 0;

// The published client would tell its makers of what it does, and take its credentials from here.
process.env["enable_analytics"] = "false";
for (const name of ["apiurl", "grpcapiurl", "wsapiurl", "jwt"]) delete process.env[name];

test(
  "a package in Python on the published agent comes to the same summary",
  async ({ skip }) => {
    skip(!hasPython, "there is no python3 on this machine");
    const server = await startTestServer();
    const url = `${server.url.replace("http:", "ws:")}/ws/v2`;
    const client = new OpeniapClient(url, server.token);
    await client.connect();
    const agent = startAgent(url, server.token);
    try {
      await prepare(client);
      await push(client, readRecords());
      expect(await runOnAgent(client, await publish(client))).toContain('films: {"films": 3520');
      expect(await summarise(client)).toEqual({
        successful: 3_178,
        rejected: { "missing title": 1, "impossible date": 22 },
        retried: 319,
        documents: 3_178,
      });
      const query = { title: "The Land Girls" };
      expect(await client.Query({ collectionname: "films", query })).toMatchObject([
        { number: 1, grossDollars2010: Math.round(146_083 * 1.03 ** 12) },
      ]);
    } finally {
      agent.kill("SIGKILL");
      await once(agent, "exit");
      client.Close();
      await server.stop();
    }
  },
  workTimeoutMs,
);

/** The published agent, which dials this server and nobody else. */
function startAgent(apiurl: string, jwt: string): ChildProcess {
  const { PATH } = process.env;
  const HOME = mkdtempSync(join(inject("runFolder"), "agent-"));
  const env = { PATH, HOME, apiurl, jwt, enable_analytics: "false" };
  return spawn(process.execPath, [agentMain], { env, cwd: dirname(agentMain), stdio: "ignore" });
}

async function publish(client: OpeniapClient): Promise<string> {
  const folder = fileURLToPath(new URL("../python", import.meta.url));
  const filename = join(mkdtempSync(join(inject("runFolder"), "package-")), "films.tgz");
  await promisify(execFile)("tar", ["-czf", filename, "-C", folder, "main.py"]);
  const { id: fileid } = (await client.UploadFile({ filename })) as unknown as { id: string };
  const item = { _type: "package", name: "films", version: "1.0.0", language: "python", fileid };
  return (await client.InsertOne<{ _id: string }>({ collectionname: "agents", item }))._id;
}

/** Has the agent run the package to its end; answers what that printed. */
async function runOnAgent(client: OpeniapClient, packageId: string): Promise<string> {
  const findSlug = async () =>
    (await client.Query<{ slug: string }>({ collectionname: "agents", query: { _type: "agent" } }))[0]?.slug;
  await expect.poll(findSlug, patience).toBeDefined();
  let [output, isOver] = ["", false];
  const queuename = await client.RegisterQueue({ queuename: "films-output" }, (_event, payload) => {
    const { command, data, completed } = payload as { command: string; data?: number[]; completed?: boolean };
    if (command === "stream") output += Buffer.from(data ?? []).toString();
    if (command === "runpackage" && completed === true) isOver = true;
  });
  const data = { command: "runpackage", id: packageId, stream: true, queuename, streamid: "films" };
  await client.QueueMessage({ queuename: (await findSlug())!, data: data, correlationId: "films" });
  await expect.poll(() => isOver, patience).toBe(true);
  return output;
}
