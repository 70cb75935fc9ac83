import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manifestOf, TestRunner } from "./testing.ts";

let runner: TestRunner;
beforeAll(async () => {
  runner = await new TestRunner().open({ graceMs: 500 });
});
afterAll(() => runner.remove());

/** A plugin of JavaScript with one module of functions. */
function javascript(text: string, functions: readonly string[], more = ""): Promise<string> {
  return runner.package({
    "millrace.yaml": manifestOf("node", "plugin.js", functions, more),
    "plugin.js": text,
  });
}

test("a function of JavaScript, of a module, and of Python answer through processes of their own", async () => {
  const common = await javascript(
    "module.exports = async (input, context) => ({ text: `Hello ${input.name}`, job: context.job });",
    ["greet"],
  );
  const module = await runner.package({
    "millrace.yaml": manifestOf("node", "plugin.mjs", ["greet"]),
    "plugin.mjs": "export default async ({ name }, { job }) => ({ text: `Hello ${name}`, job });",
  });
  const python = await runner.package({
    "millrace.yaml": manifestOf("python", "greet.py", ["greet"]),
    "greet.py":
      "def greet(input, context):\n    return {'text': 'Hello ' + input['name'], 'job': context['job']}\n",
  });
  for (const digest of [common, module, python]) {
    const job = { id: `job-${digest}`, run: { package: digest }, function: "greet", input: { name: "Ada" } };
    const { result } = await runner.run(job);
    expect(result).toMatchObject({ outcome: "successful", output: { text: "Hello Ada", job: job.id } });
  }
});

const counting =
  "let count = 0;\nmodule.exports = async () => ({ count: (count += 1), home: process.env.HOME });";

test("a process serves again where the manifest says so, as often as it says, and never another tenant", async () => {
  const fresh = await javascript(counting, ["count"]);
  const warm = await javascript(counting, ["count"], "reuse: { uses: 3 }\n");
  const count = async (digest: string, tenant = "default") => {
    const { result } = await runner.run({ run: { package: digest }, function: "count", tenant });
    return (result.output as { count: number }).count;
  };
  expect([await count(fresh), await count(fresh)]).toEqual([1, 1]);
  expect([await count(warm), await count(warm), await count(warm), await count(warm)]).toEqual([1, 2, 3, 1]);
  expect(await count(warm, "other")).toBe(1);
});

test("an idle process is ended, and its folder is gone", async () => {
  const digest = await javascript(counting, ["count"], "reuse: { idle: 1ms }\n");
  const { result } = await runner.run({ run: { package: digest }, function: "count" });
  const { home } = result.output as { home: string };
  await expect
    .poll(() => readdirSync(join(home, "..")).map((name) => join(home, "..", name)))
    .not.toContain(home);
});

test("invocations at once share a process up to its concurrency", async () => {
  const text = "module.exports = () => new Promise((done) => setTimeout(() => done(process.env.HOME), 300));";
  const digest = await javascript(text, ["wait"], "reuse: { concurrency: 2 }\n");
  const one = () => runner.run({ run: { package: digest }, function: "wait" });
  const homes = (await Promise.all([one(), one(), one()])).map(({ result }) => result.output);
  expect(new Set(homes).size).toBe(2);
});

test("an input that does not fit its schema is refused by field, and an output is the plugin's fault", async () => {
  const manifest = `name: strict
version: 1.0.0
runtime: node
entry: plugin.js
functions:
  double:
    input: { type: object, required: [number], properties: { number: { type: number, pattern: "(a+)+$" } } }
    output: { type: number }
`;
  const files = {
    "millrace.yaml": manifest,
    "plugin.js": "module.exports = async ({ number }) => number === 0 ? 'no' : 2 * number;",
  };
  const digest = await runner.package(files);
  const double = (input: unknown) => runner.run({ run: { package: digest }, function: "double", input });
  expect((await double({ number: 2 })).result.output).toBe(4);
  expect((await double({ number: "two" })).result).toMatchObject({
    outcome: "business_error",
    error: { code: "invalid_input", message: expect.stringContaining("number") },
  });
  expect((await double({ number: 0 })).result).toMatchObject({
    outcome: "application_error",
    error: { code: "invalid_output" },
  });
  const { result } = await runner.run({ run: { package: digest }, function: "triple" });
  expect(result.error).toMatchObject({
    code: "function_unknown",
    message: 'strict has no function "triple"; it has double',
  });
});

