import type { Definition } from "./definition.ts";
import { definitionShape } from "./definition-shape.ts";
import { pointerKeys } from "./json.ts";
import { type Problem, problemsMax } from "./problem.ts";
import { readSource, type Source } from "./source.ts";

export interface Parsed {
  /** Null where the text is no definition; then `problems` says why. */
  readonly definition: Definition | null;
  readonly problems: readonly Problem[];
  /** Places, comments and order of the text. */
  readonly source: Source;
}

/**
 * Reads a definition from YAML or JSON. Every mistake is told at once, up to `problemsMax`, with its line and column.
 * What comes out has the standard's structure; whether it can run is for `validate` to say.
 */
export function parse(text: string): Parsed {
  const source = readSource(text);
  if (source.problems.length > 0) return { definition: null, problems: sorted(source.problems), source };
  const problems: Problem[] = [];
  definitionShape(source.value, "", (code, pointer, message, of) => {
    if (problems.length >= problemsMax) return;
    const told = message.replace(/^(task `.*?`: )?must /, `$1${subject(pointer)} must `);
    problems.push({ severity: "error", code, pointer, message: told, ...source.place(pointer, of) });
  });
  const isWhole = problems.length === 0;
  return {
    definition: isWhole ? (source.value as unknown as Definition) : null,
    problems: sorted(problems),
    source,
  };
}

/** How a sentence calls the part at a pointer. */
function subject(pointer: string): string {
  const key = pointerKeys(pointer).at(-1);
  if (key === undefined) return "a definition";
  return /^\d+$/.test(key) ? `member ${Number(key) + 1}` : `\`${key}\``;
}

/** In the order of the text. */
export function sorted(problems: readonly Problem[]): Problem[] {
  const inOrder = [...problems].sort((one, other) => one.line - other.line || one.column - other.column);
  return inOrder.slice(0, problemsMax);
}
