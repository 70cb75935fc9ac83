import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { Metrics } from "../../kit/metrics.ts";
import { LiveDoor } from "./live.ts";

let server: Server;
let door: LiveDoor;
/** Ends every authentication that waits. */
const decide: ((refusal?: AppError) => void)[] = [];

beforeAll(async () => {
  door = new LiveDoor({
    authenticate: () =>
      new Promise((resolve, reject) => {
        decide.push((refusal) => (refusal === undefined ? resolve(systemCall("test")) : reject(refusal)));
      }),
    refresh: async (call) => call,
    watch: () => Promise.reject(new Error("nobody watches here")),
    followLog: () => {
      throw new Error("nobody follows here");
    },
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
  server.close();
});

/** A connection that has asked for an upgrade and is being authenticated. */
async function openUpgrade(): Promise<Socket> {
  const waiting = decide.length;
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  socket.write(
    "GET /api/v1/live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
  );
  await expect.poll(() => decide.length).toBe(waiting + 1);
  return socket;
}

test("a client that breaks off while it is being authenticated harms nobody", async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on("uncaughtException", note);
  for (const refusal of [undefined, new AppError("unauthenticated", "no such token")]) {
    const serverSide = once(server, "connection");
    const socket = await openUpgrade();
    const [accepted] = (await serverSide) as [Socket];
    socket.resetAndDestroy();
    await expect.poll(() => accepted.destroyed).toBe(true);
    for (const each of decide.splice(0)) each(refusal);
  }
  await new Promise((resolve) => setImmediate(resolve));
  process.off("uncaughtException", note);
  expect(uncaught).toEqual([]);
});

test("a refused client is told why in problem details, and its connection does not stay", async () => {
  const serverSide = once(server, "connection");
  const socket = await openUpgrade();
  const [accepted] = (await serverSide) as [Socket];
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  for (const each of decide.splice(0)) each(new AppError("unauthenticated", "no such token"));
  await expect.poll(() => accepted.destroyed).toBe(true);
  await expect.poll(() => text).toContain("\r\n\r\n{");
  expect(text).toMatch(/^HTTP\/1\.1 401 [\s\S]*www-authenticate: Bearer/);
  const problem = JSON.parse(text.split("\r\n\r\n")[1]!) as Record<string, unknown>;
  expect(problem).toMatchObject({ code: "unauthenticated", status: 401 });
  expect(problem["requestId"]).toMatch(/^[0-9a-f]{24}$/);
  socket.destroy();
});