test("time that is over ends a plugin that blocks, with all that it started", async () => {
  const text = `const { spawn } = require("node:child_process");
module.exports = async () => { spawn("sleep", ["987"], { detached: true, stdio: "ignore" }); for (;;); };`;
  const digest = await javascript(text, ["block"], "limits: { timeout: 300ms }\n");
  const { result } = await runner.run({ run: { package: digest }, function: "block" });
  expect(result).toMatchObject({ outcome: "timed_out", error: { message: "no answer within 300 ms" } });
  const lines = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const { readFileSync } = await import("node:fs");
  const commands = lines.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1");
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code);
    }
  });
  expect(commands.filter((command) => command.startsWith("sleep\u0000987"))).toEqual([]);
});

test("a flood of output is cut with a mark, ends the job, and costs the runner no memory", async () => {
  const text = `const { spawnSync } = require("node:child_process");
const flood = "while :; do echo ${"x".repeat(1_000)}; done";
module.exports = async () => void spawnSync("sh", ["-c", flood], { stdio: "inherit" });`;
  const digest = await javascript(text, ["flood"], "limits: { output: 1MB }\n");
  const before = process.memoryUsage().rss;
  const { result, log } = await runner.run({ run: { package: digest }, function: "flood" });
  expect(result.error).toMatchObject({ code: "output_limit", retry: false });
  expect(log.at(-1)!.message).toBe("[output cut: more than 1000000 bytes]");
  expect(log.length).toBeLessThan(1_100);
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
});

test("one line without an end is never held", async () => {
  const text = `const { spawnSync } = require("node:child_process");
module.exports = async () => void spawnSync("sh", ["-c", "tr '\\\\0' x < /dev/zero >&3"], { stdio: [0, 1, 2, 3] });`;
  const digest = await javascript(text, ["line"], "limits: { output: 1MB }\n");
  const { result } = await runner.run({ run: { package: digest }, function: "line" });
  expect(result.error).toMatchObject({ code: "output_limit" });
});

test("a secret does not come back in output, errors, progress or log, however it is written", async () => {
  const text = `module.exports = async (_, { secrets: { key }, progress, log }) => {
  progress(0.5, key);
  log("url " + encodeURIComponent(key));
  process.stderr.write("hex " + Buffer.from(key).toString("hex").slice(0, 9));
  await new Promise((done) => setTimeout(done, 50));
  process.stderr.write(Buffer.from(key).toString("hex").slice(9) + "\\n");
  if (key.startsWith("bad")) throw new Error("no " + key);
  return { [key]: [key, Buffer.from("x" + key).toString("base64")] };
};`;
  const digest = await javascript(text, ["leak"], "secrets: { key: {} }\nreuse: {}\n");
  for (const key of ["sw0rd&fish", "bad s/cret"]) {
    const seen = await runner.run({ run: { package: digest }, function: "leak", secrets: { key } });
    const all = JSON.stringify([seen.result, seen.log, seen.progress]);
    expect(all).toContain("[secret]");
    for (const form of [
      key,
      encodeURIComponent(key),
      Buffer.from(key).toString("hex"),
      "N3MHJkJ",
      key.slice(2),
    ])
      expect(all).not.toContain(form);
  }
  const { result } = await runner.run({ run: { package: digest }, function: "leak" });
  expect(result.error).toMatchObject({ code: "invalid_input", message: "sample wants the secrets key" });
});

