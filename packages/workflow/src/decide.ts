import type { CompiledTask, Workflow } from "./compiled.ts";
import { enterExtended, extendedEnded } from "./extend.ts";
import type { Decision, Failed, HistoryEvent, Started } from "./history.ts";
import { isObject } from "./json.ts";
import {
  performDo,
  performFor,
  performFork,
  performRaise,
  performSet,
  performSwitch,
} from "./perform-control.ts";
import { performCall, performEmit, performRun, performWait } from "./perform-effects.ts";
import { performListen } from "./perform-stream.ts";
import { performTry } from "./perform-try.ts";
import type { Frame, RunState, Step } from "./run-state.ts";
import { truthy } from "./scope.ts";
import { limits, type Performers, Turn } from "./turn.ts";
import { Raised, standardError, type WorkflowError } from "./workflow-error.ts";

const performers: Performers = {
  call: performCall,
  do: performDo,
  emit: performEmit,
  for: performFor,
  fork: performFork,
  listen: performListen,
  raise: performRaise,
  run: performRun,
  set: performSet,
  switch: performSwitch,
  try: performTry,
  wait: performWait,
};

const nothing: Decision = { commands: [], changes: [] };

/**
 * Begins a run: its state and what is to be done first. The state is changed by every `apply`; whoever wants to keep
 * one takes a `snapshot`.
 */
export function begin(workflow: Workflow, started: Started): { state: RunState; decision: Decision } {
  const { at, run, input, seed, runtime } = started;
  const root: Frame = {
    id: 1,
    parent: 0,
    slot: 0,
    role: "run",
    task: "",
    depth: 0,
    startedAt: at,
    raw: input,
    input,
  };
  const state: RunState = {
    status: "running",
    run: { id: run.id, startedAt: at },
    input,
    seed,
    runtime: runtime ?? {},
    context: {},
    frames: { 1: root },
    pending: {},
    agenda: [],
    next: 2,
    frameCount: 1,
    steps: 0,
  };
  const turn = new Turn(workflow, state, at, performers);
  within(turn, root, () => beginRun(turn, root, started));
  work(turn);
  return { state, decision: turn.decision() };
}

function beginRun(turn: Turn, root: Frame, { from }: Started): void {
  const { input, timeout, list } = turn.workflow;
  turn.allow(root.raw, "the input");
  turn.fits(input, root.raw, "the input of the workflow");
  if (input.template !== null) root.input = input.template.evaluate(root.raw, turn.scope(root));
  if (timeout !== null) {
    root.timeout = turn.timer(root, timeout(root.input, turn.scope(root)), "timeout");
  }
  if (from !== undefined) beginFrom(turn, root, from);
  else if (turn.enterList(root, list, root.input)) turn.finish(root.input);
}

/** Begins with a later task, as if those before it had been gone through. */
function beginFrom(turn: Turn, root: Frame, { task, input, context }: NonNullable<Started["from"]>): void {
  const position = turn.workflow.list.tasks.findIndex(({ pointer }) => pointer === task);
  if (position < 0) {
    const detail = `${task} is no task of the workflow's own list, so no run begins there`;
    throw new Raised(standardError("configuration", detail));
  }
  turn.allow(input, "the input");
  turn.allow(context ?? null, "the context");
  turn.state.context = context ?? {};
  root.at = position;
  turn.enter(root, 0, turn.workflow.list.tasks[position]!, input);
}

/**
 * Carries one more event through a run: changes its state, and says what is to be done. An event that nobody waits for
 * any more (a command that was cancelled, a run that has ended) changes nothing.
 */
export function apply(workflow: Workflow, state: RunState, event: Exclude<HistoryEvent, Started>): Decision {
  if (state.status !== "running") return nothing;
  const turn = new Turn(workflow, state, event.at, performers);
  if (event.kind === "cancelled") turn.stop("cancelled");
  else {
    const frame = state.frames[state.pending[event.command] ?? 0];
    if (frame === undefined || !isExpected(turn, frame, event)) return nothing;
    const isTurn = frame.role === "run" && event.kind === "fired" && event.command === frame.command;
    if (!isTurn) state.steps = 0;
    within(turn, frame, () => hear(turn, frame, event));
  }
  work(turn);
  return turn.decision();
}

/** A run's state and its decisions, one for each event of its history. The first event is `started`. */
export function decide(
  workflow: Workflow,
  history: readonly HistoryEvent[],
): { state: RunState; decisions: Decision[] } {
  const [started, ...others] = history;
  if (started?.kind !== "started") throw new TypeError("a history begins with its `started` event");
  const { state, decision } = begin(workflow, started);
  const decisions = [decision];
  for (const event of others) {
    if (event.kind === "started") throw new TypeError("a history has one `started` event");
    decisions.push(apply(workflow, state, event));
  }
  return { state, decisions };
}

type Heard = Exclude<HistoryEvent, Started | { kind: "cancelled" }>;

/** Whether an event is of the kind that the command ends with. */
function isExpected(turn: Turn, frame: Frame, { kind, command }: Heard): boolean {
  const isTimeout = command === frame.timeout || command === frame.attemptTimeout;
  if (isTimeout || frame.role !== "task") return kind === "fired";
  const performer = turn.performerOf(taskOf(turn, frame));
  if (kind === "fired") return performer.fired !== undefined && performer.completed === undefined;
  if (kind === "received") return performer.received !== undefined;
  if (kind === "completed") return performer.completed !== undefined;
  return performer.completed !== undefined || performer.received !== undefined;
}

