import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Logger } from "./log.ts";

/** What a span says of the request it stands for. */
export interface TracedRequest {
  id: string;
  method: string;
  headers: Record<string, unknown>;
}

/** Spans of what the doors are asked; nothing at all unless OpenTelemetry is configured. */
export interface Traces {
  /** Runs `act` in a span of its own, a child of the caller's if its headers say so. */
  span<T>(name: string, request: TracedRequest, act: () => Promise<T>): Promise<T>;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Whether the standard variables ask for traces. */
export function tracesAreConfigured(environment: NodeJS.ProcessEnv): boolean {
  if (environment["OTEL_SDK_DISABLED"] === "true" || environment["OTEL_TRACES_EXPORTER"] === "none")
    return false;
  return Boolean(
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"],
  );
}

/**
 * Traces by OTLP, as the standard variables say (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`,
 * `OTEL_TRACES_SAMPLER`, ...). The SDK is loaded only then.
 */
export async function openTraces(
  environment: NodeJS.ProcessEnv,
  version: string,
  log: Logger,
): Promise<Traces | undefined> {
  if (!tracesAreConfigured(environment)) return undefined;
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
    import("@opentelemetry/resources"),
  ]);
  const named = resources.resourceFromAttributes({ "service.name": "millrace", "service.version": version });
  const detected = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new NodeTracerProvider({
    resource: named.merge(detected),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  log.info("traces go out by OTLP");
  return { span: spanOf, close: () => provider.shutdown() };
}

async function spanOf<T>(name: string, request: TracedRequest, act: () => Promise<T>): Promise<T> {
  const parent = propagation.extract(context.active(), request.headers);
  const attributes = { "http.request.method": request.method, "millrace.request_id": request.id };
  const options = { kind: SpanKind.SERVER, attributes };
  return trace.getTracer("millrace").startActiveSpan(name, options, parent, (span) => ending(span, act));
}

async function ending<T>(span: Span, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
