import { createClient } from "@millrace/sdk";
import { expect, test } from "vitest";
import { runFilmsOnOpeniap } from "./openiap-workers.ts";
import { startTestServer } from "./testing.ts";

const workTimeoutMs = 600_000;

// The published client would tell its makers of what it does, and take its credentials from here.
process.env["enable_analytics"] = "false";
for (const name of ["apiurl", "grpcapiurl", "wsapiurl", "jwt"]) delete process.env[name];

test(
  "workers written on the OpenIAP client come to the same summary",
  async () => {
    const server = await startTestServer();
    const client = createClient(server);
    const url = `${server.url.replace("http:", "ws:")}/ws/v2`;
    const summary = await runFilmsOnOpeniap({ url, jwt: server.token });
    expect(summary).toEqual({
      records: 3_201,
      successful: 3_178,
      rejected: { "missing title": 1, "impossible date": 22 },
      retried: 319,
      documents: 3_178,
      tookMs: expect.any(Number),
    });
    expect((await client.queueStats("films-rejected")).counts.new).toBe(23);
    const { items } = await client.queryDocuments("films", { filter: { title: "The Land Girls" } });
    expect(items).toMatchObject([
      { number: 1, grossDollars2010: Math.round(146_083 * 1.03 ** 12), _version: 0 },
    ]);
    await client.close();
    await server.stop();
  },
  workTimeoutMs,
);
