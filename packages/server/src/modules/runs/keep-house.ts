import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Told } from "./live-run.ts";
import * as store from "./store.ts";

const pageSize = 500;
const timersEveryMs = 500;
const forgetEveryMs = 60_000;
const forgottenAtOnceMax = 1_000;

type Tell = (runId: string, told: Told) => Promise<void>;

/** The loop that fires timers which no node has in hand. */
export function fireTimers(database: Database, tell: Tell): Loop {
  const tick = async () => {
    const due = await store.listDue(database, pageSize);
    const told = due.map(({ id, nowMs }) => tell(id, { kind: "due", atMs: nowMs }));
    await allOf(told);
    return due.length === pageSize;
  };
  return { name: "fire-timers-of-runs", tick, everyMs: timersEveryMs, alone: true };
}

/** Carries out here what silent nodes had in hand. */
export async function takeOverFrom(
  database: Database,
  nodeIds: readonly string[],
  tell: Tell,
): Promise<void> {
  for (let after = ""; ;) {
    const ids = await store.listHeldBy(database, nodeIds, after, pageSize);
    await allOf(ids.map((id) => tell(id, { kind: "take-over", nodeIds })));
    if (ids.length < pageSize) return;
    after = ids.at(-1)!;
  }
}

/** The loop that forgets ended runs whose time is over. */
export function forgetRuns(database: Database): Loop {
  const tick = async () => {
    const forgotten = await database.transaction((tx) => store.forget(tx, forgottenAtOnceMax));
    return forgotten === forgottenAtOnceMax;
  };
  return { name: "forget-runs", tick, everyMs: forgetEveryMs, alone: true };
}

/** Waits for all, so that one run that cannot be told keeps no other from it; then the first failure is the loop's. */
async function allOf(telling: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(telling);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
