import type { Command, Json, WorkflowError } from "@millrace/workflow";
import { Type, type Static } from "@sinclair/typebox";

/*
 * A run:
 *
 *                 ┌── suspend ──▶ suspended ──┐
 *   start ──▶ running ◀──────── resume ───────┘
 *                 │
 *                 ├── its last task ends ──▶ completed
 *                 ├── an error that nothing catches ──▶ faulted
 *                 └── cancel (also when suspended) ──▶ cancelled
 *
 *   A suspended run asks for nothing new; what it had asked for before goes on, and its end is written down.
 */

export const liveStates = ["running", "suspended"] as const;
export const finalStates = ["completed", "faulted", "cancelled"] as const;
export const states = [...liveStates, ...finalStates] as const;
export type State = (typeof states)[number];

export const keyCharactersMax = 200;
export const keepDaysDefault = 30;

/** The command that asked for something, as `run id/command id`: the idempotency key of its effect. */
export function effectKey(runId: string, command: number): string {
  return `${runId}/${command}`;
}

/** The commands of a run that have not ended. */
export interface Open {
  /** Calls and processes, by id: the turn that asked for them, and the node that carries them out. */
  calls: Record<string, readonly [turn: number, nodeId: string]>;
  /** Timers by id: milliseconds since 1970. */
  waits: Record<string, number>;
  /** Listens by id: what they were told lately, by its number in the feed, so that nothing is told twice. */
  listens: Record<string, readonly number[]>;
}

/** Who or what started a run. */
export interface StartedBy {
  kind: "user" | "trigger" | "run";
  id: string;
  name: string;
}

/** How a run began, beside its input: what its decisions depend upon. */
export interface Begun {
  at: number;
  seed: number;
  from?: { task: string; input: Json; context?: Json };
}

/** A run as whoever carries it on needs it. */
export interface RunFacts {
  id: string;
  /** The run that started it, and by which command. */
  parentId: string | null;
  parentCommand: number | null;
  /** Its parent goes on when it has ended. */
  parentWaits: boolean;
  tenantId: string;
  workflowId: string;
  workflowName: string;
  version: number;
  /** On whose behalf it acts, with the rights that he has when it acts. */
  runAsId: string;
  runAs: string;
  /** What the token that it was started with is limited to; null for everything that he may. */
  runAsScopes: readonly string[] | null;
}

/** What a run asks for that takes its time: carried out once the turn that asked for it is committed. */
export type Asked = Extract<Command, { kind: "call" | "run" }>;

/** How a command ended. */
export type Ended =
  | { kind: "completed"; command: number; output: Json }
  | { kind: "failed"; command: number; error: WorkflowError };

const anyJson = Type.Unknown();
const nullable = <S extends Parameters<typeof Type.Array>[0]>(schema: S) => Type.Union([schema, Type.Null()]);
const state = Type.Union(states.map((each) => Type.Literal(each)));
export const closed = { additionalProperties: false } as const;

export const NewRunSchema = Type.Object(
  {
    input: Type.Optional(Type.Unknown({ description: "What the workflow begins with; {} if not given" })),
    version: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2 ** 31 - 1,
        description: "A version's number; the latest if not given",
      }),
    ),
    idempotencyKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: keyCharactersMax,
        description: "A second start under it answers the first one's run",
      }),
    ),
    correlation: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: keyCharactersMax,
        description: "A text of yours to find it by",
      }),
    ),
    waitMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 30_000, description: "Wait so long for its end; 0 if not given" }),
    ),
  },
  closed,
);

export const RerunSchema = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        maxLength: 1_000,
        description: "The JSON Pointer of a task of the workflow's own list, to begin there",
      }),
    ),
    input: Type.Optional(
      Type.Unknown({ description: "In place of the run's input, or of what the task was given" }),
    ),
    version: NewRunSchema.properties.version,
  },
  closed,
);

export const RunSchema = Type.Object({
  id: Type.String(),
  workflow: Type.String(),
  workflowId: Type.String(),
  version: Type.Integer(),
  state,
  waitingFor: Type.Optional(Type.String({ description: "What it waits for, in words" })),
  input: anyJson,
  output: Type.Optional(anyJson),
  error: Type.Optional(anyJson),
  correlation: nullable(Type.String()),
  startedBy: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.String() }),
  runAsId: Type.String(),
  runAs: Type.String(),
  parentId: nullable(Type.String()),
  fromRunId: nullable(Type.String({ description: "The run that this one runs again" })),
  createdAt: Type.String(),
  endedAt: nullable(Type.String()),
});

export const StartedRunSchema = Type.Object({
  ...RunSchema.properties,
  duplicate: Type.Boolean({
    description: "The idempotency key was used before: this is the run of that time",
  }),
});

/** A run in a list: without what may be large. */
export const RunEntrySchema = Type.Omit(RunSchema, ["input", "output", "waitingFor"]);

export const TaskSchema = Type.Object({
  instance: Type.Integer({ description: "Counts the going-through of tasks within the run" }),
  parent: Type.Integer({ description: "The instance of the task around it" }),
  task: Type.String({ description: "The JSON Pointer of the task" }),
  name: Type.String(),
  kind: Type.String(),
  state: Type.Union(
    ["running", "skipped", "completed", "faulted", "cancelled"].map((each) => Type.Literal(each)),
  ),
  attempts: Type.Integer(),
  startedAt: Type.String(),
  endedAt: nullable(Type.String()),
  input: Type.Optional(anyJson),
  output: Type.Optional(anyJson),
  error: Type.Optional(anyJson),
});

export const RunsQuery = Type.Object(
  {
    workflow: Type.Optional(Type.String({ maxLength: 100, description: "Name or id" })),
    state: Type.Optional(Type.Union([state, Type.Array(state, { maxItems: states.length })])),
    correlation: Type.Optional(Type.String({ minLength: 1, maxLength: keyCharactersMax })),
    createdFrom: Type.Optional(Type.String({ format: "date-time" })),
    createdUntil: Type.Optional(Type.String({ format: "date-time" })),
    cursor: Type.Optional(Type.String({ maxLength: 24 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);

export type NewRun = Static<typeof NewRunSchema>;
export type Rerun = Static<typeof RerunSchema>;
export type RunView = Static<typeof RunSchema>;
export type StartedRun = Static<typeof StartedRunSchema>;
export type RunEntry = Static<typeof RunEntrySchema>;
export type TaskView = Static<typeof TaskSchema>;

/** An error of the standard, for what goes wrong outside of a run. */
export function outsideError(
  name: "communication" | "configuration" | "authorization" | "runtime" | "timeout" | "validation",
  status: number,
  detail: string,
): WorkflowError {
  const type = `https://serverlessworkflow.io/spec/1.0.0/errors/${name}`;
  return {
    type,
    status,
    title: `${name[0]!.toUpperCase()}${name.slice(1)} error`,
    detail: detail.slice(0, 2_000),
  };
}

/** What an effect throws so that its task raises this error. */
export class EffectError extends Error {
  readonly error: WorkflowError;

  constructor(error: WorkflowError) {
    super(error.detail ?? error.type);
    this.error = error;
  }
}
