import { withPolicies } from "./authentication.ts";
import { isStandardCall } from "./call-shapes.ts";
import type {
  CompiledFilter,
  CompiledForeach,
  CompiledOfKind,
  CompiledRetry,
  CompiledStrategy,
  CompiledSubscription,
} from "./compiled.ts";
import type { Compiler } from "./compiler.ts";
import type {
  CallTask,
  EventFilter,
  EventStrategy,
  Foreach,
  KindedTask,
  ListenTask,
  RaiseTask,
  RetryPolicy,
  RunTask,
  TaskKind,
  TryTask,
} from "./definition.ts";
import { compileTemplate, type Expression, type Template, type TextReader } from "./expression.ts";
import { type Json, type JsonObject, own, pointerTo } from "./json.ts";
import { isExpression } from "./shape.ts";
import { uriTemplate } from "./uri-template.ts";

/** What a kind of task has besides what all have. */
type Part<Kind extends TaskKind> = Omit<
  CompiledOfKind[Kind],
  | "kind"
  | "name"
  | "pointer"
  | "task"
  | "condition"
  | "input"
  | "output"
  | "export"
  | "timeout"
  | "then"
  | "extensions"
>;

type Locals = readonly string[];

export function compileKind(compiler: Compiler, kinded: KindedTask, pointer: string, locals: Locals): object {
  switch (kinded.kind) {
    case "call":
      return call(compiler, kinded.task, pointer, locals);
    case "do":
      return { list: compiler.list(kinded.task.do, `${pointer}/do`, locals) } satisfies Part<"do">;
    case "emit": {
      const event = compiler.template(kinded.task.emit.event.with, `${pointer}/emit/event/with`, locals);
      return { event } satisfies Part<"emit">;
    }
    case "for": {
      const { for: loop, while: condition, do: tasks } = kinded.task;
      const each = loop.each ?? "item";
      const at = loop.at ?? "index";
      const inner = [...locals, each, at];
      return {
        each,
        at,
        in: compiler.expression(loop.in, `${pointer}/for/in`, locals),
        while: compiler.optional(condition, `${pointer}/while`, inner),
        list: compiler.list(tasks, `${pointer}/do`, inner),
      } satisfies Part<"for">;
    }
    case "fork": {
      const { branches, compete = false } = kinded.task.fork;
      const { tasks } = compiler.list(branches, `${pointer}/fork/branches`, locals);
      return { branches: tasks, isRace: compete } satisfies Part<"fork">;
    }
    case "listen":
      return listen(compiler, kinded.task, pointer, locals);
    case "raise":
      return { error: raised(compiler, kinded.task, pointer, locals) } satisfies Part<"raise">;
    case "run":
      return run(compiler, kinded.task, pointer, locals);
    case "set": {
      const { set } = kinded.task;
      return { value: compiler.template(set, `${pointer}/set`, locals) } satisfies Part<"set">;
    }
    case "switch": {
      const cases = kinded.task.switch.map((item, position) => {
        const [name, { when, then }] = Object.entries(item)[0]!;
        const at = pointerTo(`${pointer}/switch/${position}`, name);
        return { when: compiler.optional(when, `${at}/when`, locals), then };
      });
      return { cases } satisfies Part<"switch">;
    }
    case "try":
      return attempt(compiler, kinded.task, pointer, locals);
    case "wait":
      return {
        duration: compiler.duration(kinded.task.wait, `${pointer}/wait`, locals),
      } satisfies Part<"wait">;
  }
}

/** Where the standard's calls have a URI that may be a template. */
const uriPlaces =
  /^\/(?:endpoint|document\/endpoint|proto\/endpoint|server|agentCard\/endpoint|transport\/http\/endpoint)(?:\/uri)?$/;

