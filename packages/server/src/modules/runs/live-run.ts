import {
  apply,
  type Command,
  type Decision,
  begin,
  durationMs,
  type HistoryEvent,
  type Json,
  type JsonObject,
  restore,
  type RunState,
  snapshot,
  type WorkflowError,
} from "@millrace/workflow";
import type { RunnableVersion } from "../workflows/model.ts";
import { type Asked, type Begun, keepDaysDefault, type Open, type RunFacts, type State } from "./model.ts";
import type { LoadedRow, TurnRow } from "./store.ts";

/** What can be told to a run. */
export type Told =
  | { kind: "completed"; command: number; output: Json }
  | { kind: "failed"; command: number; error: WorkflowError }
  | { kind: "received"; command: number; seq: number; event: Json }
  /** The instants of its timers up to this one have come. */
  | { kind: "due"; atMs: number }
  | { kind: "cancel" }
  | { kind: "suspend" }
  | { kind: "resume" }
  /** Carry out here what these nodes had in hand. */
  | { kind: "take-over"; nodeIds: readonly string[] };

/** A run in memory, as of its last committed turn. */
export interface LiveRun {
  facts: RunFacts;
  version: RunnableVersion;
  state: State;
  turn: number;
  run: RunState;
  open: Open;
  /** Characters of events and turns since the last snapshot, and how long that one was. */
  sinceSnapshot: number;
  snapshotLength: number;
}

/** A turn that is to be written, and what is to be done once it is. */
export interface Turn {
  row: TurnRow;
  /** What was asked for anew, to be carried out. */
  asked: Asked[];
  /** Commands that are not to go on. */
  cancelled: number[];
  /** Calls that are now this node's, by the turn that asked for them. */
  takenOver: { command: number; turn: number }[];
  /** Listens that begin, by the attributes of the events that they are for, and those that are over. */
  listensBegun: { command: number; filters: JsonObject[] }[];
  listensEnded: number[];
  /** Events to publish. */
  emitted: { command: number; event: Record<string, Json> }[];
  hasEnded: boolean;
}

/** No node carries it out: the run is suspended. */
const nobody = "";
const dayMs = 86_400_000;
/** What one turn counts beside the characters of its events, and when a snapshot is worth its length. */
const turnCharacters = 200;
const snapshotAfterCharacters = 30_000;
/** As many as are told before the place in the feed is saved. */
export const signalsRemembered = 100;

/** The first turn of a run, before anything of it is stored. */
export function beginRun(
  facts: RunFacts,
  version: RunnableVersion,
  begun: Begun,
  { input, nodeId }: { input: Json; nodeId: string },
): { live: LiveRun; turn: Turn } {
  const { state: run, decision } = begin(version.workflow, startedOf(facts, begun, input));
  const open: Open = { calls: {}, waits: {}, listens: {} };
  const live: LiveRun = {
    facts,
    version,
    state: "running",
    turn: -1,
    run,
    open,
    sinceSnapshot: 0,
    snapshotLength: 0,
  };
  const turn = newTurn(live);
  follow(live, turn, decision, nodeId);
  close(live, turn);
  return { live, turn };
}

/** A run as it was stored: its snapshot and the events since, or its beginning and all of them. */
export function restoreRun(row: LoadedRow, version: RunnableVersion): LiveRun {
  const { snapshot: text, begun, input, state, turn, open, events } = row;
  const run = text === null ? begin(version.workflow, startedOf(row, begun, input)).state : restore(text);
  let characters = 0;
  for (const ofTurn of events ?? []) {
    for (const event of ofTurn) apply(version.workflow, run, event as never);
    characters += turnCharacters + JSON.stringify(ofTurn).length;
  }
  return {
    facts: row,
    version,
    state,
    turn,
    run,
    open,
    sinceSnapshot: characters,
    snapshotLength: text?.length ?? 0,
  };
}

/**
 * Carries what a run was told through it, as one turn: changes `live`, which must be thrown away if the turn cannot be
 * written. Undefined where nothing came of it.
 */
export function takeTurn(
  live: LiveRun,
  told: readonly Told[],
  { at, nodeId }: { at: number; nodeId: string },
): Turn | undefined {
  const turn = newTurn(live);
  let isChanged = false;
  for (const one of told) {
    if (one.kind === "suspend" || one.kind === "resume") {
      isChanged = turnAround(live, turn, one.kind, nodeId) || isChanged;
    } else if (one.kind === "take-over") {
      isChanged = takeOver(live, turn, one.nodeIds, nodeId) || isChanged;
    } else {
      for (const event of eventsOf(live, one, at)) {
        isChanged = true;
        turn.row.events.push(event);
        noteHeard(live.open, one, event);
        follow(live, turn, apply(live.version.workflow, live.run, event), nodeId);
      }
    }
  }
  if (!isChanged) return undefined;
  close(live, turn);
  return turn;
}

function startedOf({ id }: RunFacts, { at, seed, from }: Begun, input: Json) {
  return { kind: "started", at, run: { id }, input, seed, ...(from === undefined ? {} : { from }) } as const;
}

type Heard = Exclude<HistoryEvent, { kind: "started" }>;

/** The events of the run's history that what it was told amounts to: none for what nobody waits for any more. */
function eventsOf({ open, run }: LiveRun, told: Told, at: number): Heard[] {
  if (run.status !== "running") return [];
  switch (told.kind) {
    case "completed":
    case "failed":
      return told.command in open.calls ? [{ ...told, at }] : [];
    case "received": {
      const { command, seq, event } = told;
      const seen = open.listens[command];
      return seen === undefined || seen.includes(seq) ? [] : [{ kind: "received", command, event, at }];
    }
    case "cancel":
      return [{ kind: "cancelled", at }];
    case "due": {
      const now = Math.max(at, told.atMs);
      return Object.keys(open.waits)
        .map(Number)
        .filter((id) => open.waits[id]! <= now)
        .sort((a, b) => open.waits[a]! - open.waits[b]! || a - b)
        .map((command) => ({ kind: "fired", command, at: now }));
    }
    default:
      return [];
  }
}

