import type { Resource } from "@opentelemetry/resources";
import type { Logger } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { openOtlpLogs } from "./otlp-logs.ts";
import { openOtlpMetrics } from "./otlp-metrics.ts";
import { openTraces, type Traces } from "./traces.ts";

/** What goes out by OTLP; none of it unless the standard variables ask for it. */
export interface Telemetry {
  traces: Traces | undefined;
  /** Sends what is left. A collector that does not answer holds nobody up. */
  close(): Promise<void>;
}

type Signal = "traces" | "metrics" | "logs";

const closeWithinMs = 3_000;

/** Whether the standard variables ask for this signal. */
export function isWanted(signal: Signal, environment: NodeJS.ProcessEnv): boolean {
  const name = signal.toUpperCase();
  if (environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return false;
  if (environment[`OTEL_${name}_EXPORTER`] === "none") return false;
  const endpoint =
    environment[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`] || environment["OTEL_EXPORTER_OTLP_ENDPOINT"];
  return Boolean(endpoint);
}

/**
 * Traces, metrics and logs by OTLP (protobuf over HTTP), as the standard variables say (`OTEL_EXPORTER_OTLP_ENDPOINT`,
 * `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`, ...). What is not wanted is not loaded.
 */
export async function openTelemetry(
  environment: NodeJS.ProcessEnv,
  { version, log, metrics }: { version: string; log: Logger; metrics: Metrics },
): Promise<Telemetry> {
  const wanted = (["traces", "metrics", "logs"] as const).filter((signal) => isWanted(signal, environment));
  if (wanted.length === 0) return { traces: undefined, close: async () => undefined };
  const resource = await resourceOf(version);
  const logs = wanted.includes("logs") ? await openOtlpLogs(resource, log) : undefined;
  const meter = wanted.includes("metrics")
    ? await openOtlpMetrics(resource, metrics, environment)
    : undefined;
  const traces = wanted.includes("traces") ? await openTraces(resource) : undefined;
  log.info({ signals: wanted }, "telemetry goes out by OTLP");
  const close = async () => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeWithinMs)));
    await Promise.race([tooLate, Promise.allSettled([traces?.close(), meter?.close(), logs?.close()])]);
    clearTimeout(timer);
  };
  return { traces, close };
}

async function resourceOf(version: string): Promise<Resource> {
  const { detectResources, envDetector, resourceFromAttributes } = await import("@opentelemetry/resources");
  const named = resourceFromAttributes({ "service.name": "millrace", "service.version": version });
  return named.merge(detectResources({ detectors: [envDetector] }));
}
