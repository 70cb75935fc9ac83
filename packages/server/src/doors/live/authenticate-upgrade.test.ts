import { once } from "node:events";
import { IncomingMessage } from "node:http";
import { connect, Socket } from "node:net";
import { fastifyCookie } from "@fastify/cookie";
import { fastify } from "fastify";
import { beforeAll, expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import type { Credential } from "../../modules/identity/model.ts";
import type { Gate } from "../rest/authenticate.ts";
import { clientOf, trustIn } from "../rest/client-address.ts";
import { authenticateUpgrade } from "./authenticate-upgrade.ts";

// Cookies are read by the plugin's own parser, which is there once the REST face has registered it.
beforeAll(async () => {
  await fastify().register(fastifyCookie).ready();
});

const trust = trustIn(["127.0.0.1", "10.0.0.0/8"]);

const said: Record<string, string>[] = [
  {},
  { "x-forwarded-for": "203.0.113.7" },
  { "x-forwarded-for": "198.51.100.1, 203.0.113.7, 10.1.2.3" },
  { "x-forwarded-for": "10.0.0.1" },
  { "x-forwarded-for": "" },
  { "x-forwarded-proto": "https", "x-forwarded-host": "millrace.example" },
  { "x-forwarded-proto": "http, https", "x-forwarded-host": "evil.example, millrace.example" },
];

test.each([
  ["a proxy that is trusted", ["127.0.0.1", "10.0.0.0/8"]],
  ["a stranger", ["10.0.0.0/8"]],
  ["whoever, where nobody is trusted", []],
])("an upgrade by %s comes from where a request of the same headers does", async (_who, proxies) => {
  const trusted = trustIn(proxies);
  const app = fastify({ trustProxy: proxies.length === 0 ? false : trusted });
  app.get("/", ({ ip: address, protocol, host }) => ({ address, protocol, host }));
  app.server.on("upgrade", (request: IncomingMessage, socket: Socket) => {
    socket.end(JSON.stringify(clientOf(request, trusted)));
  });
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  for (const headers of said) {
    const usual = await app.inject({ url: "/", headers: { host: "x", ...headers } });
    const { socket, answer } = ask(Number(port), { host: "x", ...headers });
    expect(JSON.parse(await answer)).toEqual(usual.json());
    socket.destroy();
  }
  await app.close();
});

function ask(port: number, headers: Record<string, string>): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  const lines = Object.entries({ connection: "upgrade", upgrade: "websocket", ...headers });
  socket.write(`GET / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  return { socket, answer: once(socket, "data").then(([chunk]) => String(chunk)) };
}

/** A gate that knows one token and one session, and notes from where they were shown. */
function gateOf(limits: { perAddress?: number; perToken?: number } = {}) {
  const addresses: string[] = [];
  const gate: Gate = {
    authenticator: {
      authenticate: async ({ text }: Credential, { address }) => {
        addresses.push(address);
        if (text !== "good") throw new AppError("unauthenticated", "no such token");
        return systemCall("test-request");
      },
    },
    limitPerToken: new RateLimits(limits.perToken ?? 0),
    limitPerAddress: new RateLimits(limits.perAddress ?? 0),
  };
  const upgrade = (headers: Record<string, string>) =>
    authenticateUpgrade(gate, trust, requestWith({ host: "millrace.example", ...headers }));
  return { addresses, upgrade };
}

function requestWith(headers: Record<string, string>): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: "127.0.0.1" });
  return Object.assign(new IncomingMessage(socket), { headers });
}

test("the client's address is the one that the trusted proxy names", async () => {
  const { addresses, upgrade } = gateOf();
  await upgrade({ authorization: "Bearer good", "x-forwarded-for": "203.0.113.7" });
  expect(addresses).toEqual(["203.0.113.7"]);
});

test("who shows a wrong credential is limited by his own address, not by the proxy's", async () => {
  const { upgrade } = gateOf({ perAddress: 2 });
  const from = (address: string) => upgrade({ authorization: "Bearer bad", "x-forwarded-for": address });
  for (const code of ["unauthenticated", "unauthenticated", "rate_limited"]) {
    await expect(from("203.0.113.7")).rejects.toMatchObject({ code });
  }
  await expect(upgrade({ "x-forwarded-for": "203.0.113.7" })).rejects.toMatchObject({ code: "rate_limited" });
  await expect(from("203.0.113.8")).rejects.toMatchObject({ code: "unauthenticated" });
});

test("an upgrade counts as a request of its token", async () => {
  const { upgrade } = gateOf({ perToken: 1 });
  await upgrade({ authorization: "Bearer good" });
  await expect(upgrade({ authorization: "Bearer good" })).rejects.toMatchObject({ code: "rate_limited" });
});

test("a session's page is our own by the address that the client asked for, behind a proxy too", async () => {
  const { upgrade } = gateOf();
  const behind = {
    host: "node-1.internal",
    "x-forwarded-host": "millrace.example",
    "x-forwarded-proto": "https",
    cookie: "__Host-millrace_session=good",
  };
  await upgrade({ ...behind, origin: "https://millrace.example" });
  await upgrade({ cookie: "millrace_session=good", origin: "http://millrace.example" });
  for (const origin of [
    "https://node-1.internal",
    "http://millrace.example",
    "https://evil.example",
    "null",
  ]) {
    await expect(upgrade({ ...behind, origin })).rejects.toMatchObject({ code: "forbidden" });
  }
});
