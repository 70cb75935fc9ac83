import { Exhausted } from "./failure.ts";

/** What one run may take. Each limit ends the run with an error of kind `budget` that names it. */
export interface Budget {
  /** Turns of loops, calls, comparisons and copied members. The default takes some 10 to 50 ms. */
  readonly steps: number;
  /** Values that come out of the program. */
  readonly outputs: number;
  /** Characters of one string, members of one array or object, nodes of one output. */
  readonly size: number;
  /** Calls of functions within each other. */
  readonly depth: number;
}

export const defaultBudget: Budget = { steps: 250_000, outputs: 100_000, size: 4_000_000, depth: 1_000 };

/** How much is left of a budget while a program runs, and what the host told the run. */
export class Run {
  readonly budget: Budget;
  readonly now: number | undefined;
  stepsLeft: number;
  depth = 0;
  /** How many containers were built; only many of them can make up a value beyond all size. */
  built = 0;

  constructor(budget: Budget, now: number | undefined) {
    this.budget = budget;
    this.now = now;
    this.stepsLeft = budget.steps;
  }

  /** One turn of a loop. */
  step(): void {
    if (--this.stepsLeft < 0) throw new Exhausted("steps");
  }

  /** Work that grows with the size of a value. */
  spend(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) throw new Exhausted("steps");
  }

  /** A value of this size is about to be made. */
  allow(size: number): void {
    if (size > this.budget.size) throw new Exhausted("size");
  }

  enter(): void {
    if (++this.depth > this.budget.depth) throw new Exhausted("depth");
    this.step();
  }

  leave(): void {
    this.depth -= 1;
  }
}