function call(compiler: Compiler, task: CallTask, pointer: string, locals: Locals): Part<"call"> {
  const { call: name, with: given = {} } = task;
  const at = `${pointer}/with`;
  const isOwn = !isStandardCall(name) && own(compiler.definition.use?.functions, name) !== undefined;
  const read = compiler.reader(at, locals, !isOwn);
  const readUri: TextReader = (text, place) =>
    isStandardCall(name) && uriPlaces.test(place) && !isExpression(text)
      ? uriTemplate(text)
      : read(text, place);
  const policies = compiler.definition.use?.authentications ?? {};
  const { subscription, ...others } = isStandardCall(name)
    ? (withPolicies(given, policies) as JsonObject)
    : given;
  const subscribes = name === "asyncapi" && subscription !== undefined;
  return {
    arguments: compileTemplate(
      subscribes || subscription === undefined ? others : { ...others, subscription },
      readUri,
    ),
    functionPointer: isOwn ? pointerTo("/use/functions", name) : null,
    subscription: subscribes
      ? subscribed(compiler, subscription as JsonObject, `${at}/subscription`, locals)
      : null,
    idempotencyKey: idempotencyKey(compiler, task, pointer, locals),
  };
}

function idempotencyKey(
  compiler: Compiler,
  task: CallTask | RunTask,
  pointer: string,
  locals: Locals,
): Expression | null {
  const key = own(own(task.metadata, "millrace"), "idempotencyKey");
  const at = `${pointer}/metadata/millrace/idempotencyKey`;
  return typeof key === "string" ? compiler.expression(key, at, locals) : null;
}

function subscribed(
  compiler: Compiler,
  subscription: JsonObject,
  pointer: string,
  locals: Locals,
): CompiledSubscription {
  const consume = subscription.consume as JsonObject;
  const optional = (value: Json | undefined, at: string): Expression | null =>
    compiler.optional(value as string | undefined, `${pointer}${at}`, locals);
  const time = consume.for as string | undefined;
  return {
    filter: optional(subscription.filter, "/filter"),
    amount: (consume.amount as number | undefined) ?? null,
    while: optional(consume.while, "/consume/while"),
    until: optional(consume.until, "/consume/until"),
    for: time === undefined ? null : compiler.duration(time, `${pointer}/consume/for`, locals),
    foreach: foreach(compiler, subscription.foreach as Foreach | undefined, `${pointer}/foreach`, locals),
  };
}

function foreach(
  compiler: Compiler,
  rule: Foreach | undefined,
  pointer: string,
  locals: Locals,
): CompiledForeach | null {
  if (rule === undefined) return null;
  const { item = "item", at = "index", do: tasks = [] } = rule;
  const inner = [...locals, item, at];
  return {
    item,
    at,
    list: compiler.list(tasks, `${pointer}/do`, inner),
    output: compiler.shaping(rule.output, "as", `${pointer}/output`, inner),
    export: compiler.shaping(rule.export, "as", `${pointer}/export`, inner),
  };
}

function listen(compiler: Compiler, task: ListenTask, pointer: string, locals: Locals): Part<"listen"> {
  return {
    strategy: strategy(compiler, task.listen.to, `${pointer}/listen/to`, locals),
    read: task.listen.read ?? "data",
    foreach: foreach(compiler, task.foreach, `${pointer}/foreach`, locals),
  };
}

function strategy(
  compiler: Compiler,
  source: EventStrategy,
  pointer: string,
  locals: Locals,
): CompiledStrategy {
  const mode = "one" in source ? "one" : "all" in source ? "all" : "any";
  const filters =
    "one" in source
      ? [filter(compiler, source.one, `${pointer}/one`, locals)]
      : ("all" in source ? source.all : source.any).map((part, position) =>
          filter(compiler, part, `${pointer}/${mode}/${position}`, locals),
        );
  const until = "any" in source ? source.until : undefined;
  const at = `${pointer}/until`;
  return {
    mode,
    filters,
    until: typeof until === "string" ? compiler.expression(until, at, locals) : null,
    untilEvents:
      until === undefined || typeof until === "string" ? null : strategy(compiler, until, at, locals),
    source,
  };
}

