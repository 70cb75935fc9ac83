import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import { sweep } from "./store.ts";

const everyMs = 600_000;
const rowsPerTickMax = 1_000;
/** Ended tokens stay for this long, so that an event about one still leads to its name and last use. */
const keepTokenDays = 30;

/** Removes sessions, tokens, links and throttles that are over; none of them lets anybody in any more. */
export function sweepCredentials(database: Database): Loop {
  return {
    name: "sweep-credentials",
    alone: true,
    everyMs,
    tick: async () => (await sweep(database, keepTokenDays, rowsPerTickMax)) >= rowsPerTickMax,
  };
}
