import type { FastifyInstance } from "fastify";
import type { Metrics } from "../../kit/metrics.ts";

export interface Probes {
  metrics: Metrics;
  /** Resolves when the database answers; rejects or hangs when it does not. */
  ping: () => Promise<unknown>;
  version: string;
}

const pingTimeoutMs = 1_500;

/** What watches the process from outside: `/health` (it runs), `/ready` (it can serve), `/metrics` (Prometheus). */
export function addProbes(app: FastifyInstance, { metrics, ping, version }: Probes): void {
  let stopping = false;
  app.addHook("preClose", (done) => {
    stopping = true;
    done();
  });
  app.get("/health", { schema: { hide: true } }, async () => ({ status: "ok", version }));
  app.get("/ready", { schema: { hide: true } }, async (_request, reply) => {
    const why = stopping ? "stopping" : await failureOf(ping);
    if (why === undefined) return { status: "ready" };
    return reply.code(503).header("retry-after", "1").send({ status: "not ready", why });
  });
  app.get("/metrics", { schema: { hide: true } }, async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

async function failureOf(ping: () => Promise<unknown>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("the database does not answer"), pingTimeoutMs);
  });
  try {
    return await Promise.race([ping().then(() => undefined), late]);
  } catch {
    return "the database is not reachable";
  } finally {
    clearTimeout(timer);
  }
}
