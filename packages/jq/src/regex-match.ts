import { folded, isWordCharacter } from "./regex-classes.ts";
import type { Instruction, RegexProgram } from "./regex-program.ts";
import type { AssertionName } from "./regex-syntax.ts";
import type { Run } from "./run.ts";

/** Where groups begin and end, in UTF-16 units; -1 where a group took no part. */
export type Slots = Int32Array;

const branch = 0;
const restore = 1;
const retry = 2;

/** From so many steps on it pays to remember failures, and up to so many bits there is room for that. */
const memoStepsMin = 500;
const memoBitsMax = 1 << 26;

/**
 * Matches one program against one text. What is still to be tried lies on a stack of its own, so neither the text nor
 * the pattern can exhaust the stack of the host, and every step is paid from the run's budget. After a while it
 * remembers where it has failed, which makes patterns like `(a+)+$` linear.
 */
export class Matcher {
  private readonly program: RegexProgram;
  private readonly text: string;
  private readonly run: Run;
  private slots: Slots;
  private steps = 0;
  private memo: Uint32Array | null = null;

  constructor(program: RegexProgram, text: string, run: Run) {
    this.program = program;
    this.text = text;
    this.run = run;
    this.slots = new Int32Array(program.slots).fill(-1);
  }

  /** The first match that begins at `from` or behind; null where there is none. */
  search(from: number, wantsLongest: boolean, wantsText: boolean): Slots | null {
    for (let start = from; start <= this.text.length; start += this.widthAt(start)) {
      this.run.step();
      this.slots.fill(-1);
      const end = this.matchFrom(this.program.instructions, start, -1, wantsLongest, wantsText);
      if (end < 0) continue;
      const found = this.slots.slice();
      found[0] = start;
      found[1] = end;
      return found;
    }
    return null;
  }

