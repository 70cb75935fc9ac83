import { brotliCompress, constants, gzip } from "node:zlib";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { utimesSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const web = join(root, "packages/web");
const output = join(web, "dist");
const page = join(output, "index.html");
/** What the application is made of; a change anywhere else leaves it as it is. */
const sources = ["packages/web", "packages/sdk", "packages/contract", "packages/workflow", "packages/jq"];
const packed = new Set([".js", ".css", ".svg"]);
const packedFromBytes = 1_024;

/** Builds the browser application to packages/web/dist where a source is newer; answers whether there was need. */
export async function buildWeb() {
  const changedAt = newestChange();
  if (builtAt() >= changedAt) return false;
  // Another build may be under way beside this one, so each has a folder of its own until it is whole.
  const draft = join(web, `dist/.draft-${process.pid}`);
  try {
    await bundle(draft);
    await pack(join(draft, "assets"));
    place(draft, changedAt);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return true;
}

/** The libraries look at this variable, and a test that has something built has set another value. */
async function bundle(folder) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    const { build } = await import("vite");
    const configFile = join(web, "vite.config.mjs");
    await build({ configFile, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

function builtAt() {
  return Math.round(statSync(page, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function newestChange() {
  const times = [statSync(fileURLToPath(import.meta.url)).mtimeMs];
  for (const folder of sources) addTimes(join(root, folder), times);
  return Math.ceil(Math.max(...times));
}

/** The folder of a package itself changes when something is built into it, those below when files come or go. */
function addTimes(folder, times) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "dist" || entry.name === "node_modules" || entry.name === "test") continue;
    const path = join(folder, entry.name);
    times.push(statSync(path).mtimeMs);
    if (entry.isDirectory()) addTimes(path, times);
  }
}

/** Compressed once, as small as it gets, so that no answer has to. */
async function pack(folder) {
  const names = readdirSync(folder).filter((name) => packed.has(extname(name)));
  await Promise.all(
    names.map(async (name) => {
      const bytes = readFileSync(join(folder, name));
      if (bytes.length < packedFromBytes) return;
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(join(folder, `${name}.br`), await promisify(brotliCompress)(bytes, { params }));
      writeFileSync(join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}

/** The assets come first and the page last: whoever is served while this goes on gets a whole application. */
function place(draft, changedAt) {
  const assets = join(output, "assets");
  mkdirSync(assets, { recursive: true });
  const fresh = new Set(readdirSync(join(draft, "assets")));
  for (const name of fresh) renameSync(join(draft, "assets", name), join(assets, name));
  const draftPage = join(draft, "index.html");
  utimesSync(draftPage, changedAt / 1000, changedAt / 1000);
  renameSync(draftPage, page);
  for (const name of readdirSync(assets)) if (!fresh.has(name)) rmSync(join(assets, name), { force: true });
}

/** The sizes of what was built, in bytes by gzip: all that the first page needs, and each part that comes later. */
export function sizesOf() {
  if (!existsSync(page)) throw new Error("the application is not built");
  const html = readFileSync(page, "utf8");
  const sizes = readdirSync(join(output, "assets"))
    .filter((name) => !/\.(br|gz)$/.test(name))
    .map((name) => ({ name, bytes: gzipBytesOf(join(output, "assets", name)), first: html.includes(name) }));
  const shell = sizes.filter(({ first }) => first).reduce((sum, { bytes }) => sum + bytes, 0);
  return { shell, parts: sizes.toSorted((left, right) => right.bytes - left.bytes) };
}

function gzipBytesOf(path) {
  return statSync(existsSync(`${path}.gz`) ? `${path}.gz` : path).size;
}
