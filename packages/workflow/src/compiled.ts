import type { Definition, EventStrategy, RetryPolicy, TaskOfKind, TaskKind } from "./definition.ts";
import type { Expression, Surroundings, Template } from "./expression.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Schema } from "./json-schema.ts";

/** A definition made ready to run: expressions compiled, names resolved. It holds no state; make it once, share it. */
export interface Workflow {
  readonly definition: Definition;
  readonly list: CompiledList;
  /** Every task by its JSON Pointer. */
  readonly tasks: ReadonlyMap<string, CompiledTask>;
  readonly extensions: readonly CompiledExtension[];
  readonly input: Shaping;
  readonly output: Shaping;
  readonly timeout: DurationRule | null;
}

/** A list of tasks, gone through in order unless a task says otherwise. */
export interface CompiledList {
  readonly tasks: readonly CompiledTask[];
  readonly positions: ReadonlyMap<string, number>;
}

/** What `input`, `output` or `export` does with a value: a schema to fit, and what is made of it. */
export interface Shaping {
  readonly schema: Schema | null;
  readonly template: Template | null;
}

/** Milliseconds, known beforehand or told by an expression. */
export type DurationRule = (input: Json, surroundings: Surroundings) => number;

interface Common<Kind extends TaskKind> {
  readonly kind: Kind;
  readonly name: string;
  readonly pointer: string;
  readonly task: TaskOfKind[Kind];
  readonly condition: Expression | null;
  readonly input: Shaping;
  readonly output: Shaping;
  readonly export: Shaping;
  readonly timeout: DurationRule | null;
  readonly then: string | undefined;
  /** Which of the workflow's extensions are for tasks of its kind. */
  readonly extensions: readonly number[];
}

export interface CompiledCall extends Common<"call"> {
  readonly arguments: Template;
  /** The pointer of the function of this definition that is called; null for others. */
  readonly functionPointer: string | null;
  readonly subscription: CompiledSubscription | null;
  readonly idempotencyKey: Expression | null;
}

export interface CompiledSubscription {
  readonly filter: Expression | null;
  readonly amount: number | null;
  readonly while: Expression | null;
  readonly until: Expression | null;
  readonly for: DurationRule | null;
  readonly foreach: CompiledForeach | null;
}

export interface CompiledForeach {
  readonly item: string;
  readonly at: string;
  readonly list: CompiledList;
  readonly output: Shaping;
  readonly export: Shaping;
}

export interface CompiledDo extends Common<"do"> {
  readonly list: CompiledList;
}

export interface CompiledEmit extends Common<"emit"> {
  readonly event: Template;
}

export interface CompiledFor extends Common<"for"> {
  readonly each: string;
  readonly at: string;
  readonly in: Expression;
  readonly while: Expression | null;
  readonly list: CompiledList;
}

export interface CompiledFork extends Common<"fork"> {
  readonly branches: readonly CompiledTask[];
  readonly isRace: boolean;
}

export interface CompiledListen extends Common<"listen"> {
  readonly strategy: CompiledStrategy;
  readonly read: "data" | "envelope" | "raw";
  readonly foreach: CompiledForeach | null;
}

export interface CompiledStrategy {
  readonly mode: "one" | "all" | "any";
  readonly filters: readonly CompiledFilter[];
  /** Ends `any`: a condition on what was consumed, or other events. */
  readonly until: Expression | null;
  readonly untilEvents: CompiledStrategy | null;
  readonly source: EventStrategy;
}

export interface CompiledFilter {
  /** The attributes that are known beforehand. */
  readonly attributes: JsonObject;
  /** Attributes that an expression judges. */
  readonly judged: readonly { readonly attribute: string; readonly expression: Expression }[];
  readonly correlations: readonly CompiledCorrelation[];
}

export interface CompiledCorrelation {
  readonly name: string;
  readonly from: Expression;
  /** What the value must be; null where the first event says. */
  readonly expect: Template | null;
}

export interface CompiledRaise extends Common<"raise"> {
  readonly error: Template;
}

export interface CompiledRun extends Common<"run"> {
  readonly process: "container" | "script" | "shell" | "workflow";
  readonly arguments: Template;
  readonly isAwaited: boolean;
  readonly idempotencyKey: Expression | null;
  readonly return: "stdout" | "stderr" | "code" | "all" | "none";
}

export interface CompiledSet extends Common<"set"> {
  readonly value: Template;
}

export interface CompiledSwitch extends Common<"switch"> {
  readonly cases: readonly { readonly when: Expression | null; readonly then: string }[];
}

export interface CompiledTry extends Common<"try"> {
  readonly list: CompiledList;
  readonly errors: JsonObject | null;
  readonly as: string;
  readonly when: Expression | null;
  readonly exceptWhen: Expression | null;
  readonly retry: CompiledRetry | null;
  readonly catch: CompiledList | null;
}

export interface CompiledRetry {
  readonly policy: RetryPolicy;
  readonly when: Expression | null;
  readonly exceptWhen: Expression | null;
  readonly delay: DurationRule | null;
  readonly attemptDuration: DurationRule | null;
  readonly duration: DurationRule | null;
  readonly jitter: { readonly from: DurationRule; readonly to: DurationRule } | null;
}

export interface CompiledWait extends Common<"wait"> {
  readonly duration: DurationRule;
}

export interface CompiledOfKind {
  readonly call: CompiledCall;
  readonly do: CompiledDo;
  readonly emit: CompiledEmit;
  readonly for: CompiledFor;
  readonly fork: CompiledFork;
  readonly listen: CompiledListen;
  readonly raise: CompiledRaise;
  readonly run: CompiledRun;
  readonly set: CompiledSet;
  readonly switch: CompiledSwitch;
  readonly try: CompiledTry;
  readonly wait: CompiledWait;
}

export type CompiledTask = CompiledOfKind[TaskKind];

export interface CompiledExtension {
  readonly name: string;
  readonly when: Expression | null;
  readonly before: CompiledList | null;
  readonly after: CompiledList | null;
}
