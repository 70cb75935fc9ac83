import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../kit/sql.ts";
import { setupRunners, enrolForTest } from "./testing.ts";
import { readRunnerCertificate } from "./x509.ts";

let node: Awaited<ReturnType<typeof setupRunners>>;
beforeAll(async () => {
  node = await setupRunners();
});
afterAll(() => node.close());

const derOf = (pem: string) => new X509Certificate(pem).raw;

test("nodes that start together make one authority, and its key is kept sealed", async () => {
  expect(node.runners.authorities.bundle).toEqual(node.other.authorities.bundle);
  const [row] = await node.database.query<{ key: string }>(
    sql`select sealed_key as key from runners.authorities`,
  );
  expect(row!.key).toMatch(/^enc1\./);
});

test("the next authority is trusted before it signs, and the last one as long as its certificates last", async () => {
  const { authorities } = node.runners;
  const before = await enrolForTest(node.runners, node.system);
  const next = await authorities.prepareAuthority(node.system);
  expect(next.state).toBe("next");
  expect((await enrolForTest(node.runners, node.system)).authorities).toHaveLength(2);
  await expect(authorities.prepareAuthority(node.system)).rejects.toMatchObject({ code: "conflict" });
  await expect(authorities.activateAuthority(node.system)).rejects.toMatchObject({ code: "conflict" });
  await node.database.query(sql`
    update runners.authorities set created_at = created_at - interval '25 hours' where id = ${next.id}`);
  expect(await authorities.activateAuthority(node.system)).toMatchObject({ id: next.id, state: "active" });
  const after = await enrolForTest(node.runners, node.system);
  expect(await node.other.authorities.reload()).toBe(true);
  for (const { certificate, runnerId } of [before, after]) {
    const read = readRunnerCertificate(derOf(certificate), node.other.authorities.bundle);
    expect(read).toMatchObject({ runnerId });
  }
  await node.database.query(sql`
    update runners.authorities set retired_at = retired_at - interval '26 hours' where state = 'retiring'`);
  await authorities.tend(node.system);
  await authorities.reload();
  expect(authorities.bundle).toHaveLength(1);
  expect(readRunnerCertificate(derOf(before.certificate), authorities.bundle)).toBeUndefined();
});

test("authorities follow each other by themselves as their lives go on", async () => {
  const { authorities } = node.runners;
  const activeBefore = authorities.activeId;
  const age = (days: number) =>
    node.database.query(sql`
      update runners.authorities set activated_at = activated_at - make_interval(days => ${days}),
        created_at = created_at - make_interval(days => ${days}),
        expires_at = expires_at - make_interval(days => ${days})`);
  await age(190);
  await authorities.tend(node.system);
  expect((await authorities.listAuthorities(node.system)).map(({ state }) => state)).toEqual([
    "active",
    "next",
  ]);
  await age(125);
  await authorities.tend(node.system);
  expect(authorities.activeId).not.toBe(activeBefore);
});

test("a certificate of a foreign authority names nobody", async () => {
  const foreign = await setupRunners();
  const enrolled = await enrolForTest(foreign.runners, foreign.system);
  await foreign.close();
  expect(readRunnerCertificate(derOf(enrolled.certificate), node.runners.authorities.bundle)).toBeUndefined();
});

test("the authorities are in the hands of the default tenant's admins alone", async () => {
  await expect(node.runners.authorities.listAuthorities(node.elsewhere)).rejects.toMatchObject({
    code: "forbidden",
  });
});
