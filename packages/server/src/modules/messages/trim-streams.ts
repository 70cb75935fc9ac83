import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import { trim } from "./stream-store.ts";

const batchMax = 5_000;

/** Removes what streams no longer keep: too old, too many, too large. */
export function trimStreams(database: Database): Loop {
  const tick = async () => (await trim(database, batchMax)) === batchMax;
  return { name: "trim-streams", everyMs: 10_000, alone: true, tick };
}
