import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli, startServer } from "../packages/cli/src/testing.ts";
import { temporaryFolder } from "../packages/server/src/kit/testing.ts";
import { describeSettings } from "../packages/server/src/main.ts";
import { type Block, firstMissing, patternOf, readBlocks, saidInComments } from "./documentation-blocks.ts";
import { Programs } from "./documentation-programs.ts";
import { type Place, runUntil, Shell } from "./documentation-shell.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const guide = readdirSync(join(root, "docs/guide")).map((name) => `docs/guide/${name}`);
const pages = ["README.md", "packages/server/README.md", ...guide].map((path) => {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, blocks: readBlocks(path, text) };
});
const all = pages.flatMap(({ blocks }) => blocks);
/** This page shows how the environment of the others is made. */
const firstPage = "docs/guide/start.md";
const shownAddress = "http://127.0.0.1:4100";
const slow = 120_000;

let cli: Cli;
let url: string;
let token: string;
let programs: Programs;

beforeAll(async () => {
  cli = new Cli();
  addTools(join(cli.folder, "bin"));
  programs = new Programs(
    temporaryFolder(),
    all.filter(({ kind, skip }) => kind === "ts" && skip === undefined),
  );
  ({ url } = await startServer(cli));
  ({ token } = await cli.json<{ token: string }>("tokens", "create", "guide"));
}, slow);
afterAll(() => cli.remove());

test.concurrent("every TypeScript block is right by its types", { timeout: slow }, async () => {
  expect(await programs.check()).toBe("");
});

for (const { path, blocks } of pages) {
  test.concurrent(`every block of ${path} does what the page says`, { timeout: slow }, async () => {
    await runPage(path, blocks);
  });
}

test("every block that is not run says why", () => {
  const skipped = all.filter(isSkipped).map(({ page, line, skip = "needs curl" }) => ({ page, line, skip }));
  console.log(skipped.map(({ page, line, skip }) => `not run: ${page}:${line}, ${skip}`).join("\n"));
  for (const { skip } of skipped) expect(skip).toMatch(/^(needs|the test of) \w+/);
});

test("every link between the pages leads somewhere", () => {
  for (const { path, text } of pages) {
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      expect(existsSync(join(root, dirname(path), target!)), `${path}: ${target}`).toBe(true);
    }
  }
});

test("the guide lists every setting with its default", () => {
  const page = pages.find(({ path }) => path === "docs/guide/operations.md")!;
  const rows = page.text.matchAll(/^\| `(MILLRACE_\w+)` \| (?:`([^`]+)`)? ?\|/gm);
  const settings = describeSettings().map(({ variable, fallback }) => [variable, fallback ?? ""]);
  expect(Array.from(rows, ([, variable, fallback]) => [variable, fallback ?? ""])).toEqual(settings);
});

async function runPage(path: string, blocks: readonly Block[]): Promise<void> {
  const place = { folder: cli.folder, environment: environmentOf(path) };
  const shell = new Shell(place, path.replaceAll(/\W/g, "-"));
  let output = "";
  try {
    for (const [index, block] of blocks.entries()) {
      const last = blocks[index - 1];
      if (isSkipped(block) || (block.expected && last !== undefined && isSkipped(last))) continue;
      const next = blocks[index + 1];
      const awaited = next?.expected === true ? next.text : "";
      output = await runBlock(block, { shell, place, awaited, output });
    }
  } finally {
    shell.end();
  }
}

/** By the page, or because this machine has no curl. */
function isSkipped({ skip, text }: Block): boolean {
  return skip !== undefined || (text.includes("curl ") && !isInstalled("curl"));
}

interface Around {
  shell: Shell;
  place: Place;
  /** What the page says that comes of it. */
  awaited: string;
  /** What the block before it printed. */
  output: string;
}

/** What it printed; a block that says what came of the one before is compared, and hands that on. */
async function runBlock(block: Block, around: Around): Promise<string> {
  const text = block.text.replaceAll(shownAddress, url);
  try {
    if (block.kind === "ts") return await runProgram(block, around.place);
    if (block.kind === "sh" && !block.goesOn) return await around.shell.run(text);
    if (block.kind === "sh") {
      const isEnough = (soFar: string) => firstMissing(around.awaited, soFar) === undefined;
      return await runUntil(around.place, text, isEnough);
    }
    if (block.kind === "json") compareJson(block, around.output);
    else if (block.expected) compareText(text, around.output);
  } catch (error) {
    throw new Error(`${block.page}:${block.line}: ${(error as Error).message}`, { cause: error });
  }
  return around.output;
}

async function runProgram(block: Block, { folder, environment }: Place): Promise<string> {
  const said = saidInComments(block.text);
  const place = { folder, environment: { ...environment, MILLRACE_URL: url, MILLRACE_TOKEN: token } };
  const output = await programs.run(block, place, (soFar) => firstMissing(said, soFar) === undefined);
  compareText(said, output);
  return output;
}

function compareText(said: string, output: string): void {
  const missing = firstMissing(said, output);
  if (missing !== undefined) throw new Error(`${JSON.stringify(missing)} is missing in\n${output}`);
}

/** A block of JSON is whole JSON; where it is an answer, the answer has what it shows. */
function compareJson(block: Block, output: string): void {
  const shown: unknown = JSON.parse(block.text);
  if (!block.expected) return;
  expect(JSON.parse(output.trim().split("\n").at(-1)!)).toEqual(partOf(shown));
}

/** Fields that are not shown may be there; in texts `...` stands for anything. */
function partOf(shown: unknown): unknown {
  if (typeof shown === "string")
    return shown.includes("...") ? expect.stringMatching(patternOf(shown)) : shown;
  if (typeof shown !== "object" || shown === null) return shown;
  if (Array.isArray(shown)) return shown.map(partOf);
  return expect.objectContaining(
    Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, partOf(value)])),
  );
}

function environmentOf(path: string): Record<string, string> {
  const PATH = [join(cli.folder, "bin"), process.env["PATH"]].join(delimiter);
  const common = { PATH, MILLRACE_PROFILE: cli.profiles };
  return path === firstPage ? common : { ...common, MILLRACE_URL: url, MILLRACE_TOKEN: token };
}

/** The command under its name, and a jq that can do what the pages ask of it where there is none. */
function addTools(folder: string): void {
  mkdirSync(folder);
  const add = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" ${text} "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  };
  add("millrace", `"${join(root, "packages/cli/bin/millrace.mjs")}"`);
  if (!isInstalled("jq"))
    add(
      "jq",
      `-e 'const path = process.argv.at(-1).match(/[A-Za-z_]\\w*|\\d+/g) ?? [];
    console.log(path.reduce((value, step) => value[step], JSON.parse(require("fs").readFileSync(0, "utf8"))))' --`,
    );
}

function isInstalled(name: string): boolean {
  return process.env["PATH"]!.split(delimiter).some((home) => existsSync(join(home, name)));
}
