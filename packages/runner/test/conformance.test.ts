import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Job } from "../src/job.ts";
import { helperOf } from "../src/plugin-helpers.ts";
import type { RuntimeName } from "../src/runtime-names.ts";
import { type Seen, TestRunner } from "../src/testing.ts";

const entries: Partial<Record<RuntimeName, string>> = {
  node: "plugin.js",
  python: "plugin.py",
  java: "Plugin.java",
  go: "plugin.go",
  rust: "plugin.rs",
  php: "plugin.php",
  ruby: "plugin.rb",
  perl: "plugin.pl",
  csharp: "Plugin.cs",
  c: "plugin.c",
  cpp: "plugin.cpp",
  bash: "plugin.sh",
  lua: "plugin.lua",
  powershell: "plugin.ps1",
};

const functions = [
  "echo",
  "progress",
  "wait",
  "business",
  "application",
  "fail",
  "stray",
  "big",
  "crash",
  "context",
];
const graceMs = 1_500;
const folder = mkdtempSync(join(tmpdir(), "millrace-conformance-"));
let runner: TestRunner;

beforeAll(async () => {
  runner = await new TestRunner().open({ graceMs });
});
afterAll(async () => {
  await runner.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The package of a language, with the helper in it and one function in its manifest that it does not have. */
async function packageOf(runtime: RuntimeName): Promise<string> {
  const source = join(folder, runtime);
  mkdirSync(source, { recursive: true });
  cpSync(fileURLToPath(new URL(`conformance/${runtime}`, import.meta.url)), source, { recursive: true });
  const helper = helperOf(runtime);
  if (helper !== undefined) cpSync(helper.path, join(source, helper.name));
  const offered = [...functions, "missing"].map((name) => `  ${name}: {}`).join("\n");
  const manifest = `name: conformance-${runtime}
version: 1.2.3
runtime: ${runtime}
entry: ${entries[runtime]}
functions:
${offered}
  files: { files: true }
secrets: { key: {} }
limits: { output: 4MB, memory: 1GB, processes: 128 }
reuse: { uses: 1000 }
`;
  writeFileSync(join(source, "millrace.yaml"), manifest);
  return runner.packFolder(source);
}

const nested = {
  text: 'ünï 文 🐎 " \\ / \b\f\n\r\t \u0001 \u2028',
  list: [1, -2.5, 1e21, true, null, [], {}],
  deep: {},
};

for (const language of Object.keys(entries) as RuntimeName[]) {
  describe(language, () => {
    let digest = "";
    let missing: string | undefined;

    beforeAll(async () => {
      const isThere = runner.jobs.describe().runtimes.some(({ name }) => name === language);
      missing = isThere ? undefined : `this machine has no ${language}`;
      if (isThere) digest = await packageOf(language);
    });

    const call = (name: string, input: unknown = null, more: Partial<Job> = {}): Promise<Seen> => {
      const job = { run: { package: digest }, function: name, input, secrets: { key: "very secret key" } };
      return runner.run({ ...job, ...more });
    };
    const promise = (name: string, prove: () => Promise<void>): void => {
      test(name, async ({ skip }) => {
        if (missing !== undefined) return skip(missing);
        await prove();
      });
    };
    provePlugin(promise, call, { language, digest: () => digest });
  });
}

type Prove = (name: string, prove: () => Promise<void>) => void;
type Call = (name: string, input?: unknown, more?: Partial<Job>) => Promise<Seen>;

function provePlugin(
  promise: Prove,
  call: Call,
  plugin: { language: RuntimeName; digest: () => string },
): void {
  proveAnswers(promise, call, plugin);
  proveErrors(promise, call, plugin);

  promise("a print of the user's code goes to the log and breaks nothing", async () => {
    const { result, log } = await call("stray");
    expect(result).toMatchObject({ outcome: "successful", output: { printed: true } });
    const lines = log.map(({ message }) => message).join("\n");
    expect(lines).toContain("stray without end");
    expect(lines).toContain("stray line");
  });

  promise("files go in and come out", async () => {
    const path = join(folder, "in.txt");
    writeFileSync(path, "some text");
    const { result, files } = await call("files", null, { files: [{ name: "in.txt", path }] });
    expect(result).toMatchObject({ outcome: "successful" });
    expect([...files].map(([name, bytes]) => [name, bytes.toString()])).toEqual([["out.txt", "SOME TEXT"]]);
  });

  promise("one that is asked to stop stops, and the next invocation works", async () => {
    const job = { id: `wait-${plugin.language}` };
    const waiting = call("wait", null, job);
    await expect.poll(() => runner.jobs.describe().running).toBeGreaterThan(0);
    setTimeout(() => runner.jobs.cancel(job.id, "no longer wanted"), 300);
    const { result } = await waiting;
    expect(result).toMatchObject({ outcome: "cancelled", error: { message: "no longer wanted" } });
    expect((await call("echo", 1)).result).toMatchObject({ output: 1 });
  });

  promise("a process that goes away is told as such, and the next invocation works", async () => {
    expect((await call("crash")).result).toMatchObject({
      outcome: "application_error",
      error: { code: "process_crashed", retry: true },
    });
    expect((await call("echo", 2)).result).toMatchObject({ output: 2 });
  });
}

function proveAnswers(
  promise: Prove,
  call: Call,
  { language, digest }: { language: RuntimeName; digest: () => string },
) {
  promise("it says what it is when it is probed", async () => {
    const probed = await runner.jobs.probe(digest(), { trusted: false });
    expect(probed).toMatchObject({ name: `conformance-${language}`, version: "1.2.3" });
    expect(probed.functions.filter((name) => name !== "files").sort()).toEqual([...functions].sort());
  });

  promise("values of every kind come back as they went, in any script", async () => {
    const { result } = await call("echo", nested);
    expect(result.error).toBeUndefined();
    expect(result.output).toEqual(language === "lua" ? { ...nested, deep: expect.anything() } : nested);
    for (const value of ["", 0, false, null, [1, [2]], "ß"]) {
      expect((await call("echo", value)).result).toMatchObject({ outcome: "successful", output: value });
    }
  });

  promise("progress and log lines are told while it runs", async () => {
    const { result, progress, log } = await call("progress");
    expect(result).toMatchObject({ outcome: "successful", output: null });
    expect(progress).toEqual([{ fraction: 0.5, message: "half" }]);
    expect(log).toContainEqual({ level: "warn", message: "a warning" });
  });

  promise("it is told job, attempt, settings and secrets", async () => {
    const { result } = await call("context", null, {
      id: `of-${language}`,
      attempt: 3,
      config: { language: "Dansk" },
    });
    expect(result.output).toEqual({ job: `of-${language}`, attempt: 3, language: "Dansk", key: 15 });
  });

  promise("a big output comes whole, and one past the limit is refused", async () => {
    expect((await call("big", { size: 1_000_000 })).result.output).toBe("x".repeat(1_000_000));
    const { result } = await call("big", { size: 5_000_000 });
    expect(result).toMatchObject({
      outcome: "application_error",
      error: { code: "output_limit", retry: false },
    });
  });
}

function proveErrors(promise: Prove, call: Call, { language }: { language: RuntimeName }): void {
  promise("a business error is final, an application error may be tried again", async () => {
    expect((await call("business")).result).toMatchObject({
      outcome: "business_error",
      error: { code: "no_street", message: "There is no such street", retry: false },
    });
    expect((await call("application")).result).toMatchObject({
      outcome: "application_error",
      error: { code: "try_later", message: "Not now", retry: true },
    });
  });

  promise("what is not caught is an application error, and its text is kept", async () => {
    const { result, log } = await call("fail");
    expect(result).toMatchObject({ outcome: "application_error", error: { code: "failed", retry: true } });
    const told = [result.error!.message, ...log.map(({ message }) => message)].join("\n");
    expect(told).toContain("boom");
  });

  promise("a function that is not there is a business error of the plugin's", async () => {
    const { result } = await call("missing");
    expect(result, language).toMatchObject({
      outcome: "business_error",
      error: { code: "function_unknown" },
    });
  });
}
