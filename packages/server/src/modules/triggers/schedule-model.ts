import { cronProblem, durationMs, nextTick, zoneProblem } from "@millrace/workflow";
import { Type, type Static } from "@sinclair/typebox";
import { invalid } from "../../kit/errors.ts";

/** Of more ticks in one go none is looked at: a backfill takes a smaller range, missed ones are left out. */
export const ticksMax = 1_000;
/** A stop that was no longer than this lost nothing; after a longer one ticks were missed. */
export const onTimeMs = 60_000;
const everyMsMin = 1_000;

export const ScheduleSchema = Type.Object(
  {
    cron: Type.Optional(
      Type.String({ maxLength: 200, description: "Five fields, or six with seconds first" }),
    ),
    zone: Type.Optional(
      Type.String({ maxLength: 100, description: "The time zone of cron, Europe/Berlin; UTC if not given" }),
    ),
    every: Type.Optional(
      Type.String({ maxLength: 100, description: "In place of cron, an ISO 8601 duration: PT15M" }),
    ),
    missed: Type.Optional(
      Type.Union([Type.Literal("skip"), Type.Literal("once"), Type.Literal("all")], {
        description: "Of ticks that nobody was there for: none, the last one (if not given), or each",
      }),
    ),
    missedMax: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: ticksMax,
        description: "At most so many of all; 100 if not given",
      }),
    ),
  },
  { additionalProperties: false },
);

export type Schedule = Static<typeof ScheduleSchema>;

/** Refuses a schedule that has no ticks, by field. */
export function checkSchedule(schedule: Schedule): void {
  const { cron, every, zone } = schedule;
  if ((cron === undefined) === (every === undefined)) throw invalid("schedule", "needs either cron or every");
  const wrongCron = cron === undefined ? null : cronProblem(cron);
  if (wrongCron !== null) throw invalid("schedule.cron", wrongCron);
  const wrongZone = zone === undefined ? null : zoneProblem(zone);
  if (wrongZone !== null) throw invalid("schedule.zone", wrongZone);
  if (every === undefined) return;
  if (zone !== undefined) throw invalid("schedule.zone", "is for cron alone");
  const ms = durationMs(every);
  if (ms === null) throw invalid("schedule.every", "must be an ISO 8601 duration such as PT15M or P1D");
  if (ms < everyMsMin) throw invalid("schedule.every", "must be a second or longer");
}

/** A schedule and when it began: the ticks of `every` are counted from there. All times are ms since 1970. */
export interface Ticking {
  schedule: Schedule;
  beganAt: number;
}

/** The next tick behind an instant; null where there is none any more. */
export function tickAfter({ schedule, beganAt }: Ticking, after: number): number | null {
  const { cron, zone = "UTC", every } = schedule;
  if (cron !== undefined) return nextTick(cron, zone, after);
  const ms = durationMs(every!)!;
  return beganAt + (Math.max(0, Math.floor((after - beganAt) / ms)) + 1) * ms;
}

/** The ticks from `from` to before `to`, the earliest first, at most `max`. */
export function ticksBetween(ticking: Ticking, from: number, to: number, max: number): number[] {
  const ticks: number[] = [];
  for (let at = tickAfter(ticking, from - 1); at !== null && at < to && ticks.length < max;) {
    ticks.push(at);
    at = tickAfter(ticking, at);
  }
  return ticks;
}

export interface Due {
  /** The ticks to fire, the earliest first. */
  fire: number[];
  /** Ticks lie between these that are not fired. */
  skipped: { from: number; to: number } | null;
  next: number | null;
}

/** What is to be done now about the ticks from the one that was planned on. */
export function dueTicks(ticking: Ticking, planned: number, now: number): Due {
  const { missed = "once", missedMax = 100 } = ticking.schedule;
  const wasThere = now - planned <= onTimeMs;
  const max = wasThere ? ticksMax : missed === "all" ? missedMax : 1;
  const latest = lastTicks(ticking, planned, now, max);
  const fire = latest.filter((at) => missed !== "skip" || now - at <= onTimeMs);
  const [earliest] = fire;
  const isWhole = earliest !== undefined && earliest <= planned;
  const last = latest.at(-1)!;
  const skippedTo = earliest === undefined ? last : (beforeIn(ticking, planned, earliest) ?? planned);
  return {
    fire,
    skipped: isWhole ? null : { from: planned, to: skippedTo },
    next: tickAfter(ticking, now),
  };
}

function beforeIn(ticking: Ticking, from: number, to: number): number | undefined {
  return lastTicks(ticking, from, to - 1, 1).at(-1);
}

const windowMs = 60_000;
const windowGrowth = 4;

/** The last ticks from `from` to `to`, both included, at most `max`: looked for backwards in growing windows. */
function lastTicks(ticking: Ticking, from: number, to: number, max: number): number[] {
  for (let length = windowMs; ; length *= windowGrowth) {
    const start = Math.max(from, to - length);
    const ticks = ticksBetween(ticking, start, to + 1, Number.MAX_SAFE_INTEGER);
    if (ticks.length >= max || start === from) return ticks.slice(-max);
  }
}
