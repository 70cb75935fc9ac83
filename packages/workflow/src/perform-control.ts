import { isObject, type Json } from "./json.ts";
import type { CompiledFor } from "./compiled.ts";
import type { Frame } from "./run-state.ts";
import { truthy } from "./scope.ts";
import type { Performer, Turn } from "./turn.ts";
import { Raised, standardError, type WorkflowError } from "./workflow-error.ts";

/** The tasks that only steer: nothing outside is touched. */

export const performDo: Performer<"do"> = {
  start: (turn, frame, task) => {
    if (turn.enterList(frame, task.list, frame.input)) turn.complete(frame, task, frame.input);
  },
  ended: (turn, frame, task, end) => {
    if (turn.follow(frame, task.list, end) !== "going") turn.complete(frame, task, end.output);
  },
};

/** Each turn of a loop takes what the one before it gave; the last one's output is the loop's. */
export const performFor: Performer<"for"> = {
  start: (turn, frame, task) => {
    const items = task.in.evaluate(frame.input, turn.scope(frame));
    if (!Array.isArray(items)) {
      throw new Raised(standardError("expression", `for.in: ${task.in.text}: gives no list`));
    }
    turn.allow(items, "the list of the loop");
    frame.loop = { items, index: 0 };
    iterate(turn, frame, task, frame.input);
  },
  ended: (turn, frame, task, end) => {
    if (turn.follow(frame, task.list, end) === "going") return;
    frame.loop!.index += 1;
    iterate(turn, frame, task, end.output);
  },
};

function iterate(turn: Turn, frame: Frame, task: CompiledFor, value: Json): void {
  const { items, index } = frame.loop!;
  const first = task.list.tasks[0];
  if (index >= items.length || first === undefined) return turn.complete(frame, task, value);
  frame.variables = { [task.each]: items[index]!, [task.at]: index };
  if (task.while !== null && !truthy(task.while.evaluate(value, turn.scope(frame)))) {
    return turn.complete(frame, task, value);
  }
  turn.enterList(frame, task.list, value);
}

/**
 * Without `compete` the output is the list of the branches' outputs, in their order, and one error ends all. With it
 * the first branch that ends well wins; one that fails drops out, and the last one's error is the fork's.
 */
export const performFork: Performer<"fork"> = {
  start: (turn, frame, task) => {
    const { branches } = task;
    if (branches.length === 0) return turn.complete(frame, task, []);
    frame.fork = { outputs: branches.map(() => null), open: branches.length };
    for (let slot = branches.length - 1; slot >= 0; slot -= 1) {
      turn.enter(frame, slot, branches[slot]!, frame.input);
    }
  },
  ended: (turn, frame, task, { slot, output, then }) => {
    if (then === "end") return turn.finish(output);
    if (task.isRace) return turn.complete(frame, task, output);
    const fork = frame.fork!;
    fork.outputs[slot] = output;
    fork.open -= 1;
    if (fork.open === 0) turn.complete(frame, task, fork.outputs);
  },
  caught: (_turn, frame, task) => {
    const fork = frame.fork!;
    fork.open -= 1;
    return task.isRace && fork.open > 0;
  },
};

export const performSwitch: Performer<"switch"> = {
  start: (turn, frame, task) => {
    const scope = turn.scope(frame);
    const chosen = task.cases.find(({ when }) => when === null || truthy(when.evaluate(frame.input, scope)));
    turn.complete(frame, task, frame.input, chosen === undefined ? task.then : chosen.then);
  },
};

export const performSet: Performer<"set"> = {
  start: (turn, frame, task) => {
    turn.complete(frame, task, task.value.evaluate(frame.input, turn.scope(frame)));
  },
};

export const performRaise: Performer<"raise"> = {
  start: (turn, frame, task) => {
    const error = task.error.evaluate(frame.input, turn.scope(frame));
    turn.allow(error, "the error");
    throw new Raised(asError(error));
  },
};

/** An error that an author made of expressions; whatever is no error text is written as JSON. */
function asError(value: Json): WorkflowError {
  const { type, status, title, detail, instance } = isObject(value) ? value : {};
  const text = (part: Json | undefined): string | undefined =>
    part === undefined || part === null || typeof part === "string"
      ? (part ?? undefined)
      : JSON.stringify(part);
  return {
    type: text(type) ?? "about:blank",
    status: typeof status === "number" ? status : 500,
    ...(text(title) === undefined ? {} : { title: text(title) }),
    ...(text(detail) === undefined ? {} : { detail: text(detail) }),
    ...(text(instance) === undefined ? {} : { instance: text(instance) }),
  };
}
