import type {
  CompiledCall,
  CompiledForeach,
  CompiledListen,
  CompiledStrategy,
  CompiledSubscription,
  CompiledTask,
} from "./compiled.ts";
import { takes, unlessFailed } from "./event-match.ts";
import { isObject, type Json, own } from "./json.ts";
import type { Frame, Stream } from "./run-state.ts";
import { truthy } from "./scope.ts";
import { type End, limits, type Performer, type Turn } from "./turn.ts";
import { Raised, standardError } from "./workflow-error.ts";

/** What consumes events or messages one after the other: `listen`, and calls that subscribe. */

function emptyStream(filters: number, untilFilters: number): Stream {
  return {
    consumed: [],
    count: 0,
    queue: [],
    outputs: [],
    found: Array.from({ length: filters }, () => null),
    untilFound: Array.from({ length: untilFilters }, () => false),
    correlations: {},
    isBusy: false,
    isOver: false,
  };
}

export const performListen: Performer<"listen"> = {
  start: (turn, frame, task) => {
    const { strategy } = task;
    frame.stream = emptyStream(strategy.filters.length, strategy.untilEvents?.filters.length ?? 0);
    if (strategy.mode === "all" && strategy.filters.length === 0) return turn.complete(frame, task, []);
    frame.command = turn.issue(frame, { kind: "listen", filters: interests(strategy) });
  },
  received: (turn, frame, task, event) => {
    const stream = frame.stream!;
    if (stream.isOver || !isObject(event)) return;
    const { strategy } = task;
    if (strategy.untilEvents !== null && isEnded(turn, frame, strategy.untilEvents, event)) {
      return over(turn, frame, task, task.foreach);
    }
    const position = accepts(turn, frame, strategy, event);
    if (position === null) return;
    const read = task.read === "data" ? (own(event, "data") ?? null) : event;
    if (strategy.mode === "all") stream.found[position] = { value: read };
    consume(turn, frame, task, task.foreach, read);
  },
  ended: (turn, frame, task, end) => iterated(turn, frame, task, task.foreach!, end),
};

/** The attributes a listener wants to hear of; events that end it as well. */
function interests(strategy: CompiledStrategy): ReturnType<typeof attributesOf> {
  const until = strategy.untilEvents === null ? [] : interests(strategy.untilEvents);
  return [...attributesOf(strategy), ...until];
}

function attributesOf({ filters, mode }: CompiledStrategy) {
  return mode === "any" && filters.length === 0 ? [{}] : filters.map(({ attributes }) => attributes);
}

/** Which filter takes an event; null where none does. A filter of `all` takes one only. */
function accepts(turn: Turn, frame: Frame, strategy: CompiledStrategy, event: Json): number | null {
  if (strategy.mode === "any" && strategy.filters.length === 0) return 0;
  const stream = frame.stream!;
  const scope = turn.scope(frame);
  const position = strategy.filters.findIndex(
    (filter, at) =>
      (strategy.mode !== "all" || stream.found[at] === null) &&
      takes(filter, event, scope, stream.correlations),
  );
  return position < 0 ? null : position;
}

function isEnded(turn: Turn, frame: Frame, until: CompiledStrategy, event: Json): boolean {
  const { untilFound, correlations } = frame.stream!;
  const scope = turn.scope(frame);
  const position = until.filters.findIndex(
    (filter, at) => untilFound[at] === false && takes(filter, event, scope, correlations),
  );
  if (position < 0) return false;
  untilFound[position] = true;
  return until.mode !== "all" || untilFound.every(Boolean);
}

type StreamTask = CompiledListen | CompiledCall;

/** Takes one value in: at once to the gathered ones, or to those that wait for `foreach`. */
function consume(
  turn: Turn,
  frame: Frame,
  task: StreamTask,
  foreach: CompiledForeach | null,
  value: Json,
): void {
  const stream = frame.stream!;
  stream.count += 1;
  stream.consumed.push(value);
  if (foreach === null) {
    if (stream.consumed.length > limits.eventsGathered) {
      throw new Raised(standardError("runtime", `more than ${limits.eventsGathered} events were gathered`));
    }
    if (isEnough(turn, frame, task)) over(turn, frame, task, foreach);
    return;
  }
  if (stream.consumed.length > limits.eventsKept) stream.consumed.shift();
  stream.queue.push(value);
  if (stream.queue.length > limits.eventsGathered) {
    throw new Raised(
      standardError("runtime", `more than ${limits.eventsGathered} events wait to be gone through`),
    );
  }
  if (!isOngoing(task) && isEnough(turn, frame, task)) over(turn, frame, task, foreach);
  else next(turn, frame, task, foreach);
}

/** Whether a condition ends it, which is asked once what was consumed has been gone through. */
function isOngoing(task: StreamTask): boolean {
  if (task.kind === "listen") return task.strategy.until !== null;
  return task.subscription!.while !== null;
}

