import type { Meter } from "@millrace/jq";
import type { Workflow } from "./compiled.ts";
import type { Surroundings } from "./expression.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Frame, RunState } from "./run-state.ts";

/** What an expression of a task can read, besides its input. */
export class Scope implements Surroundings {
  readonly workflow: Workflow;
  readonly state: RunState;
  readonly frame: Frame;
  readonly output: Json;
  readonly now: number;
  readonly meter: Meter;

  constructor(
    workflow: Workflow,
    state: RunState,
    frame: Frame,
    output: Json,
    { now, meter }: { now: number; meter: Meter },
  ) {
    this.workflow = workflow;
    this.state = state;
    this.frame = frame;
    this.output = output;
    this.now = now;
    this.meter = meter;
  }

  value(name: string): Json {
    switch (name) {
      case "context":
        return this.state.context;
      case "input":
        return this.frame.input;
      case "output":
        return this.output;
      case "task":
        return this.taskValue();
      case "workflow":
        return this.workflowValue();
      case "runtime":
        return this.state.runtime;
      default:
        return this.local(name);
    }
  }

  /** A variable of the innermost loop, catch or iterator that has it. */
  private local(name: string): Json {
    let frame: Frame | undefined = this.frame;
    while (frame !== undefined) {
      if (frame.variables !== undefined && Object.hasOwn(frame.variables, name))
        return frame.variables[name]!;
      frame = this.state.frames[frame.parent];
    }
    return null;
  }

  /** The task's description; what its definition says can be read by its keys as well, as in `$task.with`. */
  private taskValue(): Json {
    const compiled = this.workflow.tasks.get(this.frame.task);
    if (compiled === undefined) return null;
    const definition = compiled.task as unknown as JsonObject;
    const { raw, startedAt } = this.frame;
    return {
      ...definition,
      name: compiled.name,
      reference: compiled.pointer,
      definition,
      input: raw,
      output: this.output,
      startedAt: instant(startedAt),
    };
  }

  private workflowValue(): Json {
    const { definition } = this.workflow;
    const { run, input } = this.state;
    return {
      id: run.id,
      definition: definition as unknown as Json,
      input,
      startedAt: instant(run.startedAt),
    };
  }
}

/** An instant as the standard describes it to expressions. */
function instant(ms: number): Json {
  return {
    iso8601: new Date(ms).toISOString(),
    epoch: { seconds: Math.floor(ms / 1000), milliseconds: ms },
  };
}

export function truthy(value: Json): boolean {
  return value !== null && value !== false;
}
