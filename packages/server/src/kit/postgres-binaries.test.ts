import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installedBinaries, type PostgresBinaries, readyBinaries } from "./postgres-binaries.ts";
import { startNode, temporaryFolder } from "./testing.ts";

const isRoot = process.getuid?.() === 0;

/** What npm leaves when the package's install script was not allowed to run. */
function unlinkedCopy(): PostgresBinaries {
  const installed = installedBinaries();
  const folder = join(temporaryFolder(), "native");
  cpSync(installed.folder, folder, { recursive: true, verbatimSymlinks: true });
  const lib = join(folder, "lib");
  for (const name of readdirSync(lib)) {
    if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name));
  }
  return { ...installed, folder };
}

function runs(folder: string): string {
  return execFileSync(join(folder, "bin/postgres"), ["--version"], { encoding: "utf8", stdio: "pipe" });
}

test("binaries without their symbolic links run once they are made ready", async () => {
  const installed = unlinkedCopy();
  expect(() => runs(installed.folder)).toThrow(/cannot open shared object file|Library not loaded/);
  const folders = await Promise.all([1, 2].map(() => readyBinaries(temporaryFolder(), installed)));
  expect(folders.map((ready) => ready.folder)).toEqual([installed.folder, installed.folder]);
  expect(runs(installed.folder)).toContain(`PostgreSQL) ${installed.major}.`);
});

const makeReady = `
  import { readyBinaries } from "${new URL("./postgres-binaries.ts", import.meta.url).href}";
  const [folder, dataDir] = process.argv.slice(-2);
  const ready = await readyBinaries(dataDir, { folder, version: "18.0.0", major: 18 });
  console.log(ready.folder);
`;

test("binaries that may not be written to are copied into the data folder", async () => {
  const installed = unlinkedCopy();
  const dataDir = temporaryFolder();
  chmodSync(join(installed.folder, ".."), 0o755);
  chmodSync(join(installed.folder, "lib"), 0o555);
  chmodSync(dataDir, 0o777);
  const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  const child = startNode(makeReady, { args: [installed.folder, dataDir], ...nobody });
  const folder = await child.line();
  await child.kill();
  expect(folder).toBe(join(dataDir, "binaries/18.0.0"));
  expect(runs(folder)).toContain("PostgreSQL");
  expect(existsSync(`${folder}.draft`)).toBe(false);
  chmodSync(join(installed.folder, "lib"), 0o755);
});
