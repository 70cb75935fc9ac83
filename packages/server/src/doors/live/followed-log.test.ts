import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Call } from "../../kit/call.ts";
import { Metrics } from "../../kit/metrics.ts";
import { callOf } from "../../kit/testing-calls.ts";
import { setupJobs, TestRunner } from "../../modules/jobs/testing.ts";
import { LiveDoor } from "./live.ts";

let house: Awaited<ReturnType<typeof setupJobs>>;
let door: LiveDoor;
let server: Server;
let caller: Call;

beforeAll(async () => {
  house = await setupJobs();
  door = new LiveDoor({
    authenticate: async () => caller,
    refresh: async (call) => call,
    watch: () => Promise.reject(new Error("nobody watches here")),
    followLog: house.jobs.followLog.bind(house.jobs),
    onHint: () => () => undefined,
    metrics: new Metrics(),
    log: pino({ level: "silent" }),
  });
  server = createServer();
  server.on("upgrade", (request, socket, head) => void door.upgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  await door.close();
  server.closeAllConnections();
  server.close();
  await house.close();
});

type Message = { op: string; id?: string; lines?: { text: string }[]; problem?: { code: string } };

/** A client that has asked for the log, and what it is told, one by one. */
async function follow(as: Call, job: string) {
  caller = as;
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/live`);
  const messages: Message[] = [];
  let told: () => void = () => undefined;
  socket.on("message", (text) => {
    messages.push(JSON.parse((text as Buffer).toString("utf8")) as Message);
    told();
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ op: "followLog", id: "f1", job }));
  const nth = async (count: number): Promise<Message> => {
    while (messages.length < count) await new Promise<void>((resolve) => (told = resolve));
    return messages[count - 1]!;
  };
  return { nth, close: () => socket.close() };
}

test("a log is followed through the live door to the job's end", async () => {
  const runner = await new TestRunner().connect(house);
  const { id } = await house.jobs.submitJob(house.call, { package: "hello", function: "greet" });
  const job = await runner.nth(1);
  const client = await follow(house.call, id);
  await runner.session.log(job, [{ at: 1, stream: "stdout", text: "one" }]);
  expect(await client.nth(1)).toMatchObject({ op: "log", id: "f1", lines: [{ text: "one" }] });
  await runner.end(job);
  expect(await client.nth(2)).toEqual({ op: "logEnd", id: "f1" });
  client.close();
  runner.session.close();
});

test("who may not read the job is told nothing of it, and a token without the scope even less", async () => {
  const { id } = await house.jobs.submitJob(house.call, { package: "hello", function: "greet" });
  const stranger = await follow(callOf("stranger"), id);
  expect(await stranger.nth(1)).toMatchObject({ op: "error", id: "f1", problem: { code: "not_found" } });
  stranger.close();
  const narrow = await follow({ ...house.call, scopes: ["watch:read"] }, id);
  expect(await narrow.nth(1)).toMatchObject({ op: "error", problem: { code: "forbidden" } });
  narrow.close();
});
