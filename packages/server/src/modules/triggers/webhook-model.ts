import { Type, type Static } from "@sinclair/typebox";
import { invalid } from "../../kit/errors.ts";
import { SignatureSchema } from "./signature-model.ts";

export const hookMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
/** What stands behind the tenant's name in an address. */
export const hookPathPattern = "^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$";
/** A body, in its encodings, must fit into a run's input. */
export const hookBytesMax = 1024 * 1024;
const waitMsMax = 30_000;
/** Whoever signs is known; of a webhook that is open to all, no more than one call in 100 ms is taken. */
const perMinuteOpen = 600;
const perMinuteSigned = 120_000;

export const WebhookSchema = Type.Object(
  {
    path: Type.String({
      pattern: hookPathPattern,
      maxLength: 200,
      description: "Its address is /hooks/{tenant}/{path}",
    }),
    methods: Type.Optional(
      Type.Array(Type.Union(hookMethods.map((method) => Type.Literal(method))), {
        minItems: 1,
        maxItems: hookMethods.length,
        description: "Any if not given",
      }),
    ),
    signature: Type.Optional(SignatureSchema),
    respond: Type.Optional(
      Type.Union([Type.Literal("now"), Type.Literal("end")], {
        description: "now (if not given): with the run's id once it is started. end: with its output",
      }),
    ),
    waitMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: waitMsMax,
        description: "How long `respond: end` waits for it; 10,000 if not given",
      }),
    ),
    onceHeader: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9-]{1,100}$",
        description: "A header that names the call: one that comes again under it starts nothing",
      }),
    ),
    raw: Type.Optional(Type.Boolean({ description: "Hand on the body as base64 too, whatever it is" })),
    perMinute: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000_000,
        description: `Calls a minute that each node takes; ${perMinuteOpen} if not given, ${perMinuteSigned} if signed`,
      }),
    ),
  },
  { additionalProperties: false },
);

export type Webhook = Static<typeof WebhookSchema>;

/** A call from outside, as it came. */
export interface HookCall {
  tenantId: string;
  path: string;
  method: string;
  query: Readonly<Record<string, string | string[]>>;
  /** By their names in small letters. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  address: string;
}

export interface HookAnswer {
  status: number;
  body: unknown;
  retryAfterSeconds?: number;
}

/** Refuses what a schema cannot say. */
export function checkWebhook({ signature, onceHeader, waitMs, respond }: Webhook): void {
  if (waitMs !== undefined && respond !== "end") throw invalid("webhook.waitMs", "is for `respond: end`");
  if (onceHeader !== undefined && signature === undefined) {
    throw invalid("webhook.onceHeader", "needs a signature: anybody could use up the names of other calls");
  }
  if (signature === undefined) return;
  const { by, secret: _secret, toleranceSeconds: _tolerance, ...own } = signature;
  const allowed = by === "hmac" ? Object.keys(own) : by === "token" ? ["header"] : [];
  const foreign = Object.keys(own).find((name) => !allowed.includes(name));
  if (foreign !== undefined) throw invalid(`webhook.signature.${foreign}`, `is not for signatures by ${by}`);
}

/** Calls a minute that a node takes. */
export function perMinuteOf({ perMinute, signature }: Webhook): number {
  return perMinute ?? (signature === undefined ? perMinuteOpen : perMinuteSigned);
}
