import { Type } from "@sinclair/typebox";
import { queueNamePattern } from "../queues/model.ts";
import { finalStates, states } from "./model.ts";

const id = "^[0-9a-f]{24}$";

export const QueueParams = Type.Object({ queue: Type.String({ maxLength: 100, description: "Name or id" }) });
export const ItemParams = Type.Object({
  item: Type.String({ pattern: id, description: "Id of the work item" }),
});
export const StateSchema = Type.Union(states.map((state) => Type.Literal(state)));
export const FinalStateSchema = Type.Union(finalStates.map((state) => Type.Literal(state)));

export const PayloadSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: "Any JSON object, at most 2 MiB; put larger things into files",
});

export const FailureSchema = Type.Object(
  {
    kind: Type.Union([Type.Literal("business"), Type.Literal("application")], {
      description: "business: final; application: may be retried",
    }),
    message: Type.String({ maxLength: 10_000 }),
    source: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);

const RetrySchema = Type.Object(
  {
    again: Type.Optional(
      Type.Union([Type.Literal("always"), Type.Literal("never")], {
        description:
          "always: though the failure is final or the attempts are used up; never: it has failed for good",
      }),
    ),
    dueAt: Type.Optional(
      Type.String({ format: "date-time", description: "Not before then, instead of the queue's pause" }),
    ),
  },
  { additionalProperties: false, description: "Of a failed attempt: instead of the queue's policy" },
);

const key = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));
const files = Type.Optional(
  Type.Array(Type.String({ pattern: id }), { maxItems: 100, description: "Ids of uploaded files to attach" }),
);

export const NewItemSchema = Type.Object(
  {
    payload: PayloadSchema,
    name: Type.Optional(Type.String({ maxLength: 500, description: "For people" })),
    priority: Type.Optional(
      Type.Integer({
        minimum: -1_000_000,
        maximum: 1_000_000,
        description: "Higher goes first; 0 if not given",
      }),
    ),
    dueAt: Type.Optional(Type.String({ format: "date-time", description: "Not handed out before" })),
    delayMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 31_536_000_000,
        description: "The same, as milliseconds from now",
      }),
    ),
    orderKey: key("Items of one key are handed out strictly one after the other"),
    concurrencyKey: key("At most the queue's concurrencyPerKey items of one key are at work"),
    idempotencyKey: key("A second push under the same key answers the first one's item; good for 7 days"),
    successQueue: Type.Optional(
      Type.String({ pattern: queueNamePattern, description: "Instead of the queue's own" }),
    ),
    failedQueue: Type.Optional(
      Type.String({ pattern: queueNamePattern, description: "Instead of the queue's own" }),
    ),
    files,
  },
  { additionalProperties: false },
);

export const PushedSchema = Type.Object({
  id: Type.String(),
  state: Type.Literal("new"),
  duplicate: Type.Boolean({
    description: "The idempotency key was used before: this is the item of that time",
  }),
});

const Nullable = (type: "string" | "integer") =>
  Type.Unsafe<string | number | null>({ type: [type, "null"] });

export const ItemSchema = Type.Object({
  id: Type.String(),
  queueId: Type.String(),
  state: StateSchema,
  priority: Type.Integer(),
  name: Nullable("string"),
  payload: PayloadSchema,
  attempts: Type.Integer({ description: "Tries that came to an end" }),
  acquired: Type.Integer({ description: "How often it was handed out" }),
  leaseNumber: Type.Integer({ description: "Say it with every write; usable as a fencing token" }),
  leaseUntil: Nullable("string"),
  holderId: Nullable("string"),
  worker: Nullable("string"),
  dueAt: Nullable("string"),
  orderKey: Nullable("string"),
  concurrencyKey: Nullable("string"),
  error: Type.Union([FailureSchema, Type.Null()]),
  successQueueId: Nullable("string"),
  failedQueueId: Nullable("string"),
  fromItemId: Nullable("string"),
  nextItemId: Nullable("string"),
  createdAt: Type.String(),
  createdById: Type.String(),
  claimedAt: Nullable("string"),
  finishedAt: Nullable("string"),
});

const leaseNumber = Type.Integer({ minimum: 1, description: "The number of the lease you hold" });
export const leaseMs = Type.Integer({
  minimum: 1_000,
  maximum: 86_400_000,
  description: "Instead of the queue's own",
});

export const ClaimSchema = Type.Object(
  {
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: "At most so many; 1 if not given" }),
    ),
    waitMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 30_000, description: "Wait so long for the first one" }),
    ),
    leaseMs: Type.Optional(leaseMs),
    worker: Type.Optional(Type.String({ maxLength: 200, description: "Names the worker in the history" })),
  },
  { additionalProperties: false },
);

export const LeaseSchema = Type.Object(
  { leaseNumber, leaseMs: Type.Optional(leaseMs) },
  { additionalProperties: false },
);

const finish = {
  leaseNumber,
  state: Type.Union([Type.Literal("successful"), Type.Literal("failed")]),
  error: Type.Optional(FailureSchema),
  retry: Type.Optional(RetrySchema),
  payload: Type.Optional(PayloadSchema),
  files,
};
export const FinishSchema = Type.Object(finish, { additionalProperties: false });
export const FinishManySchema = Type.Object(
  {
    items: Type.Array(
      Type.Object({ id: Type.String({ pattern: id }), ...finish }, { additionalProperties: false }),
      {
        minItems: 1,
        maxItems: 1_000,
      },
    ),
  },
  { additionalProperties: false },
);

export const FinishedSchema = Type.Object({
  id: Type.String(),
  state: StateSchema,
  attempts: Type.Integer(),
  nextItemId: Nullable("string"),
});

export const FinishResultSchema = Type.Object({
  id: Type.String(),
  state: Type.Optional(StateSchema),
  attempts: Type.Optional(Type.Integer()),
  nextItemId: Type.Optional(Nullable("string")),
  error: Type.Optional(Type.Object({ code: Type.String(), detail: Type.String() })),
});

export const StatsSchema = Type.Object({
  counts: Type.Object(Object.fromEntries(states.map((state) => [state, Type.Integer()]))),
  oldestWaitingAt: Nullable("string"),
});

export const StatsQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);
export const StatsPage = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      paused: Type.Boolean(),
      ...StatsSchema.properties,
    }),
  ),
  nextCursor: Type.Optional(Type.String()),
});

export const BulkSchema = Type.Object({
  count: Type.Integer(),
  more: Type.Boolean({ description: "There is more to do: call again" }),
});
