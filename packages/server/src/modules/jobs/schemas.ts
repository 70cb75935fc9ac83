import { Type, type Static } from "@sinclair/typebox";
import { tagPattern } from "../runners/model.ts";
import { states, tagsMax } from "./model.ts";

export const closed = { additionalProperties: false } as const;
const nullable = <S extends Parameters<typeof Type.Array>[0]>(schema: S) => Type.Union([schema, Type.Null()]);
const state = Type.Union(states.map((each) => Type.Literal(each)));
const texts = (description: string) =>
  Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,99}$" }), Type.String({ maxLength: 65_536 }), {
    maxProperties: 100,
    description,
    ...closed,
  });

export const NewJobSchema = Type.Object(
  {
    package: Type.String({ maxLength: 100, description: "Name or id of the package" }),
    version: Type.Optional(
      Type.String({ maxLength: 100, description: "A version's number or a channel; latest if not given" }),
    ),
    function: Type.Optional(Type.String({ maxLength: 100, description: "Which of the package's functions" })),
    input: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: "What the function gets" }),
    ),
    tags: Type.Optional(
      Type.Array(Type.String({ pattern: tagPattern }), {
        maxItems: tagsMax,
        description: "Tags that a runner must have",
      }),
    ),
    priority: Type.Optional(
      Type.Integer({ minimum: -1_000_000, maximum: 1_000_000, description: "Higher goes first" }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1_000,
        maximum: 604_800_000,
        description: "Of one attempt; else what the package says",
      }),
    ),
    attemptsMax: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: "Attempts in all, the first one included" }),
    ),
    leaseMs: Type.Optional(
      Type.Integer({
        minimum: 5_000,
        maximum: 86_400_000,
        description: "How long a runner may be silent before another gets the job",
      }),
    ),
    idempotencyKey: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "A second submit under it answers the first one's job",
      }),
    ),
    files: Type.Optional(Type.Array(Type.String({ pattern: "^[0-9a-f]{24}$" }), { maxItems: 1_000 })),
    secrets: Type.Optional(texts("Kept encrypted until the job has ended, given to its runner alone")),
    environment: Type.Optional(texts("Variables for the job's process")),
  },
  closed,
);

export const JobSchema = Type.Object({
  id: Type.String(),
  package: Type.String(),
  packageVersion: Type.String(),
  function: nullable(Type.String()),
  state,
  waitingFor: Type.Optional(Type.String({ description: "Why it has not started, in words" })),
  tags: Type.Array(Type.String()),
  runtime: Type.String(),
  priority: Type.Integer(),
  attempts: Type.Integer({ description: "How often the work was tried and ended" }),
  attemptsMax: Type.Integer(),
  acquired: Type.Integer({ description: "How often it was handed out" }),
  leaseNumber: Type.Integer(),
  leaseUntil: nullable(Type.String()),
  runnerId: nullable(Type.String()),
  runner: nullable(Type.String()),
  timeoutMs: Type.Integer(),
  input: Type.Unknown(),
  output: Type.Unknown({ description: "What it answered; {file: {id, name}} where that was too large" }),
  error: nullable(
    Type.Object({
      outcome: Type.String({ description: "business_error, application_error, timed_out, crashed, ..." }),
      code: Type.Optional(Type.String()),
      message: Type.String(),
    }),
  ),
  progress: nullable(
    Type.Object({ share: Type.Optional(Type.Number()), message: Type.Optional(Type.String()) }),
  ),
  usage: nullable(Type.Record(Type.String(), Type.Number())),
  logLines: Type.Integer(),
  dueAt: nullable(Type.String()),
  cancelRequestedAt: nullable(Type.String()),
  fromJobId: nullable(Type.String({ description: "The job that this one tries again" })),
  createdAt: Type.String(),
  createdById: Type.String(),
  createdBy: Type.String(),
  assignedAt: nullable(Type.String()),
  startedAt: nullable(Type.String()),
  endedAt: nullable(Type.String()),
});

export const SubmittedSchema = Type.Object({
  id: Type.String(),
  state: Type.Literal("waiting"),
  duplicate: Type.Boolean({
    description: "The idempotency key was used before: this is the job of that time",
  }),
});

export const JobsQuery = Type.Object(
  {
    state: Type.Optional(Type.Union([state, Type.Array(state, { maxItems: states.length })])),
    package: Type.Optional(Type.String({ maxLength: 100, description: "Name or id" })),
    function: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    createdFrom: Type.Optional(Type.String({ format: "date-time" })),
    createdUntil: Type.Optional(Type.String({ format: "date-time" })),
    cursor: Type.Optional(Type.String({ pattern: "^[0-9a-f]{24}$" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);

export const NumberedLineSchema = Type.Object({
  line: Type.Integer({ description: "The first one is 0" }),
  at: Type.Number({ description: "Milliseconds since 1970, by the runner's clock" }),
  stream: Type.Union([Type.Literal("stdout"), Type.Literal("stderr"), Type.Literal("log")]),
  text: Type.String(),
});

export const LogPageSchema = Type.Object({
  items: Type.Array(NumberedLineSchema),
  next: Type.Integer({ description: "Ask after this for what follows" }),
  ended: Type.Boolean({ description: "The job has ended and these were its last lines" }),
});

export const LateResultSchema = Type.Object({
  leaseNumber: Type.Integer(),
  runnerId: Type.String(),
  result: Type.Unknown({ description: "As the runner sent it" }),
  at: Type.String(),
});

export type NewJob = Static<typeof NewJobSchema>;
export type JobView = Static<typeof JobSchema>;
export type LogPage = Static<typeof LogPageSchema>;
