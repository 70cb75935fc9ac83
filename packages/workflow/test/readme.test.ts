import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { limits, parse, validate } from "../src/main.ts";
import { head } from "./playing.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

test("the definition in the README is valid", () => {
  const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map((found) => found[1]!);
  expect(blocks).toHaveLength(1);
  for (const block of blocks) expect(validate(parse(head + block))).toEqual([]);
});

test("the README names the limits as they are", () => {
  const written = [limits.value, limits.levels, limits.frames, limits.depth, limits.turnSteps, limits.steps];
  for (const limit of [...written, limits.eventsGathered, limits.eventsKept, limits.attempts]) {
    expect(readme).toContain(limit.toLocaleString("en"));
  }
});
