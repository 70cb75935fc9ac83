import type { Database, Tx } from "../../kit/database.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import type { Firing, Firings } from "./firings.ts";
import type { Settings, Trigger } from "./model.ts";
import {
  checkSchedule,
  dueTicks,
  type Schedule,
  tickAfter,
  ticksBetween,
  ticksMax,
  type Ticking,
} from "./schedule-model.ts";
import * as store from "./store.ts";

/** Schedules: when they tick next, and what becomes of ticks that are due. */
export class Schedules {
  readonly #database: Database;
  readonly #firings: Firings;

  constructor(database: Database, firings: Firings) {
    this.#database = database;
    this.#firings = firings;
  }

  /** Refuses settings without ticks. */
  check(settings: Settings): void {
    checkSchedule(scheduleOf(settings));
  }

  /** When a trigger ticks next from now on; null where it does not tick. */
  async plan(
    tx: Tx,
    trigger: Pick<Trigger, "kind" | "settings" | "paused"> & { createdAt?: string },
  ): Promise<string | null> {
    if (trigger.kind !== "schedule" || trigger.paused) return null;
    const now = await store.readNow(tx);
    const ticking = tickingOf(trigger, now);
    return timeOf(tickAfter(ticking, now));
  }

  /**
   * Fires what is due of one schedule and plans its next tick, in one transaction: a tick has its runs once, whatever
   * node does it and wherever one is stopped. Answers false if none is due but those of `except`.
   */
  async fireNext(except: readonly string[], onTaken: (id: string) => void): Promise<boolean> {
    return this.#database.transaction(async (tx) => {
      const due = await store.lockDue(tx, except);
      if (due === undefined) return false;
      onTaken(due.id);
      const ticking = { schedule: scheduleOf(due.settings), beganAt: due.beganAt };
      const { fire, skipped, next } = dueTicks(ticking, due.plannedAt, due.now);
      if (skipped !== null) await this.#skip(tx, due, skipped);
      const firings = fire.map((at) => firingOf(due, at, "tick"));
      const prepared = await Promise.all(firings.map((firing) => this.#firings.prepare(firing)));
      if (prepared.length > 0) await this.#firings.fireIn(tx, prepared);
      await store.plan(tx, due.id, timeOf(next));
      return true;
    });
  }

  /** Starts the runs of the ticks of a range; a tick that had its run answers that one. */
  async backfill(
    trigger: Trigger,
    range: { from: string; to: string },
  ): Promise<{ started: number; failed: number; skipped: number }> {
    if (trigger.kind !== "schedule")
      throw new AppError("conflict", `Trigger ${trigger.name} has no schedule`);
    const [from, to] = [timeIn(range.from, "from"), timeIn(range.to, "to")];
    if (to <= from) throw invalid("to", "must be later than from");
    const ticks = ticksBetween(tickingOf(trigger, 0), from, to, ticksMax + 1);
    if (ticks.length > ticksMax) throw invalid("to", `more than ${ticksMax} ticks: take a smaller range`);
    const firings = ticks.map((at) => firingOf(trigger, at, "backfill of tick"));
    const prepared = await Promise.all(firings.map((firing) => this.#firings.prepare(firing)));
    if (prepared.length === 0) return { started: 0, failed: 0, skipped: 0 };
    const fired = await this.#database.transaction((tx) => this.#firings.fireIn(tx, prepared));
    const count = (outcome: string) => fired.filter((each) => each.outcome === outcome).length;
    return { started: count("started"), failed: count("failed"), skipped: count("skipped") };
  }

  async #skip(tx: Tx, trigger: Trigger, { from, to }: { from: number; to: number }): Promise<void> {
    const range = from === to ? `tick ${timeOf(from)}` : `ticks ${timeOf(from)} to ${timeOf(to)}`;
    await this.#firings.skipIn(tx, trigger, range, "missed while no server was there");
  }
}

function firingOf(trigger: Trigger, at: number, cause: string): Firing {
  const tick = new Date(at).toISOString();
  const facts = { trigger: trigger.name, tick };
  return { trigger, cause: `${cause} ${tick}`, facts, key: `${trigger.id}@${tick}` };
}

function tickingOf(trigger: { settings: Settings; createdAt?: string }, now: number): Ticking {
  const beganAt = trigger.createdAt === undefined ? now : Date.parse(trigger.createdAt);
  return { schedule: scheduleOf(trigger.settings), beganAt: beganAt - (beganAt % 1_000) };
}

function scheduleOf({ schedule }: Settings): Schedule {
  if (schedule === undefined) throw new Error("a trigger of the kind schedule has none");
  return schedule;
}

function timeIn(text: string, field: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw invalid(field, "must be a time such as 2026-03-29T02:00:00Z");
  return ms;
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
