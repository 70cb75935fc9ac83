import { Failure, fail, shown, shownText } from "./failure.ts";
import type { Json } from "./value.ts";

/** A point in time as jq takes it apart: year, month from 0, day, hour, minute, second, day of week, day of year. */
export type BrokenTime = readonly number[];

const dayMs = 86_400_000;
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Seconds since 1970 taken apart, in UTC. */
export function breakDown(seconds: number): number[] {
  if (Math.abs(seconds) > 8.64e12 || Number.isNaN(seconds))
    fail("error converting number of seconds since epoch to datetime");
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  const year = date.getUTCFullYear();
  return [
    year,
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds() + (seconds - whole),
    date.getUTCDay(),
    dayOfYear(year, date.getTime()),
  ];
}

function dayOfYear(year: number, time: number): number {
  return Math.floor((time - utc(year, 0, 1)) / dayMs);
}

/** `Date.UTC` takes years below 100 for those of the last century. */
function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second, 0);
  return date.getTime();
}

/** Seconds since 1970 of a time that was taken apart. */
export function secondsOf(time: BrokenTime): number {
  const [year, month, day, hour, minute, second] = time;
  const milliseconds = utc(year!, month!, day!, hour, minute, Math.floor(second ?? 0));
  return Number.isNaN(milliseconds) ? fail("invalid gmtime representation") : milliseconds / 1000;
}

/** A time given in seconds or taken apart. */
export function brokenTime(input: Json, name: string): BrokenTime {
  if (typeof input === "number") return breakDown(input);
  const isTime =
    Array.isArray(input) &&
    input.length >= 3 &&
    input.every((part) => typeof part === "number" && !Number.isNaN(part));
  if (!isTime) return fail(`${name} requires parsed datetime inputs`);
  const parts = Array.from({ length: 6 }, (_, at) => Math.trunc((input as number[])[at] ?? 0));
  const time = utc(parts[0]!, parts[1]!, parts[2]!);
  if (Number.isNaN(time)) fail(`${name} requires parsed datetime inputs`);
  const weekday = (input as number[])[6] ?? new Date(time).getUTCDay();
  return [...parts, weekday, (input as number[])[7] ?? dayOfYear(parts[0]!, time)];
}

function two(value: number, fill = "0"): string {
  return String(value).padStart(2, fill);
}

type Part = (time: BrokenTime) => string;

/** What stands behind each `%` of a format. Time is told in UTC; there is no other zone here. */
const parts: Readonly<Record<string, Part>> = {
  a: ([, , , , , , weekday]) => (days[weekday!] ?? "?").slice(0, 3),
  A: ([, , , , , , weekday]) => days[weekday!] ?? "?",
  b: ([, month]) => (months[month!] ?? "?").slice(0, 3),
  B: ([, month]) => months[month!] ?? "?",
  c: (time) => formatTime(time, "%a %b %e %H:%M:%S %Y"),
  C: ([year]) => two(Math.floor(year! / 100)),
  d: ([, , day]) => two(day!),
  D: (time) => formatTime(time, "%m/%d/%y"),
  e: ([, , day]) => two(day!, " "),
  F: (time) => formatTime(time, "%Y-%m-%d"),
  g: (time) => two(isoWeek(time).year % 100),
  G: (time) => String(isoWeek(time).year),
  h: (time) => formatTime(time, "%b"),
  H: ([, , , hour]) => two(hour!),
  I: ([, , , hour]) => two(hour! % 12 === 0 ? 12 : hour! % 12),
  j: (time) => String(time[7]! + 1).padStart(3, "0"),
  k: ([, , , hour]) => two(hour!, " "),
  l: ([, , , hour]) => two(hour! % 12 === 0 ? 12 : hour! % 12, " "),
  m: ([, month]) => two(month! + 1),
  M: ([, , , , minute]) => two(minute!),
  n: () => "\n",
  p: ([, , , hour]) => (hour! < 12 ? "AM" : "PM"),
  P: ([, , , hour]) => (hour! < 12 ? "am" : "pm"),
  r: (time) => formatTime(time, "%I:%M:%S %p"),
  R: (time) => formatTime(time, "%H:%M"),
  s: (time) => String(secondsOf(time)),
  S: ([, , , , , second]) => two(Math.floor(second!)),
  t: () => "\t",
  T: (time) => formatTime(time, "%H:%M:%S"),
  u: ([, , , , , , weekday]) => String(weekday === 0 ? 7 : weekday),
  U: (time) => two(Math.floor((time[7]! + 7 - time[6]!) / 7)),
  V: (time) => two(isoWeek(time).week),
  w: ([, , , , , , weekday]) => String(weekday),
  W: (time) => two(Math.floor((time[7]! + 7 - ((time[6]! + 6) % 7)) / 7)),
  x: (time) => formatTime(time, "%m/%d/%y"),
  X: (time) => formatTime(time, "%H:%M:%S"),
  y: ([year]) => two(((year! % 100) + 100) % 100),
  Y: ([year]) => String(year),
  z: () => "+0000",
  Z: () => "UTC",
  "%": () => "%",
};

