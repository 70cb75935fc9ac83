import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ConnectResponse,
  decodeRunnerMessage,
  encodeRunnerMessage,
  type Envelope,
  RefusalReason,
} from "../packages/contract/src/runner-wire.ts";
import { type Dialled, dialGrpc, dialWebSocket, type Line } from "../packages/runner/src/dial.ts";
import type { RunnerFolder } from "../packages/runner/src/enrol.ts";
import type { Runner } from "../packages/runner/src/runner.ts";
import { sql } from "../packages/server/src/kit/sql.ts";
import { authoritiesTopic } from "../packages/server/src/modules/runners/service.ts";
import { RunnerHouse, TestProxy, until } from "./testing-runners.ts";

let house: RunnerHouse;
beforeAll(async () => {
  house = await RunnerHouse.open();
});
afterAll(() => house.close());

const dial = { grpc: dialGrpc, websocket: dialWebSocket };
const hello = {
  version: "1",
  protocols: [1],
  tags: ["admin"],
  slots: 1,
  running: [],
  spoolId: "s",
  outboxId: "",
};

/** A line by hand: what a changed runner could say. */
async function lineOf(folder: RunnerFolder, transport: "grpc" | "websocket", change: Partial<Dialled> = {}) {
  const dialled = { record: await folder.record(), credential: await folder.credential(), ...change };
  const { tenantId, runnerId } = dialled.record;
  const heard: ConnectResponse[] = [];
  let ended: string | undefined;
  const line: Line = await dial[transport](dialled, {
    onMessage: (bytes) => void heard.push(decodeRunnerMessage("ConnectResponse", bytes)),
    onEnd: (why) => {
      ended = why;
    },
  });
  const say = (body: object, envelope: Partial<Envelope> = {}) => {
    const usual = { tenantId, runnerId, seq: 0, after: 0, ack: 0, incarnation: 5, sentAtMs: 0 };
    line.send(encodeRunnerMessage("ConnectRequest", { ...body, envelope: { ...usual, ...envelope } }));
  };
  const refusal = () => heard.find(({ refused }) => refused != null)?.refused;
  return { line, heard, say, refusal, isEnded: () => ended !== undefined };
}

const transports = ["grpc", "websocket"] as const;

test.each(transports)(
  "a message in another's name ends the stream and is recorded, by %s",
  async (transport) => {
    const other = await house.enrol();
    const wrong: Partial<Envelope>[] = [
      { tenantId: "elsewhere" },
      { runnerId: other.runnerId },
      { incarnation: 9 },
    ];
    for (const envelope of wrong) {
      const { folder, runnerId } = await house.enrol();
      const { say, refusal, heard, isEnded } = await lineOf(folder, transport);
      say({ hello });
      await until(() => heard.some(({ welcome }) => welcome != null), "it is welcome");
      say({ heartbeat: { busy: 0, slots: 1, refusing: "", spoolBytes: 0, spoolRecords: 0 } }, envelope);
      await until(isEnded, "the stream ended");
      expect(refusal()?.reason).toBe(RefusalReason.REFUSAL_REASON_FORBIDDEN);
      const types = async () =>
        (await house.rest.house.events.history(house.system, runnerId)).map(({ type }) => type);
      await until(async () => (await types()).includes("runner.violated"), "it is recorded");
    }
  },
);

test.each(transports)(
  "a gap ends the stream, and what was said twice is done once, by %s",
  async (transport) => {
    const { folder, runnerId } = await house.enrol();
    const { say, refusal, heard, isEnded } = await lineOf(folder, transport);
    say({ hello });
    await until(() => house.link.connected.has(runnerId), "it is connected");
    const id = house.link.submit({}, runnerId);
    const job = { jobId: id, leaseNumber: 1 };
    await until(() => heard.some((message) => message.job != null), "the job is handed out");
    const result = { job, outcome: 1, files: [] };
    say({ accepted: { job } }, { seq: 1, after: 0 });
    for (let index = 0; index < 3; index++) say({ result }, { seq: 2, after: 1 });
    await until(() => heard.some(({ envelope }) => envelope!.ack === 2), "it is acknowledged");
    expect(house.link.job(id)).toMatchObject({ accepted: 1, recorded: 1 });
    say({ result }, { seq: 9, after: 8 });
    await until(isEnded, "the stream ended");
    expect(refusal()?.reason).toBe(RefusalReason.REFUSAL_REASON_GAP);
  },
);

