import { appendFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { lastLines, PostgresLogFollower } from "./postgres-log.ts";
import { temporaryFolder } from "./testing.ts";

function follow(logDir: string): { follower: PostgresLogFollower; repeated: string[] } {
  const repeated: string[] = [];
  const log = pino({}, { write: (line: string) => void repeated.push(JSON.parse(line).postgres) });
  const follower = new PostgresLogFollower(logDir, log);
  onTestFinished(() => follower.stop());
  return { follower, repeated };
}

test("fatal lines are repeated once, whole, from one file to the next; older ones are not", () => {
  const logDir = temporaryFolder();
  const first = join(logDir, "postgres-20260101-000000.log");
  writeFileSync(first, "10:00 FATAL:  before our time\n");
  const { follower, repeated } = follow(logDir);
  appendFileSync(first, "10:01 LOG:  harmless\n10:02 FATAL:  one\n10:03 PANIC:  tw");
  follower.tick();
  follower.tick();
  expect(repeated).toEqual(["10:02 FATAL:  one"]);
  appendFileSync(first, "o é\n10:04 FATAL:  three\n");
  writeFileSync(join(logDir, "postgres-20260102-000000.log"), "10:05 FATAL:  four\n");
  follower.tick();
  const texts = ["10:02 FATAL:  one", "10:03 PANIC:  two é", "10:04 FATAL:  three", "10:05 FATAL:  four"];
  expect(repeated).toEqual(texts);
});

test("only the newest files are kept, and nothing else is deleted", () => {
  const logDir = temporaryFolder();
  writeFileSync(join(logDir, "notes.txt"), "");
  const names = Array.from({ length: 14 }, (_, day) => `postgres-202601${10 + day}-000000.log`);
  for (const name of names) writeFileSync(join(logDir, name), "");
  follow(logDir).follower.tick();
  expect(readdirSync(logDir).sort()).toEqual(["notes.txt", ...names.slice(4)]);
});

test("the last lines come from before and after the server opened its log", () => {
  const logDir = temporaryFolder();
  writeFileSync(join(logDir, "postgres-start.txt"), "a\nb\n");
  writeFileSync(join(logDir, "postgres-20260101-000000.log"), "c\n\nd\n");
  expect(lastLines(logDir, 3)).toBe("b\nc\nd");
});

test("a link in place of a log file is not read", () => {
  const logDir = temporaryFolder();
  const secret = join(temporaryFolder(), "secret");
  writeFileSync(secret, "10:00 FATAL:  secret\n");
  const { follower, repeated } = follow(logDir);
  symlinkSync(secret, join(logDir, "postgres-20260101-000000.log"));
  follower.tick();
  expect(repeated).toEqual([]);
  expect(lastLines(logDir)).toBe("");
});