/** Whether it cannot be told beforehand how much it will consume; then it keeps little of what it went through. */
function isOpen(task: StreamTask): boolean {
  if (task.kind === "call") return task.subscription!.amount === null;
  return task.strategy.until !== null || task.strategy.untilEvents !== null;
}

/** Whether what was consumed is all that was wanted. */
function isEnough(turn: Turn, frame: Frame, task: StreamTask): boolean {
  const stream = frame.stream!;
  const scope = turn.scope(frame);
  if (task.kind === "call") {
    const { amount, while: condition } = task.subscription!;
    if (condition !== null) return !truthy(condition.evaluate(stream.consumed, scope));
    return amount !== null && stream.count >= amount;
  }
  const { mode, until, untilEvents } = task.strategy;
  if (mode === "one") return true;
  if (mode === "all") return stream.found.every((found) => found !== null);
  if (until !== null) return truthy(until.evaluate(stream.consumed, scope));
  return untilEvents === null;
}

/** Nothing more is consumed. The task ends when what waits has been gone through. */
function over(turn: Turn, frame: Frame, task: CompiledTask, foreach: CompiledForeach | null): void {
  const stream = frame.stream!;
  stream.isOver = true;
  turn.cancel(frame.command);
  frame.command = undefined;
  if (foreach !== null) return next(turn, frame, task, foreach);
  const isAll = task.kind === "listen" && task.strategy.mode === "all";
  const inOrder = stream.found.map((found) => found?.value ?? null);
  turn.complete(frame, task, isAll ? inOrder : stream.consumed);
}

/** Goes through the next value that waits, unless one is being gone through. */
function next(turn: Turn, frame: Frame, task: CompiledTask, foreach: CompiledForeach): void {
  const stream = frame.stream!;
  if (stream.isBusy) return;
  const value = stream.queue.shift();
  if (value === undefined) {
    if (stream.isOver) turn.complete(frame, task, stream.outputs);
    return;
  }
  stream.isBusy = true;
  const index = stream.count - stream.queue.length - 1;
  frame.variables = { [foreach.item]: value, [foreach.at]: index };
  if (turn.enterList(frame, foreach.list, value)) {
    turn.schedule({ do: "ended", frame: frame.id, slot: 0, output: value, then: "exit" });
  }
}

/** A value has been gone through. */
function iterated(turn: Turn, frame: Frame, task: StreamTask, foreach: CompiledForeach, end: End): void {
  if (turn.follow(frame, foreach.list, end) === "going") return;
  const stream = frame.stream!;
  stream.isBusy = false;
  const output = turn.shaped(foreach.output, end.output, frame, "the output");
  if (foreach.export.template !== null) {
    turn.state.context = turn.shaped(foreach.export, output, frame, "the context", output);
  }
  stream.outputs.push(output);
  if (isOpen(task) && stream.outputs.length > limits.eventsKept) stream.outputs.shift();
  if (stream.outputs.length > limits.eventsGathered) {
    throw new Raised(standardError("runtime", `more than ${limits.eventsGathered} outputs were gathered`));
  }
  if (!stream.isOver && isOngoing(task) && isEnough(turn, frame, task)) {
    stream.queue = [];
    over(turn, frame, task, foreach);
  } else next(turn, frame, task, foreach);
}

export function beginSubscription(turn: Turn, frame: Frame, subscription: CompiledSubscription): void {
  frame.stream = emptyStream(0, 0);
  if (subscription.for === null) return;
  const ms = subscription.for(frame.input, turn.scope(frame));
  frame.attemptTimeout = turn.timer(frame, ms, "wait");
}

/** A call that subscribes: its messages, and what ends it. */
export const performSubscription = {
  received(turn: Turn, frame: Frame, task: CompiledCall, rule: CompiledSubscription, message: Json): void {
    const stream = frame.stream!;
    if (stream.isOver) return;
    const scope = turn.scope(frame);
    const { filter } = rule;
    if (filter !== null && !unlessFailed(() => truthy(filter.evaluate(message, scope)))) return;
    // `until` is asked before a message is consumed, `while` afterwards.
    if (rule.until !== null && truthy(rule.until.evaluate(stream.consumed, scope))) {
      return over(turn, frame, task, rule.foreach);
    }
    consume(turn, frame, task, rule.foreach, message);
  },
  ended(turn: Turn, frame: Frame, task: CompiledCall, rule: CompiledSubscription, end: End): void {
    iterated(turn, frame, task, rule.foreach!, end);
  },
  /** Its time is up, or there will be no more messages. */
  closed(turn: Turn, frame: Frame, task: CompiledCall, rule: CompiledSubscription): void {
    if (!frame.stream!.isOver) over(turn, frame, task, rule.foreach);
  },
};
