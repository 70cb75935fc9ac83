import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { sql } from "../../kit/sql.ts";
import { fingerprintOf } from "./model.ts";
import type { Hello } from "./presence.ts";
import { enrolForTest, setupRunners } from "./testing.ts";

let node: Awaited<ReturnType<typeof setupRunners>>;
beforeAll(async () => {
  node = await setupRunners();
});
afterAll(() => node.close());

async function enrolled() {
  const made = await enrolForTest(node.runners, node.system);
  const fingerprint = fingerprintOf(new X509Certificate(made.certificate).raw);
  return { ...made, fingerprint };
}

function helloOf(runner: Awaited<ReturnType<typeof enrolled>>, incarnation = 1, spoolId = "spool"): Hello {
  const { tenantId, runnerId, fingerprint } = runner;
  return {
    identity: { tenantId, runnerId, fingerprint },
    connectionId: newId(),
    transport: "grpc",
    spoolId,
    facts: {
      version: "1.0.0",
      protocols: [1],
      incarnation,
      platform: { os: "linux", arch: "x64", hostname: "press" },
      tags: [],
      runtimes: [{ name: "node", version: "20" }],
      sandbox: "bubblewrap",
      slots: 4,
    },
  };
}

const admit = (hello: Hello) => node.runners.presence.admit(hello);
const stateOf = async (id: string) => (await node.runners.getRunner(node.system, id)).state;
const standingOf = ({ identity, connectionId }: Hello) => ({ ...identity, connectionId });
const fallen = (...hellos: Hello[]) => node.other.presence.listFallen(hellos.map(standingOf));

test("a hello shows the runner as online with what it says, and leaving shows it as offline", async () => {
  const runner = await enrolled();
  expect(await stateOf(runner.runnerId)).toBe("offline");
  const hello = helloOf(runner);
  expect(await admit(hello)).toMatchObject({ name: runner.name, receivedSeq: 0, lifeMs: 86_400_000 });
  const shown = await node.runners.getRunner(node.system, runner.runnerId);
  expect(shown).toMatchObject({
    state: "online",
    slots: 4,
    platform: { hostname: "press" },
    transport: "grpc",
  });
  const { connectionId, identity } = hello;
  const left = { identity: { ...identity, name: runner.name }, connectionId, why: "the stream ended" };
  await node.runners.presence.leave(left);
  expect(await stateOf(runner.runnerId)).toBe("offline");
});

test("a runner whose node died is offline once there was no sign of it for 35 seconds", async () => {
  const runner = await enrolled();
  await admit(helloOf(runner));
  const age = (seconds: number) =>
    node.database.query(sql`
      update runners.runners set last_seen_at = now() - make_interval(secs => ${seconds})
      where id = ${runner.runnerId}`);
  await age(30);
  expect(await stateOf(runner.runnerId)).toBe("online");
  await age(36);
  expect(await stateOf(runner.runnerId)).toBe("offline");
});

test("signs of life count only for the connection that speaks for the runner", async () => {
  const runner = await enrolled();
  const [older, newer] = [helloOf(runner, 1), helloOf(runner, 2)];
  await admit(older);
  await admit(newer);
  const sign = (hello: Hello, busy: number) => ({
    runnerId: runner.runnerId,
    connectionId: hello.connectionId,
    busy,
    refusing: "",
  });
  await node.runners.presence.noteSigns([sign(newer, 2), sign(older, 3)]);
  expect(await node.runners.getRunner(node.system, runner.runnerId)).toMatchObject({ busy: 2 });
  const name = runner.name;
  const { identity, connectionId } = older;
  await node.runners.presence.leave({ identity: { ...identity, name }, connectionId, why: "fenced" });
  expect(await stateOf(runner.runnerId)).toBe("online");
});

test("of two starts with one id the older is fenced off, whichever comes first", async () => {
  const runner = await enrolled();
  const older = helloOf(runner, 7);
  await admit(older);
  const newer = helloOf(runner, 8);
  await admit(newer);
  expect(await fallen(older, newer)).toEqual([{ connectionId: older.connectionId, why: "fenced" }]);
  expect(await admit(helloOf(runner, 7))).toBe("fenced");
  const [a, b] = await Promise.all([admit(helloOf(runner, 9)), admit(helloOf(runner, 10))]);
  expect(a).toBe("fenced");
  expect(b).toMatchObject({ name: runner.name });
});

