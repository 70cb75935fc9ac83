import { compileKind } from "./compile-kinds.ts";
import { Compiler } from "./compiler.ts";
import type { Check, Known } from "./check.ts";
import { unsetReads } from "./context-use.ts";
import { type Parsed, sorted } from "./parse.ts";
import { type Problem, problemsMax } from "./problem.ts";
import { checkCalls } from "./validate-calls.ts";
import { checkFlow } from "./validate-flow.ts";
import { checkSanity } from "./validate-sanity.ts";
import { allTasks } from "./walk.ts";

/** Of so many problems the first in the text are shown. */
const toldMax = 3 * problemsMax;

/**
 * Everything that is wrong with a definition before its first run, in the order of the text, with lines and columns.
 * A definition without a problem of severity `error` can be compiled and run.
 */
export function validate(parsed: Parsed, known: Known = {}): Problem[] {
  const { definition, source } = parsed;
  if (definition === null) return [...parsed.problems];
  const problems: Problem[] = [];
  const told = new Set<string>();
  const compiler = new Compiler(definition, { schemas: known.schemas ?? {} }, compileKind);
  compiler.workflow();
  const check: Check = {
    definition,
    known,
    tasks: [...allTasks(definition)],
    expressions: compiler.expressions,
    isFull: () => problems.length >= toldMax,
    tell: (severity, code, pointer, message, { offset, of } = {}) => {
      // A policy that several tasks name is compiled for each of them.
      const key = `${pointer}\n${message}`;
      if (told.has(key) || problems.length >= toldMax) return;
      told.add(key);
      const place = offset === undefined ? source.place(pointer, of) : source.placeIn(pointer, offset);
      problems.push({ severity, code, pointer, message: withTask(pointer, message), ...place });
    },
  };
  for (const { pointer, code, message, offset } of compiler.faults) {
    check.tell("error", code, pointer, message, { offset });
  }
  checkFlow(check);
  checkCalls(check);
  checkSanity(check);
  for (const { pointer, offset, message } of unsetReads(definition, compiler.expressions)) {
    check.tell("warning", "unset", pointer, message, { offset });
  }
  return sorted(problems).slice(0, problemsMax);
}

/** Says which task a problem is about: the innermost one on the way to it. */
function withTask(pointer: string, message: string): string {
  const names = [...pointer.matchAll(/\/(?:do|try|branches|before|after)\/\d+\/([^/]+)/g)];
  const name = names.at(-1)?.[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
  return name === undefined ? message : `task \`${name}\`: ${message}`;
}
