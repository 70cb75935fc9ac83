import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestRunner } from "./testing.ts";

let runner: TestRunner;
let server: Server;
const cancelled: string[] = [];

interface Message {
  type: string;
  id: string;
  function: string;
  input: unknown;
  context: { secrets: { key: string } };
}

async function answersTo(request: IncomingMessage): Promise<object[] | undefined> {
  const { type, id, function: name, input, context } = JSON.parse(await text(request)) as Message;
  if (type === "cancel") {
    cancelled.push(id);
    return [];
  }
  if (name === "wait") return undefined;
  if (name === "fail")
    return [{ type: "error", id, error: { kind: "business", code: "no_street", message: "none" } }];
  const progress = { type: "progress", id, fraction: 0.5, message: "half" };
  return [
    progress,
    { type: "log", id, level: "info", message: context.secrets.key },
    { type: "ok", id, output: input },
  ];
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void answersTo(request).then((answers) => {
      if (answers !== undefined)
        response.end(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/plugin`;
  runner = await new TestRunner().open({ adapters: { lab: url, gone: "http://127.0.0.1:9/" } });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await runner.remove();
});

test("an adapter that runs already is spoken to by the same messages over HTTP", async () => {
  const job = {
    run: { adapter: "lab" },
    function: "echo",
    input: { a: [1] },
    secrets: { key: "secret of the lab" },
  };
  const { result, progress, log } = await runner.run(job);
  expect(result).toMatchObject({ outcome: "successful", output: { a: [1] } });
  expect(progress).toEqual([{ fraction: 0.5, message: "half" }]);
  expect(log).toEqual([{ level: "info", message: "[secret]" }]);
});

test("its errors, its absence and an unknown name are told apart", async () => {
  const run = async (adapter: string, name: string) =>
    (await runner.run({ run: { adapter }, function: name })).result;
  expect(await run("lab", "fail")).toMatchObject({ outcome: "business_error", error: { code: "no_street" } });
  expect(await run("gone", "echo")).toMatchObject({
    outcome: "application_error",
    error: { code: "adapter_failed", retry: true },
  });
  expect(await run("none", "echo")).toMatchObject({
    error: { code: "runtime_missing", message: "there is no adapter none here; there are lab, gone" },
  });
});

test("one that does not answer in time, or is cancelled, is told so", async () => {
  const waiting = { run: { adapter: "lab" }, function: "wait" };
  expect((await runner.run({ ...waiting, id: "late", timeoutMs: 100 })).result.outcome).toBe("timed_out");
  const running = runner.run({ ...waiting, id: "stopped" });
  runner.jobs.cancel("stopped", "enough");
  expect((await running).result).toMatchObject({ outcome: "cancelled", error: { message: "enough" } });
  await expect.poll(() => cancelled).toEqual(["late", "stopped"]);
});

test("an adapter elsewhere than on this machine is refused", async () => {
  const elsewhere = new TestRunner();
  await expect(elsewhere.open({ adapters: { far: "http://10.0.0.1/" } })).rejects.toThrow("adapter far");
  await elsewhere.remove();
});
