import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError, invalid } from "../../kit/errors.ts";
import { credentialOf } from "../rest/authenticate.ts";
import type { Dispatch } from "./dispatch.ts";
import { envelopeOf, type Outgoing } from "./envelope.ts";
import { encodeMessage, type Envelope } from "./messages.ts";

const path = "/api/v2";
/** A byte takes up to four characters here. */
const bodyBytesMax = 32 * 1024 * 1024;
const silent = new Set(["", "noop", "ping", "pong"]);

/** One envelope as JSON in, one out; always 200, since clients take anything else for a broken server. */
export function addJsonEnvelopes(app: FastifyInstance, dispatch: Dispatch): void {
  app.post(path, { schema: { hide: true }, bodyLimit: bodyBytesMax }, async (request) => {
    const envelope = readEnvelope(request.body, bearerOf(request));
    const reply = silent.has(envelope.command)
      ? nothingTo(envelope)
      : await dispatch.answer(envelope, { address: request.ip });
    return envelopeOf(reply, 0);
  });
}

/** What has no answer elsewhere gets one here, as HTTP wants it. */
function nothingTo({ id: rid, traceid, spanid }: Envelope): Outgoing {
  return { command: "noop", rid, type: "Noop", value: encodeMessage("Noop", {}), traceid, spanid };
}

function bearerOf(request: FastifyRequest): string {
  const credential = credentialOf(request);
  return credential?.kind === "token" ? credential.text : "";
}

function readEnvelope(body: unknown, bearer: string): Envelope {
  if (typeof body !== "object" || body === null) throw invalid("body", "must be an envelope");
  const { data } = body as { data?: unknown };
  const text = (name: string) => {
    const value = (body as Record<string, unknown>)[name];
    return typeof value === "string" ? value : "";
  };
  return {
    command: text("command"),
    id: text("id"),
    rid: text("rid"),
    jwt: text("jwt") || bearer,
    traceid: text("traceid"),
    spanid: text("spanid"),
    priority: 0,
    seq: 0,
    data: data === undefined || data === null ? null : { type_url: "", value: bytesOf(data) },
  };
}

/** Bytes are written as a Buffer of Node.js is (`{type, data: [...]}`), as the list alone, or as base64. */
function bytesOf(data: unknown): Uint8Array {
  const value = typeof data === "object" && data !== null && "value" in data ? data.value : undefined;
  if (value === undefined || value === null) return new Uint8Array(0);
  if (typeof value === "string") return Buffer.from(value, "base64");
  const list: unknown = typeof value === "object" && "data" in value ? value.data : value;
  const numbers = Array.isArray(list) ? list : Object.values(value);
  if (numbers.every((each) => Number.isInteger(each) && each >= 0 && each <= 255)) {
    return Uint8Array.from(numbers as number[]);
  }
  throw new AppError(
    "invalid_input",
    "data.value: must be bytes, as {type: 'Buffer', data: [...]} or base64",
    {
      field: "data.value",
    },
  );
}
