import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import * as store from "./firing-store.ts";
import { forgetSignals } from "./signal-store.ts";

/** Longer than anybody repeats a call. */
const keepDays = 4;
const everyMs = 600_000;
const perTickMax = 5_000;

/** Removes the names of firings and events that nobody will send again. */
export function forgetFiringKeys(database: Database): Loop {
  return {
    name: "forget-firing-keys",
    alone: true,
    everyMs,
    tick: async () => {
      const keys = await store.forgetKeys(database, keepDays, perTickMax);
      const signals = await forgetSignals(database, keepDays, perTickMax);
      return keys === perTickMax || signals === perTickMax;
    },
  };
}
