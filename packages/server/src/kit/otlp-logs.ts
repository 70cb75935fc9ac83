import type { LogAttributes, Logger as OtlpLogger } from "@opentelemetry/api-logs";
import type { Resource } from "@opentelemetry/resources";
import { type Logger, tapLog } from "./log.ts";

/** Severities by pino's levels: both go in steps, from trace to fatal. */
const severityNumbers: Readonly<Record<number, number>> = { 10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21 };
const severityTexts: Readonly<Record<number, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};

/** Sends a copy of every line of the log, as it is written: with secrets blotted out, and its span if there is one. */
export async function openOtlpLogs(resource: Resource, log: Logger): Promise<{ close(): Promise<void> }> {
  const [{ BatchLogRecordProcessor, LoggerProvider }, { OTLPLogExporter }] = await Promise.all([
    import("@opentelemetry/sdk-logs"),
    import("@opentelemetry/exporter-logs-otlp-proto"),
  ]);
  const processors = [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })];
  const provider = new LoggerProvider({ resource, processors });
  const logger = provider.getLogger("millrace");
  const untap = tapLog(log, (line) => emit(logger, line));
  return {
    close: async () => {
      untap();
      await provider.shutdown();
    },
  };
}

interface Line extends LogAttributes {
  level: number;
  time: number;
  msg?: string;
  err?: { type?: string; message?: string; stack?: string };
}

function emit(logger: OtlpLogger, text: string): void {
  const { level, time, msg, err, pid: _pid, hostname: _hostname, ...attributes } = JSON.parse(text) as Line;
  const exception = err && {
    "exception.type": err.type,
    "exception.message": err.message,
    "exception.stacktrace": err.stack,
  };
  logger.emit({
    timestamp: time,
    severityNumber: severityNumbers[level],
    severityText: severityTexts[level],
    body: msg,
    attributes: { ...attributes, ...exception },
  });
}