/** `strftime`. */
export function formatTime(time: BrokenTime, format: string): string {
  return format.replace(/%[EO_-]?(.)/gs, (whole, letter: string) =>
    Object.hasOwn(parts, letter) ? parts[letter]!(time) : whole,
  );
}

/** The week that belongs to the year its Thursday lies in. */
function isoWeek(time: BrokenTime): { year: number; week: number } {
  const thursday = new Date(utc(time[0]!, time[1]!, time[2]!));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - utc(year, 0, 1)) / dayMs / 7) + 1 };
}

interface Reading {
  readonly text: string;
  at: number;
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  isAfternoon: boolean | null;
  dayOfYear: number | null;
}

type Read = (reading: Reading) => boolean;

function digits(reading: Reading, max: number): number | null {
  const found = new RegExp(`^\\s*[+-]?\\d{1,${max}}`).exec(reading.text.slice(reading.at, reading.at + 32));
  if (found === null) return null;
  reading.at += found[0].length;
  return Number(found[0]);
}

function number(
  max: number,
  least: number,
  most: number,
  set: (reading: Reading, value: number) => void,
): Read {
  return (reading) => {
    const value = digits(reading, max);
    if (value === null || value < least || value > most) return false;
    set(reading, value);
    return true;
  };
}

function name(names: readonly string[], set: (reading: Reading, at: number) => void): Read {
  return (reading) => {
    const rest = reading.text.slice(reading.at, reading.at + 12).toLowerCase();
    const at = names.findIndex((candidate) => rest.startsWith(candidate.slice(0, 3).toLowerCase()));
    if (at < 0) return false;
    const isWhole = rest.startsWith(names[at]!.toLowerCase());
    reading.at += isWhole ? names[at]!.length : 3;
    set(reading, at);
    return true;
  };
}

function pattern(expression: RegExp, set: (reading: Reading, found: string) => void): Read {
  return (reading) => {
    const found = expression.exec(reading.text.slice(reading.at, reading.at + 64));
    if (found === null) return false;
    reading.at += found[0].length;
    set(reading, found[0]);
    return true;
  };
}

function all(format: string): Read {
  return (reading) => readFormat(reading, format);
}

const ignore = () => {};
const weekday = name(days, ignore);
const month = name(months, (reading, at) => (reading.month = at));
const day = number(2, 1, 31, (reading, value) => (reading.day = value));
const hour = number(2, 0, 23, (reading, value) => (reading.hour = value));
const blanks = pattern(/^\s*/, ignore);

