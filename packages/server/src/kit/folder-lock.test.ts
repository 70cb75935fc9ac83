import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { holderOf, lockFolder } from "./folder-lock.ts";
import { lifeOf } from "./process-life.ts";
import { startNode, temporaryFolder } from "./testing.ts";

const lockName = "millrace.lock";

/** A lock as a process that died long ago leaves it. */
function leaveDeadLock(folder: string, nonce: string): void {
  const life = { pid: process.pid, startedAt: "another boot:1" };
  writeFileSync(join(folder, lockName), JSON.stringify({ ...life, nonce }));
}

test("a locked folder is refused with the holder's pid and the folder's name, until it is released", () => {
  const folder = temporaryFolder();
  const lock = lockFolder(folder);
  expect(holderOf(folder)).toEqual(lifeOf(process.pid));
  expect(() => lockFolder(folder)).toThrow(
    expect.objectContaining({ code: "conflict", message: expect.stringContaining(`${process.pid}`) }),
  );
  expect(() => lockFolder(folder)).toThrow(folder);
  lock.release();
  lockFolder(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a recycled pid does not keep a dead process's lock alive", () => {
  const folder = temporaryFolder();
  leaveDeadLock(folder, "a");
  expect(holderOf(folder)).toBeUndefined();
  lockFolder(folder);
  expect(readdirSync(folder)).toEqual([lockName]);
});

test("a lock torn by a power loss is replaced", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, lockName), '{"pid":');
  lockFolder(folder);
  expect(holderOf(folder)?.pid).toBe(process.pid);
});

test("a late release does not take the next holder's lock away", () => {
  const folder = temporaryFolder();
  const late = lockFolder(folder);
  leaveDeadLock(folder, "b");
  const next = lockFolder(folder);
  late.release();
  expect(holderOf(folder)?.pid).toBe(process.pid);
  next.release();
  expect(readdirSync(folder)).toEqual([]);
});

const contender = `
  import { appendFileSync } from "node:fs";
  import { lockFolder } from "${new URL("./folder-lock.ts", import.meta.url).href}";
  const [root, rounds, name] = process.argv.slice(-3);
  console.log("ready");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  for (let round = 0; round < Number(rounds); round++) {
    try {
      lockFolder(root + "/" + round);
      appendFileSync(root + "/" + round + "/winners", name + " ");
    } catch (error) {
      if (error.code !== "conflict") throw error;
    }
  }
  console.log("done");
  setInterval(() => {}, 1000);
`;

test("of processes that race for a dead process's lock exactly one gets it", async () => {
  const rounds = 400;
  const root = temporaryFolder();
  for (let round = 0; round < rounds; round++) {
    mkdirSync(join(root, `${round}`));
    leaveDeadLock(join(root, `${round}`), `${round}`);
  }
  const names = ["a", "b", "c"];
  const processes = names.map((name) => startNode(contender, { args: [root, `${rounds}`, name] }));
  try {
    await Promise.all(processes.map((process) => process.line()));
    for (const process of processes) process.send("go\n");
    await Promise.all(processes.map((process) => process.line()));
    const winners = Array.from({ length: rounds }, (_, round) =>
      readFileSync(join(root, `${round}`, "winners"), "utf8").trim(),
    );
    expect(winners.filter((winner) => !names.includes(winner))).toEqual([]);
    expect(new Set(winners).size).toBeGreaterThan(1);
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
  }
});
