import { createHmac } from "node:crypto";
import { fastify, type FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import type { NewTrigger } from "../../modules/triggers/model.ts";
import { setupTriggers } from "../../modules/triggers/testing.ts";
import { addHooks } from "./hooks.ts";
import { answerError } from "./problem.ts";

let house: Awaited<ReturnType<typeof setupTriggers>>;
let app: FastifyInstance;
let address: string;
const strangersPerMinute = 400;

beforeAll(async () => {
  house = await setupTriggers();
  app = fastify();
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  await addHooks(app, house.triggers.webhooks, { limitPerAddress: new RateLimits(strangersPerMinute) });
  address = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await app.close();
  await house.close();
});
afterEach(() => {
  house.runs.onStart = () => undefined;
});

async function make(webhook: Partial<NonNullable<NewTrigger["webhook"]>> = {}, more: object = {}) {
  const call = house.person("Ann");
  const name = `trigger-${newId()}`;
  const wanted = { name, workflow: "sync", webhook: { path: `in/${name}`, ...webhook }, ...more };
  const secret = webhook.signature?.secret;
  if (secret !== undefined) await house.secrets.createSecret(call, { name: secret, value: "swordfish" });
  await house.triggers.createTrigger(call, wanted);
  const ask = async (init: RequestInit = {}, query = "") => {
    const response = await fetch(`${address}/hooks/default/${wanted.webhook.path}${query}`, init);
    const text = await response.text();
    const answer = text === "" ? null : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, answer, headers: response.headers };
  };
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    ask({ method: "POST", body, headers });
  const inputs = async () => (await house.started(name)).map(({ input }) => input as Record<string, unknown>);
  const firings = async () => (await house.triggers.listFirings(call, name)).items;
  return { call, name, ask, post, inputs, firings };
}

const json = { "content-type": "application/json" };
const sign = (body: string, key = "swordfish") => createHmac("sha256", key).update(body).digest("hex");

test("a call is answered once its run is stored, with the run's id, and is listed", async () => {
  const { ask, name, firings } = await make();
  const body = JSON.stringify({ n: 1 });
  const headers = { ...json, "x-mine": "yes", authorization: "Bearer private", cookie: "a=b" };
  const { status, answer } = await ask({ method: "PUT", body, headers }, "?a=1&a=2&b=3");
  const [run] = await house.started(name);
  expect([status, answer]).toEqual([202, { outcome: "started", runId: run!.id }]);
  expect(run!.input).toMatchObject({
    trigger: name,
    method: "PUT",
    path: `in/${name}`,
    query: { a: ["1", "2"], b: "3" },
    headers: { "x-mine": "yes" },
    body: { n: 1 },
  });
  expect(JSON.stringify(run!.input)).not.toMatch(/private|a=b/);
  const [listed] = await firings();
  expect(listed).toMatchObject({
    cause: "PUT from 127.0.0.1",
    outcome: "started",
    facts: { body: { n: 1 } },
  });
});

test("bodies are read by their type, and what is nothing of JSON comes as base64", async () => {
  const { post, ask, inputs } = await make();
  await post("a=1&b=2&a=3", { "content-type": "application/x-www-form-urlencoded" });
  await post("just text", { "content-type": "text/plain; charset=utf-8" });
  await post(new Uint8Array([0, 255, 1]), { "content-type": "application/octet-stream" });
  const form = new FormData();
  form.append("title", "Invoice");
  form.append("scan", new Blob([new Uint8Array([1, 2, 3])], { type: "image/png" }), "scan.png");
  await ask({ method: "POST", body: form });
  await ask({ method: "GET" });
  await post('{"a":1}', { "content-type": "application/cloudevents+json" });
  expect(await inputs()).toMatchObject([
    { body: { a: ["1", "3"], b: "2" } },
    { body: "just text" },
    { body: null, raw: Buffer.from([0, 255, 1]).toString("base64") },
    {
      body: { title: "Invoice" },
      files: [{ field: "scan", name: "scan.png", contentType: "image/png", size: 3, base64: "AQID" }],
    },
    { body: null, method: "GET" },
    { body: { a: 1 } },
  ]);
});

test("the raw bytes are handed on beside what they mean where the trigger wants them", async () => {
  const { post, inputs } = await make({ raw: true });
  await post('{"a": 1.0}', json);
  expect(await inputs()).toMatchObject([
    { body: { a: 1 }, raw: Buffer.from('{"a": 1.0}').toString("base64") },
  ]);
});

