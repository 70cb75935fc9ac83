import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli, startServer } from "./testing.ts";

let cli: Cli;
beforeAll(async () => {
  cli = new Cli();
  await startServer(cli);
});
afterAll(() => cli.remove());

test("a package is run by an enrolled runner, which reads it over its stream, and the result comes back", async () => {
  const folder = join(cli.folder, "press");
  const { token } = await cli.json<{ token: string }>("runner", "token", "create", "--tags", "onprem");
  await cli.json("runner", "enroll", "--folder", folder, "--token", token);
  const runner = cli.start(["runner", "start", "--folder", folder, "--slots", "2"]);
  await cli.json("package", "init", "greet", "--lang", "node");
  await cli.json("package", "pack", "greet", "greet.tar.gz");
  await cli.json("packages", "push", "greet.tar.gz");
  const input = JSON.stringify({ iban: "DE89370400440532013000" });
  const submit = [
    "jobs",
    "submit",
    "greet",
    "--function",
    "check_iban",
    "--input",
    input,
    "--tags",
    "onprem",
  ];
  const ended = await cli.json(...submit, "--wait");
  expect(ended).toEqual({ valid: true, country: "DE" });
  runner.signal("SIGTERM");
  expect(await runner.ended).toMatchObject({ code: 0 });
});
