import { Type, type Static } from "@sinclair/typebox";
import { invalid } from "../../kit/errors.ts";
import { type Topic, topics } from "../events/model.ts";

const typesMax = 50;
const expressionCharactersMax = 10_000;
const operations = ["inserted", "updated", "deleted"] as const;

export const EventSchema = Type.Object(
  {
    topic: Type.Union(
      topics.map((topic) => Type.Literal(topic)),
      { description: "What the events are about: work_items, files, runs, signals (what runs emit), ..." },
    ),
    types: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: typesMax,
        description: "work_item.failed, run.completed, ...; of signals their own types. Any if not given",
      }),
    ),
    in: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "The queue of work items, the workflow of runs, the collection of documents",
      }),
    ),
    source: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2_000, description: "Of signals: the source they must have" }),
    ),
    filter: Type.Optional(
      Type.String({
        maxLength: expressionCharactersMax,
        description: "A jq expression over the event as a CloudEvent; it fires where that gives true",
      }),
    ),
  },
  { additionalProperties: false },
);

export const DocumentChangeSchema = Type.Object(
  {
    collection: Type.String({ minLength: 1, maxLength: 200 }),
    operations: Type.Optional(
      Type.Array(Type.Union(operations.map((each) => Type.Literal(each))), {
        minItems: 1,
        maxItems: operations.length,
        description: "Any if not given",
      }),
    ),
    filter: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: "A query that the document must match; one that is deleted, as it was",
      }),
    ),
  },
  { additionalProperties: false },
);

export type EventSettings = Static<typeof EventSchema>;
export type DocumentChange = Static<typeof DocumentChangeSchema>;

const topicsWithScope: readonly Topic[] = ["work_items", "runs", "documents"];

/** Refuses what a schema cannot say. */
export function checkEventSettings(event: EventSettings, workflow: string): void {
  if (event.in !== undefined && !topicsWithScope.includes(event.topic)) {
    throw invalid("event.in", `is for ${topicsWithScope.join(", ")}`);
  }
  if (event.source !== undefined && event.topic !== "signals")
    throw invalid("event.source", "is for signals");
  if (event.topic === "triggers") throw invalid("event.topic", "triggers do not listen to triggers");
  if (event.topic !== "runs") return;
  if (event.in === undefined) throw invalid("event.in", "name the workflow whose runs it listens to");
  if (event.in === workflow)
    throw invalid("event.in", "would start a run for each of its own runs, for ever");
}
