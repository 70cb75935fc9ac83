import { closest, distance } from "fastest-levenshtein";
import type { FieldProblem } from "./failures.ts";

/** Mistakes that are further from a known word than this are no slips of it. */
const slipMax = 3;

/**
 * Reads an object field by field and collects every mistake instead of stopping at the first. A field that is absent or
 * wrong reads as undefined; `close` refuses what nobody asked for.
 */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #problems: FieldProblem[];
  readonly #known = new Set<string>();

  constructor(value: Readonly<Record<string, unknown>>, path: string, problems: FieldProblem[]) {
    this.#value = value;
    this.#path = path;
    this.#problems = problems;
  }

  /** Where a field stands, written `limits.memory`. */
  pathOf(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  refuse(name: string, message: string): undefined {
    this.#problems.push({ field: this.pathOf(name), message });
  }

  raw(name: string): unknown {
    this.#known.add(name);
    return this.#value[name] ?? undefined;
  }

  text(name: string, rule: TextRule = {}): string | undefined {
    const value = this.raw(name);
    if (value === undefined) return rule.required ? this.refuse(name, "is missing") : undefined;
    if (typeof value !== "string") return this.refuse(name, `is ${kindOf(value)}, a text is wanted`);
    if (value.length > (rule.max ?? 1_000)) return this.refuse(name, `is longer than ${rule.max ?? 1_000}`);
    if (rule.pattern?.test(value) === false) return this.refuse(name, rule.meaning ?? "is not understood");
    return value;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], required = false): Word | undefined {
    const value = this.text(name, { required });
    if (value === undefined) return undefined;
    if ((words as readonly string[]).includes(value)) return value as Word;
    return this.refuse(name, `is ${JSON.stringify(value)}${hint(value, words)}; one of ${words.join(", ")}`);
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === "boolean") return value;
    return this.refuse(name, `is ${kindOf(value)}, true or false is wanted`);
  }

  /** A number, or a text with a unit where `units` says what each is worth. */
  number(name: string, rule: NumberRule): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" ? inUnits(value, rule.units) : value;
    if (typeof number !== "number" || !Number.isFinite(number))
      return this.refuse(name, `is ${JSON.stringify(value)}, ${rule.wanted} is wanted`);
    if (number < rule.min || number > rule.max)
      return this.refuse(name, `is ${JSON.stringify(value)}, out of ${rule.min} to ${rule.max}`);
    return number;
  }

  object(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.raw(name);
    if (value === undefined || isObject(value)) return value;
    return this.refuse(name, `is ${kindOf(value)}, an object is wanted`);
  }

  /** The members of an object whose keys are names of the author's own. */
  members(name: string, keys: { pattern: RegExp; max: number }): [string, unknown][] {
    const members = Object.entries(this.object(name) ?? {});
    if (members.length > keys.max) this.refuse(name, `has ${members.length} members, at most ${keys.max}`);
    return members.slice(0, keys.max).filter(([key]) => {
      if (keys.pattern.test(key)) return true;
      this.refuse(`${name}.${key}`, "is no name: letters, digits, _ and -, beginning with a letter");
      return false;
    });
  }

  texts(name: string, rule: TextRule & { most: number }): string[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.refuse(name, `is ${kindOf(value)}, a list is wanted`);
      return [];
    }
    if (value.length > rule.most) this.refuse(name, `has ${value.length} entries, at most ${rule.most}`);
    const entries = new Fields(Object.fromEntries(value.entries()), this.pathOf(name), this.#problems);
    return value.flatMap((_, index) => entries.text(String(index), { ...rule, required: true }) ?? []);
  }

  /** The fields of an object within this one. */
  within(name: string, value?: unknown): Fields {
    const object = value === undefined ? this.object(name) : value;
    if (!isObject(object ?? {})) this.refuse(name, `is ${kindOf(object)}, an object is wanted`);
    return new Fields(isObject(object) ? object : {}, this.pathOf(name), this.#problems);
  }

  /** Refuses every field that was not asked for, with the known name it may have been meant for. */
  close(): void {
    const known = [...this.#known];
    for (const name of Object.keys(this.#value)) {
      if (!this.#known.has(name)) this.refuse(name, `is not known${hint(name, known)}`);
    }
  }
}

interface TextRule {
  required?: boolean;
  max?: number;
  pattern?: RegExp;
  /** What is wrong with a text that the pattern does not take. */
  meaning?: string;
}

interface NumberRule {
  min: number;
  max: number;
  wanted: string;
  units?: Readonly<Record<string, number>>;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `, is "timeout" meant?` where a known word is near. */
function hint(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(word, known);
  return distance(word, nearest) <= slipMax ? `, is ${JSON.stringify(nearest)} meant?` : "";
}

function inUnits(text: string, units: Readonly<Record<string, number>> = {}): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text);
  const worth = match === null ? undefined : units[match[2]!];
  return worth === undefined ? undefined : Number(match![1]) * worth;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "empty" : `a ${typeof value}`;
}