test("a package that wants network does not run without it being granted", async () => {
  const server = createServer((_request, response) => response.end("reached")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = `module.exports = async () => (await fetch(${JSON.stringify(url)})).text();`;
  const digest = await javascript(text, ["get"], "network: [localhost]\n");
  const refused = await runner.run({ run: { package: digest }, function: "get" });
  expect(refused.result).toMatchObject({ outcome: "business_error", error: { code: "network_refused" } });
  const granted = await runner.run({ run: { package: digest }, function: "get", network: true });
  expect(granted.result.output).toBe("reached");
  const quiet = await javascript(text, ["get"]);
  const unasked = await runner.run({ run: { package: quiet }, function: "get", network: true });
  const isCut = ["bubblewrap", "unshare"].includes(runner.jobs.describe().sandbox.isolation);
  expect(unasked.result.outcome).toBe(isCut ? "application_error" : "successful");
  server.close();
});

test("every job has one result, also of a package that is not there, is none, or cannot start", async () => {
  const run = async (digest: string) =>
    (await runner.run({ run: { package: digest }, function: "x" })).result;
  expect(await run("0".repeat(64))).toMatchObject({
    outcome: "application_error",
    error: { code: "runner_failed", retry: true },
  });
  expect(await run("../../etc")).toMatchObject({
    outcome: "business_error",
    error: { code: "digest_mismatch" },
  });
  const junk = join(runner.folder, "junk");
  writeFileSync(junk, "no archive");
  expect(await run(runner.addArchive(junk))).toMatchObject({
    outcome: "business_error",
    error: { code: "archive_invalid" },
  });
  const noManifest = await runner.package({ "a.txt": "a" });
  expect(await run(noManifest)).toMatchObject({ error: { code: "manifest_invalid" } });
  const noEntry = await runner.package({ "millrace.yaml": manifestOf("node", "gone.js", ["x"]) });
  expect(await run(noEntry)).toMatchObject({
    error: { message: "entry: there is no file gone.js in the package" },
  });
  const noRuntime = await javascript("", ["x"], 'runtimeVersion: ">=99"\n');
  expect(await run(noRuntime)).toMatchObject({
    outcome: "application_error",
    error: { code: "runtime_missing" },
  });
  const broken = await javascript("syntax error here", ["x"]);
  expect(await run(broken)).toMatchObject({
    error: { code: "process_crashed", message: expect.stringContaining("SyntaxError") },
  });
});

test("a job beyond the slots is answered at once, and so is one of a runner that closes", async () => {
  const small = await new TestRunner().open({ slots: 1, graceMs: 200 });
  try {
    const text = "module.exports = () => new Promise(() => undefined);";
    const digest = await small.package({
      "millrace.yaml": manifestOf("node", "plugin.js", ["wait"]),
      "plugin.js": text,
    });
    const waiting = small.run({ id: "waiting", run: { package: digest }, function: "wait" });
    expect(small.jobs.freeSlots).toBe(0);
    const second = await small.run({ run: { package: digest }, function: "wait" });
    expect(second.result.error).toMatchObject({ code: "runner_full", retry: true });
    small.jobs.cancel("waiting", "enough");
    expect((await waiting).result.outcome).toBe("cancelled");
    await small.jobs.close();
    expect((await small.run({ run: { package: digest }, function: "wait" })).result.error).toMatchObject({
      code: "runner_closed",
    });
  } finally {
    await small.remove();
  }
});

test.for(["bubblewrap", "unshare", "user", "none"] as const)(
  "a job runs with %s",
  async (isolation, { skip }) => {
    const one = new TestRunner();
    try {
      const isThere = await one.open({ sandbox: { isolations: [isolation] } }).then(
        () => true,
        () => false,
      );
      if (!isThere) return skip(`${isolation} does not work on this machine`);
      const text = `const fs = require("node:fs");
module.exports = async (input, { directory }) => {
  fs.writeFileSync(directory + "/out.txt", fs.readFileSync(directory + "/in.txt", "utf8") + input);
  return fs.readdirSync(process.env.TMPDIR);
};`;
      const manifest = `name: x\nversion: 1.0.0\nruntime: node\nentry: x.js\nfunctions: { x: { files: true } }\n`;
      const digest = await one.package({ "millrace.yaml": manifest, "x.js": text });
      const path = join(one.folder, "in.txt");
      writeFileSync(path, "one ");
      const files = [{ name: "in.txt", path }];
      const seen = await one.run({ run: { package: digest }, function: "x", input: "two", files });
      expect(seen.result).toMatchObject({ outcome: "successful", output: [] });
      expect(seen.files.get("out.txt")?.toString()).toBe("one two");
    } finally {
      await one.remove();
    }
  },
);

test("where nothing isolates, an untrusted package is refused unless the operator allows it", async () => {
  const text = "module.exports = async () => 'ran';";
  for (const allowUnisolated of [false, true]) {
    const bare = await new TestRunner().open({ allowUnisolated, sandbox: { isolations: ["none"] } });
    try {
      const digest = await bare.package({
        "millrace.yaml": manifestOf("node", "plugin.js", ["x"]),
        "plugin.js": text,
      });
      const { result } = await bare.run({ run: { package: digest }, function: "x" });
      expect(result.error?.code).toBe(allowUnisolated ? undefined : "isolation_missing");
      const trusted = await bare.run({ run: { package: digest }, function: "x", trusted: true });
      expect(trusted.result.output).toBe("ran");
    } finally {
      await bare.remove();
    }
  }
});
