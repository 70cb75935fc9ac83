import {
  apply,
  begin,
  type Decision,
  type HistoryEvent,
  type Json,
  type TaskChange,
} from "@millrace/workflow";
import type { RunnableVersion } from "../workflows/model.ts";
import type { Begun, TaskView } from "./model.ts";

/** What went through tasks is told from the history again: nothing of it is stored a second time. */
export class TaskViews {
  readonly #version: RunnableVersion;
  readonly #tasks = new Map<number, TaskView>();
  #run: ReturnType<typeof begin>["state"];

  constructor(runId: string, version: RunnableVersion, begun: Begun, input: Json) {
    this.#version = version;
    const { at, seed, from } = begun;
    const started = { kind: "started", at, run: { id: runId }, input, seed } as const;
    const { state, decision } = begin(version.workflow, from === undefined ? started : { ...started, from });
    this.#run = state;
    this.#note(decision, at);
  }

  /** Carries on by one recorded event. */
  apply(event: Exclude<HistoryEvent, { kind: "started" }>): void {
    this.#note(apply(this.#version.workflow, this.#run, event), event.at);
  }

  /** The tasks so far, in the order in which they began. */
  get tasks(): TaskView[] {
    return [...this.#tasks.values()];
  }

  #note({ changes }: Decision, at: number): void {
    for (const change of changes) {
      const known = this.#tasks.get(change.instance);
      if (known === undefined) this.#tasks.set(change.instance, this.#begun(change, at));
      else noteChange(known, change, at);
    }
  }

  #begun(change: TaskChange, at: number): TaskView {
    const { kind, task, instance, parent, value } = change;
    const isSkipped = kind === "skipped";
    const time = new Date(at).toISOString();
    const compiled = this.#version.workflow.tasks.get(task);
    const view: TaskView = {
      instance,
      parent,
      task,
      name: compiled?.name ?? task,
      kind: compiled?.kind ?? "",
      state: isSkipped ? "skipped" : "running",
      attempts: isSkipped ? 0 : 1,
      startedAt: time,
      endedAt: isSkipped ? time : null,
      ...(value === undefined ? {} : { input: value }),
    };
    if (kind !== "started" && !isSkipped) noteChange(view, change, at);
    return view;
  }
}

function noteChange(view: TaskView, { kind, value }: TaskChange, at: number): void {
  if (kind === "retried") {
    view.attempts += 1;
    view.error = value;
    return;
  }
  if (kind === "started") return;
  view.state = kind;
  view.endedAt = new Date(at).toISOString();
  if (kind === "completed") view.output = value;
  if (kind === "faulted") view.error = value;
}
