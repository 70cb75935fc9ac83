import { isObject, type Json } from "./json.ts";

const units: Readonly<Record<string, number>> = {
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
  milliseconds: 1,
};

export const durationUnits = Object.keys(units);

/** Longer durations are refused: a century. */
export const durationMsMax = 100 * 366 * 86_400_000;

const amount = (letter: string): string => String.raw`(?:(\d+(?:\.\d+)?)${letter})?`;
const isoDuration = new RegExp(
  String.raw`^P(?!$)${["Y", "M", "W", "D"].map(amount).join("")}(?:T(?=\d)${["H", "M", "S"].map(amount).join("")})?$`,
);
const isoUnitsMs = [365 * 86_400_000, 30 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000];
const isoLengthMax = 100;

/**
 * Milliseconds of a duration: ISO 8601 (a year counts 365 days, a month 30), or an object of days, hours, minutes,
 * seconds and milliseconds. Null where it is neither, below zero, or longer than a century.
 */
export function durationMs(duration: Json): number | null {
  const ms = typeof duration === "string" ? isoMs(duration) : partsMs(duration);
  return ms === null || !(ms >= 0 && ms <= durationMsMax) ? null : Math.round(ms);
}

function isoMs(duration: string): number | null {
  const found = duration.length > isoLengthMax ? null : isoDuration.exec(duration);
  if (found === null) return null;
  return isoUnitsMs.reduce((sum, unit, position) => sum + unit * Number(found[position + 1] ?? 0), 0);
}

function partsMs(duration: Json): number | null {
  if (!isObject(duration)) return null;
  let sum = 0;
  for (const [unit, count] of Object.entries(duration)) {
    const ms = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (ms === undefined || typeof count !== "number") return null;
    sum += ms * count;
  }
  return sum;
}
