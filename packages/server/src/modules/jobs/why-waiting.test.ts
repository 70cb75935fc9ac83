import { expect, test } from "vitest";
import { needsOf } from "./model.ts";
import type { RunnerOffer } from "./runner-model.ts";
import { whyWaiting } from "./why-waiting.ts";

function runner(more: Partial<RunnerOffer> = {}): RunnerOffer {
  const runtimes = [{ name: "node", version: "20.19.0" }];
  const facts = { id: "r", name: "r", state: "online", busy: 0, slots: 1 } as const;
  return { ...facts, tags: [], runtimes, ...more };
}

const full = { busy: 1, slots: 1 };
const python = { runtimes: [{ name: "python", version: "3.12.0" }] };

test.each<[string, string[], RunnerOffer[], string]>([
  ["python", [], [], "there is no runner"],
  ["python", [], [runner()], "no runner offers python"],
  ["node", ["gpu"], [runner()], "needs tag gpu; no runner has it"],
  [
    "node",
    ["gpu"],
    [runner({ tags: ["gpu"], ...full }), runner({ tags: ["gpu"], ...full })],
    "needs tag gpu; 2 runners have it, both full",
  ],
  ["node", [], [runner(full)], "needs node; 1 runner has it, full"],
  ["node", [], [runner({ state: "offline" })], "needs node; 1 runner has it, offline"],
  [
    "node",
    [],
    [runner(full), runner({ state: "draining" }), runner({ state: "blocked" })],
    "needs node; 3 runners have it, 1 full, 1 draining, 1 blocked",
  ],
  ["node", [], [runner(full), runner()], "a runner has room: it is being handed out"],
  [
    "python",
    ["gpu"],
    [runner({ tags: ["gpu"] }), runner(python)],
    "needs tag gpu and python; 1 runner has the tag, none of them offers python",
  ],
  [
    "node",
    ["gpu", "onprem"],
    [runner({ tags: ["gpu"] }), runner({ tags: ["onprem"] }), runner({ tags: ["gpu"] })],
    "needs tags gpu and onprem; 2 runners have gpu, 1 runner has onprem, none has all",
  ],
  [
    "node",
    ["gpu", "onprem"],
    [runner({ tags: ["gpu"] })],
    "needs tags gpu and onprem; 1 runner has gpu, no runner has onprem, none has all",
  ],
])("%s with %j says why it waits", (runtime, tags, runners, sentence) => {
  expect(whyWaiting({ needs: needsOf(runtime, tags), dueAt: null }, runners)).toBe(sentence);
});

test("a job in its pause says until when, and what went wrong before", () => {
  const dueAt = "2030-01-31T08:00:00.000Z";
  expect(whyWaiting({ needs: "node", dueAt }, [])).toBe(`waits until ${dueAt} for its next attempt`);
  expect(whyWaiting({ needs: "node", dueAt, lastError: "no disk" }, [])).toContain("attempt: no disk");
});
