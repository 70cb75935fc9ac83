import { AppError } from "../../kit/errors.ts";

export interface BudgetLimits {
  /** Evaluations of operators and documents passing between stages. */
  stepsMax: number;
  durationMs: number;
}

const stepsBetweenLooks = 1024;

/** Ends an evaluation that takes too many steps or too long. */
export class Budget {
  readonly #limits: BudgetLimits;
  #steps = 0;
  #deadline = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
    this.start();
  }

  /** Begins anew: as many steps and as much time as at first. */
  start(): void {
    this.#steps = 0;
    this.#deadline = performance.now() + this.#limits.durationMs;
  }

  /** Takes steps; throws once they or the time are used up. */
  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > this.#limits.stepsMax) {
      throw new AppError(
        "too_large",
        `The evaluation takes more than ${this.#limits.stepsMax} steps; narrow it down`,
      );
    }
    if (this.#steps % stepsBetweenLooks < steps && performance.now() > this.#deadline) {
      throw new AppError(
        "timed_out",
        `The evaluation takes longer than ${this.#limits.durationMs} ms; narrow it down`,
      );
    }
  }
}
