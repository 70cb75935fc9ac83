import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import * as store from "./retention-store.ts";

const hourMs = 3_600_000;

/** Makes the coming weeks' partitions of events and drops those past retention. */
export function turnPartitions(database: Database, keepDays: number): Loop {
  return {
    name: "turn-event-partitions",
    alone: true,
    everyMs: hourMs,
    tick: async () => {
      await store.makePartitions(database);
      await database.transaction((tx) => store.dropPartitions(tx, keepDays));
      return false;
    },
  };
}
