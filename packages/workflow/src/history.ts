import type { ProcessKind } from "./definition.ts";
import type { Json, JsonObject } from "./json.ts";
import type { WorkflowError } from "./workflow-error.ts";

/**
 * What happened to a run, in the order in which it was recorded. Everything a run decides upon stands in here, the time
 * and the seed of its chances too, so that the same history always gives the same commands.
 */
export type HistoryEvent = Started | Completed | Failed | Fired | Received | Cancelled;

interface Recorded {
  /** When it was recorded, by the clock of whoever keeps the history: milliseconds since 1970. */
  readonly at: number;
}

/** The first event of every history. */
export interface Started extends Recorded {
  readonly kind: "started";
  readonly run: { readonly id: string };
  readonly input: Json;
  /** What the jitter of retries is drawn from. */
  readonly seed: number;
  /** What `$runtime` is. */
  readonly runtime?: JsonObject;
  /** Where it begins, if not with the first task: a task of the workflow's own list, with what it gets. */
  readonly from?: { readonly task: string; readonly input: Json; readonly context?: Json };
}

/** A `call` or `run` command ended well. Processes end with `{ code, stdout, stderr }`. */
export interface Completed extends Recorded {
  readonly kind: "completed";
  readonly command: number;
  readonly output: Json;
}

/** A `call` or `run` command ended with an error. */
export interface Failed extends Recorded {
  readonly kind: "failed";
  readonly command: number;
  readonly error: WorkflowError;
}

/** The instant of a `wait` command has come. */
export interface Fired extends Recorded {
  readonly kind: "fired";
  readonly command: number;
}

/** A CloudEvent for a `listen`, or a message for a call that subscribes. What does not match is ignored. */
export interface Received extends Recorded {
  readonly kind: "received";
  readonly command: number;
  readonly event: Json;
}

/** The run was cancelled from outside. */
export interface Cancelled extends Recorded {
  readonly kind: "cancelled";
}

/** What is to be done outside of a run. Ids count up within the run; each command is issued once. */
export type Command =
  | CallCommand
  | RunCommand
  | EmitCommand
  | ListenCommand
  | WaitCommand
  | CancelCommand
  | CompleteCommand
  | FailCommand;

interface Issued {
  readonly id: number;
  /** The JSON Pointer of the task it is for; empty for the run itself. */
  readonly task: string;
}

/**
 * What expressions that read secrets need besides them. They stand in a command unevaluated: `reveal` gives them their
 * values where the command is carried out, and nowhere else.
 */
export interface Sealed {
  readonly places: readonly { readonly pointer: string; readonly expression: string }[];
  readonly input: Json;
  readonly variables: JsonObject;
}

/** Call a function: one of the standard's calls, or a named one. Ends with `completed` or `failed`. */
export interface CallCommand extends Issued {
  readonly kind: "call";
  readonly function: string;
  readonly arguments: Json;
  readonly sealed?: Sealed;
  readonly idempotencyKey?: string;
  /** It stays open and gives messages, as `received`, until it is cancelled. */
  readonly subscribes?: true;
}

/** Run a process or another workflow. Ends with `completed` or `failed`, unless nothing awaits it. */
export interface RunCommand extends Issued {
  readonly kind: "run";
  readonly process: ProcessKind | "workflow";
  readonly arguments: Json;
  readonly await: boolean;
  readonly sealed?: Sealed;
  readonly idempotencyKey?: string;
}

/** Publish a CloudEvent. Nothing comes back. */
export interface EmitCommand extends Issued {
  readonly kind: "emit";
  readonly event: JsonObject;
}

/** Deliver matching events, as `received`, until it is cancelled. */
export interface ListenCommand extends Issued {
  readonly kind: "listen";
  /**
   * The attributes that an event of interest has, one set after the other; an empty set is any event. Only those that
   * are known beforehand: an event that has them may still be refused by the run.
   */
  readonly filters: readonly JsonObject[];
}

/** Say `fired` when an instant has come. */
export interface WaitCommand extends Issued {
  readonly kind: "wait";
  /** Milliseconds since 1970. */
  readonly until: number;
  /** `turn`: the run has much to decide and lets others go first. */
  readonly reason: "wait" | "timeout" | "retry" | "turn";
}

/** Give up another command, which ends no more. */
export interface CancelCommand extends Issued {
  readonly kind: "cancel";
  readonly command: number;
}

/** The run has ended well. */
export interface CompleteCommand extends Issued {
  readonly kind: "complete";
  readonly output: Json;
}

/** The run has ended with an error that nothing caught. */
export interface FailCommand extends Issued {
  readonly kind: "fail";
  readonly error: WorkflowError;
}

/** What became of a task, in the standard's words, for whoever shows or records a run. */
export interface TaskChange {
  readonly kind: "started" | "skipped" | "retried" | "completed" | "faulted" | "cancelled";
  /** The JSON Pointer of the task. */
  readonly task: string;
  /** Which going-through of the task it is: loops, retries and forks go through one more than once. */
  readonly instance: number;
  /** The instance of the task around it. */
  readonly parent: number;
  /** The input of `started`, the output of `completed`, the error of `faulted` and `retried`. */
  readonly value?: Json;
}

/** What one event of a history leads to. */
export interface Decision {
  readonly commands: readonly Command[];
  readonly changes: readonly TaskChange[];
}
