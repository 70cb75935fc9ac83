import { systemCall } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import { sweep } from "./enrolment-store.ts";
import type { Runners } from "./service.ts";

const tendEveryMs = 3_600_000;
const sweepEveryMs = 600_000;
const rowsPerTickMax = 1_000;

/** Prepares, activates and removes the runners' authorities in time. */
export function tendAuthorities(runners: Runners): Loop {
  return {
    name: "tend-runner-authorities",
    alone: true,
    everyMs: tendEveryMs,
    tick: async () => {
      await runners.authorities.tend(systemCall("tend-runner-authorities"));
      return false;
    },
  };
}

/** Removes enrolment tokens and certificates that are long over. */
export function sweepEnrolments(database: Database): Loop {
  return {
    name: "sweep-enrolments",
    alone: true,
    everyMs: sweepEveryMs,
    tick: async () => (await sweep(database, rowsPerTickMax)) >= rowsPerTickMax,
  };
}
