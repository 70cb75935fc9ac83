import { useMemo } from "react";
import { useAppSelector } from "../app/store.ts";

export interface Formats {
  number(value: number): string;
  /** A measured value: nobody needs the tenths of a large one. */
  measure(value: number): string;
  bytes(value: number): string;
  /** Day and time, to the second. */
  moment(at: string): string;
  /** How long ago, or until when: `3 min. ago`. */
  ago(at: string, now: number): string;
  /** `2 min`, `3 h`: one unit is enough for an age. */
  duration(ms: number): string;
  /** What something took, to the tenth of a second where it was short. */
  span(ms: number): string;
}

const steps = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: 1_000 },
] as const;

/** Numbers and times as people write them in the chosen language. */
export function useFormats(): Formats {
  const language = useAppSelector((state) => state.preferences.language);
  return useMemo(() => formatsOf(language), [language]);
}

function formatsOf(language: string): Formats {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const moments = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const duration = (ms: number) => {
    const { unit, ms: length } = stepOf(ms);
    const style = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 } as const;
    return new Intl.NumberFormat(language, style).format(Math.floor(Math.max(0, ms) / length));
  };
  return {
    number: (value) => numbers.format(value),
    measure: (value) => numbers.format(value >= 10 ? Math.round(value) : value),
    bytes: (value) => bytesOf(value, language),
    moment: (at) => moments.format(new Date(at)),
    ago: (at, now) => {
      const ms = Date.parse(at) - now;
      const { unit, ms: length } = stepOf(Math.abs(ms));
      return relative.format(Math.trunc(ms / length), unit);
    },
    duration,
    span: (ms) => {
      if (ms >= 60_000) return duration(ms);
      const style = {
        style: "unit",
        unit: "second",
        unitDisplay: "short",
        maximumFractionDigits: 1,
      } as const;
      return new Intl.NumberFormat(language, style).format(Math.max(0, ms) / 1_000);
    },
  };
}

function stepOf(ms: number) {
  return steps.find((step) => ms >= step.ms) ?? steps.at(-1)!;
}

function bytesOf(value: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const style = {
    style: "unit",
    unit: units[power]!,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(language, style).format(value / 1_000 ** power);
}
