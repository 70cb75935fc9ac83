/*
 * A history: what clients saw of a system of queues, one JSON line per call and per return, and at its end what an
 * auditor found. It knows nothing of how the system is built; the simulator and the crash tests write the same lines.
 *
 *   op        key        arg of the call                          arg of the return
 *   queue     queue id   QueueLine (no return)
 *   push      queue id   PushLine                                 {id}
 *   claim     queue id   {}                                       {items: [{id, leaseNumber, leaseUntil}]}
 *   extend    item id    {leaseNumber}                            {leaseUntil}
 *   finish    item id    {leaseNumber, outcome}                   {state}, or {code} when refused
 *   sample    queue id   {}                                       {counts: {state: number}}
 *   fault     what       {leasesOpen}                             {}
 *   quiet     ""         {} (no return): faults are off from here on
 *   item      item id    ItemLine (no return), one for every item there is at the end
 *
 * Times are milliseconds of one clock, the database's. A process has one call open at a time.
 */

export type Result = "ok" | "fail" | "info";

/** A call has no `res`. `info` is a return of which nobody knows whether the call took place. */
export interface Line {
  t: number;
  proc: string;
  op: string;
  key: string;
  arg: object;
  res?: Result;
}

export interface QueueLine {
  successQueueId: string | null;
  failedQueueId: string | null;
  attemptsMax: number;
  acquiredMax: number;
  concurrencyPerKey: number;
  leaseMs: number;
}

export interface PushLine {
  /** Names the content; a copy in a next queue has the same. */
  tag: string;
  idempotencyKey?: string | undefined;
  orderKey?: string | undefined;
  /** Not before then; such an item is not held to the order of pushing. */
  delayMs?: number | undefined;
}

export type OutcomeWord = "successful" | "business" | "application";

export interface Transition {
  seq: number;
  at: number;
  type: string;
  leaseNumber?: number | undefined;
  attempts?: number | undefined;
  delayMs?: number | undefined;
}

export interface ItemLine {
  queueId: string;
  state: string;
  tag: string;
  orderKey: string | null;
  concurrencyKey: string | null;
  fromItemId: string | null;
  /** The item's own choice before its queue's. */
  successQueueId: string | null;
  failedQueueId: string | null;
  /** `seq` grows from transition to transition, across the items of one key too. */
  transitions: Transition[];
}

export interface Item extends ItemLine {
  id: string;
}

/** A call with its return. One that never returned is `info`. */
export interface Operation<Asked = object, Answered = object> {
  op: string;
  proc: string;
  key: string;
  calledAt: number;
  /** Places in the history, for what came before what. */
  calledLine: number;
  returnedAt: number;
  returnedLine: number;
  res: Result;
  asked: Asked;
  answered: Answered;
}

export type Push = Operation<PushLine, { id: string; code?: string }>;
export type Claim = Operation<
  object,
  { items: { id: string; leaseNumber: number; leaseUntil: number }[]; code?: string }
>;
export type Extend = Operation<{ leaseNumber: number }, { leaseUntil: number; code?: string }>;
export type Finish = Operation<
  { leaseNumber: number; outcome: OutcomeWord },
  { state: string; code?: string }
>;
export type Sample = Operation<object, { counts: Record<string, number> }>;
export type Fault = Operation<{ leasesOpen: number }>;

/** A history in order: operations by kind, and what was found in the end. */
export interface History {
  queues: Map<string, QueueLine>;
  pushes: Push[];
  claims: Claim[];
  extends: Extend[];
  finishes: Finish[];
  samples: Sample[];
  faults: Fault[];
  quietAt: number;
  endedAt: number;
  items: Map<string, Item>;
  /** Ids that the auditor found more than once. */
  itemsFoundTwice: string[];
}

/** Brings calls and their returns together. */
export function readHistory(lines: readonly Line[]): History {
  const history: History = {
    queues: new Map(),
    pushes: [],
    claims: [],
    extends: [],
    finishes: [],
    samples: [],
    faults: [],
    quietAt: Infinity,
    endedAt: lines.at(-1)?.t ?? 0,
    items: new Map(),
    itemsFoundTwice: [],
  };
  const open = new Map<string, Operation>();
  for (const [index, line] of lines.entries()) {
    if (line.op === "queue") history.queues.set(line.key, line.arg as QueueLine);
    else if (line.op === "quiet") history.quietAt = line.t;
    else if (line.op === "item") addItem(history, line);
    else if (line.res === undefined) open.set(line.proc, begin(history, line, index));
    else end(open, line, index);
  }
  return history;
}

/** Reads JSON lines as a recorder wrote them. */
export function parseLines(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

function addItem(history: History, line: Line): void {
  if (history.items.has(line.key)) history.itemsFoundTwice.push(line.key);
  const item = line.arg as ItemLine;
  const transitions = [...item.transitions].sort((a, b) => a.seq - b.seq);
  history.items.set(line.key, { ...item, id: line.key, transitions });
}

function begin(history: History, line: Line, index: number): Operation {
  const operation: Operation = {
    op: line.op,
    proc: line.proc,
    key: line.key,
    calledAt: line.t,
    calledLine: index,
    returnedAt: Infinity,
    returnedLine: Infinity,
    res: "info",
    asked: line.arg,
    answered: {},
  };
  const lists: Record<string, Operation[]> = {
    push: history.pushes,
    claim: history.claims,
    extend: history.extends,
    finish: history.finishes,
    sample: history.samples,
    fault: history.faults,
  };
  lists[line.op]?.push(operation);
  return operation;
}

function end(open: Map<string, Operation>, line: Line, index: number): void {
  const operation = open.get(line.proc);
  if (operation === undefined || operation.op !== line.op)
    throw new Error(`line ${index + 1}: ${line.proc} returns from a call of ${line.op} that it did not make`);
  open.delete(line.proc);
  operation.returnedAt = line.t;
  operation.returnedLine = index;
  operation.res = line.res!;
  operation.answered = line.arg;
}