  private widthAt(at: number): number {
    const unit = this.text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdbff) return 1;
    const next = this.text.charCodeAt(at + 1);
    return next >= 0xdc00 && next < 0xe000 ? 2 : 1;
  }

  private before(at: number): number {
    const unit = this.text.charCodeAt(at - 1);
    if (at < 2 || unit < 0xdc00 || unit > 0xdfff) return at - 1;
    return this.widthAt(at - 2) === 2 ? at - 2 : at - 1;
  }

  /** Where a match that begins here ends, or -1. With `mustEndAt` it counts only where it ends there. */
  private matchFrom(
    code: readonly Instruction[],
    start: number,
    mustEndAt: number,
    wantsLongest = false,
    wantsText = false,
  ): number {
    const stack: number[] = [];
    const isWhole = code === this.program.instructions;
    let best = -1;
    let bestSlots: Slots | null = null;
    let next = 0;
    let at = start;
    for (;;) {
      const instruction = code[next]!;
      this.pay();
      if (instruction.op === "match") {
        const counts = (mustEndAt < 0 || at === mustEndAt) && !(wantsText && at === start);
        if (counts && !wantsLongest) return at;
        if (counts && at > best) {
          best = at;
          bestSlots = this.slots.slice();
        }
        next = -1;
      } else {
        const moved = this.perform(instruction, next, at, stack, isWhole);
        if (moved >= 0) {
          next = this.target;
          at = moved;
          continue;
        }
        next = -1;
      }
      at = this.backtrack(code, stack);
      if (at < 0) break;
      next = this.target;
    }
    if (bestSlots !== null) this.slots = bestSlots;
    return best;
  }

  /** Where to go on after `perform` and `backtrack`, which answer the place in the text. */
  private target = 0;

  private pay(): void {
    this.steps += 1;
    this.run.step();
  }

  /** Does one instruction and answers the place in the text behind it, or -1 where it fails. */
  private perform(
    instruction: Exclude<Instruction, { op: "match" }>,
    next: number,
    at: number,
    stack: number[],
    isWhole: boolean,
  ): number {
    this.target = next + 1;
    switch (instruction.op) {
      case "test": {
        const point = this.text.codePointAt(at);
        if (point === undefined || !instruction.test(point)) return -1;
        return at + (point > 0xffff ? 2 : 1);
      }
      case "split":
        if (isWhole && this.hasFailed(instruction.memo, at)) return -1;
        stack.push(branch, instruction.second, at, 0);
        this.target = instruction.first;
        return at;
      case "run":
        if (isWhole && this.hasFailed(instruction.memo, at)) return -1;
        return this.takeRun(instruction, next, at, stack);
      case "jump":
        this.target = instruction.target;
        return at;
      case "save":
      case "mark":
        stack.push(restore, instruction.slot, this.slots[instruction.slot]!, 0);
        this.slots[instruction.slot] = at;
        return at;
      case "progress":
        if (this.slots[instruction.slot] === at) this.target = instruction.exit;
        return at;
      case "assert":
        return this.holds(instruction.name, at) ? at : -1;
      case "reference":
        return this.sameAs(instruction.numbers, instruction.ignoreCase, at);
      case "atomic":
        return this.keeping(stack, () => this.matchFrom(instruction.body, at, -1));
      case "look":
        return this.look(instruction, at, stack);
    }
  }

  private backtrack(code: readonly Instruction[], stack: number[]): number {
    while (stack.length > 0) {
      const extra = stack.pop()!;
      const place = stack.pop()!;
      const operand = stack.pop()!;
      const kind = stack.pop()!;
      if (kind === restore) {
        this.slots[operand] = place;
        continue;
      }
      this.pay();
      this.target = operand;
      if (kind === branch) return place;
      const instruction = code[operand - 1]!;
      if (instruction.op !== "run") continue;
      if (!instruction.isLazy) {
        // `extra` is the least place, `place` the one that was tried last.
        const shorter = this.before(place);
        if (shorter < extra) continue;
        if (shorter > extra) stack.push(retry, operand, shorter, extra);
        return shorter;
      }
      // `extra` counts what was taken so far.
      const point = this.text.codePointAt(place);
      if (point === undefined || extra >= instruction.max || !instruction.test(point)) continue;
      const longer = place + (point > 0xffff ? 2 : 1);
      stack.push(retry, operand, longer, extra + 1);
      return longer;
    }
    return -1;
  }

  private takeRun(
    { test, min, max, isLazy }: Extract<Instruction, { op: "run" }>,
    next: number,
    start: number,
    stack: number[],
  ): number {
    let at = start;
    let least = start;
    let count = 0;
    const wanted = isLazy ? min : max;
    while (count < wanted) {
      const point = this.text.codePointAt(at);
      if (point === undefined || !test(point)) break;
      at += point > 0xffff ? 2 : 1;
      count += 1;
      if (count === min) least = at;
    }
    this.run.spend(count >> 2);
    if (count < min) return -1;
    if (isLazy) stack.push(retry, next + 1, at, count);
    else if (at > least) stack.push(retry, next + 1, at, least);
    return at;
  }

  /** Whether this instruction was here before. It is not asked for parts that keep what they found. */
  private hasFailed(memo: number, at: number): boolean {
    if (this.steps < memoStepsMin || this.program.memos === 0) return false;
    const width = this.text.length + 1;
    if (this.memo === null) {
      const bits = this.program.memos * width;
      if (bits > memoBitsMax) return false;
      this.run.spend(bits >> 8);
      this.memo = new Uint32Array((bits >> 5) + 1);
    }
    const bit = memo * width + at;
    const mask = 1 << (bit & 31);
    if ((this.memo[bit >> 5]! & mask) !== 0) return true;
    this.memo[bit >> 5]! |= mask;
    return false;
  }

  /** Runs a part of its own; what its groups found is undone when the whole comes back behind it. */
  private keeping(stack: number[], match: () => number): number {
    const before = this.slots.slice();
    const target = this.target;
    const end = match();
    this.target = target;
    if (end < 0) this.slots.set(before);
    else {
      for (let slot = 0; slot < before.length; slot += 1) {
        if (before[slot] !== this.slots[slot]) stack.push(restore, slot, before[slot]!, 0);
      }
    }
    return end;
  }

  private look(instruction: Extract<Instruction, { op: "look" }>, at: number, stack: number[]): number {
    const before = this.slots.slice();
    const found = this.keeping(stack, () =>
      instruction.isBehind ? this.behind(instruction, at) : this.matchFrom(instruction.body, at, -1),
    );
    if (instruction.isNegative) this.slots.set(before);
    return found >= 0 === instruction.isNegative ? -1 : at;
  }

  /** A part that ends here: every place from which it could begin is tried, the nearest first. */
  private behind({ body, widths }: Extract<Instruction, { op: "look" }>, at: number): number {
    let start = at;
    for (let width = 0; width <= widths.max; width += 1) {
      if (width >= widths.min) {
        const end = this.matchFrom(body, start, at, false);
        if (end >= 0) return end;
      }
      if (start === 0) return -1;
      this.pay();
      start = this.before(start);
    }
    return -1;
  }

  private holds(name: AssertionName, at: number): boolean {
    const { text } = this;
    switch (name) {
      case "start":
        return at === 0;
      case "end":
        return at === text.length;
      case "last-line-end":
        return at === text.length || (at === text.length - 1 && text[at] === "\n");
      default:
        return (this.isWordAt(at) !== this.isWordAt(at === 0 ? -1 : this.before(at))) === (name === "word");
    }
  }

  private isWordAt(at: number): boolean {
    const point = at < 0 ? undefined : this.text.codePointAt(at);
    return point !== undefined && isWordCharacter(point);
  }

  private sameAs(numbers: readonly number[], ignoreCase: boolean, at: number): number {
    const number = numbers.findLast((candidate) => this.slots[2 * candidate + 1]! >= 0);
    if (number === undefined) return -1;
    const part = this.text.slice(this.slots[2 * number], this.slots[2 * number + 1]);
    this.run.spend(part.length >> 3);
    const here = this.text.slice(at, at + part.length);
    const isSame = here === part || (ignoreCase && foldedText(here) === foldedText(part));
    return isSame ? at + part.length : -1;
  }
}

function foldedText(text: string): string {
  return Array.from(text, (character) => String.fromCodePoint(folded(character.codePointAt(0)!))).join("");
}
