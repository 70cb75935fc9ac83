import type { Json, JsonObject } from "./json.ts";

/**
 * A definition as the standard writes it (Serverless Workflow DSL 1.0). A value of these types has been checked by
 * `parse`; texts may be runtime expressions, `${ ... }`, wherever the standard allows them.
 */
export interface Definition {
  readonly document: DocumentHead;
  readonly input?: InputRule;
  readonly use?: Use;
  readonly do: TaskList;
  readonly timeout?: Timeout | string;
  readonly output?: OutputRule;
  readonly schedule?: Schedule;
}

export interface DocumentHead {
  readonly dsl: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  readonly summary?: string;
  readonly tags?: JsonObject;
  readonly metadata?: JsonObject;
}

export interface Use {
  readonly authentications?: Readonly<Record<string, JsonObject>>;
  readonly errors?: Readonly<Record<string, ErrorTemplate>>;
  readonly extensions?: readonly Readonly<Record<string, Extension>>[];
  readonly functions?: Readonly<Record<string, Task>>;
  readonly retries?: Readonly<Record<string, RetryPolicy>>;
  readonly secrets?: readonly string[];
  readonly timeouts?: Readonly<Record<string, Timeout>>;
  readonly catalogs?: Readonly<Record<string, { readonly endpoint: Json }>>;
}

/** Each member has one key, the task's name. */
export type TaskList = readonly Readonly<Record<string, Task>>[];

export interface SchemaRule {
  readonly format?: string;
  readonly document?: Json;
  readonly resource?: { readonly name?: string; readonly endpoint: Json };
}

export interface InputRule {
  readonly schema?: SchemaRule;
  readonly from?: string | JsonObject;
}

export interface OutputRule {
  readonly schema?: SchemaRule;
  readonly as?: string | JsonObject;
}

/** An ISO 8601 duration, an expression, or its parts. */
export type Duration =
  | string
  | {
      readonly days?: number;
      readonly hours?: number;
      readonly minutes?: number;
      readonly seconds?: number;
      readonly milliseconds?: number;
    };

export interface Timeout {
  readonly after: Duration;
}

export interface Schedule {
  readonly every?: Duration;
  readonly cron?: string;
  readonly after?: Duration;
  readonly on?: EventStrategy;
}

interface TaskBase {
  readonly if?: string;
  readonly input?: InputRule;
  readonly output?: OutputRule;
  readonly export?: OutputRule;
  readonly timeout?: Timeout | string;
  readonly then?: string;
  readonly metadata?: JsonObject;
}

export interface CallTask extends TaskBase {
  readonly call: string;
  readonly with?: JsonObject;
}

export interface DoTask extends TaskBase {
  readonly do: TaskList;
}

export interface EmitTask extends TaskBase {
  readonly emit: { readonly event: { readonly with: JsonObject } };
}

export interface ForTask extends TaskBase {
  readonly for: { readonly each?: string; readonly in: string; readonly at?: string };
  readonly while?: string;
  readonly do: TaskList;
}

export interface ForkTask extends TaskBase {
  readonly fork: { readonly branches: TaskList; readonly compete?: boolean };
}

export interface EventFilter {
  readonly with: JsonObject;
  readonly correlate?: Readonly<Record<string, { readonly from: string; readonly expect?: string }>>;
}

export type EventStrategy =
  | { readonly one: EventFilter }
  | { readonly all: readonly EventFilter[] }
  | { readonly any: readonly EventFilter[]; readonly until?: string | EventStrategy };

/** What is done for each event or message, one after the other. */
export interface Foreach {
  readonly item?: string;
  readonly at?: string;
  readonly do?: TaskList;
  readonly output?: OutputRule;
  readonly export?: OutputRule;
}

export interface ListenTask extends TaskBase {
  readonly listen: { readonly to: EventStrategy; readonly read?: "data" | "envelope" | "raw" };
  readonly foreach?: Foreach;
}

export interface ErrorTemplate {
  readonly type: string;
  readonly status: number;
  readonly instance?: string;
  readonly title?: string;
  readonly detail?: string;
}

export interface RaiseTask extends TaskBase {
  readonly raise: { readonly error: ErrorTemplate | string };
}

export type ProcessKind = "container" | "script" | "shell";
export type ReturnKind = "stdout" | "stderr" | "code" | "all" | "none";

export interface RunTask extends TaskBase {
  readonly run: {
    readonly container?: JsonObject;
    readonly script?: JsonObject;
    readonly shell?: JsonObject;
    readonly workflow?: {
      readonly namespace: string;
      readonly name: string;
      readonly version: string;
      readonly input?: JsonObject;
    };
    readonly await?: boolean;
    readonly return?: ReturnKind;
  };
}

export interface SetTask extends TaskBase {
  readonly set: JsonObject | string;
}

export interface SwitchCase {
  readonly when?: string;
  readonly then: string;
}

export interface SwitchTask extends TaskBase {
  readonly switch: readonly Readonly<Record<string, SwitchCase>>[];
}

export interface RetryPolicy {
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly delay?: Duration;
  readonly backoff?: { readonly constant?: object; readonly linear?: object; readonly exponential?: object };
  readonly limit?: {
    readonly attempt?: { readonly count?: number; readonly duration?: Duration };
    readonly duration?: Duration;
  };
  readonly jitter?: { readonly from: Duration; readonly to: Duration };
}

export interface Catch {
  readonly errors?: { readonly with?: JsonObject };
  readonly as?: string;
  readonly when?: string;
  readonly exceptWhen?: string;
  readonly retry?: RetryPolicy | string;
  readonly do?: TaskList;
}

export interface TryTask extends TaskBase {
  readonly try: TaskList;
  readonly catch: Catch;
}

export interface WaitTask extends TaskBase {
  readonly wait: Duration;
}

export interface TaskOfKind {
  readonly call: CallTask;
  readonly do: DoTask;
  readonly emit: EmitTask;
  readonly for: ForTask;
  readonly fork: ForkTask;
  readonly listen: ListenTask;
  readonly raise: RaiseTask;
  readonly run: RunTask;
  readonly set: SetTask;
  readonly switch: SwitchTask;
  readonly try: TryTask;
  readonly wait: WaitTask;
}

export type TaskKind = keyof TaskOfKind;
export type Task = TaskOfKind[TaskKind];

export interface Extension {
  readonly extend: TaskKind | "composite" | "all";
  readonly when?: string;
  readonly before?: TaskList;
  readonly after?: TaskList;
}

/** A task together with its kind, so that a switch over `kind` narrows it. */
export type KindedTask = {
  readonly [Kind in TaskKind]: { readonly kind: Kind; readonly task: TaskOfKind[Kind] };
}[TaskKind];

/** The keys that tell a task's kind. `for` comes before `do`, which a loop has as well. */
export const taskKinds: readonly TaskKind[] = [
  "call",
  "emit",
  "for",
  "fork",
  "listen",
  "raise",
  "run",
  "set",
  "switch",
  "try",
  "wait",
  "do",
];

export function kinded(task: Task): KindedTask {
  const kind = taskKinds.find((key) => Object.hasOwn(task, key))!;
  return { kind, task } as KindedTask;
}

/** The kinds that hold other tasks, which `extend: composite` means. */
export const compositeKinds: ReadonlySet<TaskKind> = new Set<TaskKind>(["do", "for", "fork", "try"]);

/** What `then` may say besides the name of a task. */
export const flowDirectives: readonly string[] = ["continue", "exit", "end"];