function filter(compiler: Compiler, source: EventFilter, pointer: string, locals: Locals): CompiledFilter {
  const attributes: JsonObject = {};
  const judged: { attribute: string; expression: Expression }[] = [];
  for (const [attribute, value] of Object.entries(source.with)) {
    if (typeof value === "string" && isExpression(value)) {
      const at = pointerTo(`${pointer}/with`, attribute);
      judged.push({ attribute, expression: compiler.expression(value, at, locals) });
    } else attributes[attribute] = value;
  }
  const correlations = Object.entries(source.correlate ?? {}).map(([name, { from, expect }]) => {
    const at = pointerTo(`${pointer}/correlate`, name);
    return {
      name,
      from: compiler.expression(from, `${at}/from`, locals),
      expect: expect === undefined ? null : compiler.template(expect, `${at}/expect`, locals),
    };
  });
  return { attributes, judged, correlations };
}

function raised(compiler: Compiler, task: RaiseTask, pointer: string, locals: Locals): Template {
  const { error } = task.raise;
  const at = `${pointer}/raise/error`;
  if (typeof error !== "string") return compiler.template({ ...error }, at, locals);
  const named = own(compiler.definition.use?.errors, error);
  if (named !== undefined) return compiler.template(named, pointerTo("/use/errors", error), []);
  compiler.fault(at, "reference", `no error is named \`${error}\` under \`use.errors\``);
  return compiler.template(null, at, []);
}

function run(compiler: Compiler, task: RunTask, pointer: string, locals: Locals): Part<"run"> {
  const { run: rule } = task;
  const process = (["container", "script", "shell", "workflow"] as const).find(
    (kind) => rule[kind] !== undefined,
  )!;
  const given = rule[process] as JsonObject;
  const read = compiler.reader(`${pointer}/run/${process}`, locals, process !== "workflow");
  return {
    process,
    arguments: compileTemplate(given, read),
    isAwaited: rule.await ?? true,
    idempotencyKey: idempotencyKey(compiler, task, pointer, locals),
    return: rule.return ?? "stdout",
  };
}

function attempt(compiler: Compiler, task: TryTask, pointer: string, locals: Locals): Part<"try"> {
  const { errors, as = "error", when, exceptWhen, retry: policy, do: tasks } = task.catch;
  const at = `${pointer}/catch`;
  const inner = [...locals, as];
  return {
    list: compiler.list(task.try, `${pointer}/try`, locals),
    errors: errors?.with ?? null,
    as,
    when: compiler.optional(when, `${at}/when`, inner),
    exceptWhen: compiler.optional(exceptWhen, `${at}/exceptWhen`, inner),
    retry: policy === undefined ? null : retry(compiler, policy, `${at}/retry`, inner),
    catch: tasks === undefined ? null : compiler.list(tasks, `${at}/do`, inner),
  };
}

function retry(
  compiler: Compiler,
  policy: RetryPolicy | string,
  pointer: string,
  locals: Locals,
): CompiledRetry | null {
  if (typeof policy === "string") {
    const named = own(compiler.definition.use?.retries, policy) as RetryPolicy | undefined;
    if (named !== undefined) return retry(compiler, named, pointerTo("/use/retries", policy), locals);
    compiler.fault(pointer, "reference", `no retry policy is named \`${policy}\` under \`use.retries\``);
    return null;
  }
  const { when, exceptWhen, delay, limit, jitter } = policy;
  const duration = (value: typeof delay, at: string) =>
    value === undefined ? null : compiler.duration(value, `${pointer}${at}`, locals);
  return {
    policy,
    when: compiler.optional(when, `${pointer}/when`, locals),
    exceptWhen: compiler.optional(exceptWhen, `${pointer}/exceptWhen`, locals),
    delay: duration(delay, "/delay"),
    attemptDuration: duration(limit?.attempt?.duration, "/limit/attempt/duration"),
    duration: duration(limit?.duration, "/limit/duration"),
    jitter:
      jitter === undefined
        ? null
        : { from: duration(jitter.from, "/jitter/from")!, to: duration(jitter.to, "/jitter/to")! },
  };
}
