import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { states } from "./packages/server/src/modules/work-items/model.ts";
import * as rules from "./scripts/tidy-rules.ts";
import { type Finding, type Rule, readSources, type Source } from "./scripts/tidy-sources.ts";
import { misspellings, wrongSpellings } from "./scripts/tidy-words.ts";

const root = import.meta.dirname;
const sources = readSources(root);
const glossary = readFileSync(join(root, "docs/glossary.md"), "utf8");

const wordsAreSpeltAlike: Rule = (source) => misspellings(source, wrongSpellings(glossary));

const manyLines = (count: number, line: string): string => `${line}\n`.repeat(count);
const service = "packages/server/src/modules/queues/service.ts";
const store = "packages/server/src/modules/queues/history-store.ts";

/** Each rule with a breach that it must find and a neighbour that it must let pass. */
const table: { rule: Rule; promise: string; breach: Source[]; fine: Source[] }[] = [
  {
    rule: rules.functionsStayShort,
    promise: "functions have at most 70 lines",
    breach: [
      { path: "a.ts", text: `export function long() {\n${manyLines(69, "go();")}}` },
      { path: "a.test.ts", text: `test("long", () => {\n${manyLines(69, "go();")}});` },
      { path: "a.ts", text: `class Long {\n  go() {\n${manyLines(69, "go();")}}\n}` },
    ],
    fine: [
      { path: "a.ts", text: `export function short() {\n${manyLines(68, "go();")}}` },
      { path: "a.test.ts", text: `describe("many", () => {\n${manyLines(69, "go();")}});` },
    ],
  },
  {
    rule: rules.filesStayShort,
    promise: "files have at most 500 lines",
    breach: [{ path: "a.ts", text: manyLines(501, "go();") }],
    fine: [
      { path: "a.ts", text: manyLines(500, "go();") },
      { path: "a.md", text: manyLines(501, "words") },
    ],
  },
  {
    rule: rules.linesStayShort,
    promise: "lines have at most 120 characters",
    breach: [
      { path: "a.sql", text: `-- ${"x".repeat(118)}` },
      { path: "a.md", text: "word ".repeat(25) },
    ],
    fine: [
      { path: "a.ts", text: `// ${"ä".repeat(117)}` },
      { path: "a.md", text: `| ${"word ".repeat(30)} |` },
    ],
  },
  {
    rule: rules.namesSaySomething,
    promise: "no file or folder has a name that says nothing",
    breach: [
      { path: "packages/sdk/src/index.ts", text: "" },
      { path: "packages/sdk/src/helpers/push.ts", text: "" },
      { path: "packages/sdk/src/utils.test.ts", text: "" },
    ],
    fine: [{ path: "packages/sdk/src/indexes.ts", text: "" }],
  },
  {
    rule: rules.sqlStaysInStores,
    promise: "SQL stands in stores",
    breach: [
      { path: service, text: 'import { sql } from "../../kit/sql.ts";' },
      { path: service, text: "export const all = sql`select 1`;" },
      { path: service, text: 'import pg from "pg";' },
    ],
    fine: [
      { path: store, text: 'import { sql } from "../../kit/sql.ts";\nexport const all = sql`select 1`;' },
      { path: service, text: 'import type { Sql } from "../../kit/sql.ts";' },
    ],
  },
  {
    rule: rules.nothingIsEvaluated,
    promise: "the server evaluates no code",
    breach: [
      { path: service, text: 'import { runInNewContext } from "node:vm";' },
      { path: service, text: 'await import("vm");' },
      { path: service, text: 'require("vm");' },
      { path: service, text: 'eval("1");' },
      { path: service, text: 'new Function("return 1");' },
    ],
    fine: [{ path: service, text: "export const evaluate = (filter: Filter) => filter.eval();" }],
  },
  {
    rule: rules.clockIsTheDatabase,
    promise: "modules read no clock but the database's",
    breach: [
      { path: service, text: "const at = Date.now();" },
      { path: service, text: "const at = new Date();" },
    ],
    fine: [
      { path: service, text: "const at = new Date(row.createdAt);" },
      { path: "packages/server/src/kit/loops.ts", text: "const at = Date.now();" },
    ],
  },
  {
    rule: rules.catchesDoSomething,
    promise: "no catch is empty",
    breach: [
      { path: "a.ts", text: "try { go(); } catch {}" },
      { path: "a.ts", text: "try { go(); } catch { /* gone */ }" },
      { path: "a.ts", text: "go().catch(() => {});" },
    ],
    fine: [{ path: "a.ts", text: "go().catch((error) => log.warn(error));" }],
  },
  {
    rule: rules.nothingIsPutOff,
    promise: "no mark says that something is still to be done",
    breach: [{ path: "a.ts", text: "// TO".concat("DO later") }],
    fine: [{ path: "a.ts", text: "const todos = [];" }],
  },
  {
    rule: rules.pathsAreRelative,
    promise: "no path of one machine",
    breach: [{ path: "a.md", text: "Open /ho".concat("me/anna/millrace.") }],
    fine: [{ path: "a.ts", text: 'fetch("/api/v1/work-items"); import "../../home/page.ts";' }],
  },
  {
    rule: rules.commentsAreSentences,
    promise: "comments name no ticket and draw no banner",
    breach: [
      { path: "a.ts", text: "// Works around #123." },
      { path: "a.ts", text: "/* See issue 7. */" },
      { path: "a.sql", text: "select 1; -- bug 12" },
      { path: "a.ts", text: "// ==========" },
    ],
    fine: [{ path: "a.ts", text: "// RFC 9457, SHA-256.\nconst color = '#123456';" }],
  },
  {
    rule: wordsAreSpeltAlike,
    promise: "words are spelt as in the glossary",
    breach: [
      { path: "a.ts", text: "const workitemCount = 1;" },
      { path: "a.sql", text: "create table wiq ();" },
      { path: store, text: "export const all = sql`select workitems from queues`;" },
      { path: "packages/sdk/src/dlq.ts", text: "" },
    ],
    fine: [
      {
        path: "packages/sdk/src/work-items.ts",
        text: "const workItems = work_items; // a workitem elsewhere",
      },
      { path: "packages/server/src/doors/openiap/pop.ts", text: "const wiqid = message.wiqid;" },
    ],
  },
];

