import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

const script = fileURLToPath(new URL("../tools/floors.mjs", import.meta.url));
const modules = "packages/server/src/modules";

/** Rule, importing file, imported file. */
const planted = [
  ["floor-kit", "packages/server/src/kit/ground.ts", `${modules}/events/model.ts`],
  ["floor-events", `${modules}/events/up.ts`, `${modules}/queues/model.ts`],
  ["floor-documents", `${modules}/documents/across.ts`, `${modules}/files/service.ts`],
  ["floor-sdk", "packages/sdk/src/reach.ts", "packages/server/src/main.ts"],
  ["floor-web", "packages/web/src/reach.tsx", "packages/server/src/main.ts"],
  ["floor-runner", "packages/runner/src/reach.ts", "packages/sdk/src/main.ts"],
  ["floor-unknown", `${modules}/rumours/service.ts`, "packages/server/src/kit/sql.ts"],
  ["no-circle", "packages/server/src/kit/left.ts", "packages/server/src/kit/right.ts"],
  ["store-is-private", `${modules}/queues/peek.ts`, `${modules}/events/store.ts`],
  ["store-is-private", "packages/server/src/main.ts", `${modules}/documents/history-store.ts`],
  ["api-is-for-the-door", `${modules}/queues/routes.ts`, `${modules}/documents/api.ts`],
  ["module-face", `${modules}/queues/inside.ts`, `${modules}/documents/writes.ts`],
  ["doors-use-the-face", "packages/server/src/doors/rest/deep.ts", `${modules}/documents/writes.ts`],
  ["model-is-pure", `${modules}/queues/model.ts`, "packages/server/src/kit/sql.ts"],
  ["server-through-its-entry", "packages/cli/src/inside.ts", "packages/server/src/kit/sql.ts"],
  ["test-support-is-for-tests", "packages/server/src/kit/shipped.ts", "packages/server/src/kit/testing.ts"],
  ["everything-resolves", "packages/server/src/kit/lost.ts", "packages/server/src/kit/absent.ts"],
] as const;

const wayBack = ["", "packages/server/src/kit/right.ts", "packages/server/src/kit/left.ts"] as const;
let output = "";

beforeAll(() => {
  output = runFloors([...planted, wayBack]);
});

test.each(planted)("%s refuses %s -> %s", (rule, from, to) => {
  const lines = output.split("\n").filter((line) => line.startsWith(`${rule}: ${from} -> `));
  expect(lines.join("\n")).toContain(rule === "everything-resolves" ? "absent" : to);
});

test("imports that go down pass, types too", () => {
  const passing = [
    ["", `${modules}/queues/service.ts`, `${modules}/documents/model.ts`],
    ["", "packages/server/src/doors/rest/serve.ts", `${modules}/queues/api.ts`],
    ["", "packages/cli/src/main.ts", "packages/server/src/main.ts"],
  ] as const;
  expect(runFloors(passing)).toMatch(/ 0 refused imports\n$/);
});

function runFloors(imports: readonly (readonly [string, string, string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-floors-"));
  try {
    for (const [, , to] of imports) if (!to.endsWith("absent.ts")) place(join(folder, to), "");
    for (const [, from, to] of imports) {
      const specifier = `${"../".repeat(from.split("/").length - 1)}${to}`;
      place(join(folder, from), `import type { Thing } from "${specifier}";\nexport type Own = Thing;\n`);
    }
    const run = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" });
    expect(run.stderr).toBe("");
    return run.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function place(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
