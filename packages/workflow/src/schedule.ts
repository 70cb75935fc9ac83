import { Cron } from "croner";

const fieldsMin = 5;
const fieldsMax = 6;
const textMax = 200;

/**
 * The next instant of a cron expression behind another one, both in milliseconds since 1970; null where there is none
 * any more. Five fields, or six with seconds first. Where clocks go forward, what falls into the gap comes right after
 * it; where they go back, what names its hour comes once, at the first of both, and what comes every so often goes on
 * through both.
 */
export function nextTick(cron: string, zone: string, after: number): number | null {
  const problem = cronProblem(cron) ?? zoneProblem(zone);
  if (problem !== null) throw new RangeError(problem);
  const next = new Cron(cron.trim(), { timezone: zone, paused: true }).nextRun(new Date(after));
  return next?.getTime() ?? null;
}

/** Why a text is no cron expression; null where it is one. */
export function cronProblem(cron: string): string | null {
  const count = cron.trim().split(/\s+/).length;
  if (cron.length > textMax || count < fieldsMin || count > fieldsMax) {
    return "a cron expression has five fields, or six with seconds first";
  }
  try {
    const next = new Cron(cron.trim(), { timezone: "UTC", paused: true }).nextRun(new Date(0));
    return next === null ? "this cron expression never comes" : null;
  } catch (error) {
    return `this is no cron expression: ${(error as Error).message.replace(/^CronPattern: /, "")}`;
  }
}

/** Why a text is no time zone; null where it is one. */
export function zoneProblem(zone: string): string | null {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone === "" ? "" : null;
  } catch (error) {
    if (error instanceof RangeError) return `\`${zone}\` is no time zone like \`Europe/Berlin\``;
    throw error;
  }
}