for (const { rule, promise, breach, fine } of table) {
  test(promise, () => {
    expectNone(sources.flatMap(rule));
  });

  test(`it is noticed otherwise: ${promise}`, () => {
    for (const source of breach) expect(rule(source), source.text).not.toEqual([]);
    for (const source of fine) expect(rule(source), source.text).toEqual([]);
  });
}

test("every module, package and example has a README", () => {
  const homes = ["packages/server/src/modules", "packages", "examples"];
  expectNone(homes.flatMap((home) => withoutReadme(join(root, home))));
});

test("it is noticed when a folder has no README", () => {
  expect(withoutReadme(join(root, "packages/server"))).toContain("packages/server/db");
});

test("every file with leave to read the clock exists and reads it", () => {
  const idle = Object.keys(rules.clockReaders).filter((path) => {
    const source = sources.find((candidate) => candidate.path === path);
    return source === undefined || rules.clockReadings(source).length === 0;
  });
  expect(idle).toEqual([]);
});

test("the glossary holds every state of a work item", () => {
  const words = new Set(glossary.split("\n").map((line) => /^\| \*\*(.+?)\*\*/.exec(line)?.[1]));
  for (const state of states) expect(words).toContain(state);
});

/** Says all that was found in plain lines, which a comparison of lists does not. */
function expectNone(findings: Finding[]): void {
  if (findings.length > 0) expect.fail(`${findings.length} found\n${[...new Set(findings)].join("\n")}`);
}

/** An empty folder is a leftover and no part of the repository. */
function withoutReadme(home: string): Finding[] {
  return readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["node_modules", "dist"].includes(entry.name))
    .map((entry) => join(home, entry.name))
    .filter((folder) => readdirSync(folder).length > 0 && !existsSync(join(folder, "README.md")))
    .map((folder) => relative(root, folder));
}
