import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pino } from "pino";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Metrics } from "./metrics.ts";
import { isWanted, openTelemetry, type Telemetry } from "./telemetry.ts";
import { double, messages, numbers, text, textsOf } from "./testing-protobuf.ts";

const version = "1.2.3";
const quiet = { write: () => undefined };

let collector: Server;
let received: Map<string, Buffer[]>;
beforeAll(() => {
  collector = createServer((request, response) => {
    void buffer(request).then((body) => {
      received.set(request.url!, [...(received.get(request.url!) ?? []), body]);
      response.end();
    });
  });
  return () => collector.close();
});
beforeEach(() => {
  received = new Map();
});
afterEach(() => vi.unstubAllEnvs());

/** The exporters read the standard variables from the process themselves. */
async function configure(more: Record<string, string> = {}): Promise<void> {
  if (!collector.listening) await once(collector.listen(0, "127.0.0.1"), "listening");
  const { port } = collector.address() as AddressInfo;
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${port}`);
  for (const [name, value] of Object.entries(more)) vi.stubEnv(name, value);
}

function open(log = pino({}, quiet), metrics = new Metrics()): Promise<Telemetry> {
  return openTelemetry(process.env, { version, log, metrics });
}

const request = { id: "r1", method: "GET", headers: {} };

test("unless it is configured nothing is loaded, and nothing goes out", async () => {
  const telemetry = await open();
  expect(telemetry.traces).toBeUndefined();
  await telemetry.close();
  const { cache } = createRequire(import.meta.url);
  expect(
    Object.keys(cache).filter((path) => /@opentelemetry\/(sdk|exporter|otlp|resources)/.test(path)),
  ).toEqual([]);
});

test.each([
  [{}, []],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, []],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c" }, ["traces", "metrics", "logs"]],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://c" }, ["metrics"]],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_LOGS_EXPORTER: "none" }, ["traces", "metrics"]],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_SDK_DISABLED: "true" }, []],
])("the standard variables say what goes out: %j", (environment, signals) => {
  const all = ["traces", "metrics", "logs"] as const;
  expect(all.filter((signal) => isWanted(signal, environment))).toEqual(signals);
});

test("metrics go out as /metrics shows them, and what was counted last goes out at the end", async () => {
  await configure({ OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test" });
  const metrics = new Metrics();
  const telemetry = await open(pino({}, quiet), metrics);
  for (const seconds of [0.0005, 0.002, 0.002, 100])
    metrics.requests.labels("listQueues", "200").observe(seconds);
  metrics.members.labels("push").inc(7);
  metrics.liveSubscriptions.set(3);
  await telemetry.close();
  const [body] = received.get("/v1/metrics")!;
  const [resource] = messages(body!, 1);
  expect(textsOf(resource!)).toEqual(expect.arrayContaining(["millrace", version, "deployment.environment"]));
  const found = new Map(
    messages(resource!, 2).flatMap((scope) => messages(scope, 2).map((metric) => [text(metric, 1), metric])),
  );
  const [point] = messages(found.get("millrace_http_request_duration_seconds")!, 9, 1);
  expect(textsOf(point!)).toEqual(expect.arrayContaining(["operation", "listQueues", "status", "200"]));
  expect(numbers(point!, 6, "fixed64")).toEqual([1, 2, ...Array.from({ length: 11 }, () => 0), 1]);
  expect(numbers(point!, 7, "double").slice(0, 2)).toEqual([0.001, 0.0025]);
  expect(double(point!, 5)).toBeCloseTo(100.0045);
  const [members] = messages(found.get("millrace_coalesced_members_total")!, 7, 1);
  expect(double(members!, 4)).toBe(7);
  const [live] = messages(found.get("millrace_live_subscriptions")!, 5, 1);
  expect(double(live!, 4)).toBe(3);
  expect([...found.keys()]).toEqual(expect.arrayContaining(["process_cpu_seconds_total"]));
});

test("a line of the log goes out as it is written, without secrets and with its span", async () => {
  await configure({ OTEL_METRICS_EXPORTER: "none" });
  const lines: string[] = [];
  const log = pino({ redact: { paths: ["token"], censor: "***" } }, { write: (line) => lines.push(line) });
  const telemetry = await open(log);
  const child = log.child({ reqId: "r1" });
  await telemetry.traces!.span("listQueues", request, async () => {
    child.warn({ token: "secret", err: new Error("broken") }, "it broke");
  });
  log.debug("not logged, not sent");
  await telemetry.close();
  log.info("after the end");
  const texts = received.get("/v1/logs")!.flatMap(textsOf);
  for (const part of ["it broke", "WARN", "reqId", "r1", "***", "exception.message", "broken", version]) {
    expect(texts).toContain(part);
  }
  for (const part of ["secret", "not logged, not sent", "after the end"]) expect(texts).not.toContain(part);
  expect(lines.at(-1)).toContain("after the end");
  const [span] = messages(received.get("/v1/traces")![0]!, 1, 2, 2);
  const records = received.get("/v1/logs")!.flatMap((body) => messages(body, 1, 2, 2));
  const broken = records.find((record) => textsOf(record).includes("it broke"))!;
  expect(text(broken, 9, "hex")).toBe(text(span!, 1, "hex"));
  expect(received.has("/v1/metrics")).toBe(false);
});

test("a collector that is not there holds nobody up", async () => {
  await configure({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
  const telemetry = await open();
  expect(await telemetry.traces!.span("listQueues", request, async () => "answer")).toBe("answer");
  await telemetry.close();
});
