import { Coalescer } from "../../kit/coalescer.ts";
import type { Database } from "../../kit/database.ts";
import * as store from "./store.ts";

const leasesPerWriteMax = 2_000;
const waitingMax = 50_000;

export type Renewed = { leaseUntil: string } | "lost";

/** Lengthens the leases of runners that are alive: all that are due together, in one statement. */
export class Renewals {
  readonly #coalescer: Coalescer<store.HolderRow, Renewed>;

  constructor(parts: { database: Database; onWrite: (size: number) => void }) {
    const lane = parts.database.lane("renew-jobs");
    this.#coalescer = new Coalescer({
      name: "lease renewals",
      write: async (holders) => {
        const rows = await lane.transaction((tx) => store.renewLeases(tx, holders));
        const until = new Map(rows.map((row) => [`${row.id} ${row.leaseNumber}`, row.leaseUntil]));
        return holders.map(({ id, leaseNumber }) => {
          const leaseUntil = until.get(`${id} ${leaseNumber}`);
          return leaseUntil === undefined ? "lost" : { leaseUntil };
        });
      },
      batchMax: leasesPerWriteMax,
      waitingMax,
      onWrite: parts.onWrite,
    });
  }

  async renew(holder: store.HolderRow): Promise<Renewed> {
    return this.#coalescer.submit(holder);
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }
}
