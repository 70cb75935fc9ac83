import type { CompiledExtension, CompiledList, CompiledTask } from "./compiled.ts";
import type { Expression } from "./expression.ts";
import type { Json } from "./json.ts";
import type { Extended, Frame } from "./run-state.ts";
import { type Scope, truthy } from "./scope.ts";
import type { End, Turn } from "./turn.ts";
import { Raised } from "./workflow-error.ts";

/**
 * Extensions stand around a task: what comes `before` it in order, the task, what comes `after` it in reverse. What
 * they put out is dropped, unless one leaves by `exit`: then that is the output, and nothing else of it is done.
 */
export function enterExtended(turn: Turn, frame: Frame, task: CompiledTask): void {
  const extensions = task.extensions.filter((position) => {
    const { when } = turn.workflow.extensions[position]!;
    return when === null || holds(when, frame.raw, turn.scope(frame));
  });
  frame.extended = { extensions, phase: "before", position: -1, output: null };
  goOn(turn, frame);
}

/** A condition judges tasks of many shapes: one that it cannot be asked of is none of those it means. */
function holds(when: Expression, input: Json, scope: Scope): boolean {
  try {
    return truthy(when.evaluate(input, scope));
  } catch (thrown) {
    if (thrown instanceof Raised) return false;
    throw thrown;
  }
}

export function extendedEnded(turn: Turn, frame: Frame, end: End): void {
  const extended = frame.extended!;
  if (extended.phase === "task") {
    extended.phase = "after";
    extended.position = extended.extensions.length;
    extended.output = end.output;
    extended.then = end.then;
    return goOn(turn, frame);
  }
  const followed = turn.follow(frame, present(turn, extended)!, end);
  if (followed === "exited") turn.end(frame, end.output, extended.then ?? thenOf(turn, frame));
  else if (followed === "ended") goOn(turn, frame);
}

/** A task that was left out by an extension leads on where it would have led. */
function thenOf(turn: Turn, frame: Frame): string | undefined {
  return turn.workflow.tasks.get(frame.task)!.then;
}

function extensionAt(turn: Turn, { extensions, position }: Extended): CompiledExtension | undefined {
  const number = extensions[position];
  return number === undefined ? undefined : turn.workflow.extensions[number];
}

function present(turn: Turn, extended: Extended): CompiledList | null {
  const extension = extensionAt(turn, extended);
  return (extended.phase === "before" ? extension?.before : extension?.after) ?? null;
}

function goOn(turn: Turn, frame: Frame): void {
  const extended = frame.extended!;
  const isBefore = extended.phase === "before";
  const input: Json = isBefore ? frame.raw : extended.output;
  for (;;) {
    extended.position += isBefore ? 1 : -1;
    if (extensionAt(turn, extended) === undefined) break;
    const list = present(turn, extended);
    if (list !== null && !turn.enterList(frame, list, input)) return;
  }
  if (!isBefore) return turn.end(frame, extended.output, extended.then);
  extended.phase = "task";
  turn.schedule({ do: "enter", parent: frame.id, slot: 0, task: frame.task, input: frame.raw, isBare: true });
}