const readers: Readonly<Record<string, Read>> = {
  a: weekday,
  A: weekday,
  b: month,
  B: month,
  h: month,
  c: all("%a %b %e %H:%M:%S %Y"),
  d: day,
  e: day,
  D: all("%m/%d/%y"),
  F: all("%Y-%m-%d"),
  H: hour,
  k: hour,
  I: number(2, 1, 12, (reading, value) => (reading.hour = value % 12)),
  l: number(2, 1, 12, (reading, value) => (reading.hour = value % 12)),
  j: number(3, 1, 366, (reading, value) => (reading.dayOfYear = value - 1)),
  m: number(2, 1, 12, (reading, value) => (reading.month = value - 1)),
  M: number(2, 0, 59, (reading, value) => (reading.minute = value)),
  n: blanks,
  t: blanks,
  p: pattern(/^[ap]m/i, (reading, found) => (reading.isAfternoon = /p/i.test(found))),
  r: all("%I:%M:%S %p"),
  R: all("%H:%M"),
  s: pattern(/^\d{1,12}/, (reading, found) => {
    const time = breakDown(Number(found));
    [reading.year, reading.month, reading.day] = time as [number, number, number];
    [reading.hour, reading.minute, reading.second] = time.slice(3) as [number, number, number];
  }),
  S: number(2, 0, 60, (reading, value) => (reading.second = value)),
  T: all("%H:%M:%S"),
  u: number(1, 1, 7, ignore),
  w: number(1, 0, 6, ignore),
  U: number(2, 0, 53, ignore),
  V: number(2, 0, 53, ignore),
  W: number(2, 0, 53, ignore),
  y: number(2, 0, 99, (reading, value) => (reading.year = value < 69 ? 2000 + value : 1900 + value)),
  Y: number(4, -9999, 9999, (reading, value) => (reading.year = value)),
  z: pattern(/^(?:Z|[+-]\d{2}:?(?:\d{2})?)/, ignore),
  Z: pattern(/^[A-Za-z]+/, ignore),
  "%": pattern(/^%/, ignore),
};

function readFormat(reading: Reading, format: string): boolean {
  for (const [token, letter] of format.matchAll(/%[EO]?(.)|\s+|[^%\s]+|%/gs)) {
    if (letter !== undefined) {
      if (!Object.hasOwn(readers, letter) || !readers[letter]!(reading)) return false;
    } else if (/^\s/.test(token)) blanks(reading);
    else if (!reading.text.startsWith(token, reading.at)) return false;
    else reading.at += token.length;
  }
  return true;
}

/** `strptime`: the time that a text tells, taken apart. What is said of a zone is read and not heeded, as in jq. */
export function parseTime(input: Json, format: Json): Json {
  if (typeof input !== "string" || typeof format !== "string") {
    throw new Failure(`strptime/1 requires string inputs and arguments`);
  }
  const reading: Reading = {
    text: input,
    at: 0,
    year: 1900,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    isAfternoon: null,
    dayOfYear: null,
  };
  if (!readFormat(reading, format)) throw mismatch(input, format);
  if (reading.at < input.length) throw mismatch(input, format);
  if (reading.isAfternoon === true) reading.hour = (reading.hour % 12) + 12;
  const { year, hour: hours, minute, second } = reading;
  if (reading.dayOfYear !== null) {
    const date = new Date(utc(year, 0, 1 + reading.dayOfYear));
    reading.month = date.getUTCMonth();
    reading.day = date.getUTCDate();
  }
  const time = utc(year, reading.month, reading.day);
  const weekdayNumber = new Date(time).getUTCDay();
  return [year, reading.month, reading.day, hours, minute, second, weekdayNumber, dayOfYear(year, time)];
}

function mismatch(input: string, format: string): Failure {
  return new Failure(`date ${shownText(input, 1000)} does not match format ${shownText(format, 1000)}`);
}

/** The seconds of a time for `mktime`, which takes no other form. */
export function makeTime(input: Json): number {
  if (!Array.isArray(input)) return fail("mktime requires array of 6 numbers");
  return Math.floor(secondsOf(brokenTime(input, "mktime")));
}

export function requireSeconds(input: Json, name: string): number {
  return typeof input === "number" ? input : fail(`${name}() requires a number, not ${shown(input)}`);
}
