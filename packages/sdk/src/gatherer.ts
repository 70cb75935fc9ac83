export interface GathererOptions<Member, Outcome> {
  /** Sends all members at once; answers one outcome for each, in order. */
  write: (members: readonly Member[]) => Promise<readonly (Outcome | Error)[]>;
  /** Members of one write, or what they weigh together; a member that is heavier goes alone. */
  batchMax: number;
  /** One for each member if not given. */
  weight?: (member: Member) => number;
  /** Writes under way at once. */
  lanes: number;
  /** Told when nothing waits and nothing is under way. */
  onIdle?: () => void;
}

interface Waiting<Member, Outcome> {
  member: Member;
  resolve: (outcome: Outcome) => void;
  reject: (error: unknown) => void;
}

/** Sends together what waits together: a lone member goes at once, and what comes while it is under way shares the
 * next write. There is no timer. */
export class Gatherer<Member, Outcome> {
  readonly #options: GathererOptions<Member, Outcome>;
  readonly #waiting: Waiting<Member, Outcome>[] = [];
  #writing = 0;

  constructor(options: GathererOptions<Member, Outcome>) {
    this.#options = options;
  }

  /** Takes part in the next write and answers with this member's own outcome. */
  submit(member: Member): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ member, resolve, reject });
      if (this.#waiting.length === 1) queueMicrotask(() => this.#pump());
    });
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#writing < this.#options.lanes) {
      this.#writing += 1;
      void this.#write(this.#take()).finally(() => {
        this.#writing -= 1;
        this.#pump();
        if (this.#writing === 0 && this.#waiting.length === 0) this.#options.onIdle?.();
      });
    }
  }

  #take(): Waiting<Member, Outcome>[] {
    const { batchMax, weight = () => 1 } = this.#options;
    let count = 0;
    for (let sum = 0; count < this.#waiting.length; count++) {
      sum += weight(this.#waiting[count]!.member);
      if (sum > batchMax && count > 0) break;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(batch: Waiting<Member, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.write(batch.map((waiting) => waiting.member));
      batch.forEach((waiting, index) => settle(waiting, outcomes[index]));
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }
}

function settle<Member, Outcome>(
  { resolve, reject }: Waiting<Member, Outcome>,
  outcome: Outcome | Error | undefined,
): void {
  if (outcome instanceof Error) reject(outcome);
  else if (outcome === undefined) reject(new Error("the server answered fewer outcomes than were asked for"));
  else resolve(outcome);
}
