import type { Definition, Duration } from "./definition.ts";
import { durationMs } from "./duration.ts";
import { compileExpression } from "./expression.ts";
import { type Json, type JsonObject, own } from "./json.ts";
import { compileSchema, type SchemaBreach } from "./json-schema.ts";

/** What `document.metadata.millrace` may say: what the standard has no word for. Elsewhere the file stays legal. */
export interface WorkflowMetadata {
  /** Runs of one key at a time: so many, and what becomes of those beyond. `key` is an expression on the input. */
  readonly concurrency?: {
    readonly key?: string;
    readonly limit: number;
    readonly full?: "queue" | "skip" | "cancel-older";
  };
  /** So many runs may begin within a time; the others wait. */
  readonly throttle?: { readonly key?: string; readonly limit: number; readonly period: Duration };
  /** Higher before lower. */
  readonly priority?: number;
  /** An expression on the input: runs that give the same text are one. */
  readonly idempotencyKey?: string;
  /** How long ended runs are kept. */
  readonly retention?: {
    readonly completed?: Duration;
    readonly faulted?: Duration;
    readonly cancelled?: Duration;
  };
  /** How `schedule` is meant. */
  readonly schedule?: { readonly timeZone?: string; readonly missed?: "skip" | "once" | "all" };
  /** Where the canvas shows each task, by its JSON Pointer. */
  readonly layout?: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
}

/** What `metadata.millrace` of a task may say. */
export interface TaskMetadata {
  /** The runner, or the label of runners, that carries it out. */
  readonly runner?: string;
  /** The connection that it is made with. */
  readonly connection?: string;
  /** An expression on the input: what was done under the same text is not done again. */
  readonly idempotencyKey?: string;
}

const filled = { type: "string", minLength: 1 };
const limit = { type: "integer", minimum: 1 };
const duration = { type: ["string", "object"] };

function closed(properties: JsonObject, ...required: string[]): Json {
  return { type: "object", properties, required, additionalProperties: false };
}

/** JSON Schema of both blocks, for `validate` and for editors. */
export const millraceMetadataSchema: Json = {
  $defs: {
    workflow: closed({
      concurrency: closed({ key: filled, limit, full: { enum: ["queue", "skip", "cancel-older"] } }, "limit"),
      throttle: closed({ key: filled, limit, period: duration }, "limit", "period"),
      priority: { type: "integer", minimum: -1000, maximum: 1000 },
      idempotencyKey: filled,
      retention: closed({ completed: duration, faulted: duration, cancelled: duration }),
      schedule: closed({ timeZone: filled, missed: { enum: ["skip", "once", "all"] } }),
      layout: {
        type: "object",
        maxProperties: 10_000,
        additionalProperties: closed({ x: { type: "number" }, y: { type: "number" } }, "x", "y"),
      },
    }),
    task: closed({ runner: filled, connection: filled, idempotencyKey: filled }),
  },
};

const schemas = {
  workflow: compileSchema({ ...millraceMetadataSchema, $ref: "#/$defs/workflow" }).schema,
  task: compileSchema({ ...millraceMetadataSchema, $ref: "#/$defs/task" }).schema,
};

/** What is wrong with a `millrace` block. */
export function metadataBreaches(of: "workflow" | "task", block: Json): SchemaBreach[] {
  const breaches = schemas[of].check(block);
  const durations = [
    "/throttle/period",
    "/retention/completed",
    "/retention/faulted",
    "/retention/cancelled",
  ];
  for (const pointer of of === "workflow" ? durations : []) {
    const [, part, name] = pointer.split("/") as [string, string, string];
    const value = own(own(block, part), name);
    if (value === undefined || durationMs(value) !== null) continue;
    breaches.push({
      pointer,
      keyword: "format",
      message: "must be a duration like `PT30S` or `seconds: 30`",
    });
  }
  return breaches;
}

/** The texts of a `millrace` block that are expressions, with their pointers within it. */
export function metadataExpressions(block: Json): { pointer: string; text: string }[] {
  const places = ["/concurrency/key", "/throttle/key", "/idempotencyKey"];
  return places.flatMap((pointer) => {
    const [, part, name] = pointer.split("/") as [string, string, string | undefined];
    const value = name === undefined ? own(block, part) : own(own(block, part), name);
    return typeof value === "string" ? [{ pointer, text: value }] : [];
  });
}

/** The `millrace` block of a definition that `validate` has found no error in. */
export function workflowMetadata(definition: Definition): WorkflowMetadata {
  return (own(definition.document.metadata, "millrace") ?? {}) as WorkflowMetadata;
}

/**
 * The text that an expression of a workflow's `millrace` block gives for an input; what is no text is told as JSON.
 * Throws what a run would raise, a `WorkflowError` under `error`.
 */
export function metadataText(expression: string, input: Json, now: number): string {
  const value = compileExpression(expression, []).evaluate(input, { now, value: () => null });
  return typeof value === "string" ? value : JSON.stringify(value);
}
