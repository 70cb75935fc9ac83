import { JqError } from "@millrace/jq";
import type { Duration, RetryPolicy, Timeout } from "./definition.ts";
import { durationMs } from "./duration.ts";
import { told } from "./compiler.ts";
import { compileExpression, expressionArguments, programOf, textsOf } from "./expression.ts";
import { type Json, own, pointerTo } from "./json.ts";
import { metadataBreaches, metadataExpressions } from "./millrace-metadata.ts";
import { suggestion } from "./problem.ts";
import { cronProblem, zoneProblem } from "./schedule.ts";
import { isExpression, shown } from "./shape.ts";
import type { Check } from "./check.ts";
import type { PlacedTask } from "./walk.ts";

/** What can be run but makes no sense, and what the standard leaves to this platform. */
export function checkSanity(check: Check): void {
  checkUse(check);
  checkSchedule(check);
  checkMetadata(check);
  for (const placed of check.tasks) {
    checkNames(check, placed);
    checkTimes(check, placed);
    checkBareTexts(check, placed);
  }
}

function checkUse(check: Check): void {
  const { use } = check.definition;
  once(check, use?.secrets ?? [], (position) => `/use/secrets/${position}`, "secrets");
  const names = (use?.extensions ?? []).map((item) => Object.keys(item)[0]!);
  once(check, names, (position) => `/use/extensions/${position}`, "extensions");
  for (const [name, policy] of Object.entries(use?.retries ?? {})) {
    checkRetry(check, policy, pointerTo("/use/retries", name));
  }
  for (const [name, timeout] of Object.entries(use?.timeouts ?? {})) {
    checkTimeout(check, timeout, pointerTo("/use/timeouts", name));
  }
  checkTimeout(check, check.definition.timeout, "/timeout");
}

function once(check: Check, names: readonly string[], at: (position: number) => string, what: string): void {
  const seen = new Set<string>();
  names.forEach((name, position) => {
    if (seen.has(name)) check.tell("error", "duplicate", at(position), `two ${what} are named \`${name}\``);
    seen.add(name);
  });
}

/** Names that a task gives to variables, and those of its cases. */
function checkNames(check: Check, { kind, task, pointer }: PlacedTask): void {
  const names: [string | undefined, string][] = [];
  if (kind === "for") names.push([task.for.each, "/for/each"], [task.for.at, "/for/at"]);
  if (kind === "try") names.push([task.catch.as, "/catch/as"]);
  if (kind === "listen") names.push([task.foreach?.item, "/foreach/item"], [task.foreach?.at, "/foreach/at"]);
  for (const [name, at] of names) {
    if (name === undefined || !(expressionArguments as readonly string[]).includes(name)) continue;
    check.tell("error", "name", pointer + at, `\`$${name}\` is the standard's own; take another name`);
  }
  const [first, second] = names;
  if (first?.[0] !== undefined && second !== undefined && first[0] === second[0]) {
    check.tell("error", "duplicate", pointer + second[1], `both variables are named \`${first[0]}\``);
  }
  if (kind !== "switch") return;
  const cases = task.switch.map((item) => Object.keys(item)[0]!);
  once(check, cases, (position) => `${pointer}/switch/${position}`, "cases");
}

/** Milliseconds where they can be told. */
function known(duration: Duration | undefined): number | null {
  return duration === undefined || (typeof duration === "string" && isExpression(duration))
    ? null
    : durationMs(duration);
}

function checkTimeout(check: Check, timeout: Timeout | string | undefined, pointer: string): void {
  if (timeout === undefined || typeof timeout === "string") return;
  if (known(timeout.after) === 0)
    check.tell("error", "timeout", `${pointer}/after`, "a timeout of no time always ends it");
}

function checkTimes(check: Check, { kind, task, pointer }: PlacedTask): void {
  checkTimeout(check, task.timeout, `${pointer}/timeout`);
  const { timeout } = check.definition;
  const whole = typeof timeout === "object" ? known(timeout.after) : null;
  const own = typeof task.timeout === "object" ? known(task.timeout.after) : null;
  if (whole !== null && own !== null && own > whole) {
    check.tell("warning", "timeout", `${pointer}/timeout/after`, "the workflow's own timeout comes earlier");
  }
  if (kind === "wait" && whole !== null && (known(task.wait) ?? 0) >= whole) {
    check.tell(
      "warning",
      "timeout",
      `${pointer}/wait`,
      "the workflow's timeout comes before this wait is over",
    );
  }
  if (kind === "try" && typeof task.catch.retry === "object") {
    checkRetry(check, task.catch.retry, `${pointer}/catch/retry`);
  }
}

