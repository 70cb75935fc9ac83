import { type CharacterTest, folded, inAnyCase } from "./regex-classes.ts";
import { type AssertionName, type Regex, RegexError, type RegexOptions, parseRegex } from "./regex-syntax.ts";

/**
 * One step of a compiled pattern. `split` goes to its first target and comes back for the second; `run` takes as many
 * characters of a class as it can, or as few; `mark` and `progress` keep a loop from turning without moving.
 */
export type Instruction =
  | { readonly op: "test"; readonly test: CharacterTest }
  | { readonly op: "assert"; readonly name: AssertionName }
  | { readonly op: "split"; first: number; second: number; readonly memo: number }
  | { readonly op: "jump"; target: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "mark"; readonly slot: number }
  | { readonly op: "progress"; readonly slot: number; exit: number }
  | {
      readonly op: "run";
      readonly test: CharacterTest;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
      readonly memo: number;
    }
  | { readonly op: "reference"; readonly numbers: readonly number[]; readonly ignoreCase: boolean }
  | { readonly op: "atomic"; readonly body: readonly Instruction[] }
  | {
      readonly op: "look";
      readonly body: readonly Instruction[];
      readonly isBehind: boolean;
      readonly isNegative: boolean;
      readonly widths: Widths;
    }
  | { readonly op: "match" };

interface Widths {
  readonly min: number;
  readonly max: number;
}

export interface RegexProgram {
  readonly instructions: readonly Instruction[];
  readonly names: readonly (string | null)[];
  /** Slots for the bounds of groups, and behind them for the marks of loops. */
  readonly slots: number;
  /** How many instructions remember where they have failed; 0 where a reference makes that unsound. */
  readonly memos: number;
}

const instructionsMax = 20_000;

export function compileRegex(pattern: string, options: RegexOptions): RegexProgram {
  const { body, names } = parseRegex(pattern, options);
  const writer = new Writer(names.length);
  const instructions = writer.whole(body);
  return { instructions, names, slots: writer.slots, memos: writer.hasReferences ? 0 : writer.memos };
}

class Writer {
  slots: number;
  memos = 0;
  hasReferences = false;
  private total = 0;
  private code: Instruction[] = [];

  constructor(groups: number) {
    this.slots = 2 * (groups + 1);
  }

  /** A program of its own, which ends with a match. */
  whole(body: Regex): Instruction[] {
    const outer = this.code;
    this.code = [];
    this.write(body);
    this.add({ op: "match" });
    const made = this.code;
    this.code = outer;
    return made;
  }

  private add<Made extends Instruction>(instruction: Made): Made {
    this.total += 1;
    if (this.total > instructionsMax) throw new RegexError("too big pattern");
    this.code.push(instruction);
    return instruction;
  }

  private write(node: Regex): void {
    switch (node.kind) {
      case "empty":
        return;
      case "character":
      case "set":
        this.add({ op: "test", test: testOf(node) });
        return;
      case "assertion":
        this.add({ op: "assert", name: node.name });
        return;
      case "sequence":
        for (const part of node.parts) this.write(part);
        return;
      case "choice":
        this.choice(node.options);
        return;
      case "group":
        this.add({ op: "save", slot: 2 * node.number });
        this.write(node.body);
        this.add({ op: "save", slot: 2 * node.number + 1 });
        return;
      case "atomic":
        this.add({ op: "atomic", body: this.whole(node.body) });
        return;
      case "look": {
        const { isBehind, isNegative } = node;
        this.add({
          op: "look",
          body: this.whole(node.body),
          isBehind,
          isNegative,
          widths: widthsOf(node.body),
        });
        return;
      }
      case "reference":
        this.hasReferences = true;
        this.add({ op: "reference", numbers: node.numbers, ignoreCase: node.ignoreCase });
        return;
      case "repeat":
        this.repeat(node);
    }
  }

  private choice(options: readonly Regex[]): void {
    const ends = options.slice(0, -1).map((option) => {
      const split = this.split();
      split.first = this.code.length;
      this.write(option);
      const jump = this.add({ op: "jump", target: 0 });
      split.second = this.code.length;
      return jump;
    });
    this.write(options.at(-1)!);
    for (const jump of ends) jump.target = this.code.length;
  }

  private repeat(node: Extract<Regex, { kind: "repeat" }>): void {
    const { body, min, max, greed } = node;
    if (greed === "possessive") {
      this.add({ op: "atomic", body: this.whole({ ...node, greed: "greedy" }) });
      return;
    }
    if (body.kind === "character" || body.kind === "set") {
      this.memos += 1;
      this.add({ op: "run", test: testOf(body), min, max, isLazy: greed === "lazy", memo: this.memos - 1 });
      return;
    }
    for (let count = 0; count < min; count += 1) this.write(body);
    if (max === Infinity) this.loop(body, greed === "lazy");
    else this.optional(body, max - min, greed === "lazy");
  }

  private loop(body: Regex, isLazy: boolean): void {
    const start = this.code.length;
    const split = this.split();
    const canBeEmpty = widthsOf(body).min === 0;
    const slot = this.slots;
    if (canBeEmpty) this.slots += 1;
    const enter = this.code.length;
    if (canBeEmpty) this.add({ op: "mark", slot });
    this.write(body);
    const progress = canBeEmpty ? this.add({ op: "progress", slot, exit: 0 }) : null;
    this.add({ op: "jump", target: start });
    const exit = this.code.length;
    if (progress !== null) progress.exit = exit;
    split.first = isLazy ? exit : enter;
    split.second = isLazy ? enter : exit;
  }

  private optional(body: Regex, times: number, isLazy: boolean): void {
    const splits: { split: Extract<Instruction, { op: "split" }>; enter: number }[] = [];
    for (let count = 0; count < times; count += 1) {
      const split = this.split();
      splits.push({ split, enter: this.code.length });
      this.write(body);
    }
    const exit = this.code.length;
    for (const { split, enter } of splits) {
      split.first = isLazy ? exit : enter;
      split.second = isLazy ? enter : exit;
    }
  }

  private split(): Extract<Instruction, { op: "split" }> {
    this.memos += 1;
    return this.add({ op: "split", first: 0, second: 0, memo: this.memos - 1 });
  }
}

function testOf(node: Extract<Regex, { kind: "character" | "set" }>): CharacterTest {
  if (node.kind === "set") return node.ignoreCase ? inAnyCase(node.test) : node.test;
  const { point } = node;
  if (!node.ignoreCase) return (found) => found === point;
  const lower = folded(point);
  return (found) => found === point || folded(found) === lower;
}

/** How many characters a part takes at least and at most. */
function widthsOf(node: Regex): Widths {
  switch (node.kind) {
    case "character":
    case "set":
      return { min: 1, max: 1 };
    case "sequence":
      return node.parts
        .map(widthsOf)
        .reduce((sum, { min, max }) => ({ min: sum.min + min, max: sum.max + max }), {
          min: 0,
          max: 0,
        });
    case "choice": {
      const all = node.options.map(widthsOf);
      return { min: Math.min(...all.map(({ min }) => min)), max: Math.max(...all.map(({ max }) => max)) };
    }
    case "group":
    case "atomic":
      return widthsOf(node.body);
    case "reference":
      return { min: 0, max: Infinity };
    case "repeat": {
      const { min, max } = widthsOf(node.body);
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max };
    }
    default:
      return { min: 0, max: 0 };
  }
}
