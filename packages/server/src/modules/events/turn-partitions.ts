import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import * as store from "./store.ts";

const hourMs = 3_600_000;

/** Makes the coming weeks' partitions of events and drops those past retention. */
export function turnPartitions(database: Database, keepDays: number): Loop {
  return {
    name: "turn-event-partitions",
    alone: true,
    everyMs: hourMs,
    tick: async () => {
      await store.turnPartitions(database, keepDays);
      return false;
    },
  };
}
