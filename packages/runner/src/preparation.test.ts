import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manifestOf, TestRunner } from "./testing.ts";

let runner: TestRunner;
beforeAll(async () => {
  // Nothing here may need a registry: what is installed lies in the packages.
  runner = await new TestRunner().open({
    slots: 8,
    installEnvironment: { npm_config_offline: "true", PIP_NO_INDEX: "1" },
  });
});
afterAll(() => runner.remove());

function dependencyFolders(): string[] {
  return readdirSync(join(runner.folder, "runner", "dependencies"));
}

function isThere(name: string): boolean {
  return runner.jobs.describe().runtimes.some((runtime) => runtime.name === name);
}

/** A package of Node.js with a locked dependency that comes along as a tarball. */
async function nodePackage(text: string): Promise<string> {
  const source = join(runner.folder, `node-${Math.random()}`);
  mkdirSync(join(source, "left-pad"), { recursive: true });
  writeFileSync(join(source, "left-pad", "package.json"), JSON.stringify({ name: "left", version: "1.0.0" }));
  writeFileSync(join(source, "left-pad", "index.js"), "module.exports = (text) => text.padStart(8);");
  const packed = spawnSync("npm", ["pack", "./left-pad"], { cwd: source, encoding: "utf8" });
  expect(packed.status, packed.stderr).toBe(0);
  const dependencies = { left: "file:left-1.0.0.tgz" };
  writeFileSync(
    join(source, "package.json"),
    JSON.stringify({ name: "pads", version: "1.0.0", dependencies }),
  );
  const locked = spawnSync("npm", ["install", "--package-lock-only", "--offline"], {
    cwd: source,
    encoding: "utf8",
  });
  expect(locked.status, locked.stderr).toBe(0);
  writeFileSync(join(source, "millrace.yaml"), manifestOf("node", "pad.js", ["pad"]));
  writeFileSync(join(source, "pad.js"), text);
  return runner.packFolder(source);
}

test("what a lock file names is installed once, however many ask, and shared by its packages", async () => {
  const digest = await nodePackage('module.exports = async () => require("left")("pad");');
  const pad = (digest: string) => runner.run({ run: { package: digest }, function: "pad" });
  const all = await Promise.all([pad(digest), pad(digest), pad(digest)]);
  for (const { result } of all)
    expect(result, result.error?.message).toMatchObject({ outcome: "successful", output: "     pad" });
  const other = await nodePackage(
    'import("left").catch(() => {}); module.exports = async () => require("left")("two");',
  );
  expect((await pad(other)).result.output).toBe("     two");
  expect(dependencyFolders()).toHaveLength(1);
}, 120_000);

test("an ES module finds what was installed as well", async () => {
  const digest = await nodePackage('module.exports = async () => (await import("left")).default("esm");');
  const { result } = await runner.run({ run: { package: digest }, function: "pad" });
  expect(result.output).toBe("     esm");
}, 120_000);

test("an install that fails is told with its last words, leaves nothing, and is tried again", async () => {
  const lock = {
    name: "x",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": { dependencies: { gone: "1.0.0" } } },
  };
  const digest = await runner.package({
    "millrace.yaml": manifestOf("node", "x.js", ["x"]),
    "x.js": "",
    "package.json": JSON.stringify({ name: "x", version: "1.0.0", dependencies: { gone: "1.0.0" } }),
    "package-lock.json": JSON.stringify(lock),
  });
  const before = dependencyFolders().length;
  for (let count = 0; count < 2; count += 1) {
    const { result } = await runner.run({ run: { package: digest }, function: "x" });
    expect(result).toMatchObject({
      outcome: "application_error",
      error: { code: "dependencies_failed", retry: true },
    });
    expect(result.error!.message).toContain("npm");
  }
  expect(dependencyFolders()).toHaveLength(before);
}, 120_000);

test("Python's requirements are installed from what comes along", async ({ skip }) => {
  if (!isThere("python")) return skip("this machine has no python");
  if (spawnSync("python3", ["-m", "pip", "--version"]).status !== 0) return skip("this Python has no pip");
  const source = join(runner.folder, "wheels");
  mkdirSync(source);
  const make = `import zipfile
about = "pads-1.0.dist-info/"
with zipfile.ZipFile("pads-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("pads.py", "def pad(text): return text.rjust(8)")
    wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\\nName: pads\\nVersion: 1.0\\n")
    wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(about + "RECORD", f"pads.py,,\\n{about}METADATA,,\\n{about}WHEEL,,\\n")`;
  expect(spawnSync("python3", ["-c", make], { cwd: source }).status).toBe(0);
  writeFileSync(join(source, "requirements.txt"), "./pads-1.0-py3-none-any.whl\n");
  writeFileSync(join(source, "millrace.yaml"), manifestOf("python", "pad.py", ["pad"]));
  writeFileSync(join(source, "pad.py"), "import pads\n\ndef pad(input):\n    return pads.pad('pip')\n");
  const digest = await runner.packFolder(source);
  const { result } = await runner.run({ run: { package: digest }, function: "pad" });
  expect(result).toMatchObject({ outcome: "successful", output: "     pip" });
}, 120_000);

test("what does not compile is told by the compiler's words, and is final", async ({ skip }) => {
  if (!isThere("c")) return skip("this machine has no C compiler");
  const digest = await runner.package({
    "millrace.yaml": manifestOf("c", "x.c", ["x"]),
    "x.c": "int main(void) { retrun 0; }\n",
  });
  const { result } = await runner.run({ run: { package: digest }, function: "x" });
  expect(result).toMatchObject({ outcome: "business_error", error: { code: "build_failed", retry: false } });
  expect(result.error!.message).toContain("retrun");
});

test("a folder that a crash left half done is never used", async () => {
  const digest = await runner.package({
    "millrace.yaml": manifestOf("node", "x.js", ["x"]),
    "x.js": "module.exports = async () => 'whole';",
  });
  const packages = join(runner.folder, "runner", "packages");
  mkdirSync(join(packages, ".draft-crashed", "package"), { recursive: true });
  cpSync(join(runner.folder, "runner", "sandbox"), join(packages, ".draft-crashed", "package", "junk"), {
    recursive: true,
  });
  const { result } = await runner.run({ run: { package: digest }, function: "x" });
  expect(result.output).toBe("whole");
  expect(readFileSync(join(packages, digest, "package", "x.js"), "utf8")).toContain("whole");
});
