import { context, propagation, type Span, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";

/** What a span says of the request it stands for. */
export interface TracedRequest {
  id: string;
  method: string;
  headers: Record<string, unknown>;
}

/** Spans of what the doors are asked. */
export interface Traces {
  /** Runs `act` in a span of its own, a child of the caller's if its headers say so. */
  span<T>(name: string, request: TracedRequest, act: () => Promise<T>): Promise<T>;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Sends spans; the sampler and the batches are as the standard variables say. */
export async function openTraces(resource: Resource): Promise<Traces> {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-trace-node"),
    import("@opentelemetry/exporter-trace-otlp-proto"),
  ]);
  const spanProcessors = [new BatchSpanProcessor(new OTLPTraceExporter())];
  const provider = new NodeTracerProvider({ resource, spanProcessors });
  provider.register();
  const tracer = provider.getTracer("millrace");
  return {
    span: (name, request, act) => spanOf(tracer, name, request, act),
    close: () => provider.shutdown(),
  };
}

async function spanOf<T>(
  tracer: Tracer,
  name: string,
  request: TracedRequest,
  act: () => Promise<T>,
): Promise<T> {
  const parent = propagation.extract(context.active(), request.headers);
  const attributes = { "http.request.method": request.method, "millrace.request_id": request.id };
  const options = { kind: SpanKind.SERVER, attributes };
  return tracer.startActiveSpan(name, options, parent, (span) => ending(span, act));
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
