import { isObject, type Json, type JsonObject, sizeOf } from "./json.ts";
import type { WorkflowError } from "./workflow-error.ts";

/** The standard's words for where a run is. */
export type RunStatus = "running" | "completed" | "faulted" | "cancelled";

/**
 * Everything a run knows between two events. Plain JSON: `snapshot` writes it, `restore` reads it. It is changed in
 * place, so that one more event costs what it changes and not what the run has been through.
 */
export interface RunState {
  status: RunStatus;
  readonly run: { readonly id: string; readonly startedAt: number };
  readonly input: Json;
  readonly seed: number;
  readonly runtime: JsonObject;
  context: Json;
  /** The tasks that are being gone through, by instance; each names the one around it. */
  readonly frames: Record<number, Frame>;
  /** Which frame a command's end goes to. */
  readonly pending: Record<number, number>;
  /** What is to be done within the run next; the last comes first. Empty when all waits for something outside. */
  agenda: Step[];
  /** The next number for a command or a frame. */
  next: number;
  frameCount: number;
  /** Steps since something outside was heard of. */
  steps: number;
  output?: Json;
  error?: WorkflowError;
}

/** One going-through of a task, of the run as a whole, or of the extensions around a task. */
export interface Frame {
  readonly id: number;
  /** 0 for the run. */
  readonly parent: number;
  /** Which branch of a fork; 0 elsewhere. */
  readonly slot: number;
  readonly role: "run" | "task" | "extension";
  /** The JSON Pointer of its task. */
  readonly task: string;
  readonly depth: number;
  readonly startedAt: number;
  /** What came in, and what `input.from` made of it. */
  raw: Json;
  input: Json;
  /** Variables that what is inside of it can read. */
  variables?: JsonObject;
  /** The frames within; a fork has many. */
  children?: Record<number, number>;
  /** Its place in the list of tasks it goes through. */
  at?: number;
  /** The command it waits for. */
  command?: number;
  /** The commands that end it, or its attempt, too late. */
  timeout?: number;
  attemptTimeout?: number;
  loop?: { readonly items: readonly Json[]; index: number };
  fork?: { readonly outputs: Json[]; open: number };
  attempt?: Attempt;
  stream?: Stream;
  extended?: Extended;
}

export interface Attempt {
  phase: "try" | "retry" | "catch";
  /** Counts from 1. */
  number: number;
  readonly startedAt: number;
}

/** Events or messages that are consumed one after the other. */
export interface Stream {
  /** What was consumed, as the task reads it. */
  consumed: Json[];
  /** How many were consumed, those that are kept no more too. */
  count: number;
  /** What waits to be gone through by `foreach`. */
  queue: Json[];
  outputs: Json[];
  /** What each filter of `all` has taken; null where nothing has come. */
  found: ({ readonly value: Json } | null)[];
  /** Whether each filter of `until` has taken an event. */
  untilFound: boolean[];
  correlations: JsonObject;
  isBusy: boolean;
  isOver: boolean;
}

export interface Extended {
  readonly extensions: readonly number[];
  phase: "before" | "task" | "after";
  position: number;
  output: Json;
  then?: string;
}

/** What a run has to do within itself. */
export type Step =
  | {
      readonly do: "enter";
      readonly parent: number;
      readonly slot: number;
      readonly task: string;
      readonly input: Json;
      /** Its extensions are under way already. */
      readonly isBare?: true;
    }
  | {
      readonly do: "ended";
      readonly frame: number;
      readonly slot: number;
      readonly output: Json;
      readonly then?: string;
    };

/** The key of a reference within a snapshot, and how large a value must be to be written apart. */
const mark = "@value";
const apartFrom = 64;

/**
 * A state as JSON text. A value that the state holds in several places is written once, so a fork of a thousand
 * branches does not write its input a thousand times.
 */
export function snapshot(state: RunState): string {
  const counts = new Map<object, number>();
  count(state as unknown as Json, counts);
  const values: Json[] = [];
  const numbers = new Map<object, number>();
  const write = (value: Json, isApart: boolean): Json => {
    if (typeof value !== "object" || value === null) return value;
    if (!isApart && (counts.get(value) ?? 0) > 1 && sizeOf(value).characters >= apartFrom) {
      const known = numbers.get(value);
      if (known !== undefined) return { [mark]: known };
      const number = values.push(null) - 1;
      numbers.set(value, number);
      values[number] = write(value, true);
      return { [mark]: number };
    }
    if (Array.isArray(value)) return value.map((member) => write(member, false));
    const object = Object.fromEntries(Object.keys(value).map((key) => [key, write(value[key]!, false)]));
    return Object.hasOwn(value, mark) ? { [mark]: object } : object;
  };
  const written = write(state as unknown as Json, true);
  return JSON.stringify({ values, state: written });
}

/** How often each part stands in a state; parts of what was counted are not counted again. */
function count(value: Json | undefined, counts: Map<object, number>): void {
  if (typeof value !== "object" || value === null) return;
  const known = counts.get(value) ?? 0;
  counts.set(value, known + 1);
  if (known > 0) return;
  for (const part of Array.isArray(value) ? value : Object.values(value)) count(part, counts);
}

/** The state that `snapshot` wrote. */
export function restore(text: string): RunState {
  const { values, state } = JSON.parse(text) as { values: Json[]; state: Json };
  const read = new Map<number, Json>();
  const valueOf = (number: number): Json => {
    const known = read.get(number);
    if (known !== undefined) return known;
    const value = revive(values[number]!, valueOf);
    read.set(number, value);
    return value;
  };
  return revive(state, valueOf) as unknown as RunState;
}

function revive(value: Json, valueOf: (number: number) => Json): Json {
  if (Array.isArray(value)) return value.map((member) => revive(member, valueOf));
  if (!isObject(value)) return value;
  const marked = Object.hasOwn(value, mark) ? value[mark] : undefined;
  if (typeof marked === "number") return valueOf(marked);
  // A user's own object with that key stands within one of ours.
  if (isObject(marked)) return members(marked, valueOf);
  return members(value, valueOf);
}

function members(value: JsonObject, valueOf: (number: number) => Json): JsonObject {
  return Object.fromEntries(Object.keys(value).map((key) => [key, revive(value[key]!, valueOf)]));
}
