import type { Definition } from "./definition.ts";
import type { Json } from "./json.ts";
import type { Problem } from "./problem.ts";
import type { PlacedTask } from "./walk.ts";

/** What there is outside of a definition. What is left out is not checked. */
export interface Known {
  /** Functions by name, with the JSON Schema of what they take under `with`; the platform's own are known anyway. */
  readonly functions?: Readonly<Record<string, Json>>;
  readonly secrets?: readonly string[];
  readonly connections?: readonly string[];
  /** Names and labels of runners. */
  readonly runners?: readonly string[];
  /** Workflows as `namespace/name`. */
  readonly workflows?: readonly string[];
  /** JSON Schemas by URI. */
  readonly schemas?: Readonly<Record<string, Json>>;
}

/** What the checks share. */
export interface Check {
  readonly definition: Definition;
  readonly known: Known;
  /** All tasks, those of functions and extensions too. */
  readonly tasks: readonly PlacedTask[];
  readonly expressions: readonly { readonly pointer: string; readonly text: string }[];
  /** So much was told that nobody will read on; checks may stop. */
  isFull(): boolean;
  /** Tells a problem; `offset` is the place in the text at the pointer. */
  tell(severity: Problem["severity"], code: string, pointer: string, message: string, place?: Tell): void;
}

export interface Tell {
  readonly offset?: number;
  readonly of?: "key" | "value";
}
