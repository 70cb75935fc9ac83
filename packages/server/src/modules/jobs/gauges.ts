import { Gauge } from "prom-client";
import type { Database } from "../../kit/database.ts";
import type { Metrics } from "../../kit/metrics.ts";
import * as store from "./keep-store.ts";

/** Different needs that the metrics tell of; what an autoscaler looks at has few. */
const linesMax = 1_000;

/** How many jobs wait and run, and for how long the oldest has waited: by tenant and by what they need of a runner. */
export function gaugeJobs(metrics: Metrics, database: Database): void {
  const common = { labelNames: ["tenant", "needs"], registers: [metrics.registry] };
  const running = new Gauge({ ...common, name: "millrace_jobs_running", help: "Jobs that runners hold" });
  const oldest = new Gauge({
    ...common,
    name: "millrace_jobs_oldest_waiting_seconds",
    help: "How long the job that waits longest for a runner has waited since it was submitted",
  });
  const waiting: Gauge = new Gauge({
    ...common,
    name: "millrace_jobs_waiting",
    help: "Jobs that wait for a runner or for their next attempt",
    async collect() {
      const lines = await store.countJobs(database, linesMax);
      for (const gauge of [waiting, running, oldest]) gauge.reset();
      for (const { tenantId, needs, ...counts } of lines) {
        waiting.set({ tenant: tenantId, needs }, counts.waiting);
        running.set({ tenant: tenantId, needs }, counts.held);
      }
      const ages = await store.oldestWaiting(
        database,
        lines.filter((line) => line.waiting > 0).map(({ tenantId, needs }) => ({ tenantId, needs })),
      );
      for (const { tenantId, needs, seconds } of ages) oldest.set({ tenant: tenantId, needs }, seconds);
    },
  });
}
