import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLog, holdLog } from "./log.ts";

test("a held log lets warnings through at once and the rest out in its order at the end", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-log-")), "log");
  writeFileSync(path, "");
  const log = createLog({ level: "info", pretty: false, to: path });
  const messages = () =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
  const release = holdLog(log);
  log.info("starts");
  log.child({ part: "http" }).info("listens");
  log.warn("is slow");
  await expect.poll(messages).toEqual(["is slow"]);
  release();
  log.info("goes on");
  await expect.poll(messages).toEqual(["is slow", "starts", "listens", "goes on"]);
});
