import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** The node's Prometheus metrics; names follow the Prometheus conventions with the prefix `millrace_`. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: "millrace_http_request_duration_seconds",
    help: "Time from a request's arrival to the end of its answer",
    labelNames: ["operation", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [this.registry],
  });

  readonly batchSizes = new Histogram({
    name: "millrace_coalesced_write_members",
    help: "Calls that shared one write",
    labelNames: ["write"],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    registers: [this.registry],
  });

  readonly members = new Counter({
    name: "millrace_coalesced_members_total",
    help: "Calls written, by kind of write",
    labelNames: ["write"],
    registers: [this.registry],
  });

  readonly liveSubscriptions = new Gauge({
    name: "millrace_live_subscriptions",
    help: "Open watches and live claims",
    registers: [this.registry],
  });

  readonly runnerConnections = new Gauge({
    name: "millrace_runner_connections",
    help: "Runners connected to this node",
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** For a coalescer's `onWrite`. */
  observeWrite(write: string): (size: number) => void {
    const sizes = this.batchSizes.labels(write);
    const members = this.members.labels(write);
    return (size) => {
      sizes.observe(size);
      members.inc(size);
    };
  }
}
