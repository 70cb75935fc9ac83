import { expect, test } from "vitest";
import { compile, decide, type HistoryEvent, parse, problemLine, type Workflow } from "../src/main.ts";
import { DefinitionMaker, Random } from "./random-definition.ts";
import { canonical, Simulation } from "./simulator.ts";

const seeds = Array.from({ length: 1_000 }, (_, index) => index + 1);

function randomWorkflow(seed: number): Workflow {
  const text = JSON.stringify(new DefinitionMaker(new Random(seed)).definition());
  const { definition, problems } = parse(text);
  if (definition === null) throw new Error(problems.map(problemLine).join("\n"));
  return compile(definition);
}

test("random definitions with random outcomes end, keep their promises, and are decided again alike", () => {
  const ends: Record<string, number> = {};
  const kinds = new Set<string>();
  for (const seed of seeds) {
    try {
      const workflow = randomWorkflow(seed);
      for (const { kind } of workflow.tasks.values()) kinds.add(kind);
      const { history, decisions, state } = new Simulation(workflow, new Random(seed)).run();
      ends[state.status] = (ends[state.status] ?? 0) + 1;
      const again = decide(workflow, JSON.parse(JSON.stringify(history)) as HistoryEvent[]);
      expect(JSON.stringify(again.decisions)).toBe(JSON.stringify(decisions));
      expect(canonical(again.state)).toBe(canonical(state));
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  expect(kinds.size).toBe(12);
  expect(ends.completed).toBeGreaterThan(200);
  expect(ends.faulted).toBeGreaterThan(200);
});
