import { Gauge } from "prom-client";
import type { Database } from "../../kit/database.ts";
import type { Metrics } from "../../kit/metrics.ts";
import * as store from "./keep-store.ts";

/** Different needs that the metrics tell of; what an autoscaler looks at has few. */
const linesMax = 1_000;

interface Line extends store.CountRow {
  /** Undefined where none waits for a runner. */
  oldestSeconds: number | undefined;
}

/** How many jobs wait and run, and for how long the oldest has waited: by tenant and by what they need of a runner. */
export function gaugeJobs(metrics: Metrics, database: Database): void {
  let reading: Promise<Line[]> | undefined;
  // The gauges are asked at once and share one look.
  const read = () => (reading ??= readLines(database).finally(() => (reading = undefined)));
  const add = (name: string, help: string, valueOf: (line: Line) => number | undefined) =>
    new Gauge({
      name: `millrace_jobs_${name}`,
      help,
      labelNames: ["tenant", "needs"],
      registers: [metrics.registry],
      async collect() {
        const lines = await read();
        this.reset();
        for (const line of lines) {
          const value = valueOf(line);
          if (value !== undefined) this.set({ tenant: line.tenantId, needs: line.needs }, value);
        }
      },
    });
  add("waiting", "Jobs that wait for a runner or for their next attempt", (line) => line.waiting);
  add("running", "Jobs that runners hold", (line) => line.held);
  const help = "How long the job that waits longest for a runner has waited since it was submitted";
  add("oldest_waiting_seconds", help, (line) => line.oldestSeconds);
}

async function readLines(database: Database): Promise<Line[]> {
  const counts = await store.countJobs(database, linesMax);
  const waiting = counts.filter((line) => line.waiting > 0);
  const ages = await store.oldestWaiting(
    database,
    waiting.map(({ tenantId, needs }) => ({ tenantId, needs })),
  );
  const secondsOf = new Map(ages.map(({ tenantId, needs, seconds }) => [`${tenantId} ${needs}`, seconds]));
  return counts.map((line) => ({
    ...line,
    oldestSeconds: secondsOf.get(`${line.tenantId} ${line.needs}`),
  }));
}
