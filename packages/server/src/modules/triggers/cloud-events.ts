import { isUtf8 } from "node:buffer";
import { AppError, invalid } from "../../kit/errors.ts";
import { parseJsonText, refuseUnstorableValue } from "../../kit/json-text.ts";

/** A CloudEvent of the version 1.0, in its JSON form. */
export type CloudEvent = Readonly<Record<string, unknown>> & { id: string; source: string; type: string };

const eventCharactersMax = 64 * 1024;
const textCharactersMax = 1_000;
export const eventsMax = 100;
/** Room for a whole batch. */
export const signalBytesMax = 1024 * 1024;

const required = ["id", "source", "type"] as const;
const texts = ["subject", "time", "datacontenttype", "dataschema", "data_base64"];
const attributePattern = /^[a-z0-9_]{1,64}$/;

/** Reads what CloudEvents over HTTP may be: structured, a batch, or binary with the attributes in headers. */
export function readCloudEvents(bytes: Buffer, headers: Readonly<Record<string, string>>): CloudEvent[] {
  const type = (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  if (headers["ce-specversion"] !== undefined)
    return [checkEvent(binaryEvent(bytes, headers, type), "event")];
  const isBatch = type === "application/cloudevents-batch+json";
  if (!isBatch && type !== "application/cloudevents+json" && type !== "application/json") {
    const message = "Send CloudEvents: application/cloudevents+json, a batch of them, or with headers ce-*";
    throw new AppError("unsupported_media_type", message);
  }
  const given = jsonOf(bytes);
  if (!isBatch) return [checkEvent(given, "event")];
  if (!Array.isArray(given)) throw invalid("events", "a batch is a list of events");
  if (given.length > eventsMax) throw invalid("events", `at most ${eventsMax} at a time`);
  return given.map((each, index) => checkEvent(each, `events[${index}]`));
}

function binaryEvent(bytes: Buffer, headers: Readonly<Record<string, string>>, type: string): unknown {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith("ce-") ? [[name.slice(3), decoded(value)]] : [],
  );
  const event = Object.fromEntries(attributes) as Record<string, unknown>;
  if (bytes.length === 0) return event;
  if (type !== "") event["datacontenttype"] = headers["content-type"];
  if (type === "application/json" || type.endsWith("+json")) return { ...event, data: jsonOf(bytes) };
  if (type.startsWith("text/") && isUtf8(bytes)) return { ...event, data: bytes.toString("utf8") };
  return { ...event, data_base64: bytes.toString("base64") };
}

function checkEvent(given: unknown, field: string): CloudEvent {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw invalid(field, "must be an object");
  const event = given as Record<string, unknown>;
  if (event["specversion"] !== "1.0") throw invalid(`${field}.specversion`, "must be 1.0");
  for (const name of required) {
    const value = event[name];
    if (typeof value !== "string" || value === "")
      throw invalid(`${field}.${name}`, "is missing: it must be text");
    if (value.length > textCharactersMax)
      throw invalid(`${field}.${name}`, `at most ${textCharactersMax} characters`);
  }
  for (const [name, value] of Object.entries(event)) checkAttribute(name, value, field);
  const refusal = refuseUnstorableValue(event, { field });
  if (refusal !== undefined) throw refusal;
  if (JSON.stringify(event).length <= eventCharactersMax) return event as CloudEvent;
  throw new AppError("too_large", `${field}: larger than ${eventCharactersMax} characters`, { field });
}

function checkAttribute(name: string, value: unknown, field: string): void {
  if (name === "data") return;
  if (!attributePattern.test(name))
    throw invalid(`${field}.${name}`, "attributes are small letters and digits");
  const isText = typeof value === "string";
  if (texts.includes(name) && !isText) throw invalid(`${field}.${name}`, "must be text");
  if (!isText && typeof value !== "number" && typeof value !== "boolean") {
    throw invalid(`${field}.${name}`, "must be text, a number, true or false");
  }
}

function jsonOf(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid("body", "is not UTF-8");
  return parseJsonText(bytes.toString("utf8"), { field: "body", within: "" });
}

/** Attributes in headers are percent-encoded; one that is not so is taken as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
