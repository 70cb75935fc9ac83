import type { Job, JobObserver } from "./job.ts";

/** A job while it runs: whoever carries it out says here how to stop it. */
export class RunningJob {
  readonly job: Job;
  readonly observer: JobObserver;
  readonly #onCancel = new Set<(reason: string) => void>();
  #cancelled: string | undefined;

  constructor(job: Job, observer: JobObserver) {
    this.job = job;
    this.observer = observer;
  }

  /** Why it is to stop, or undefined. */
  get cancelled(): string | undefined {
    return this.#cancelled;
  }

  cancel(reason: string): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    for (const stop of this.#onCancel) stop(reason);
  }

  /** Calls `stop` when the job is to stop, at once if it was told before. Answers how to take that back. */
  whenCancelled(stop: (reason: string) => void): () => void {
    if (this.#cancelled !== undefined) stop(this.#cancelled);
    else this.#onCancel.add(stop);
    return () => this.#onCancel.delete(stop);
  }
}