function noteHeard(open: Open, told: Told, event: Heard): void {
  if (event.kind === "cancelled") return;
  if (told.kind === "received") {
    open.listens[told.command] = [...open.listens[told.command]!, told.seq].slice(-signalsRemembered);
    return;
  }
  delete open.calls[event.command];
  delete open.waits[event.command];
}

function newTurn({
  facts: { id, tenantId },
  turn,
}: LiveRun): Turn & { row: { events: Heard[]; commands: Command[] } } {
  const row = {
    id,
    tenantId,
    turn: turn + 1,
    state: "running" as State,
    open: { calls: {}, waits: {}, listens: {} },
    hasCalls: false,
    wakeAtMs: null,
    output: null,
    error: null,
    keepMs: null,
    events: [] as Heard[],
    commands: [] as Command[],
    snapshot: null,
  };
  const effects = {
    asked: [],
    cancelled: [],
    takenOver: [],
    listensBegun: [],
    listensEnded: [],
    emitted: [],
  };
  return { row, ...effects, hasEnded: false };
}

type OpenTurn = ReturnType<typeof newTurn>;

/** Notes what a decision asks for. */
function follow(live: LiveRun, turn: OpenTurn, { commands }: Decision, nodeId: string): void {
  const { open } = live;
  for (const command of commands) {
    if (command.kind === "wait") open.waits[command.id] = command.until;
    else if (command.kind === "listen") {
      open.listens[command.id] = [];
      turn.listensBegun.push({ command: command.id, filters: [...command.filters] });
    } else if (command.kind === "call" || command.kind === "run") {
      const isHeld = live.state === "suspended";
      open.calls[command.id] = [turn.row.turn, isHeld ? nobody : nodeId];
      if (!isHeld) turn.asked.push(command);
    } else if (command.kind === "emit") {
      turn.emitted.push({ command: command.id, event: command.event });
    } else if (command.kind === "cancel") {
      if (command.command in open.calls) turn.cancelled.push(command.command);
      turn.asked = turn.asked.filter(({ id }) => id !== command.command);
      endListens(turn, open.listens[command.command] === undefined ? [] : [command.command]);
      delete open.calls[command.command];
      delete open.waits[command.command];
      delete open.listens[command.command];
    } else {
      turn.row.output = command.kind === "complete" ? command.output : null;
      turn.row.error = command.kind === "fail" ? command.error : null;
    }
    if (isKept(command)) turn.row.commands.push(command);
  }
}

function endListens(turn: OpenTurn, ids: readonly number[]): void {
  const begun = new Set(turn.listensBegun.map(({ command }) => command));
  turn.listensBegun = turn.listensBegun.filter(({ command }) => !ids.includes(command));
  turn.listensEnded.push(...ids.filter((id) => !begun.has(id)));
}

/** What must be found again when another node carries it out, or is told to who asks what a run has done. */
function isKept({ kind }: Command): boolean {
  return kind === "call" || kind === "run";
}

function turnAround(live: LiveRun, turn: OpenTurn, kind: "suspend" | "resume", nodeId: string): boolean {
  if (live.run.status !== "running" || live.state === (kind === "suspend" ? "suspended" : "running"))
    return false;
  live.state = kind === "suspend" ? "suspended" : "running";
  if (kind === "resume") takeOver(live, turn, [nobody], nodeId);
  return true;
}

function takeOver(live: LiveRun, turn: OpenTurn, nodeIds: readonly string[], nodeId: string): boolean {
  const { calls } = live.open;
  const taken = Object.entries(calls).filter(([, [, holder]]) => nodeIds.includes(holder));
  for (const [id, [askedIn]] of taken) {
    calls[id] = [askedIn, nodeId];
    turn.takenOver.push({ command: Number(id), turn: askedIn });
  }
  return taken.length > 0;
}

/** Fills in what the run is after the turn. */
function close(live: LiveRun, turn: OpenTurn): void {
  const { row } = turn;
  const { status } = live.run;
  if (status !== "running") {
    live.state = status;
    turn.hasEnded = true;
    turn.cancelled.push(...Object.keys(live.open.calls).map(Number));
    turn.asked = turn.asked.filter((command) => command.kind === "run" && !command.await);
    endListens(turn, Object.keys(live.open.listens).map(Number));
    live.open = { calls: {}, waits: {}, listens: {} };
    row.keepMs = keepMsOf(live);
  }
  row.state = live.state;
  row.open = live.open;
  row.hasCalls = Object.keys(live.open.calls).length > 0;
  const instants = live.state === "running" ? Object.values(live.open.waits) : [];
  row.wakeAtMs = instants.length === 0 ? null : instants.reduce((a, b) => Math.min(a, b));
  live.turn = row.turn;
  if (turn.hasEnded) return;
  live.sinceSnapshot += turnCharacters + (row.events.length === 0 ? 0 : JSON.stringify(row.events).length);
  if (live.sinceSnapshot < 2 * live.snapshotLength + snapshotAfterCharacters) return;
  row.snapshot = snapshot(live.run);
  live.snapshotLength = row.snapshot.length;
  live.sinceSnapshot = 0;
}

function keepMsOf({ version: { metadata }, state }: LiveRun): number {
  const wanted = metadata.retention?.[state as "completed" | "faulted" | "cancelled"];
  return (wanted === undefined ? null : durationMs(wanted)) ?? keepDaysDefault * dayMs;
}
