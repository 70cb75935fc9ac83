import type { Meter } from "@millrace/jq";
import type { CompiledList, CompiledOfKind, CompiledTask, Shaping, Workflow } from "./compiled.ts";
import type { TaskKind } from "./definition.ts";
import type { SecretPlaces, Template } from "./expression.ts";
import type { Command, Decision, Sealed, TaskChange } from "./history.ts";
import { type Json, type JsonObject, sizeOf } from "./json.ts";
import type { Frame, RunState, Step } from "./run-state.ts";
import { Scope } from "./scope.ts";
import { errorValue, Raised, standardError, type WorkflowError } from "./workflow-error.ts";

/** What a run may take. Each is told in the error that a run gets which wants more. */
export const limits = {
  /** Characters of one value as JSON: an input, an output, the context. */
  value: 2_097_152,
  /** Levels of one value. */
  levels: 500,
  /** Tasks that are under way at once. */
  frames: 20_000,
  /** Tasks within each other. */
  depth: 200,
  /** Steps without anything heard from outside. */
  steps: 1_000_000,
  /** Steps that one event may lead to before other runs go first; and steps of expressions and schemas. */
  turnSteps: 20_000,
  turnMeter: 1_000_000,
  /** So many steps of expressions and schemas count as one of the run. */
  meterPerStep: 50,
  /** Events that a `listen` without `foreach` may gather, and that one with it keeps. */
  eventsGathered: 1_000,
  eventsKept: 100,
  /** Attempts of a `try` whose policy sets no limit. */
  attempts: 1_000,
} as const;

/** How a kind of task is gone through. All but `start` are asked only where they can happen. */
export interface Performer<Kind extends TaskKind = TaskKind> {
  start(turn: Turn, frame: Frame, task: CompiledOfKind[Kind]): void;
  /** A task within has ended; `then` is where it leads. */
  ended?(turn: Turn, frame: Frame, task: CompiledOfKind[Kind], end: End): void;
  /** A task within has raised an error; false lets it go on outwards. */
  caught?(turn: Turn, frame: Frame, task: CompiledOfKind[Kind], error: WorkflowError, slot: number): boolean;
  /** Its command ended well. */
  completed?(turn: Turn, frame: Frame, task: CompiledOfKind[Kind], output: Json): void;
  /** The instant of one of its commands has come. */
  fired?(turn: Turn, frame: Frame, task: CompiledOfKind[Kind], command: number): void;
  received?(turn: Turn, frame: Frame, task: CompiledOfKind[Kind], event: Json): void;
}

export type Performers = { readonly [Kind in TaskKind]: Performer<Kind> };

export interface End {
  readonly slot: number;
  readonly output: Json;
  readonly then: string | undefined;
}

type CommandBody = Command extends infer One
  ? One extends Command
    ? Omit<One, "id" | "task">
    : never
  : never;

/** Carries one event of a history through a run: changes its state and gathers the commands. */
export class Turn {
  readonly workflow: Workflow;
  readonly state: RunState;
  readonly now: number;
  readonly performers: Performers;
  readonly changes: TaskChange[] = [];
  /** Steps of the expressions and schemas of this turn. */
  readonly meter: Meter = { steps: 0 };
  private readonly issued = new Map<number, Command>();

  constructor(workflow: Workflow, state: RunState, now: number, performers: Performers) {
    this.workflow = workflow;
    this.state = state;
    this.now = now;
    this.performers = performers;
  }

  decision(): Decision {
    return { commands: [...this.issued.values()], changes: this.changes };
  }

  /** Gives a command its number and notes whose it is. */
  issue(frame: Frame, body: CommandBody, isAwaited = true): number {
    const id = this.state.next++;
    this.issued.set(id, { id, task: frame.task, ...body });
    if (isAwaited) this.state.pending[id] = frame.id;
    return id;
  }

  /** Gives a command up. One that was issued in this very turn never leaves it. */
  cancel(command: number | undefined): void {
    if (command === undefined || this.state.pending[command] === undefined) return;
    const frame = this.state.frames[this.state.pending[command]]!;
    delete this.state.pending[command];
    if (!this.issued.delete(command)) this.issue(frame, { kind: "cancel", command }, false);
  }

