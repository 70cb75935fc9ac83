import { toJson } from "./json-text.ts";
import { type Json, typeName } from "./value.ts";

/** What a program raises and `try` catches. It carries a value and no stack, so raising is cheap. */
export class Failure {
  readonly value: Json;

  constructor(value: Json) {
    this.value = value;
  }
}

/** Ends the run past every `try`: `halt_error`. */
export class Halt {
  readonly value: Json;

  constructor(value: Json) {
    this.value = value;
  }
}

export type BudgetName = "steps" | "outputs" | "size" | "depth";

/** A budget is spent. No `try` catches it, or a program could go on for ever. */
export class Exhausted {
  readonly budget: BudgetName;

  constructor(budget: BudgetName) {
    this.budget = budget;
  }
}

export function fail(message: string): never {
  throw new Failure(message);
}

const shownBytesMax = 29;
const closings: Readonly<Record<string, string>> = { '"': '"', "[": "]", "{": "}" };

/** A value with its type, cut as jq cuts it: `string ("very-long-long-long-long...")`. */
export function shown(value: Json): string {
  return `${typeName(value)} (${shownText(value, shownBytesMax)})`;
}

/** The JSON text of a value in at most so many bytes of UTF-8, never cut inside a character. */
export function shownText(value: Json, bytesMax: number): string {
  const text = toJson(value, shownNodesMax);
  if (bytesOf(text) <= bytesMax) return text;
  const ending = `...${closings[text[0]!] ?? ""}`;
  let room = bytesMax - ending.length;
  let kept = "";
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ending;
}

/** Every node shows at least one byte, so more than this many are never seen. */
const shownNodesMax = 64;

function bytesOf(text: string): number {
  if (text.length > 4 * shownNodesMax) return text.length;
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