test("who is denied by id, by certificate or by its age is not let in, and does not stay", async () => {
  const denials = [
    (runner: { runnerId: string }) => ({ kind: "runner", value: runner.runnerId }) as const,
    (runner: { fingerprint: string }) => ({ kind: "certificate", value: runner.fingerprint }) as const,
    () => ({ kind: "issued_before" }) as const,
  ];
  for (const denial of denials) {
    const runner = await enrolled();
    const hello = helloOf(runner);
    await admit(hello);
    expect(await fallen(hello)).toEqual([]);
    const { id } = await node.runners.createDenial(node.system, denial(runner));
    expect(await fallen(hello)).toEqual([{ connectionId: hello.connectionId, why: "credential" }]);
    expect(await admit(helloOf(runner, 2))).toBe("credential");
    const fresh = await enrolForTest(node.runners, node.system, { runnerId: runner.runnerId });
    const fingerprint = fingerprintOf(new X509Certificate(fresh.certificate).raw);
    const again = await admit(helloOf({ ...runner, fingerprint }, 3));
    if (denial(runner).kind === "runner") expect(again).toBe("credential");
    else expect(again).toMatchObject({ name: runner.name });
    await node.runners.deleteDenial(node.system, id);
  }
});

test("a blocked runner stays out until it is unblocked, and a deleted one for good", async () => {
  const runner = await enrolled();
  const hello = helloOf(runner);
  await admit(hello);
  await node.runners.blockRunner(node.system, runner.runnerId);
  expect(await fallen(hello)).toEqual([{ connectionId: hello.connectionId, why: "blocked" }]);
  expect(await admit(helloOf(runner, 2))).toBe("blocked");
  await node.runners.unblockRunner(node.system, runner.runnerId);
  expect(await admit(helloOf(runner, 2))).toMatchObject({ name: runner.name });
  await node.runners.deleteRunner(node.system, runner.runnerId);
  expect(await admit(helloOf(runner, 3))).toBe("credential");
});

test("a drain lasts through breaks, until the runner's next start", async () => {
  const runner = await enrolled();
  const hello = helloOf(runner, 1);
  await admit(hello);
  await node.runners.drainRunner(node.system, runner.runnerId);
  expect(await stateOf(runner.runnerId)).toBe("draining");
  expect(await fallen(hello)).toEqual([{ connectionId: hello.connectionId, why: "draining" }]);
  expect(await admit(helloOf(runner, 1))).toMatchObject({ isDraining: true });
  expect(await admit(helloOf(runner, 2))).toMatchObject({ isDraining: false });
  expect(await stateOf(runner.runnerId)).toBe("online");
});

test("an ended certificate lets nobody in, whatever a runner's clock says", async () => {
  const runner = await enrolled();
  const hello = helloOf(runner);
  await admit(hello);
  await node.database.query(sql`
    update runners.certificates set expires_at = now() where runner_id = ${runner.runnerId}`);
  expect(await fallen(hello)).toEqual([{ connectionId: hello.connectionId, why: "credential" }]);
  expect(await admit(helloOf(runner, 2))).toBe("credential");
});

test("how far a spool was received is kept over reconnects, and begins anew with another spool", async () => {
  const runner = await enrolled();
  const { presence } = node.runners;
  const first = helloOf(runner, 1);
  await admit(first);
  const received = { runnerId: runner.runnerId, connectionId: first.connectionId };
  await Promise.all([5, 9, 7].map((seq) => presence.keepReceived({ ...received, seq })));
  expect(await admit(helloOf(runner, 1))).toMatchObject({ receivedSeq: 9 });
  await expect(presence.keepReceived({ ...received, seq: 10 })).rejects.toMatchObject({ code: "lease_lost" });
  expect(await admit(helloOf(runner, 2, "another"))).toMatchObject({ receivedSeq: 0 });
});

test("a runner of another tenant is not let in under this one's name", async () => {
  const runner = await enrolled();
  const hello = helloOf(runner);
  expect(await admit({ ...hello, identity: { ...hello.identity, tenantId: "elsewhere" } })).toBe(
    "credential",
  );
});
