import type { CompiledRetry, CompiledTry } from "./compiled.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { chance } from "./chance.ts";
import { durationMsMax } from "./duration.ts";
import type { Expression } from "./expression.ts";
import type { Frame } from "./run-state.ts";
import { truthy } from "./scope.ts";
import { limits, type Performer, type Turn } from "./turn.ts";
import { errorValue, standardError, type WorkflowError } from "./workflow-error.ts";

/**
 * ```
 *   try ── ends well ──────────────▶ over
 *    │ ▲
 *    │ └── retry (waits)  ◀── the error is caught, and the policy gives another attempt
 *    └───▶ catch          ◀── the error is caught, and there is no other attempt
 * ```
 * An error that is not caught goes on outwards; so does one that is, where a policy has given up and no `do` follows.
 */
export const performTry: Performer<"try"> = {
  start: (turn, frame, task) => {
    frame.attempt = { phase: "try", number: 1, startedAt: turn.now };
    beginAttempt(turn, frame, task);
  },
  ended: (turn, frame, task, end) => {
    const list = frame.attempt!.phase === "try" ? task.list : task.catch!;
    if (turn.follow(frame, list, end) !== "going") turn.complete(frame, task, end.output);
  },
  caught: (turn, frame, task, error) => {
    if (frame.attempt!.phase !== "try") return false;
    turn.cancel(frame.attemptTimeout);
    frame.attemptTimeout = undefined;
    frame.variables = { [task.as]: errorValue(error) };
    if (!catches(turn, frame, task, error)) return false;
    return retries(turn, frame, task, error) || handles(turn, frame, task);
  },
  fired: (turn, frame, task, command) => {
    if (command === frame.attemptTimeout) {
      frame.attemptTimeout = undefined;
      turn.closeChildren(frame);
      turn.raiseWithin(frame, standardError("timeout", "the attempt took longer than it may", frame.task));
    } else beginNext(turn, frame, task);
  },
};

function beginAttempt(turn: Turn, frame: Frame, task: CompiledTry): void {
  const duration = task.retry?.attemptDuration ?? null;
  if (duration !== null) {
    frame.attemptTimeout = turn.timer(frame, duration(frame.input, turn.scope(frame)), "timeout");
  }
  if (turn.enterList(frame, task.list, frame.input)) turn.complete(frame, task, frame.input);
}

function beginNext(turn: Turn, frame: Frame, task: CompiledTry): void {
  const attempt = frame.attempt!;
  attempt.phase = "try";
  attempt.number += 1;
  frame.variables = undefined;
  beginAttempt(turn, frame, task);
}

function catches(turn: Turn, frame: Frame, task: CompiledTry, error: WorkflowError): boolean {
  if (task.errors !== null && !hasFields(errorValue(error), task.errors)) return false;
  return isWanted(turn, frame, task.when, task.exceptWhen);
}

/** `details` of a filter is `detail` of an error: the standard has both words for it. */
function hasFields(error: Json, filter: JsonObject): boolean {
  return Object.keys(filter).every(
    (key) => isObject(error) && error[key === "details" ? "detail" : key] === filter[key],
  );
}

function isWanted(turn: Turn, frame: Frame, when: Expression | null, except: Expression | null): boolean {
  const scope = turn.scope(frame);
  if (when !== null && !truthy(when.evaluate(frame.input, scope))) return false;
  return except === null || !truthy(except.evaluate(frame.input, scope));
}

/** Begins another attempt, at once or after a pause, where the policy has one left. */
function retries(turn: Turn, frame: Frame, task: CompiledTry, error: WorkflowError): boolean {
  const { retry } = task;
  const attempt = frame.attempt!;
  if (retry === null || !isWanted(turn, frame, retry.when, retry.exceptWhen)) return false;
  const count = retry.policy.limit?.attempt?.count ?? limits.attempts;
  if (attempt.number > count) return false;
  const pause = pauseMs(turn, frame, retry);
  const scope = turn.scope(frame);
  const longest = retry.duration?.(frame.input, scope) ?? Number.POSITIVE_INFINITY;
  if (turn.now + pause - attempt.startedAt > longest) return false;
  turn.note("retried", frame, errorValue(error));
  attempt.phase = "retry";
  if (pause > 0) frame.command = turn.timer(frame, pause, "retry");
  else beginNext(turn, frame, task);
  return true;
}

/** The pause before the next attempt, by the number of those that failed. */
function pauseMs(turn: Turn, frame: Frame, retry: CompiledRetry): number {
  const scope = turn.scope(frame);
  const delay = retry.delay?.(frame.input, scope) ?? 0;
  const { number } = frame.attempt!;
  const { backoff } = retry.policy;
  let pause = delay;
  if (backoff?.linear !== undefined) pause = delay * number;
  if (backoff?.exponential !== undefined) pause = delay * 2 ** (number - 1);
  if (retry.jitter !== null) {
    const from = retry.jitter.from(frame.input, scope);
    const to = retry.jitter.to(frame.input, scope);
    const share = chance(turn.state.seed, frame.id, number);
    pause += Math.floor(from + share * Math.max(0, to - from));
  }
  return Math.min(pause, durationMsMax);
}

function handles(turn: Turn, frame: Frame, task: CompiledTry): boolean {
  if (task.catch === null && task.retry !== null) return false;
  frame.attempt!.phase = "catch";
  if (task.catch === null || turn.enterList(frame, task.catch, frame.input)) {
    turn.complete(frame, task, frame.input);
  }
  return true;
}