  /** A command that says `fired` after so many milliseconds. */
  timer(frame: Frame, ms: number, reason: "wait" | "timeout" | "retry" | "turn"): number {
    return this.issue(frame, { kind: "wait", until: this.now + ms, reason });
  }

  scope(frame: Frame, output: Json = null): Scope {
    return new Scope(this.workflow, this.state, frame, output, this);
  }

  /** Makes a task's frame within another one. */
  open(parent: Frame, slot: number, role: Frame["role"], task: string, raw: Json): Frame {
    const { state } = this;
    const { id, startedAt } = { id: state.next++, startedAt: this.now };
    const frame: Frame = {
      id,
      parent: parent.id,
      slot,
      role,
      task,
      depth: parent.depth + 1,
      startedAt,
      raw,
      input: raw,
    };
    state.frames[id] = frame;
    state.frameCount += 1;
    (parent.children ??= {})[slot] = id;
    return frame;
  }

  /** Ends a frame with everything in it, without a word to the frame around it. */
  close(frame: Frame, isGivenUp: boolean): void {
    this.closeChildren(frame);
    this.cancel(frame.command);
    this.cancel(frame.timeout);
    this.cancel(frame.attemptTimeout);
    if (isGivenUp && frame.role === "task") this.note("cancelled", frame);
    const parent = this.state.frames[frame.parent];
    if (parent?.children !== undefined) delete parent.children[frame.slot];
    delete this.state.frames[frame.id];
    this.state.frameCount -= 1;
  }

  closeChildren(frame: Frame): void {
    for (const slot in frame.children) {
      const inner = this.state.frames[frame.children[Number(slot)]!];
      if (inner !== undefined) this.close(inner, true);
    }
  }

  note(kind: TaskChange["kind"], frame: Frame, value?: Json): void {
    this.changes.push({ kind, task: frame.task, instance: frame.id, parent: frame.parent, value });
  }

  /** Lets a step be done once the present one is through; the last that was asked for comes first. */
  schedule(step: Step): void {
    this.state.agenda.push(step);
  }

  enter(parent: Frame, slot: number, task: CompiledTask, input: Json): void {
    this.schedule({ do: "enter", parent: parent.id, slot, task: task.pointer, input });
  }

  /** Begins a list of tasks; true where it has none, so it is over already. */
  enterList(frame: Frame, list: CompiledList, input: Json): boolean {
    const first = list.tasks[0];
    if (first === undefined) return true;
    frame.at = 0;
    this.enter(frame, 0, first, input);
    return false;
  }

  /** Goes on in a list after one of its tasks. `ended`: it was the last; `exited`: it said so. */
  follow(frame: Frame, list: CompiledList, { output, then }: End): "going" | "ended" | "exited" {
    if (then === "exit") return "exited";
    if (then === "end") {
      this.finish(output);
      return "going";
    }
    const position = then === undefined || then === "continue" ? frame.at! + 1 : list.positions.get(then);
    if (position === undefined) {
      const detail = `\`then\` leads to \`${then}\`, which is no task of its list`;
      throw new Raised(standardError("configuration", detail));
    }
    const next = list.tasks[position];
    if (next === undefined) return "ended";
    frame.at = position;
    this.enter(frame, 0, next, output);
    return "going";
  }

  /** A task's own work is done: shapes what came out, and hands it to the frame around. */
  complete(frame: Frame, task: CompiledTask, result: Json, then = task.then): void {
    this.closeChildren(frame);
    const output = this.shaped(task.output, result, frame, "the output");
    if (task.export.template !== null) {
      this.state.context = this.shaped(task.export, output, frame, "the context", output);
    }
    this.note("completed", frame, output);
    this.end(frame, output, then);
  }

  /** Closes a frame that is through and tells the one around it. */
  end(frame: Frame, output: Json, then: string | undefined): void {
    this.close(frame, false);
    this.schedule({ do: "ended", frame: frame.parent, slot: frame.slot, output, then });
  }

