import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli, startServer } from "./testing.ts";

let cli: Cli;
beforeAll(async () => {
  cli = new Cli();
  await startServer(cli, "data", { MILLRACE_RUNNER_SLOTS: "1" });
});
afterAll(() => cli.remove());

test("a server runs jobs without any runner having been enrolled, and workflows call what packages offer", async () => {
  await cli.json("package", "init", "greet", "--lang", "node");
  await cli.json("package", "pack", "greet", "greet.tar.gz");
  await cli.json("packages", "push", "greet.tar.gz");
  const input = JSON.stringify({ iban: "DE89370400440532013000" });
  const job = ["jobs", "submit", "greet", "--function", "check_iban", "--input", input, "--wait"];
  expect(await cli.json(...job)).toEqual({ valid: true, country: "DE" });
  const [runner] = await cli.json<{ name: string; state: string }[]>("runner", "list");
  expect(runner).toMatchObject({ name: "embedded", state: "online" });
  const text = [
    "document: { dsl: 1.0.0, namespace: test, name: iban, version: 1.0.0 }",
    "do:",
    '- check: { call: greet.check_iban, with: { iban: "${ .iban }" } }',
  ];
  writeFileSync(join(cli.folder, "iban.yaml"), text.join("\n"));
  expect(await cli.json("workflow", "run", "iban.yaml", "--input", input, "--wait")).toEqual({
    valid: true,
    country: "DE",
  });
}, 120_000);