test("what is not what it says, is too large or cannot be stored is refused, and starts nothing", async () => {
  const { post, inputs } = await make();
  expect(await post("{bad", json)).toMatchObject({ status: 400 });
  expect(await post(new Uint8Array([0x22, 0xe9, 0x22]), json)).toMatchObject({ status: 400 });
  expect(await post('{"a":"\\u0000"}', json)).toMatchObject({ status: 400 });
  expect(await post("--x", { "content-type": "multipart/form-data; boundary=y" })).toMatchObject({
    status: 400,
  });
  expect(await post("x".repeat(1024 * 1024 + 1), { "content-type": "text/plain" })).toMatchObject({
    status: 413,
  });
  expect(await inputs()).toEqual([]);
  expect(await post('{"__proto__": {"isAdmin": true}}', json)).toMatchObject({ status: 400 });
});

test("other addresses, tenants and methods are not there, word for word alike", async () => {
  const { ask, name, inputs } = await make({ methods: ["POST"] });
  const elsewhere = [`/hooks/default/${name}`, `/hooks/elsewhere/in/${name}`, "/hooks/nobody/x"];
  const answers = await Promise.all(elsewhere.map(async (path) => (await fetch(`${address}${path}`)).json()));
  const wrongMethod = await ask({ method: "GET" });
  expect(wrongMethod.status).toBe(404);
  for (const answer of [...answers, wrongMethod.answer])
    expect({ ...(answer as object), requestId: "" }).toEqual({ ...wrongMethod.answer, requestId: "" });
  expect(await inputs()).toEqual([]);
});

test("a signature by one who has not the key starts nothing, tells nothing and is listed", async () => {
  const signature = { by: "github", secret: `hub-${newId()}` } as const;
  const { post, inputs, firings } = await make({ signature });
  const body = '{"action":"opened"}';
  const good = { ...json, "x-hub-signature-256": `sha256=${sign(body)}`, "x-github-delivery": "d1" };
  const bad = { ...good, "x-hub-signature-256": `sha256=${sign(body, "other")}` };
  const refused = await post(body, bad);
  expect([refused.status, refused.answer!["code"]]).toEqual([401, "unauthenticated"]);
  expect(JSON.stringify(refused.answer)).not.toContain(signature.secret);
  expect(await post(`${body} `, good)).toMatchObject({ status: 401 });
  expect(await post(body, json)).toMatchObject({ status: 401 });
  expect(await post(body, good)).toMatchObject({ status: 202 });
  expect(await inputs()).toMatchObject([{ body: { action: "opened" } }]);
  const reasons = (await firings()).map(({ outcome, reason }) => [outcome, reason]);
  expect(reasons).toEqual([
    ["started", ""],
    ["skipped", "refused: the header x-hub-signature-256 is missing"],
    ["skipped", "refused: the signature does not match"],
    ["skipped", "refused: the signature does not match"],
  ]);
});

test("a call that comes again under its name starts nothing, at the same time neither", async () => {
  const signature = { by: "github", secret: `hub-${newId()}` } as const;
  const { post, inputs } = await make({ signature });
  const body = "{}";
  const headers = { ...json, "x-hub-signature-256": `sha256=${sign(body)}`, "x-github-delivery": newId() };
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(body, headers)));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 202]);
  expect(await post(body, { ...headers, "x-extra": "other" })).toMatchObject({
    answer: { outcome: "skipped" },
  });
  expect(await inputs()).toHaveLength(1);
  await post(body, { ...headers, "x-github-delivery": newId() });
  expect(await inputs()).toHaveLength(2);
});

test("a call that could not start anything may come again under its name", async () => {
  const workflow = `guarded-${newId()}`;
  const signature = { by: "github", secret: `hub-${newId()}` } as const;
  const { call, post, inputs } = await make({ signature }, { workflow });
  const headers = { "x-hub-signature-256": `sha256=${sign("")}`, "x-github-delivery": "d1" };
  house.runs.guarded.set(workflow, []);
  const failed = await post("", headers);
  expect(failed).toMatchObject({ status: 503, answer: { outcome: "failed" } });
  expect(JSON.stringify(failed.answer)).not.toContain(workflow);
  expect(failed.headers.get("retry-after")).toBe("60");
  house.runs.guarded.set(workflow, [{ principalId: call.userId, rights: ["invoke"] }]);
  expect(await post("", headers)).toMatchObject({ status: 202 });
  expect(await inputs()).toHaveLength(1);
});

test("a time that is signed holds for a while, by the database's clock", async () => {
  const signature = { by: "hmac", secret: `hook-${newId()}`, timestampHeader: "x-time" } as const;
  const { post, inputs } = await make({ signature });
  const body = "{}";
  const headersAt = (seconds: number) => {
    const time = String(Math.floor(Date.now() / 1_000) + seconds);
    return { ...json, "x-time": time, "x-signature": sign(`${time}.${body}`) };
  };
  const good = headersAt(0);
  expect(await post(body, good)).toMatchObject({ status: 202 });
  expect(await post(body, good)).toMatchObject({ status: 200, answer: { outcome: "skipped" } });
  for (const seconds of [-3_600, 3_600])
    expect(await post(body, headersAt(seconds))).toMatchObject({ status: 401 });
  expect(await inputs()).toHaveLength(1);
});

