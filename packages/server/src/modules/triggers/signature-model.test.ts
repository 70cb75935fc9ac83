import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Signature, type SignedCall, verify } from "./signature-model.ts";

const now = 1_531_420_618_000;
const secret = "a secret's name";
const hmac = (key: string, text: string, algorithm = "sha256") => createHmac(algorithm, key).update(text);

function callOf(headers: Record<string, string>, body: string, at = now): SignedCall {
  return { headers, body: Buffer.from(body), now: at };
}

interface Case {
  name: string;
  signature: Signature;
  key: string;
  call: SignedCall;
  once?: string;
}

const slackBody =
  "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=" +
  "foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2F" +
  "hooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015." +
  "47445629121.803a0bc887a14d10d2c447fce8b6703c";
const slackSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
const stripeBody = '{"id":"evt_1MqqbKLt4dXK03v5qaIbiNCC","type":"charge.succeeded"}';
const time = String(now / 1_000);
const stripeHex = hmac("whsec_test", `${time}.${stripeBody}`).digest("hex");

/** The first two are the examples of those who sign so. */
const cases: Case[] = [
  {
    name: "GitHub",
    signature: { by: "github", secret },
    key: "It's a Secret to Everybody",
    call: callOf(
      {
        "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      },
      "Hello, World!",
    ),
    once: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
  },
  {
    name: "Slack",
    signature: { by: "slack", secret },
    key: "8f742231b10e8888abcd99yyyzzz85a5",
    call: callOf({ "x-slack-request-timestamp": time, "x-slack-signature": slackSignature }, slackBody),
    once: slackSignature,
  },
  {
    name: "Stripe, while its key is changed",
    signature: { by: "stripe", secret },
    key: "whsec_test",
    call: callOf({ "stripe-signature": `t=${time},v1=${"0".repeat(64)},v1=${stripeHex},v0=x` }, stripeBody),
    once: "evt_1MqqbKLt4dXK03v5qaIbiNCC",
  },
  {
    name: "GitLab",
    signature: { by: "gitlab", secret },
    key: "glft-secret",
    call: callOf({ "x-gitlab-token": "glft-secret", "x-gitlab-event-uuid": "u1" }, "{}"),
    once: "u1",
  },
  {
    name: "a bearer token",
    signature: { by: "token", secret },
    key: "swordfish",
    call: callOf({ authorization: "Bearer swordfish" }, "{}"),
  },
  {
    name: "an HMAC of the body",
    signature: { by: "hmac", secret, header: "X-Sign", algorithm: "sha1", encoding: "base64", prefix: "v1:" },
    key: "k",
    call: callOf({ "x-sign": `v1:${hmac("k", "body", "sha1").digest("base64")}` }, "body"),
  },
  {
    name: "an HMAC of time and body",
    signature: { by: "hmac", secret, timestampHeader: "X-Time" },
    key: "k",
    call: callOf({ "x-time": time, "x-signature": hmac("k", `${time}.body`).digest("hex") }, "body"),
    once: hmac("k", `${time}.body`).digest("hex"),
  },
];

describe.each(cases)("$name", ({ signature, key, call, once }) => {
  test("who has the key is let in", () => {
    expect(verify(signature, key, call)).toEqual(once === undefined ? { good: true } : { good: true, once });
  });

  test("another key is refused", () => {
    expect(verify(signature, `${key} `, call)).toMatchObject({ good: false });
    expect(verify(signature, "", call)).toMatchObject({ good: false });
  });

  test("without any of what shows the key it is refused", () => {
    for (const name of Object.keys(call.headers)) {
      if (/delivery|uuid/.test(name)) continue;
      const { [name]: _left, ...headers } = call.headers;
      expect(verify(signature, key, { ...call, headers })).toMatchObject({ good: false });
      const emptied = { ...call.headers, [name]: "" };
      expect(verify(signature, key, { ...call, headers: emptied })).toMatchObject({ good: false });
    }
  });
});

const ofTheBody = cases.filter(({ signature: { by } }) => by !== "gitlab" && by !== "token");
test.each(ofTheBody)("$name: a changed body is refused", ({ signature, key, call }) => {
  const body = Buffer.concat([call.body, Buffer.from(" ")]);
  expect(verify(signature, key, { ...call, body })).toMatchObject({ good: false });
});

const timed = cases.filter(
  ({ signature: { by, timestampHeader } }) =>
    by === "slack" || by === "stripe" || timestampHeader !== undefined,
);
test.each(timed)("$name: what is older or newer than is tolerated is refused", ({ signature, key, call }) => {
  for (const seconds of [-299, 299])
    expect(verify(signature, key, { ...call, now: now + seconds * 1_000 })).toMatchObject({ good: true });
  for (const seconds of [-301, 301]) {
    const shifted = { ...call, now: now + seconds * 1_000 };
    const reason = expect.stringContaining("older or newer");
    expect(verify(signature, key, shifted)).toMatchObject({ good: false, reason });
    expect(verify({ ...signature, toleranceSeconds: 400 }, key, shifted)).toMatchObject({ good: true });
  }
});
