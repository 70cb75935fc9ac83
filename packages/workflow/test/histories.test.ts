import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, type Decision, decide, type Definition, type HistoryEvent, snapshot } from "../src/main.ts";
import { workflowOf } from "./playing.ts";
import { DefinitionMaker, Random } from "./random-definition.ts";
import { recordedDefinitions } from "./recorded-definitions.ts";
import { canonical, Simulation } from "./simulator.ts";

const folder = join(import.meta.dirname, "histories");
const runsEach = 4;
const randomSeeds = [3, 17, 54, 77, 123, 250, 333, 404, 512, 777, 901, 987];

interface Recording {
  readonly definition: Definition;
  readonly history: HistoryEvent[];
  readonly decisions: Decision[];
  readonly end: string;
}

function record(name: string, text: string, seed: number): void {
  const workflow = workflowOf(text);
  const { history, decisions, state } = new Simulation(workflow, new Random(seed)).run();
  const recording = { definition: workflow.definition, history, decisions, end: snapshot(state) };
  writeFileSync(join(folder, `${name}-${seed}.json`), `${JSON.stringify(recording, null, 1)}\n`);
}

// With MILLRACE_RECORD_HISTORIES set they are written anew: only where a run is meant to go otherwise than before.
if (process.env.MILLRACE_RECORD_HISTORIES !== undefined) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(recordedDefinitions)) {
    for (let seed = 1; seed <= runsEach; seed += 1) record(name, text, seed);
  }
  for (const seed of randomSeeds) {
    record("random", JSON.stringify(new DefinitionMaker(new Random(seed)).definition()), seed);
  }
}

const files = readdirSync(folder);

test("there are recorded histories of every definition", () => {
  expect(files).toHaveLength(Object.keys(recordedDefinitions).length * runsEach + randomSeeds.length);
});

for (const file of files) {
  test(`it is decided as it was recorded: ${file}`, () => {
    const text = readFileSync(join(folder, file), "utf8");
    const { definition, history, decisions, end } = JSON.parse(text) as Recording;
    const again = decide(compile(definition), history);
    expect(canonical(again.decisions)).toBe(canonical(decisions));
    expect(canonical(JSON.parse(snapshot(again.state)))).toBe(canonical(JSON.parse(end)));
  });
}