function checkRetry(check: Check, policy: RetryPolicy, pointer: string): void {
  const { delay, limit, jitter, backoff } = policy;
  const pause = known(delay);
  const count = limit?.attempt?.count;
  if (count === 0)
    check.tell("warning", "retry", `${pointer}/limit/attempt/count`, "it is never tried again");
  const total = known(limit?.duration);
  if (total !== null && pause !== null && pause > total) {
    check.tell(
      "warning",
      "retry",
      `${pointer}/limit/duration`,
      "the first pause is longer than all attempts may take",
    );
  }
  if (jitter !== undefined && (known(jitter.from) ?? 0) > (known(jitter.to) ?? Number.POSITIVE_INFINITY)) {
    check.tell("error", "retry", `${pointer}/jitter`, "`from` is longer than `to`");
  }
  if ((pause ?? 0) === 0 && delay === undefined && count === undefined && total === null) {
    check.tell("warning", "retry", pointer, "it is tried again without a pause and without a limit");
  }
  for (const [kind, parts] of Object.entries(backoff ?? {})) {
    if (Object.keys(parts ?? {}).length === 0) continue;
    check.tell("warning", "retry", `${pointer}/backoff/${kind}`, "what stands in here has no effect");
  }
}

function checkSchedule(check: Check): void {
  const { schedule } = check.definition;
  if (schedule === undefined) return;
  const problem = schedule.cron === undefined ? null : cronProblem(schedule.cron);
  if (problem !== null) check.tell("error", "schedule", "/schedule/cron", problem);
  for (const key of ["every", "after"] as const) {
    const value = schedule[key];
    if (value === undefined) continue;
    if (typeof value === "string" && isExpression(value)) {
      check.tell(
        "error",
        "schedule",
        `/schedule/${key}`,
        "no run is there whose data an expression could read",
      );
    } else if (key === "every" && (known(value) ?? 0) < everyMsMin) {
      check.tell("error", "schedule", "/schedule/every", "it must be a second or more");
    }
  }
}

const everyMsMin = 1_000;

function checkMetadata(check: Check): void {
  const { definition, known: outside } = check;
  const block = own(definition.document.metadata, "millrace");
  const at = "/document/metadata/millrace";
  if (block !== undefined) {
    tellBreaches(check, "workflow", block, at);
    const zone = own(own(block, "schedule"), "timeZone");
    const problem = typeof zone === "string" ? zoneProblem(zone) : null;
    if (problem !== null) check.tell("error", "metadata", `${at}/schedule/timeZone`, problem);
  }
  for (const { task, pointer } of check.tasks) {
    const inTask = own(task.metadata, "millrace");
    if (inTask === undefined) continue;
    tellBreaches(check, "task", inTask, `${pointer}/metadata/millrace`);
    const runner = own(inTask, "runner");
    if (typeof runner !== "string" || outside.runners === undefined || outside.runners.includes(runner))
      continue;
    const message = `no runner has the name or label \`${runner}\`${suggestion(runner, outside.runners)}`;
    check.tell("error", "runner", `${pointer}/metadata/millrace/runner`, message);
  }
}

function tellBreaches(check: Check, of: "workflow" | "task", block: Json, pointer: string): void {
  for (const breach of metadataBreaches(of, block)) {
    const name = breach.pointer.split("/").at(-1) || "millrace";
    const subject = breach.message.startsWith("`") ? "" : `\`${name}\` `;
    check.tell("error", "metadata", pointer + breach.pointer, subject + breach.message);
  }
  // Those of tasks are compiled with them.
  for (const { pointer: at, text } of of === "workflow" ? metadataExpressions(block) : []) {
    try {
      compileExpression(text, []);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      const offset = programOf(text).offset + (error.position ?? 0);
      check.tell("error", "expression", pointer + at, told(error, []), { offset });
    }
  }
}

const looksLikeExpression =
  /^\s*(?:\.[A-Za-z_][\w.[\]]*|\$(?:context|input|output|workflow|task|secrets)\b.*)\s*$/;

/** Why a text may not mean what its author thinks; null where it does. */
function bareText(text: string): string | null {
  if (looksLikeExpression.test(text)) {
    return `${shown(text)} is taken as it stands; an expression is written \${ ${text.trim()} }`;
  }
  if (isExpression(text) || !/\$\{[^}]*\}/.test(text)) return null;
  return `${shown(text)} is taken as it stands; an expression is the whole text, as in \${ "Dear \\(.name)" }`;
}

/** A text that was meant as an expression, but is not written as one. */
function checkBareTexts(check: Check, { kind, task, pointer }: PlacedTask): void {
  const parts: [Json, string][] = [];
  if (kind === "set") parts.push([task.set, `${pointer}/set`]);
  if (kind === "call") parts.push([task.with ?? {}, `${pointer}/with`]);
  if (kind === "emit") parts.push([task.emit.event.with, `${pointer}/emit/event/with`]);
  if (kind === "run") parts.push([task.run.workflow?.input ?? {}, `${pointer}/run/workflow/input`]);
  for (const [value, at] of parts) {
    for (const { text, pointer: place } of textsOf(value)) {
      const message = bareText(text);
      if (message !== null) check.tell("warning", "text", at + place, message);
    }
  }
}
