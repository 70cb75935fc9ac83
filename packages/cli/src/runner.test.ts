import { afterAll, beforeAll, expect, test } from "vitest";
import { join } from "node:path";
import { existsSync, statSync } from "node:fs";
import { Cli, startServer } from "./testing.ts";

let cli: Cli;
beforeAll(async () => {
  cli = new Cli();
  await startServer(cli);
});
afterAll(() => cli.remove());

test("a machine becomes a runner by a token, once, and is in the inventory with its tags", async () => {
  const made = await cli.json<{ token: string; tags: string[] }>(
    "runner",
    "token",
    "create",
    "--tags",
    "onprem,gpu",
  );
  expect(made).toMatchObject({ tags: ["gpu", "onprem"] });
  const folder = join(cli.folder, "press");
  const enrol = ["runner", "enroll", "--folder", folder, "--token", made.token];
  const record = await cli.json<{ runnerId: string; name: string }>(...enrol);
  expect(statSync(join(folder, "credential.json")).mode & 0o777).toBe(0o600);
  const listed = await cli.json<{ id: string; state: string; tags: string[] }[]>("runner", "list");
  expect(listed).toMatchObject([{ id: record.runnerId, state: "offline", tags: ["gpu", "onprem"] }]);
  expect(await cli.json("runner", "status", "--folder", folder)).toMatchObject({ runnerId: record.runnerId });
  const other = join(cli.folder, "other");
  const again = await cli.run(["runner", "enroll", "--folder", other, "--token", made.token]);
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toContain("unknown, used or over");
  expect(existsSync(join(other, "runner.json"))).toBe(false);
  for (const verb of ["block", "unblock", "drain", "delete"]) await cli.json("runner", verb, record.runnerId);
  expect(await cli.json("runner", "list")).toEqual([]);
});

test("a token is not sent to another machine in the clear unless that is asked for", async () => {
  const args = ["--url", "http://192.0.2.1:4100", "runner", "enroll", "--token", "x"];
  expect(await cli.run(args)).toMatchObject({ code: 2 });
});
