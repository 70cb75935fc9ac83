import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandTable } from "./commands.ts";
import { HeldWork } from "./held-work.ts";
import { QueueConsumers } from "./queue-consumers.ts";
import { connectClient, makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";
import { type Flow, flows, type Stage } from "./testing-flows.ts";

const page = fileURLToPath(new URL("../../../../../docs/guide/openiap-conformance.md", import.meta.url));
const transports = [
  { name: "WebSocket", url: "webSocketUrl" },
  { name: "gRPC", url: "grpcUrl" },
  { name: "pipe", url: "pipeUrl" },
] as const;

let door: TestOpeniap;
const stages = new Map<string, Stage>();

beforeAll(async () => {
  door = await openTestOpeniap({ hasGuest: true });
  const { token } = await makeMember(door, { isAdmin: true });
  for (const { name, url } of transports) {
    const [admin, guest] = [await connectClient(door[url], token), await connectGuest(door[url])];
    stages.set(name, { url: door[url], token, admin, guest });
  }
});
afterAll(async () => {
  for (const { admin, guest } of stages.values()) for (const client of [admin, guest]) client.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

describe.each(transports)("over $name the published client does", ({ name }) => {
  test.each(flows)("$name", async (flow) => {
    await flow.run(stages.get(name)!);
  });
});

test("every command that is answered stands in the table of conformance", () => {
  const log = pino({ level: "silent" });
  const held = new HeldWork(door.house.items, log);
  const consumers = new QueueConsumers(door.house.messages, log);
  const clientConfig = () => ({});
  const commands = commandTable(door.house, { held, consumers, clients: () => [], clientConfig });
  const shown = new Set(flows.flatMap((flow) => flow.commands));
  expect(commands.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});

test("the page of conformance is what these tests say", () => {
  const text = pageOf(flows);
  if (process.env["MILLRACE_WRITE_DOCS"] !== undefined) writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

async function connectGuest(url: string) {
  return connectClient(url.replace("//", "//guest:guest@"));
}

/** A line for each command: how it is answered over each transport, and in which flows. */
function pageOf(all: readonly Flow[]): string {
  const commands = [...new Set(all.flatMap((flow) => flow.commands))].sort();
  const lines = commands.map((name) => {
    const using = all.filter((flow) => flow.commands.includes(name));
    const refused = using.find((flow) => flow.refused !== undefined)?.refused;
    const result = refused === undefined ? "works" : "refused";
    const what = refused ?? using.map((flow) => flow.name).join("; ");
    return `| \`${name}\` | ${transports.map(() => result).join(" | ")} | ${what} |`;
  });
  return [
    "# OpenIAP clients: what was run",
    "",
    "Made by `conformance.test.ts` of the OpenIAP door, which runs these flows through the published client of",
    "Node.js, over each transport, against the whole door on a database of its own. `refused`: answered at once by",
    "an error that says why.",
    "",
    `| Command | ${transports.map(({ name }) => name).join(" | ")} | Flows, or why it is refused |`,
    `|---|${transports.map(() => "---|").join("")}---|`,
    ...lines,
    "",
  ].join("\n");
}
