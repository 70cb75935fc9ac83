import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Type, type Static } from "@sinclair/typebox";
import { secretNamePattern } from "../secrets/model.ts";

/** A call whose time is further from the database's than this is refused, where its sender signs a time. */
const toleranceSecondsDefault = 300;

const header = Type.String({ pattern: "^[A-Za-z0-9-]{1,100}$", description: "A header's name" });
const literals = <const Words extends readonly string[]>(...words: Words) =>
  Type.Union(words.map((word) => Type.Literal(word as Words[number])));

export const SignatureSchema = Type.Object(
  {
    by: literals("github", "gitlab", "stripe", "slack", "hmac", "token"),
    secret: Type.String({
      pattern: secretNamePattern,
      description:
        "The secret that holds the key as text; whoever made the trigger must have the right to use it",
    }),
    header: Type.Optional(header),
    algorithm: Type.Optional(literals("sha256", "sha1", "sha512")),
    encoding: Type.Optional(literals("hex", "base64")),
    prefix: Type.Optional(
      Type.String({ maxLength: 50, description: "Of hmac: what stands before it, sha256=" }),
    ),
    timestampHeader: Type.Optional(header),
    toleranceSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  },
  {
    additionalProperties: false,
    description:
      "Who may call. header, algorithm, encoding, prefix and timestampHeader are for hmac (with a timestamp, " +
      "time.body is what is signed); header also for token",
  },
);

export type Signature = Static<typeof SignatureSchema>;

/** What a signature is looked for in. */
export interface SignedCall {
  /** By their names in small letters. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Milliseconds since 1970, by the database's clock. */
  now: number;
}

/** `once`: what a repetition of the call has as well, if the sender gives it such a thing. */
export type Verdict = { good: true; once?: string } | { good: false; reason: string };

const bad = (reason: string): Verdict => ({ good: false, reason });
const mismatch = bad("the signature does not match");

/** Whether a call comes from who has the key. Comparing takes as long whatever is wrong. */
export function verify(signature: Signature, key: string, call: SignedCall): Verdict {
  switch (signature.by) {
    case "github":
      return verifyGithub(key, call);
    case "gitlab":
      return verifyToken(call.headers["x-gitlab-token"], key, call.headers["x-gitlab-event-uuid"]);
    case "stripe":
      return verifyStripe(signature, key, call);
    case "slack":
      return verifySlack(signature, key, call);
    case "token":
      return verifyToken(call.headers[headerOf(signature, "authorization")], key);
    case "hmac":
      return verifyHmac(signature, key, call);
  }
}

/** The headers by which a sender shows who he is: they are not handed on. */
export function secretHeaders(signature: Signature | undefined): string[] {
  const always = ["authorization", "proxy-authorization", "cookie", "x-gitlab-token"];
  return signature?.header === undefined ? always : [...always, signature.header.toLowerCase()];
}

function verifyGithub(key: string, { headers, body }: SignedCall): Verdict {
  const given = headers["x-hub-signature-256"];
  if (given === undefined) return bad("the header x-hub-signature-256 is missing");
  if (!isSame(given, `sha256=${createHmac("sha256", key).update(body).digest("hex")}`)) return mismatch;
  return withOnce(headers["x-github-delivery"]);
}

function verifyToken(given: string | undefined, key: string, once?: string): Verdict {
  if (given === undefined) return bad("the token is missing");
  const text = given.replace(/^Bearer /i, "");
  return isSame(text, key) ? withOnce(once) : bad("the token does not match");
}

/** `t=1492774577,v1=5257a8...`, with several `v1` while a key is changed. */
function verifyStripe(signature: Signature, key: string, { headers, body, now }: SignedCall): Verdict {
  const given = headers["stripe-signature"];
  if (given === undefined) return bad("the header stripe-signature is missing");
  const parts = given.split(",").map((part) => part.trim().split("=", 2) as [string, string?]);
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  const late = lateness(signature, time, now);
  if (late !== undefined) return late;
  const expected = createHmac("sha256", key).update(`${time}.`).update(body).digest("hex");
  const candidates = parts.filter(([name]) => name === "v1").map(([, value]) => value ?? "");
  if (!candidates.some((candidate) => isSame(candidate, expected))) return mismatch;
  return withOnce(stripeEventId(body) ?? expected);
}

function verifySlack(signature: Signature, key: string, { headers, body, now }: SignedCall): Verdict {
  const given = headers["x-slack-signature"];
  if (given === undefined) return bad("the header x-slack-signature is missing");
  const time = headers["x-slack-request-timestamp"] ?? "";
  const late = lateness(signature, time, now);
  if (late !== undefined) return late;
  const expected = `v0=${createHmac("sha256", key).update(`v0:${time}:`).update(body).digest("hex")}`;
  return isSame(given, expected) ? withOnce(expected) : mismatch;
}

function verifyHmac(signature: Signature, key: string, { headers, body, now }: SignedCall): Verdict {
  const { algorithm = "sha256", encoding = "hex", prefix = "", timestampHeader } = signature;
  const name = headerOf(signature, "x-signature");
  const given = headers[name];
  if (given === undefined) return bad(`the header ${name} is missing`);
  const hmac = createHmac(algorithm, key);
  if (timestampHeader === undefined) {
    return isSame(given, prefix + hmac.update(body).digest(encoding)) ? { good: true } : mismatch;
  }
  const time = headers[timestampHeader.toLowerCase()] ?? "";
  const late = lateness(signature, time, now);
  if (late !== undefined) return late;
  const expected = prefix + hmac.update(`${time}.`).update(body).digest(encoding);
  return isSame(given, expected) ? withOnce(expected) : mismatch;
}

function lateness({ toleranceSeconds = toleranceSecondsDefault }: Signature, time: string, now: number) {
  if (!/^\d{1,12}$/.test(time)) return bad("its time is missing");
  const isNear = Math.abs(now / 1_000 - Number(time)) <= toleranceSeconds;
  return isNear ? undefined : bad("it is older or newer than is tolerated: it may be a repetition");
}

/** The id of the event that Stripe tells of, which its repetitions have as well. */
function stripeEventId(body: Buffer): string | undefined {
  const [, id] = /"id"\s*:\s*"(evt_\w{1,200})"/.exec(body.subarray(0, 500).toString("latin1")) ?? [];
  return id;
}

function withOnce(once: string | undefined): Verdict {
  return once === undefined || once === "" ? { good: true } : { good: true, once };
}

function headerOf({ header: name }: Signature, usual: string): string {
  return (name ?? usual).toLowerCase();
}

/** Of digests, so that neither the place of a difference nor the length is told by the time it takes. */
function isSame(a: string, b: string): boolean {
  const digestOf = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digestOf(a), digestOf(b));
}
