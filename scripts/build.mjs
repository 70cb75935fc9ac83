import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildWeb } from "./build-web.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const folders = ["packages", "examples"];

/** Builds what is stale: the programs and the browser application. */
export async function build() {
  // One after the other, for both want all processors.
  await buildPrograms();
  const startedAt = Date.now();
  const built = await buildWeb().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  if (built) process.stderr.write(`built web in ${Date.now() - startedAt} ms\n`);
}

/** Bundles every workspace that has a src/main.ts to its dist/main.js, where a source is newer than the bundle. */
async function buildPrograms() {
  const workspaces = folders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  const changedAt = newestChange();
  const stale = workspaces.filter((name) => existsSync(entryOf(name)) && builtAt(name) < changedAt);
  if (stale.length === 0) return;
  const startedAt = Date.now();
  // The bundler has said what is wrong; without a whole build nothing may start.
  await Promise.all(stale.map((name) => bundle(name, changedAt))).catch(() => process.exit(1));
  // Its service would stay beside the server for as long as that runs.
  await (await import("esbuild")).stop();
  process.stderr.write(
    `built ${stale.map((name) => basename(name)).join(", ")} in ${Date.now() - startedAt} ms\n`,
  );
}

function entryOf(name) {
  return join(root, name, "src/main.ts");
}

function outputOf(name) {
  return join(root, name, "dist/main.js");
}

function builtAt(name) {
  return Math.round(statSync(outputOf(name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

/** Bundles contain each other's sources, so a change in one package makes all of them stale. */
function newestChange() {
  const times = [statSync(fileURLToPath(import.meta.url)).mtimeMs];
  for (const folder of folders) {
    for (const workspace of readdirSync(join(root, folder))) addTimes(join(root, folder, workspace), times);
  }
  return Math.ceil(Math.max(...times));
}

/** The times of folders count as well: they tell of removed and renamed files. */
function addTimes(folder, times) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "dist" || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    times.push(statSync(path).mtimeMs);
    if (entry.isDirectory()) addTimes(path, times);
  }
}

async function bundle(name, changedAt) {
  // Loaded only when there is something to build, so a fresh tree starts without it.
  const { build: esbuild } = await import("esbuild");
  const result = await esbuild({
    entryPoints: [entryOf(name)],
    outfile: outputOf(name),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["source"],
    sourcemap: true,
    write: false,
    logLevel: "warning",
    plugins: [installedPackagesStayOutside],
  });
  mkdirSync(dirname(outputOf(name)), { recursive: true });
  for (const file of result.outputFiles) place(file, changedAt);
}

/** A rename, so that two builds at once leave a whole file; the time says which sources it was built from. */
function place({ path, contents }, changedAt) {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(temporary, contents);
  chmodSync(temporary, 0o755);
  utimesSync(temporary, changedAt / 1000, changedAt / 1000);
  renameSync(temporary, path);
}

const installedPackagesStayOutside = {
  name: "installed-packages-stay-outside",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || path.startsWith("@millrace/")) return undefined;
      return { path, external: true };
    });
  },
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await build();
