import type { Loop } from "../../kit/loops.ts";
import type { Schedules } from "./schedules.ts";

const everyMs = 500;
const perTickMax = 200;

/** Fires what is due. A schedule that fails does not hold up the others; it is tried again at the next tick. */
export function fireSchedules(schedules: Schedules): Loop {
  return { name: "fire-schedules", everyMs, tick: () => tick(schedules) };
}

async function tick(schedules: Schedules): Promise<boolean> {
  const failed: string[] = [];
  let failure: unknown;
  let isMore = true;
  for (let count = 0; isMore && count < perTickMax; count += 1) {
    let taken: string | undefined;
    try {
      isMore = await schedules.fireNext(failed, (id) => (taken = id));
    } catch (error) {
      if (taken === undefined) throw error;
      failure = error;
      failed.push(taken);
    }
  }
  if (failed.length > 0) throw failure;
  return isMore;
}
