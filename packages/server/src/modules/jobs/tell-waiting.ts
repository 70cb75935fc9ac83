import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Events } from "../events/service.ts";
import { callOfPlatform, jobEvent } from "./job-events.ts";
import * as store from "./keep-store.ts";
import type { Inventory, RunnerOffer } from "./runner-model.ts";
import { whyWaiting } from "./why-waiting.ts";

const everyMs = 10_000;
/** What starts sooner has not waited. */
const patienceSeconds = 5;
const linesMax = 1_000;

interface Parts {
  database: Database;
  events: Events;
  inventory: Inventory;
}

/**
 * Tells by an event why jobs do not start: of each line of equal needs when its reason changes, in the history of the
 * job at its head, and how many wait behind it.
 */
export function tellWaiting(parts: Parts): Loop {
  let told = new Map<string, string>();
  const tick = async () => {
    told = await tell(parts, told);
    return false;
  };
  return { name: "tell-waiting-jobs", alone: true, everyMs, tick };
}

/** Answers what is told now; of what was told before only the lines that still wait. */
async function tell({ database, events, inventory }: Parts, told: ReadonlyMap<string, string>) {
  const counts = (await store.countJobs(database, linesMax)).filter((line) => line.waiting > 0);
  const heads = await store.listHeads(database, counts, patienceSeconds);
  const runners = new Map<string, RunnerOffer[]>();
  const now = new Map<string, string>();
  const news: Parameters<Events["append"]>[1][number][] = [];
  const requestId = newId();
  for (const head of heads) {
    const { tenantId, needs } = head;
    const known = runners.get(tenantId) ?? (await inventory.list(tenantId));
    runners.set(tenantId, known);
    const reason = whyWaiting({ needs, dueAt: null }, known);
    const line = `${tenantId} ${needs}`;
    now.set(line, reason);
    if (told.get(line) === reason) continue;
    const details = { needs, reason, waiting: head.waiting };
    news.push(jobEvent(callOfPlatform(tenantId, requestId), "job.waiting", head, details));
  }
  await database.transaction((tx) => events.append(tx, news));
  return now;
}
