import { compile, JqError, type Json, type Program } from "@millrace/jq";
import { invalid } from "../../kit/errors.ts";

const cachedMax = 1_000;
/** What a firing may cost at most: some ten milliseconds. */
const budget = { steps: 100_000, size: 2_000_000 };
const programs = new Map<string, Program>();

/** Refuses a text that is no jq program, with line and column. */
export function checkExpression(text: string, field: string): void {
  try {
    programOf(text);
  } catch (error) {
    if (error instanceof JqError) throw invalid(field, error.message);
    throw error;
  }
}

/** What an expression makes of facts, and of `$trigger`; undefined where it gives nothing. Throws a `JqError`. */
export function evaluate(text: string, facts: Json, trigger: { id: string; name: string }): Json | undefined {
  return programOf(text).first(facts, { budget, variables: { trigger } });
}

function programOf(text: string): Program {
  const known = programs.get(text);
  if (known !== undefined) return known;
  const program = compile(text, { variables: ["trigger"] });
  if (programs.size >= cachedMax) programs.delete([...programs.keys()][0]!);
  programs.set(text, program);
  return program;
}
