import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** The README's example in a process of its own. */
function startExample() {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const flags = ["--import", loader, "--conditions=source", "--input-type=module", "--eval", example!];
  const child = spawn(process.execPath, flags, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, MILLRACE_URL: server.url, MILLRACE_TOKEN: server.token },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, exited: once(child, "exit"), output: () => output };
}

test("the README's example does what it says, and ends when it is told to", async () => {
  const client = server.client();
  const { child, exited, output } = startExample();
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`it ended: ${output()}`);
      const { items } = await client.listItems("films").catch(() => ({ items: [] }));
      if (items.filter((item) => item.finishedAt !== null).length === 2 && output().split("\n").length > 2)
        break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
  expect(
    output()
      .split("\n")
      .filter((line) => !line.startsWith("stored")),
  ).toEqual(["queued 1986", "queued 1979", ""]);
  expect((await client.listItems("films")).items).toMatchObject([
    { state: "failed", error: { kind: "business", message: "a film needs a title" } },
    { state: "successful", payload: { title: "Alien", stored: true } },
  ]);
  expect(await client.queryDocuments("films", {})).toMatchObject({ items: [{ name: "Alien" }] });
});
