import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "./failures.ts";
import { parseManifest, readManifest } from "./manifest.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-manifest-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = "name: greet\nversion: 1.0.0\nruntime: node\nentry: greet.js\n";

function problemsOf(text: string): string[] {
  try {
    parseManifest(text);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return (error as Refusal).message.split("\n");
  }
}

test("a small manifest gets its defaults", () => {
  expect(parseManifest(small)).toMatchObject({
    kind: "once",
    runtimeVersion: "*",
    network: [],
    functions: {},
    limits: { timeoutMs: 60_000, processesMax: 64 },
    reuse: { enabled: false },
  });
});

test("a manifest says everything about a plugin", () => {
  const manifest = parseManifest(`${small}
runtimeVersion: ">=20"
functions:
  greet:
    description: says hello
    input: { type: object, required: [name] }
    files: true
config: { language: { type: string, default: en } }
secrets: { key: { description: of the service }, extra: { required: false } }
network: [api.example.com:443, "*.example.org"]
limits: { timeout: 1.5s, memory: 64MiB, cpus: 0.5, processes: 8, openFiles: 32, output: 1MB, disk: 2kB }
reuse: { idle: 5m, uses: 100, concurrency: 4 }
`);
  expect(manifest).toMatchObject({
    kind: "plugin",
    functions: { greet: { description: "says hello", files: true, output: true } },
    secrets: { key: { required: true }, extra: { required: false } },
    limits: {
      timeoutMs: 1_500,
      memoryBytes: 67_108_864,
      cpus: 0.5,
      processesMax: 8,
      openFilesMax: 32,
      outputBytes: 1_000_000,
      diskBytes: 2_000,
    },
    reuse: { enabled: true, idleMs: 300_000, usesMax: 100, concurrency: 4 },
  });
});

test("every mistake is listed at once, each with its field", () => {
  const text = `name: Greet me
version: "1"
runtime: pyton
entry: ../greet.js
runtimeVersion: new
functions: { greet: { inputs: {}, files: 1 } }
network: [http://x, 7]
limits: { memry: 1GB, timeout: 30, memory: big, cpus: 0 }
reuse: 7
kind: daemon
`;
  expect(problemsOf(text)).toEqual([
    "functions.greet.files is a number, true or false is wanted",
    'functions.greet.inputs is not known, is "input" meant?',
    "functions is for plugins, this is kind daemon",
    'version is "1", no semantic version such as 1.0.0',
    "name has small letters, digits, . _ and -, and begins with a letter; at most 100 characters",
    'runtime is "pyton", is "python" meant?; one of ' +
      "node, python, java, go, rust, php, ruby, perl, csharp, c, cpp, bash, lua, powershell, executable",
    'runtimeVersion is "new", no range of versions such as >=3.10',
    "entry is no path within the package",
    "network.0 is no host such as api.example.com or api.example.com:443",
    "network.1 is a number, a text is wanted",
    'limits.memory is "big", a size such as 256MB is wanted',
    "limits.cpus is 0, out of 0.01 to 256",
    'limits.memry is not known, is "memory" meant?',
    "reuse is a number, an object is wanted",
  ]);
});

test.each([
  ["entry: /etc/passwd", "entry is no path within the package"],
  ["entry: -x", "entry is no path within the package"],
  ['entry: "a\\\\b"', "entry is no path within the package"],
  ["entry: a/../../b", "entry is no path within the package"],
])("an entry outside of the package is refused: %s", (line, problem) => {
  expect(problemsOf(small.replace("entry: greet.js", line))).toEqual([problem]);
});

test("what is no YAML, holds no fields, or refers to itself without an end is refused", () => {
  expect(problemsOf("a: [1")[0]).toContain("millrace.yaml is no YAML");
  expect(problemsOf("a: 1\na: 2")[0]).toContain("millrace.yaml is no YAML");
  expect(problemsOf("- 1")).toEqual(["millrace.yaml holds no fields"]);
  const bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
  expect(problemsOf(bomb)[0]).toContain("millrace.yaml may hold no references");
});

test("names like __proto__ are names and change nothing", () => {
  expect(problemsOf(`${small}functions: { __proto__: {} }`)[0]).toContain("functions.__proto__ is no name");
});

test("a package.json with an openiap section is read as a package that is judged by its exit code", async () => {
  const page = { name: "@acme/My Agent", version: "0.2.0", main: "main.py", openiap: { language: "python" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(page));
  expect(await readManifest(folder)).toMatchObject({
    name: "acme-my-agent",
    version: "0.2.0",
    runtime: "python",
    entry: "main.py",
    kind: "once",
    network: ["*"],
  });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...page, openiap: { daemon: true } }));
  expect(await readManifest(folder)).toMatchObject({ runtime: "node", kind: "daemon" });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...page, openiap: { language: "cobol" } }));
  await expect(readManifest(folder)).rejects.toThrow('openiap.language is "cobol"');
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "other" }));
  await expect(readManifest(folder)).rejects.toThrow("there is no millrace.yaml");
});