  /** What a rule of `output` or `export` makes of a value. */
  shaped(rule: Shaping, value: Json, frame: Frame, what: string, output: Json = value): Json {
    const made = rule.template === null ? value : rule.template.evaluate(value, this.scope(frame, output));
    this.fits(rule, made, what);
    this.allow(made, what);
    return made;
  }

  fits({ schema }: Shaping, value: Json, what: string): void {
    const breaches = schema?.check(value, this.meter) ?? [];
    if (breaches.length === 0) return;
    const told = breaches
      .map(({ pointer, message }) => `${pointer === "" ? what : pointer} ${message}`)
      .join("; ");
    throw new Raised(standardError("validation", `${what} does not fit its schema: ${told}`));
  }

  /** Refuses a value that is larger than a run may hold. */
  allow(value: Json, what: string): void {
    if (typeof value !== "object" && typeof value !== "string") return;
    const { characters, levels } = sizeOf(value);
    if (levels > limits.levels) {
      throw new Raised(standardError("runtime", `${what} has more than ${limits.levels} levels`));
    }
    if (characters > limits.value) {
      throw new Raised(standardError("runtime", `${what} is larger than ${limits.value} characters`));
    }
  }

  /** The value of a template that may read secrets, with what was left out of it for that. */
  sealed(template: Template, frame: Frame, input: Json): { arguments: Json; sealed?: Sealed } {
    const { constant } = template;
    if (constant !== undefined) return { arguments: constant };
    const secrets: SecretPlaces = { places: [], names: new Set() };
    const scope = this.scope(frame);
    const made = template.evaluate(input, scope, secrets);
    this.allow(made, "what it is called with");
    if (secrets.places.length === 0) return { arguments: made };
    const variables: JsonObject = {};
    for (const name of secrets.names) variables[name] = scope.value(name);
    return { arguments: made, sealed: { places: secrets.places, input, variables } };
  }

  /** A task raised an error: whatever is around it may catch it, from the inside out. */
  raise(frame: Frame, error: WorkflowError): void {
    const known = error.instance === undefined ? { ...error, instance: frame.task } : error;
    const { parent, slot } = frame;
    this.close(frame, false);
    if (frame.role === "task") this.note("faulted", frame, errorValue(known));
    const around = this.state.frames[parent];
    if (around === undefined) this.fail(known);
    else this.raiseWithin(around, known, slot);
  }

  /** Something within a frame raised an error. */
  raiseWithin(frame: Frame, error: WorkflowError, slot = 0): void {
    try {
      if (this.catches(frame, error, slot)) return;
    } catch (thrown) {
      if (!(thrown instanceof Raised)) throw thrown;
      return this.raise(frame, thrown.error);
    }
    this.raise(frame, error);
  }

  private catches(frame: Frame, error: WorkflowError, slot: number): boolean {
    if (frame.role !== "task") return false;
    const task = this.workflow.tasks.get(frame.task)!;
    const { caught } = this.performerOf(task);
    return caught !== undefined && caught(this, frame, task, error, slot);
  }

  performerOf(task: CompiledTask): Performer {
    return this.performers[task.kind];
  }

  /** The run ends well, whatever is still under way. */
  finish(value: Json): void {
    const root = this.rootFrame();
    this.closeChildren(root);
    try {
      const output = this.shaped(this.workflow.output, value, root, "the output of the workflow");
      this.stop("completed");
      this.state.output = output;
      this.issue(root, { kind: "complete", output }, false);
    } catch (thrown) {
      if (!(thrown instanceof Raised)) throw thrown;
      this.raise(root, thrown.error);
    }
  }

  private fail(error: WorkflowError): void {
    this.stop("faulted");
    this.state.error = error;
    const id = this.state.next++;
    this.issued.set(id, { kind: "fail", id, task: "", error });
  }

  /** Nothing of the run goes on. */
  stop(status: RunState["status"]): void {
    const root = this.state.frames[1];
    if (root !== undefined) this.close(root, false);
    this.state.agenda = [];
    this.state.status = status;
  }

  rootFrame(): Frame {
    return this.state.frames[1]!;
  }
}
