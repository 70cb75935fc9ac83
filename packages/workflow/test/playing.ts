import {
  apply,
  begin,
  type Command,
  type CompileOptions,
  compile,
  type Decision,
  type HistoryEvent,
  parse,
  problemLine,
  type RunState,
  type TaskChange,
  type Workflow,
  type WorkflowError,
} from "../src/main.ts";
import type { Json } from "../src/json.ts";

export const head = "document: { dsl: 1.0.3, namespace: test, name: played, version: 1.0.0 }\n";

/** A definition from its text, with a head where it has none. */
export function workflowOf(text: string, options: CompileOptions = {}): Workflow {
  const { definition, problems } = parse(
    text.startsWith("{") || /^document:/m.test(text) ? text : head + text,
  );
  if (definition === null) throw new Error(problems.map(problemLine).join("\n"));
  return compile(definition, options);
}

/** The name of a task, from its pointer. */
export function nameOf(pointer: string): string {
  return pointer.split("/").at(-1) ?? "";
}

/** A run that a test carries on by hand. Its clock stands still until it is moved. */
export class Play {
  readonly workflow: Workflow;
  readonly state: RunState;
  readonly history: HistoryEvent[] = [];
  readonly commands: Command[] = [];
  readonly changes: TaskChange[] = [];
  readonly open = new Map<number, Command>();
  now = 1_000_000;

  constructor(workflow: Workflow, input: Json, seed = 1) {
    this.workflow = workflow;
    const started = { kind: "started", at: this.now, run: { id: "run-1" }, input, seed } as const;
    this.history.push(started);
    const { state, decision } = begin(workflow, started);
    this.state = state;
    this.take(decision);
  }

  private take({ commands, changes }: Decision): void {
    this.changes.push(...changes);
    for (const command of commands) {
      this.commands.push(command);
      if (command.kind === "cancel") this.open.delete(command.command);
      else this.open.set(command.id, command);
    }
  }

  say(event: Exclude<HistoryEvent, { kind: "started" }>): this {
    this.history.push(event);
    if ("command" in event && event.kind !== "received") this.open.delete(event.command);
    this.take(apply(this.workflow, this.state, event));
    return this;
  }

  /** The open command of a task; by kind where the task has several. */
  of(task: string, kind?: Command["kind"]): Command {
    const found = [...this.open.values()].filter(
      (command) => nameOf(command.task) === task && (kind === undefined || command.kind === kind),
    );
    if (found.length === 0)
      throw new Error(`no command of ${task} is open; open are ${this.waiting().join(", ")}`);
    // A task's timer is asked for by its kind, or where it is all there is.
    return found.find((command) => command.kind !== "wait") ?? found[0]!;
  }

  complete(task: string, output: Json = null): this {
    return this.say({ kind: "completed", at: this.now, command: this.of(task).id, output });
  }

  fail(task: string, error: WorkflowError): this {
    return this.say({ kind: "failed", at: this.now, command: this.of(task).id, error });
  }

  receive(task: string, event: Json): this {
    return this.say({ kind: "received", at: this.now, command: this.of(task).id, event });
  }

  cancel(): this {
    return this.say({ kind: "cancelled", at: this.now });
  }

  /** Lets the instant of the earliest timer come, or of a task's. */
  fire(task?: string): this {
    const timers = [...this.open.values()]
      .filter((command) => command.kind === "wait")
      .filter((command) => task === undefined || nameOf(command.task) === task)
      .sort((one, other) => one.until - other.until || one.id - other.id);
    const timer = timers[0];
    if (timer === undefined) throw new Error("no timer is set");
    this.now = Math.max(this.now, timer.until);
    return this.say({ kind: "fired", at: this.now, command: timer.id });
  }

  /** The tasks whose commands are open, with the kind of each. */
  waiting(): string[] {
    return [...this.open.values()]
      .filter(({ kind }) => !["emit", "complete", "fail"].includes(kind))
      .map(({ kind, task }) => `${kind} ${nameOf(task)}`);
  }

  get output(): Json | undefined {
    return this.state.output;
  }

  get error(): WorkflowError | undefined {
    return this.state.error;
  }
}

/** Begins a run of some tasks. */
export function play(text: string, input: Json = {}, options: CompileOptions = {}): Play {
  return new Play(workflowOf(text, options), input);
}

/** The output of a run that waits for nothing. */
export function outputOf(text: string, input: Json = {}): Json | undefined {
  const run = play(text, input);
  if (run.error !== undefined) throw new Error(run.error.detail ?? run.error.type);
  return run.output;
}
