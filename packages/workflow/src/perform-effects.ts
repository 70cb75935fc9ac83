import type { CompiledCall, CompiledRun } from "./compiled.ts";
import { isObject, type Json, type JsonObject, own } from "./json.ts";
import { beginSubscription, performSubscription } from "./perform-stream.ts";
import type { Frame } from "./run-state.ts";
import type { Performer, Turn } from "./turn.ts";
import { Raised, standardError } from "./workflow-error.ts";

/** The tasks that touch something outside, by commands. */

export const performCall: Performer<"call"> = {
  start: (turn, frame, task) => {
    if (task.functionPointer !== null) return enterFunction(turn, frame, task);
    const given = turn.sealed(task.arguments, frame, frame.input);
    const body = { kind: "call", function: task.task.call, ...given, ...keyOf(turn, frame, task) } as const;
    if (task.subscription === null) frame.command = turn.issue(frame, body);
    else {
      frame.command = turn.issue(frame, { ...body, subscribes: true });
      beginSubscription(turn, frame, task.subscription);
    }
  },
  ended: (turn, frame, task, end) => {
    if (task.subscription !== null) performSubscription.ended(turn, frame, task, task.subscription, end);
    else if (end.then === "end") turn.finish(end.output);
    else turn.complete(frame, task, end.output);
  },
  completed: (turn, frame, task, output) => {
    if (task.subscription !== null) performSubscription.closed(turn, frame, task, task.subscription);
    else turn.complete(frame, task, output);
  },
  fired: (turn, frame, task) => {
    if (task.subscription !== null) performSubscription.closed(turn, frame, task, task.subscription);
  },
  received: (turn, frame, task, event) => {
    if (task.subscription !== null) {
      performSubscription.received(turn, frame, task, task.subscription, event);
    }
  },
};

/** The author's own key for what is done only once, where the task has one. */
function keyOf(turn: Turn, frame: Frame, task: CompiledCall | CompiledRun): { idempotencyKey?: string } {
  if (task.idempotencyKey === null) return {};
  const key = task.idempotencyKey.evaluate(frame.input, turn.scope(frame));
  if (typeof key === "string" && key !== "") return { idempotencyKey: key };
  throw new Raised(standardError("expression", `${task.idempotencyKey.text}: gives no text for a key`));
}

/** A function of this definition is a task whose input is what it is called with. */
function enterFunction(turn: Turn, frame: Frame, task: CompiledCall): void {
  const called = turn.workflow.tasks.get(task.functionPointer!)!;
  const input = task.arguments.evaluate(frame.input, turn.scope(frame));
  turn.allow(input, "what the function is called with");
  turn.enter(frame, 0, called, input);
}

export const performRun: Performer<"run"> = {
  start: (turn, frame, task) => {
    const given = turn.sealed(task.arguments, frame, frame.input);
    const own = { process: task.process, await: task.isAwaited };
    const body = { kind: "run", ...own, ...given, ...keyOf(turn, frame, task) } as const;
    const command = turn.issue(frame, body, task.isAwaited);
    if (task.isAwaited) frame.command = command;
    else turn.complete(frame, task, frame.input);
  },
  completed: (turn, frame, task, output) => {
    turn.complete(frame, task, task.process === "workflow" ? output : returned(task, output, frame.input));
  },
};

const stderrTold = 1_000;

/** What a process gives back by its task's `return`. One that failed raises an error, unless its code is asked for. */
function returned(task: CompiledRun, result: Json, input: Json): Json {
  const code = own(result, "code");
  const stderr = own(result, "stderr") ?? "";
  if (task.return === "all") return result;
  if (task.return === "code") return code ?? null;
  if (typeof code === "number" && code !== 0) {
    const told = typeof stderr === "string" ? stderr.slice(-stderrTold) : "";
    throw new Raised(standardError("runtime", `the process ended with code ${code}: ${told}`));
  }
  return task.return === "none" ? input : (own(result, task.return) ?? null);
}

export const performEmit: Performer<"emit"> = {
  start: (turn, frame, task) => {
    const given = task.event.evaluate(frame.input, turn.scope(frame)) as JsonObject;
    const { id } = turn.state.run;
    const defaults = {
      specversion: "1.0",
      // Told from the run, so that an event that is published again is known as the same.
      id: `${id}/${turn.state.next}`,
      time: new Date(turn.now).toISOString(),
    };
    const event: JsonObject = { ...defaults, ...given };
    if (!isObject(given) || typeof event.type !== "string" || typeof event.source !== "string") {
      throw new Raised(standardError("expression", "an event needs a text for `type` and for `source`"));
    }
    turn.allow(event, "the event");
    turn.issue(frame, { kind: "emit", event }, false);
    turn.complete(frame, task, frame.input);
  },
};

export const performWait: Performer<"wait"> = {
  start: (turn, frame, task) => {
    const ms = task.duration(frame.input, turn.scope(frame));
    if (ms === 0) turn.complete(frame, task, frame.input);
    else frame.command = turn.timer(frame, ms, "wait");
  },
  fired: (turn, frame, task) => turn.complete(frame, task, frame.input),
};