function hear(turn: Turn, frame: Frame, event: Heard): void {
  const { pending } = turn.state;
  const { command } = event;
  if (event.kind !== "received") {
    delete pending[command];
    if (command === frame.command) frame.command = undefined;
  }
  if (command === frame.timeout) {
    frame.timeout = undefined;
    return turn.raise(frame, standardError("timeout", "it took longer than its `timeout`", frame.task));
  }
  if (frame.role !== "task") return;
  const task = taskOf(turn, frame);
  const performer = turn.performerOf(task);
  if (event.kind === "failed") turn.raise(frame, reported(event));
  else if (event.kind === "fired") performer.fired!(turn, frame, task, command);
  else if (event.kind === "received") {
    turn.allow(event.event, "the event");
    performer.received!(turn, frame, task, event.event);
  } else {
    const output = event.output ?? null;
    turn.allow(output, "the output");
    performer.completed!(turn, frame, task, output);
  }
}

/** An error from outside, of whatever shape it came in. */
function reported({ error }: Failed): WorkflowError {
  const { type, status, title, detail, instance } = isObject(error) ? error : ({} as Partial<WorkflowError>);
  const isWhole = typeof type === "string" && typeof status === "number";
  const told = standardError("runtime", typeof detail === "string" ? detail : "it failed");
  if (!isWhole) return told;
  return {
    type,
    status,
    ...(typeof title === "string" ? { title } : {}),
    ...(typeof detail === "string" ? { detail: told.detail } : {}),
    ...(typeof instance === "string" ? { instance } : {}),
  };
}

function taskOf(turn: Turn, frame: Frame): CompiledTask {
  const task = turn.workflow.tasks.get(frame.task);
  if (task === undefined) throw new Error(`the state is of another definition: it has no task ${frame.task}`);
  return task;
}

/** Does what a frame has to do; an error of the run that comes up is the frame's. */
function within(turn: Turn, frame: Frame, act: () => void): void {
  try {
    act();
  } catch (thrown) {
    if (!(thrown instanceof Raised)) throw thrown;
    turn.raise(frame, thrown.error);
  }
}

/** Goes on until all waits for something outside, the run has ended, or others shall go first. */
function work(turn: Turn): void {
  const { state } = turn;
  for (let steps = 0; state.agenda.length > 0; steps += 1) {
    const root = turn.rootFrame();
    if (steps >= limits.turnSteps || turn.meter.steps >= limits.turnMeter) {
      root.command ??= turn.timer(root, 0, "turn");
      return;
    }
    state.steps += 1;
    if (state.steps > limits.steps) {
      turn.raise(root, standardError("runtime", `${limits.steps} steps led to nothing outside of the run`));
      return;
    }
    const before = turn.meter.steps;
    perform(turn, state.agenda.pop()!);
    state.steps += Math.floor((turn.meter.steps - before) / limits.meterPerStep);
  }
  const root = state.frames[1];
  if (root?.command === undefined) return;
  turn.cancel(root.command);
  root.command = undefined;
}

function perform(turn: Turn, step: Step): void {
  const frame = turn.state.frames[step.do === "enter" ? step.parent : step.frame];
  if (frame === undefined) return;
  if (step.do === "enter") enter(turn, frame, step);
  else within(turn, frame, () => ended(turn, frame, step));
}

function ended(turn: Turn, frame: Frame, { slot, output, then }: Step & { do: "ended" }): void {
  const end = { slot, output, then };
  if (frame.role === "extension") return extendedEnded(turn, frame, end);
  if (frame.role === "run") {
    if (turn.follow(frame, turn.workflow.list, end) !== "going") turn.finish(output);
    return;
  }
  const task = taskOf(turn, frame);
  turn.performerOf(task).ended!(turn, frame, task, end);
}

function enter(turn: Turn, parent: Frame, step: Step & { do: "enter" }): void {
  const task = turn.workflow.tasks.get(step.task)!;
  const isExtended = task.extensions.length > 0 && step.isBare !== true;
  const frame = turn.open(parent, step.slot, isExtended ? "extension" : "task", step.task, step.input);
  within(turn, frame, () => {
    if (frame.depth > limits.depth)
      throw tooMuch(`tasks stand deeper than ${limits.depth} within each other`);
    if (turn.state.frameCount > limits.frames)
      throw tooMuch(`more than ${limits.frames} tasks are under way`);
    if (isExtended) enterExtended(turn, frame, task);
    else start(turn, frame, task);
  });
}

function tooMuch(detail: string): Raised {
  return new Raised(standardError("runtime", detail));
}

/** A task whose condition does not hold is left out: what came in goes on to the next one. */
function start(turn: Turn, frame: Frame, task: CompiledTask): void {
  const { condition, input, timeout } = task;
  if (condition !== null && !truthy(condition.evaluate(frame.raw, turn.scope(frame)))) {
    turn.note("skipped", frame);
    return turn.end(frame, frame.raw, undefined);
  }
  if (input.schema !== null) turn.fits(input, frame.raw, "the input");
  if (input.template !== null) {
    frame.input = input.template.evaluate(frame.raw, turn.scope(frame));
    turn.allow(frame.input, "the input");
  }
  turn.note("started", frame, frame.input);
  if (timeout !== null) {
    frame.timeout = turn.timer(frame, timeout(frame.input, turn.scope(frame)), "timeout");
  }
  turn.performerOf(task).start(turn, frame, task);
}