test("the key is read with the rights of now, as it is now; without them nothing is taken", async () => {
  const secret = `hook-${newId()}`;
  const { call, post, firings } = await make({ signature: { by: "hmac", secret } });
  const signed = (key: string) => post("{}", { ...json, "x-signature": sign("{}", key) });
  expect(await signed("swordfish")).toMatchObject({ status: 202 });
  await house.secrets.setSecretValue(call, secret, "marlin");
  expect(await signed("swordfish")).toMatchObject({ status: 401 });
  expect(await signed("marlin")).toMatchObject({ status: 202 });
  await house.secrets.updateSecret(call, secret, { acl: [{ principalId: call.userId, rights: ["read"] }] });
  expect(await signed("marlin")).toMatchObject({ status: 503 });
  const [last] = await firings();
  expect(last!.reason).toContain("the signature cannot be checked");
  expect(JSON.stringify(await firings())).not.toMatch(/marlin|swordfish/);
});

test("a secret that its maker may not use, and settings that mean nothing, are refused by their field", async () => {
  const [ann, bob] = [house.person("Ann"), house.person("Bob")];
  const secret = `hers-${newId()}`;
  await house.secrets.createSecret(ann, { name: secret, value: "x" });
  const create = (webhook: object) =>
    house.triggers.createTrigger(bob, {
      name: `trigger-${newId()}`,
      workflow: "sync",
      webhook: { path: newId(), ...webhook },
    });
  await expect(create({ signature: { by: "github", secret } })).rejects.toMatchObject({ code: "not_found" });
  await expect(create({ waitMs: 5 })).rejects.toMatchObject({ details: { field: "webhook.waitMs" } });
  await expect(create({ onceHeader: "x-id" })).rejects.toMatchObject({
    details: { field: "webhook.onceHeader" },
  });
  const both = create({ signature: { by: "github", secret, prefix: "v" } });
  await expect(both).rejects.toMatchObject({ details: { field: "webhook.signature.prefix" } });
  const path = newId();
  await create({ path });
  await expect(create({ path })).rejects.toMatchObject({ details: { field: "path" } });
});

test("the answer can wait for the run's end: its output, or how it stands", async () => {
  const { post, name } = await make({ respond: "end", waitMs: 50 });
  const endedAs = (end: { state: string; output?: unknown } | undefined) => {
    house.runs.endsAs = end;
    return post("{}", json);
  };
  expect(await endedAs({ state: "completed", output: { sum: 3 } })).toMatchObject({
    status: 200,
    answer: { sum: 3 },
  });
  const faulted = await endedAs({ state: "faulted", output: undefined });
  expect(faulted).toMatchObject({ status: 500, answer: { state: "faulted" } });
  const running = await endedAs(undefined);
  expect(running).toMatchObject({ status: 202, answer: { state: "running" } });
  const ids = (await house.started(name)).map(({ id }) => id);
  expect(ids).toContain(running.answer!["runId"]);
});

test("a paused webhook takes nothing, and one that is called too often takes the rest later", async () => {
  const { call, name, post, inputs } = await make({ perMinute: 3 });
  await house.triggers.pauseTrigger(call, name);
  expect(await post("{}", json)).toMatchObject({ status: 503 });
  await house.triggers.resumeTrigger(call, name);
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await post("{}", json)).status);
  expect(statuses).toEqual([202, 202, 429, 429]);
  expect(await inputs()).toHaveLength(2);
});

test("Slack's question whether somebody is there is answered, and starts nothing", async () => {
  const { post, inputs } = await make({ signature: { by: "slack", secret: `slack-${newId()}` } });
  const body = JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aB" });
  const time = String(Math.floor(Date.now() / 1_000));
  const signature = `v0=${sign(`v0:${time}:${body}`)}`;
  const headers = { ...json, "x-slack-request-timestamp": time, "x-slack-signature": signature };
  expect(await post(body, headers)).toMatchObject({ status: 200, answer: { challenge: "3eZbrw1aB" } });
  expect(await post(body, { ...headers, "x-slack-signature": "v0=0" })).toMatchObject({ status: 401 });
  expect(await inputs()).toEqual([]);
});

test("calls that come together each get their own run", async () => {
  const { post, inputs } = await make({ perMinute: 10_000 });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => post(JSON.stringify({ n }), json)));
  expect(new Set(answers.map(({ answer }) => answer!["runId"])).size).toBe(200);
  const bodies = (await inputs()).map(({ body }) => (body as { n: number }).n);
  expect(bodies.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
});

test("strangers who call what is not there are held off, and others are not", async () => {
  const { post } = await make();
  let last = 0;
  for (let count = 0; count <= strangersPerMinute && last !== 429; count += 1)
    last = (await fetch(`${address}/hooks/default/${newId()}`)).status;
  expect(last).toBe(429);
  expect(await post("{}", json)).toMatchObject({ status: 202 });
});
