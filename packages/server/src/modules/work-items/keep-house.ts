import { systemCall } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Queues } from "../queues/service.ts";
import * as gates from "./gates-store.ts";
import type { Repairs } from "./repairs.ts";
import * as store from "./store.ts";

const foldMax = 10_000;
const forgetMax = 1_000;
/** An idempotency key is good for this long. */
const keysKeepDays = 7;
const minuteMs = 60_000;

/** Folds the changes of the counts into their sums, so that reading them stays cheap. */
export function foldCounts(database: Database): Loop {
  const everyMs = 1_000;
  const tick = async () => (await database.transaction((tx) => store.foldCounts(tx, foldMax))) === foldMax;
  return { name: "fold-item-counts", everyMs, tick };
}

/** Forgets old idempotency keys and gates that nobody uses. */
export function forgetKeys(database: Database): Loop {
  const tick = async () => {
    const keys = await store.forgetKeys(database, keysKeepDays, forgetMax);
    const idle = await gates.forgetIdle(database, forgetMax);
    return keys === forgetMax || idle === forgetMax;
  };
  return { name: "forget-item-keys", alone: true, everyMs: minuteMs, tick };
}

/** Makes the coming weeks' partitions of ended items; drops weeks past the server's keeping time. */
export function turnItemPartitions(database: Database, keepDays: number): Loop {
  const tick = async () => {
    await database.transaction((tx) => store.turnPartitions(tx, keepDays));
    return false;
  };
  return { name: "turn-item-partitions", alone: true, everyMs: 60 * minuteMs, tick };
}

/** Deletes ended items of queues that keep theirs for a shorter time than the server. */
export function removePastKeeping(queues: Queues, repairs: Repairs): Loop {
  const tick = async () => {
    let more = false;
    for (const queue of await queues.listKeeping()) {
      const call = systemCall(newId(), queue.tenantId);
      more = (await repairs.removePastKeeping(call, queue)) > 0 || more;
    }
    return more;
  };
  return { name: "remove-items-past-keeping", alone: true, everyMs: 10 * minuteMs, tick };
}
