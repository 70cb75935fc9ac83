import type { CompiledFilter } from "./compiled.ts";
import type { Surroundings } from "./expression.ts";
import { Raised } from "./workflow-error.ts";
import { equal, isObject, type Json, type JsonObject, own } from "./json.ts";

/**
 * Whether an event has what a filter asks for. An expression judges its attribute, or says what it must be. Events come
 * from anywhere and in any shape: one on which an expression fails is not taken, and does no harm to the run.
 */
export function takes(
  filter: CompiledFilter,
  event: Json,
  surroundings: Surroundings,
  known: JsonObject,
): boolean {
  return (
    hasAttributes(event, filter.attributes) &&
    unlessFailed(() => judges(filter, event, surroundings) && correlates(filter, event, surroundings, known))
  );
}

/** A condition on what came from outside; false where it fails on it. */
export function unlessFailed(condition: () => boolean): boolean {
  try {
    return condition();
  } catch (thrown) {
    if (thrown instanceof Raised) return false;
    throw thrown;
  }
}

function judges({ judged }: CompiledFilter, event: Json, surroundings: Surroundings): boolean {
  return judged.every(({ attribute, expression }) => {
    const value = own(event, attribute) ?? null;
    const answer = expression.evaluate(value, surroundings);
    return typeof answer === "boolean" ? answer : equal(answer, value);
  });
}

/** Whether an event has these attributes; objects within them may have more keys than are asked for. */
function hasAttributes(event: Json, attributes: JsonObject): boolean {
  return Object.keys(attributes).every((name) => holds(own(event, name), attributes[name]!));
}

function holds(value: Json | undefined, asked: Json): boolean {
  if (value === undefined) return false;
  return isObject(asked) ? isObject(value) && hasAttributes(value, asked) : equal(value, asked);
}

/**
 * Whether an event belongs to the others that a listener consumes: what its correlations take out of it is what is
 * expected, or what the first event had. The first event's values are kept in `known`.
 */
function correlates(
  { correlations }: CompiledFilter,
  event: Json,
  surroundings: Surroundings,
  known: JsonObject,
): boolean {
  const found: JsonObject = {};
  for (const { name, from, expect } of correlations) {
    const value = from.evaluate(event, surroundings);
    const expected = expect?.evaluate(event, surroundings) ?? own(known, name);
    if (expected !== undefined && !equal(expected, value)) return false;
    found[name] = value;
  }
  Object.assign(known, found);
  return true;
}
