import { Type, type Static } from "@sinclair/typebox";
import { AclSchema } from "../access/model.ts";

export const queueNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

const settings = {
  description: Type.String({ maxLength: 2_000, description: "For people" }),
  acl: AclSchema,
  attemptsMax: Type.Integer({
    minimum: 1,
    maximum: 100,
    description: "Attempts in all, the first one included",
  }),
  backoff: Type.Union([Type.Literal("constant"), Type.Literal("exponential")], {
    description: "How the pause between attempts grows",
  }),
  backoffMs: Type.Integer({
    minimum: 0,
    maximum: 86_400_000,
    description: "The pause before the second attempt",
  }),
  backoffMaxMs: Type.Integer({
    minimum: 0,
    maximum: 604_800_000,
    description: "No pause is longer than this",
  }),
  jitter: Type.Number({ minimum: 0, maximum: 1, description: "The share of a pause that is left to chance" }),
  leaseMs: Type.Integer({
    minimum: 1_000,
    maximum: 86_400_000,
    description: "How long a holder may be silent before the item is handed out again",
  }),
  acquiredMax: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    description: "An item handed out this often without an end is parked as abandoned",
  }),
  concurrencyPerKey: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    description: "Items of one concurrency key at work",
  }),
  keepDays: Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()], {
    description: "Days that finished items are kept; null for the server's own setting",
  }),
  successQueue: Type.Union([Type.String({ pattern: queueNamePattern }), Type.Null()], {
    description: "Where a copy of every successful item goes",
  }),
  failedQueue: Type.Union([Type.String({ pattern: queueNamePattern }), Type.Null()], {
    description: "Where a copy of every failed item goes",
  }),
  metadata: Type.Record(Type.String(), Type.Unknown(), {
    description: "What programs keep beside the queue: any JSON object of at most 16 KiB",
  }),
};

export const QueueSettingsSchema = Type.Partial(Type.Object(settings), { additionalProperties: false });

export const NewQueueSchema = Type.Composite(
  [
    Type.Object({ name: Type.String({ pattern: queueNamePattern, description: "Used once in a tenant" }) }),
    Type.Partial(Type.Object(settings)),
  ],
  { additionalProperties: false },
);

export const QueueSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  ...settings,
  paused: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
});

const { successQueue: _success, failedQueue: _failed, ...ownSettings } = settings;
const nextQueueId = Type.Union([Type.String(), Type.Null()], { description: "The id of a next queue" });

/** Everything about a queue that can be changed; next queues by id, which outlives their names. */
const DefinitionSchema = Type.Object({
  ...ownSettings,
  successQueueId: nextQueueId,
  failedQueueId: nextQueueId,
  paused: Type.Boolean(),
});

export const QueueChangeSchema = Type.Object({
  field: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
});

const versionEntry = {
  version: Type.Integer(),
  operation: Type.String({ description: "created, updated, paused or resumed" }),
  restored: Type.Optional(Type.Integer({ description: "The version that was made the newest again" })),
  at: Type.String(),
  byId: Type.String(),
  by: Type.String(),
};

export const QueueVersionEntrySchema = Type.Object({
  ...versionEntry,
  changes: Type.Array(QueueChangeSchema, {
    description: "Against the version before; empty where that one is not kept, or not yours to read",
  }),
});
export const QueueVersionSchema = Type.Object({ ...versionEntry, definition: DefinitionSchema });

export type Definition = Static<typeof DefinitionSchema>;
export type QueueChange = Static<typeof QueueChangeSchema>;
export type QueueVersionEntry = Static<typeof QueueVersionEntrySchema>;
export type QueueVersion = Static<typeof QueueVersionSchema>;

export type QueueSettings = Static<typeof QueueSettingsSchema>;
export type NewQueue = Static<typeof NewQueueSchema>;
/** A queue as the API shows it. */
export type QueueView = Static<typeof QueueSchema>;

/** A queue as the house knows it: next queues by id. */
export interface Queue extends Omit<QueueView, "successQueue" | "failedQueue"> {
  tenantId: string;
  successQueueId: string | null;
  failedQueueId: string | null;
}

/** Of a queue what its versions keep. */
export function definitionOf(queue: Queue): Definition {
  const { id: _id, tenantId: _tenant, name: _name, version: _version, ...rest } = queue;
  const { createdAt: _at, createdById: _by, modifiedAt: _modified, ...definition } = rest;
  return definition;
}

/** What a queue is when its maker says nothing. */
export const queueDefaults = {
  description: "",
  attemptsMax: 3,
  backoff: "exponential",
  backoffMs: 1_000,
  backoffMaxMs: 600_000,
  jitter: 0.2,
  leaseMs: 60_000,
  acquiredMax: 20,
  concurrencyPerKey: 1,
  keepDays: null,
  metadata: {},
} as const;
