const traceIdPattern = /^[0-9a-f]{32}$/;
const spanIdPattern = /^[0-9a-f]{16}$/;
const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** An envelope's trace as W3C trace context; undefined where it carries none. */
export function traceparentOf({ traceid, spanid }: { traceid: string; spanid: string }): string | undefined {
  return traceIdPattern.test(traceid) && spanIdPattern.test(spanid)
    ? `00-${traceid}-${spanid}-01`
    : undefined;
}

/** The trace that a message carries, as envelopes have it. */
export function traceOf(traceparent: string | undefined): { traceid: string; spanid: string } {
  const [, traceid = "", spanid = ""] = traceparentPattern.exec(traceparent ?? "") ?? [];
  return { traceid, spanid };
}
