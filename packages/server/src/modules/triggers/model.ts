import { Type, type Static } from "@sinclair/typebox";
import { AclSchema } from "../access/model.ts";
import type { Topic } from "../events/model.ts";
import { MessageSchema } from "./consuming-model.ts";
import { DocumentChangeSchema, EventSchema } from "./listening-model.ts";
import { FormSchema } from "./form-model.ts";
import { ScheduleSchema } from "./schedule-model.ts";
import { WebhookSchema } from "./webhook-model.ts";

/*
 * A trigger is active or paused. Each time it fires something comes of it, which is kept beside it:
 *
 *   firing ──▶ started   a run
 *          ──▶ skipped   on purpose, for a reason that is said
 *          ──▶ failed    it should have started a run and could not; the reason is said
 */

export const kinds = ["schedule", "webhook", "event", "document", "message", "form"] as const;
export type Kind = (typeof kinds)[number];
export const outcomes = ["started", "skipped", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

export const triggerNamePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";
/** Firings that are kept of each trigger. */
export const firingsKept = 100;
const expressionCharactersMax = 10_000;

const settings = {
  schedule: Type.Optional(ScheduleSchema),
  webhook: Type.Optional(WebhookSchema),
  event: Type.Optional(EventSchema),
  document: Type.Optional(DocumentChangeSchema),
  message: Type.Optional(MessageSchema),
  form: Type.Optional(FormSchema),
};
const workflow = Type.String({ minLength: 1, maxLength: 200, description: "The workflow to run, by name" });
const input = Type.Union([Type.String({ maxLength: expressionCharactersMax }), Type.Null()], {
  description: "A jq expression that makes the run's input of what fired; null for that as it is",
});
const described = {
  description: Type.String({ maxLength: 2_000, description: "For people" }),
  acl: AclSchema,
};

export const NewTriggerSchema = Type.Object(
  {
    name: Type.String({ pattern: triggerNamePattern, description: "Used once in a tenant" }),
    workflow,
    ...settings,
    input: Type.Optional(input),
    paused: Type.Optional(Type.Boolean()),
    description: Type.Optional(described.description),
    acl: Type.Optional(described.acl),
  },
  { additionalProperties: false },
);

export const TriggerChangesSchema = Type.Partial(
  Type.Object({ workflow, ...settings, input, ...described }),
  { additionalProperties: false },
);

export const TriggerSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Union(kinds.map((kind) => Type.Literal(kind))),
  ...settings,
  workflow,
  input,
  ...described,
  paused: Type.Boolean(),
  nextTickAt: Type.Union([Type.String(), Type.Null()], { description: "Of a schedule that is not paused" }),
  runAsId: Type.String({
    description: "With whose rights it starts runs: who made it or changed it last",
  }),
  runAsScopes: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: "What the token is limited to that it was made or changed with; null for nothing",
  }),
  version: Type.Integer(),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
});

export const FiringSchema = Type.Object({
  id: Type.String(),
  at: Type.String(),
  cause: Type.String({ description: "The tick, the event, the call, or `by hand`" }),
  outcome: Type.Union(outcomes.map((outcome) => Type.Literal(outcome))),
  reason: Type.String({ description: "Why nothing was started; else empty" }),
  runId: Type.Union([Type.String(), Type.Null()]),
  facts: Type.Optional(Type.Unknown({ description: "What fired, as far as it is small" })),
});

export type NewTrigger = Static<typeof NewTriggerSchema>;
export type TriggerChanges = Static<typeof TriggerChangesSchema>;
export type TriggerView = Static<typeof TriggerSchema>;
export type FiringView = Static<typeof FiringSchema>;
export type Settings = Pick<NewTrigger, Kind>;

/** A trigger as the house knows it. */
export interface Trigger extends Omit<TriggerView, Kind> {
  tenantId: string;
  /** Under the name of its kind. */
  settings: Settings;
  activeSince: string;
  /** Of what listens to the feed. */
  topic: Topic | null;
  /** What its events must lie in: a collection, a queue's id; null for anything. */
  scopeId: string | null;
}

/** The address that leads to it; those of forms lie apart. */
export function pathOf({ webhook, form }: Settings): string | null {
  if (form !== undefined) return `form:${form.path}`;
  return webhook?.path ?? null;
}

/** What anybody sees of a trigger who may read it. */
export function viewOf(trigger: Trigger): TriggerView {
  const {
    tenantId: _tenant,
    settings: own,
    activeSince: _since,
    topic: _topic,
    scopeId: _scope,
    ...rest
  } = trigger;
  return { ...rest, ...own };
}