test("tags that a runner gives itself count for nothing", async () => {
  const { folder, runnerId } = await house.enrol({ tags: ["onprem"] });
  const { say, line } = await lineOf(folder, "grpc");
  say({ hello });
  await until(() => house.link.connected.has(runnerId), "it is connected");
  expect(house.link.connected.get(runnerId)!.facts.tags).toEqual(["onprem"]);
  line.cut();
});

test.each(transports)("a certificate of another authority does not come in by %s", async (transport) => {
  const foreign = await RunnerHouse.open();
  const { folder } = await foreign.enrol();
  const record = { ...(await folder.record()), url: house.rest.address, address: `127.0.0.1:${house.port}` };
  const { authorities } = await (await house.enrol()).folder.credential();
  const credential = { ...(await folder.credential()), authorities };
  const attempt = lineOf(folder, transport, { record, credential }).then(async ({ say, isEnded, heard }) => {
    say({ hello });
    await until(isEnded, "the stream ended");
    if (heard.every(({ welcome }) => welcome == null)) throw new Error("not let in");
  });
  await expect(attempt).rejects.toThrow(/not let in|deadline/);
  await foreign.close();
});

test.each(transports)("a server of another authority is told nothing by %s", async (transport) => {
  const foreign = await RunnerHouse.open();
  const { folder } = await house.enrol();
  const record = {
    ...(await folder.record()),
    url: foreign.rest.address,
    address: `127.0.0.1:${foreign.port}`,
  };
  await expect(lineOf(folder, transport, { record })).rejects.toThrow(/is not the server|deadline/);
  await foreign.close();
});

