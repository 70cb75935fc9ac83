import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Files } from "../files/service.ts";
import * as store from "./keep-store.ts";
import type { PlacedRow } from "./submit-store.ts";

const dueMax = 1_000;
const dueEveryMs = 250;
const foldMax = 10_000;
const forgetMax = 1_000;
/** An idempotency key is good for this long. */
const keysKeepDays = 7;
const minuteMs = 60_000;

/** Jobs whose pause is over take their place among those that wait. */
export function releaseDueJobs(database: Database, arrived: (placed: PlacedRow[]) => void): Loop {
  const tick = async () => {
    const placed = await database.transaction(async (tx) => {
      const rows = await store.releaseDue(tx, dueMax);
      tx.afterCommit(() => arrived(rows));
      return rows;
    });
    return placed.length === dueMax;
  };
  return { name: "release-due-jobs", everyMs: dueEveryMs, tick };
}

/** Folds the changes of the counts into their sums, so that reading them stays cheap. */
export function foldJobCounts(database: Database): Loop {
  const tick = async () => (await database.transaction((tx) => store.foldCounts(tx, foldMax))) === foldMax;
  return { name: "fold-job-counts", everyMs: 1_000, tick };
}

/** Forgets old idempotency keys and late results. */
export function forgetJobKeys(database: Database, keepDays: number): Loop {
  const tick = async () => {
    const keys = await store.forgetKeys(database, keysKeepDays, forgetMax);
    const late = await store.forgetLate(database, keepDays, forgetMax);
    return keys === forgetMax || late === forgetMax;
  };
  return { name: "forget-job-keys", alone: true, everyMs: minuteMs, tick };
}

/** Makes the coming weeks' partitions of ended jobs and logs; drops old weeks once their files are let go of. */
export function turnJobPartitions(database: Database, files: Files, keepDays: number): Loop {
  const tick = async () => {
    const ids = await store.listPastKeeping(database, keepDays, forgetMax);
    await database.transaction(async (tx) => {
      await files.detachIn(
        tx,
        ids.map((id) => ({ kind: "job" as const, id })),
      );
      await store.noteWithoutFiles(tx, ids);
    });
    if (ids.length === forgetMax) return true;
    await database.transaction((tx) => store.turnPartitions(tx, keepDays));
    return false;
  };
  return { name: "turn-job-partitions", alone: true, everyMs: 60 * minuteMs, tick };
}
