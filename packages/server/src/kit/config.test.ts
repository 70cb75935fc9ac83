import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeSettings, readConfig } from "./config.ts";
import { temporaryFolder } from "./testing.ts";

test("flags win over the environment, the environment over the file, the file over the defaults", () => {
  const file = join(temporaryFolder(), "config.json");
  writeFileSync(file, JSON.stringify({ port: 1001, host: "0.0.0.0", eventsKeepDays: 30 }));
  const config = readConfig(
    { MILLRACE_CONFIG: file, MILLRACE_PORT: "1002", MILLRACE_HOST: "::" },
    { port: "1003" },
  );
  expect(config).toMatchObject({ port: 1003, host: "::", eventsKeepDays: 30, finishedItemsKeepDays: 90 });
});

test("all mistakes are listed at once, with the name to look for", () => {
  const environment = { MILLRACE_PORT: "70000", MILLRACE_LOG_LEVEL: "loud", MILLRACE_DATABSE_URL: "x" };
  const read = () => readConfig(environment, { databaseUrl: "mysql://x" });
  for (const name of [
    "MILLRACE_PORT",
    "MILLRACE_LOG_LEVEL",
    "MILLRACE_DATABSE_URL",
    "MILLRACE_DATABASE_URL",
  ]) {
    expect(read).toThrow(name);
  }
});

test("every setting says what it is for", () => {
  for (const { variable, help } of describeSettings()) {
    expect(variable).toMatch(/^MILLRACE_[A-Z_]+$/);
    expect(help.length).toBeGreaterThan(10);
  }
});
