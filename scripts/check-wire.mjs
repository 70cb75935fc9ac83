import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const contract = join(root, "packages/contract");

/** The runner's wire reads well, and does not break what was released (`packages/contract/released`). */
const checks = [
  ["lint", "--path", "proto/millrace"],
  ["breaking", "--against", "released"],
];

for (const args of checks) {
  const buf = join(root, "node_modules/.bin/buf");
  const { status, error } = spawnSync(buf, args, { cwd: contract, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exitCode = 1;
}
