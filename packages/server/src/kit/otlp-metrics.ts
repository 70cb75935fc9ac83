import type { HrTime } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type * as sdkMetrics from "@opentelemetry/sdk-metrics";
import type { CollectionResult, DataPoint, Histogram, MetricData } from "@opentelemetry/sdk-metrics";
import type { MetricObjectWithValues, MetricValue } from "prom-client";
import type { Metrics } from "./metrics.ts";

const intervalMsDefault = 60_000;
const timeoutMsDefault = 30_000;

type Sdk = typeof sdkMetrics;
/** One metric of the registry. Of histograms each bucket is a value of its own. */
type Registered = MetricObjectWithValues<MetricValue<string> & { metricName?: string }>;

/** Sends what `/metrics` shows, under the same names, at the standard interval; sums are cumulative. */
export async function openOtlpMetrics(
  resource: Resource,
  { registry }: Metrics,
  environment: NodeJS.ProcessEnv,
): Promise<{ close(): Promise<void> }> {
  const [sdk, { OTLPMetricExporter }] = await Promise.all([
    import("@opentelemetry/sdk-metrics"),
    import("@opentelemetry/exporter-metrics-otlp-proto"),
  ]);
  const startTime = hrTimeOf(performance.timeOrigin);
  const collect = async (): Promise<CollectionResult> => {
    const times = { startTime, endTime: hrTimeOf(performance.timeOrigin + performance.now()) };
    const registered = (await registry.getMetricsAsJSON()) as Registered[];
    const metrics = registered.flatMap((metric) => metricDataOf(sdk, metric, times));
    return {
      resourceMetrics: { resource, scopeMetrics: [{ scope: { name: "millrace" }, metrics }] },
      errors: [],
    };
  };
  const exportIntervalMillis = millisOf(environment["OTEL_METRIC_EXPORT_INTERVAL"]) ?? intervalMsDefault;
  const timeoutMs = millisOf(environment["OTEL_METRIC_EXPORT_TIMEOUT"]) ?? timeoutMsDefault;
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMs, exportIntervalMillis),
    metricProducers: [{ collect }],
  });
  const provider = new sdk.MeterProvider({ resource, readers: [reader] });
  return { close: () => provider.shutdown() };
}

interface Times {
  startTime: HrTime;
  endTime: HrTime;
}

function metricDataOf(sdk: Sdk, metric: Registered, times: Times): MetricData[] {
  const descriptor = { name: metric.name, description: metric.help, unit: "", valueType: 1 };
  const common = { descriptor, aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE };
  const dataPoints = () =>
    metric.values.map(({ labels, value }) => ({ ...times, attributes: { ...labels }, value }));
  switch (String(metric.type)) {
    case "counter":
      return [
        { ...common, dataPointType: sdk.DataPointType.SUM, isMonotonic: true, dataPoints: dataPoints() },
      ];
    case "gauge":
      return [{ ...common, dataPointType: sdk.DataPointType.GAUGE, dataPoints: dataPoints() }];
    case "histogram":
      return [
        { ...common, dataPointType: sdk.DataPointType.HISTOGRAM, dataPoints: histogramsOf(metric, times) },
      ];
    default:
      return [];
  }
}

/** Buckets of the registry count everything below their bound; those of OTLP what lies between two bounds. */
function histogramsOf({ name, values }: Registered, times: Times): DataPoint<Histogram>[] {
  const found = new Map<string, DataPoint<Histogram> & { below: number }>();
  for (const { labels, value, metricName } of values) {
    const { le, ...attributes } = labels as Record<string, string | number>;
    const key = JSON.stringify(attributes);
    const point = found.get(key) ?? { ...times, attributes, value: emptyHistogram(), below: 0 };
    found.set(key, point);
    if (metricName === `${name}_sum`) point.value.sum = value;
    else if (metricName === `${name}_count`) point.value.count = value;
    else {
      if (le !== "+Inf") point.value.buckets.boundaries.push(Number(le));
      point.value.buckets.counts.push(value - point.below);
      point.below = value;
    }
  }
  return [...found.values()].map(({ below: _below, ...point }) => point);
}

function emptyHistogram(): Histogram {
  return { buckets: { boundaries: [], counts: [] }, sum: 0, count: 0 };
}

function hrTimeOf(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1_000);
  return [seconds, Math.round((epochMs - seconds * 1_000) * 1e6)];
}

function millisOf(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && Number.isInteger(number) && number > 0 ? number : undefined;
}
