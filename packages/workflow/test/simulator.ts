import {
  apply,
  begin,
  type Command,
  type HistoryEvent,
  type ListenCommand,
  restore,
  type RunState,
  snapshot,
  type Workflow,
} from "../src/main.ts";
import type { Json } from "../src/json.ts";
import type { Decision, Started } from "../src/main.ts";
import { eventTypes, type Random } from "./random-definition.ts";

/** Commands that something comes back for. */
const answered = new Set(["call", "run", "listen", "wait"]);

/** The same text for states that are the same. */
export function canonical(state: unknown): string {
  return JSON.stringify(state, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

export interface Simulated {
  readonly history: HistoryEvent[];
  readonly decisions: Decision[];
  readonly state: RunState;
}

/** Something that must hold of every run does not. */
function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** What a run meets. */
interface Outside {
  readonly input: Json;
  /** What events hold and calls give; null for something random. */
  readonly data: Json;
  /** The share of calls that fail. */
  readonly failing: number;
  /** Behind so many events the run is cancelled. */
  readonly eventsMax: number;
}

/** Goes through a run with outcomes in a random order, and checks after each event what must hold of every run. */
export class Simulation {
  readonly workflow: Workflow;
  readonly random: Random;
  readonly history: HistoryEvent[] = [];
  readonly decisions: Decision[] = [];
  readonly state: RunState;
  /** The same run, which is written and read back before every event. */
  private mirror: RunState;
  private readonly open = new Map<number, Command>();
  private readonly closed: number[] = [];
  private readonly begun = new Set<number>();
  private readonly ended = new Set<number>();
  private last = 1;
  private now = 1_000;

  private readonly outside: Outside;

  constructor(workflow: Workflow, random: Random, outside: Partial<Outside> = {}) {
    this.workflow = workflow;
    this.random = random;
    this.outside = { input: { n: 0 }, data: null, failing: 0.12, eventsMax: 400, ...outside };
    const { input } = this.outside;
    const started: Started = {
      kind: "started",
      at: this.now,
      run: { id: "r" },
      input,
      seed: random.below(1_000),
    };
    this.history.push(started);
    const { state, decision } = begin(workflow, started);
    this.state = state;
    this.mirror = begin(workflow, started).state;
    this.take(decision);
  }

  run(): Simulated {
    while (this.state.status === "running") {
      demand(this.open.size > 0, "the run neither ended nor waits for anything");
      this.say(
        this.history.length > this.outside.eventsMax ? { kind: "cancelled", at: this.now } : this.chosen(),
      );
    }
    demand(this.open.size === 0, `commands are left open: ${[...this.open.keys()].join()}`);
    demand(Object.keys(this.state.frames).length === 0, "tasks are left under way");
    demand(this.state.agenda.length === 0, "steps are left to do");
    for (const instance of this.begun) demand(this.ended.has(instance), `task ${instance} was never ended`);
    return { history: this.history, decisions: this.decisions, state: this.state };
  }

  private say(event: Exclude<HistoryEvent, Started>): void {
    this.history.push(event);
    if ("command" in event && event.kind !== "received") {
      this.open.delete(event.command);
      this.closed.push(event.command);
    }
    this.mirror = restore(snapshot(this.mirror));
    demand(canonical(this.mirror) === canonical(this.state), "the run that is read back is another one");
    const decision = apply(this.workflow, this.state, event);
    const mirrored = apply(this.workflow, this.mirror, event);
    demand(
      JSON.stringify(mirrored) === JSON.stringify(decision),
      "a state that was read back decides otherwise",
    );
    this.take(decision);
  }

  private take(decision: Decision): void {
    this.decisions.push(decision);
    for (const command of decision.commands) this.note(command);
    for (const { kind, instance, parent } of decision.changes) {
      demand(!this.ended.has(instance), `task ${instance} is ${kind} after its end`);
      demand(!this.ended.has(parent), `task ${instance} is ${kind} within one that has ended`);
      if (kind === "started") {
        demand(!this.begun.has(instance), `task ${instance} starts twice`);
        this.begun.add(instance);
      }
      if (["completed", "faulted", "cancelled", "skipped"].includes(kind)) this.ended.add(instance);
    }
    this.checkState();
  }

  private note(command: Command): void {
    demand(command.id > this.last, `command ${command.id} comes after ${this.last}`);
    this.last = command.id;
    if (command.kind === "cancel") {
      demand(this.open.delete(command.command), `command ${command.command} is cancelled, but is not open`);
      this.closed.push(command.command);
    }
    const isAwaited = command.kind !== "run" || command.await;
    if (answered.has(command.kind) && isAwaited) this.open.set(command.id, command);
  }

  private checkState(): void {
    const { frames, pending, frameCount } = this.state;
    const ids = Object.keys(pending)
      .map(Number)
      .sort((one, other) => one - other);
    const open = [...this.open.keys()].sort((one, other) => one - other);
    demand(
      JSON.stringify(ids) === JSON.stringify(open),
      `open are ${open.join()}, awaited are ${ids.join()}`,
    );
    for (const frame of Object.values(pending)) demand(frames[frame] !== undefined, `frame ${frame} is gone`);
    const all = Object.values(frames);
    demand(all.length === frameCount, "the count of frames is wrong");
    for (const { id, parent, slot } of all) {
      if (id !== 1) demand(frames[parent]?.children?.[slot] === id, `frame ${id} hangs in the air`);
    }
  }

  /** An outcome for one of the open commands, or now and then for one that is not open any more. */
  private chosen(): Exclude<HistoryEvent, Started> {
    const { random } = this;
    this.now += random.below(3) * 250;
    const stale = this.closed.length > 0 && random.isLucky(0.1) ? random.pick(this.closed) : null;
    if (stale !== null) return { kind: "completed", at: this.now, command: stale, output: "stale" };
    const command = random.pick(this.candidates());
    const { id } = command;
    if (command.kind === "wait") {
      this.now = Math.max(this.now, command.until);
      return { kind: "fired", at: this.now, command: id };
    }
    if (command.kind === "listen")
      return { kind: "received", at: this.now, command: id, event: this.event(command) };
    if (command.kind === "call" && command.subscribes === true && random.isLucky(0.8)) {
      return { kind: "received", at: this.now, command: id, event: this.data() };
    }
    if (random.isLucky(this.outside.failing)) {
      const error = { type: "https://x/failed", status: random.pick([500, 503]) };
      return { kind: "failed", at: this.now, command: id, error };
    }
    const output: Json = command.kind === "run" ? this.process() : this.data();
    return { kind: "completed", at: this.now, command: id, output };
  }

  /** Where nothing fails no timeout comes either, as long as there is something else. */
  private candidates(): Command[] {
    const all = [...this.open.values()];
    const inTime = all.filter((command) => command.kind !== "wait" || command.reason !== "timeout");
    return this.outside.failing > 0 || inTime.length === 0 ? all : inTime;
  }

  private data(): Json {
    return this.outside.data ?? { n: this.random.below(3) };
  }

  private process(): Json {
    const code = this.random.isLucky(this.outside.failing * 4) ? 1 : 0;
    return { code, stdout: "o", stderr: "e" };
  }

  /** Mostly one that the listener asks for. */
  private event({ filters }: ListenCommand): Json {
    const asked = this.random.isLucky(0.7)
      ? this.random.pick(filters)
      : { type: this.random.pick(eventTypes) };
    return { specversion: "1.0", id: "e", source: "https://s", data: this.data(), type: "any", ...asked };
  }
}