test("a proof for one address is worth nothing at another", async () => {
  const { folder, ...record } = await house.enrol();
  const proxy = await TestProxy.open({ port: Number(new URL(house.rest.address).port) });
  // Whoever answers at the proxy's address passes all on: what the runner signs names that address.
  const url = `http://127.0.0.1:${proxy.port}`;
  const credential = await folder.credential();
  await expect(
    lineOf(folder, "websocket", { record: { ...record, url }, credential }),
  ).resolves.toBeDefined();
  const headers = { host: "millrace.example" };
  const query = `nonce=${Buffer.alloc(32).toString("base64url")}&audience=${encodeURIComponent(url)}`;
  const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${house.rest.address}/runner/v1?${query}`, {
      headers: { ...headers, ...upgrade, "sec-websocket-key": Buffer.alloc(16).toString("base64") },
    });
    asked.on("response", (response) => resolve(response.statusCode));
    asked.on("upgrade", () => resolve(101));
    asked.on("error", reject);
    asked.end();
  });
  expect(status).toBe(403);
  await proxy.close();
});

test.each(transports)(
  "a runner reads the files that its jobs name, and no other, by %s",
  async (transport) => {
    const { folder, runnerId } = await house.enrol();
    const bytes = Buffer.alloc(2_500_000, "package ");
    const upload = async (text: Buffer) =>
      (await house.rest.house.files.upload(house.system, Readable.from([text]), { name: "package.tgz" })).id;
    const [fileId, other] = [await upload(bytes), await upload(Buffer.from("of somebody else"))];
    const path = join(folder.path, "fetched");
    const digest = "0".repeat(64);
    const runner: Runner = await house.start(folder, {
      transports: [transport],
      execute: async () => {
        await runner.fetchPackage(digest, path);
        return { outcome: "successful" };
      },
    });
    await until(() => house.link.connected.has(runnerId), "it is connected");
    const id = house.link.submit({}, runnerId, fileId);
    await until(() => house.link.job(id).result !== undefined, "the job ended");
    expect(house.link.job(id).result).toEqual({ outcome: "successful" });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    await runner.stop();
    const { say, heard, line } = await lineOf(folder, transport);
    say({ hello }, { incarnation: Date.now() + 60_000 });
    await until(() => heard.some(({ welcome }) => welcome != null), "it is welcome");
    say({ fileRequest: { fileId: other, offset: 0, request: 1 } }, { incarnation: lastIncarnation(heard) });
    await until(() => heard.some(({ filePart }) => filePart != null), "it is answered");
    const part = heard.find(({ filePart }) => filePart != null)!.filePart!;
    expect(part.error).toContain("no job of this runner");
    expect(part.bytes).toHaveLength(0);
    line.cut();
  },
);

const lastIncarnation = (heard: ConnectResponse[]) => heard.at(-1)!.envelope!.incarnation;

const denials = [
  [
    "blocked",
    (runnerId: string) => house.runners.blockRunner(house.system, runnerId),
    "REFUSAL_REASON_BLOCKED",
  ],
  [
    "deleted",
    (runnerId: string) => house.runners.deleteRunner(house.system, runnerId),
    "REFUSAL_REASON_CREDENTIAL",
  ],
  [
    "denied",
    (runnerId: string) => house.runners.createDenial(house.system, { kind: "runner", value: runnerId }),
    "REFUSAL_REASON_CREDENTIAL",
  ],
] as const;

test.each(denials)("a runner that is %s is cut and does not come in again", async (_word, deny, reason) => {
  const { folder, runnerId } = await house.enrol();
  const first = await lineOf(folder, "grpc");
  first.say({ hello });
  await until(() => house.link.connected.has(runnerId), "it is connected");
  await deny(runnerId);
  // No hint reaches this door: its own look, every two seconds, finds it.
  await until(first.isEnded, "it is cut");
  expect(first.refusal()?.reason).toBe(RefusalReason[reason]);
  const again = await lineOf(folder, "websocket");
  again.say({ hello });
  await until(again.isEnded, "it is refused");
  expect(again.refusal()?.reason).toBe(RefusalReason[reason]);
});

test("a certificate that ends during a job delays its result until the runner is enrolled again", async () => {
  const { folder, runnerId } = await house.enrol();
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const runner = await house.start(folder, {
    execute: async () => {
      await ended;
      return { outcome: "successful", output: "kept" };
    },
  });
  await until(() => house.link.connected.has(runnerId), "it is connected");
  const id = house.link.submit({}, runnerId);
  await until(() => house.link.job(id).accepted === 1, "it runs");
  await house.rest.database.query(sql`
    update runners.certificates set expires_at = now() where runner_id = ${runnerId}`);
  await until(() => runner.transport === undefined, "it is cut");
  end();
  await until(() => runner.busy === 0, "the job ended");
  await house.enrol({ runnerId }, folder);
  await until(() => house.link.job(id).result !== undefined, "the result arrives");
  expect(house.link.job(id)).toMatchObject({ leaseNumber: 1, recorded: 1, result: { output: "kept" } });
  await runner.stop();
}, 90_000);

test("a certificate is renewed over the stream, on a new key, and the old one is not needed any more", async () => {
  const { folder, runnerId } = await house.enrol();
  const before = await folder.credential();
  await house.rest.database.query(sql`
    update runners.certificates set issued_at = issued_at - interval '14 hours',
      expires_at = expires_at - interval '14 hours' where runner_id = ${runnerId}`);
  const runner = await house.start(folder);
  await until(async () => (await folder.credential()).certificate !== before.certificate, "it is renewed");
  const after = await folder.credential();
  expect(after.key).not.toBe(before.key);
  const fingerprint = createHash("sha256").update(new X509Certificate(before.certificate).raw).digest("hex");
  await house.runners.createDenial(house.system, { kind: "certificate", value: fingerprint });
  await until(() => runner.transport !== undefined, "it is connected with the new one");
  await house.door.look();
  expect(runner.transport).toBeDefined();
  await runner.stop();
});

test("authorities change under a connected runner, which goes on with a certificate of the new one", async () => {
  const { folder, runnerId } = await house.enrol();
  const runner = await house.start(folder);
  await until(() => house.link.connected.has(runnerId), "it is connected");
  const { authorities } = house.runners;
  const before = (await folder.credential()).certificate;
  await authorities.prepareAuthority(house.system);
  house.wakes.signal(authoritiesTopic);
  await until(async () => (await folder.credential()).authorities.length === 2, "it trusts both");
  await house.rest.database.query(sql`
    update runners.certificates set issued_at = issued_at - interval '2 minutes' where runner_id = ${runnerId}`);
  await authorities.activateAuthority(house.system, { force: true });
  house.wakes.signal(authoritiesTopic);
  await until(async () => (await folder.credential()).certificate !== before, "it has a new certificate");
  await until(() => runner.transport === "grpc", "it is connected with that");
  const issuer = new X509Certificate((await folder.credential()).certificate).issuer;
  expect(issuer).not.toBe(new X509Certificate(before).issuer);
  await runner.stop();
});
