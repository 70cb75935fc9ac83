import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The longest come first, so that the short ones fill the gaps. `needs` is what a check cannot do without. */
const checks = [
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings", "-f", "unix"] },
  { name: "floors", command: ["node", "tools/floors.mjs"] },
  { name: "tidy", command: ["vitest", "run", "--project", "house", "tidy.test.ts"] },
  // What no entry leads to is dead, which can be told only where the entries stand.
  {
    name: "dead code",
    command: ["knip", "--no-progress"],
    needs: ["packages/server/src/main.ts", "packages/cli/src/main.ts"],
  },
  { name: "types", command: ["tsc", "--noEmit", "-p", "."] },
  { name: "wire", command: ["node", "scripts/check-wire.mjs"] },
  { name: "format", command: ["oxfmt", "--check"] },
];

const env = { ...process.env, NO_COLOR: "1" };
const failed = [];
const waiting = [...checks];
await Promise.all(Array.from({ length: availableParallelism() }, work));
if (failed.length > 0)
  console.log(`\n${failed.length} of ${checks.length} checks failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) await perform(check);
}

async function perform({ name, command, needs = [] }) {
  const missing = needs.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) {
    console.log(`left out  ${name.padEnd(9)}  until there is ${missing.join(", ")}`);
    return;
  }
  const startedAt = performance.now();
  const { passed, output } = await run(command);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${passed ? "ok      " : "FAILED  "}  ${name.padEnd(9)}  ${seconds} s`);
  if (passed) return;
  failed.push(name);
  console.log(output);
}

/** Runs a tool of this repository and keeps what it says. */
function run([tool, ...args]) {
  const file = tool === "node" ? process.execPath : join(root, "node_modules/.bin", tool);
  const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ passed: code === 0, output }));
  });
}
