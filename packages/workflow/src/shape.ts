import { isObject, type Json, pointerTo } from "./json.ts";
import { suggestion } from "./problem.ts";

/** Tells a problem at a JSON Pointer; `key` where the name of the part is wrong and not its value. */
export type Report = (code: string, pointer: string, message: string, of?: "key" | "value") => void;

/** What a part of a definition must look like. Tells everything that is wrong, not only the first. */
export type Shape = (value: Json, pointer: string, report: Report) => void;

export const anything: Shape = () => {};

/** A text that is one runtime expression, `${ ... }`, as a whole. */
export function isExpression(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.startsWith("${") && trimmed.endsWith("}");
}

interface TextRule {
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words. */
  readonly what?: string;
  /** A `${ ... }` may stand in place of the text. */
  readonly orExpression?: boolean;
}

export function text({ pattern, what = "a text", orExpression = false }: TextRule = {}): Shape {
  return (value, pointer, report) => {
    if (typeof value !== "string") {
      const hint = typeof value === "number" || typeof value === "boolean" ? `; write it in quotes` : "";
      report("type", pointer, `must be ${what}, not ${kindOf(value)}${hint}`);
    } else if (pattern !== undefined && !(orExpression && isExpression(value)) && !pattern.test(value)) {
      report("format", pointer, `${shown(value)} is not ${what}${orExpression ? " or ${ ... }" : ""}`);
    }
  };
}

export function integer({ min, max }: { min?: number; max?: number } = {}): Shape {
  return (value, pointer, report) => {
    if (typeof value !== "number" || !Number.isInteger(value)) {
      report("type", pointer, `must be a whole number, not ${kindOf(value)}`);
    } else if (min !== undefined && value < min)
      report("range", pointer, `must be ${min} or more, not ${value}`);
    else if (max !== undefined && value > max)
      report("range", pointer, `must be ${max} or less, not ${value}`);
  };
}

export const flag: Shape = (value, pointer, report) => {
  if (typeof value !== "boolean") report("type", pointer, `must be true or false, not ${kindOf(value)}`);
};

/** One of some words. */
export function word(...words: readonly string[]): Shape {
  return (value, pointer, report) => {
    if (typeof value === "string" && words.includes(value)) return;
    const near = typeof value === "string" ? suggestion(value, words) : "";
    const known = words.map((known) => `\`${known}\``).join(", ");
    report(
      "word",
      pointer,
      near === "" ? `must be one of ${known}` : `${shown(value)} is not known here${near}`,
    );
  };
}

interface ListRule {
  readonly min?: number;
}

export function list(of: Shape, { min = 0 }: ListRule = {}): Shape {
  return (value, pointer, report) => {
    if (!Array.isArray(value)) return report("type", pointer, `must be a list, not ${kindOf(value)}`);
    if (value.length < min)
      report("empty", pointer, `must have at least ${min === 1 ? "one member" : `${min}`}`);
    value.forEach((member, position) => of(member, pointerTo(pointer, position), report));
  };
}

/** An object whose keys are names that the author chose. */
export function namedParts(of: Shape): Shape {
  return (value, pointer, report) => {
    if (!isObject(value)) return report("type", pointer, `must be an object, not ${kindOf(value)}`);
    for (const key of Object.keys(value)) of(value[key]!, pointerTo(pointer, key), report);
  };
}

interface ObjectRule {
  readonly required?: readonly string[];
  /** Of these keys exactly one stands there. */
  readonly exactlyOne?: readonly string[];
  /** Keys that are not known are let pass. */
  readonly isOpen?: boolean;
}

export function object(fields: Readonly<Record<string, Shape>>, rule: ObjectRule = {}): Shape {
  const known = Object.keys(fields);
  return (value, pointer, report) => {
    if (!isObject(value)) return report("type", pointer, `must be an object, not ${kindOf(value)}`);
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) fields[key]!(value[key]!, pointerTo(pointer, key), report);
      else if (rule.isOpen !== true) unknownKey(key, known, pointerTo(pointer, key), report);
    }
    for (const key of rule.required ?? []) {
      if (!Object.hasOwn(value, key)) report("missing", pointer, `\`${key}\` is missing`, "key");
    }
    if (rule.exactlyOne !== undefined) oneOfKeys(value, rule.exactlyOne, pointer, report);
  };
}

export function unknownKey(key: string, known: readonly string[], pointer: string, report: Report): void {
  const near = suggestion(key, known);
  const others = known.length > 12 ? "" : `; known are ${known.map((name) => `\`${name}\``).join(", ")}`;
  report("unknown-key", pointer, `\`${key}\` is not known here${near === "" ? others : near}`, "key");
}

function oneOfKeys(value: object, keys: readonly string[], pointer: string, report: Report): void {
  const present = keys.filter((key) => Object.hasOwn(value, key));
  if (present.length === 1) return;
  const words = keys.map((key) => `\`${key}\``).join(", ");
  const what = present.length === 0 ? "none is" : `${present.length} are`;
  report("choice", pointer, `exactly one of ${words} must be here; ${what}`, "key");
}

/** One shape for texts and another for everything else. */
export function textOr(ofText: Shape, otherwise: Shape): Shape {
  return (value, pointer, report) => (typeof value === "string" ? ofText : otherwise)(value, pointer, report);
}

/** A shape that is made when it is needed, for parts that contain themselves. */
export function later(make: () => Shape): Shape {
  return (value, pointer, report) => make()(value, pointer, report);
}

/** All of some shapes. */
export function every(...shapes: readonly Shape[]): Shape {
  return (value, pointer, report) => shapes.forEach((shape) => shape(value, pointer, report));
}

export function kindOf(value: Json): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `the ${typeof value} ${value}`;
}

const shownMax = 60;

export function shown(value: Json): string {
  const written = JSON.stringify(value);
  return written.length <= shownMax ? written : `${written.slice(0, shownMax)}…`;
}
