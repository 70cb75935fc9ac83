import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anonymous } from "../identity/testing.ts";
import { sql } from "../../kit/sql.ts";
import { fingerprintOf, uriOf } from "./model.ts";
import { enrolForTest, makeKeyForTest, setupRunners } from "./testing.ts";
import { readRunnerCertificate } from "./x509.ts";

let node: Awaited<ReturnType<typeof setupRunners>>;
beforeAll(async () => {
  node = await setupRunners();
});
afterAll(() => node.close());

const tokenOf = async (wanted = {}) => (await node.runners.enrolment.createToken(node.system, wanted)).token;

test("a token makes one runner, with the token's tags and a certificate in the server's own names", async () => {
  const token = await tokenOf({ name: "press", tags: ["onprem", "gpu"] });
  const { csr } = await makeKeyForTest("P-256", "CN=admin, O=millrace");
  const enrolled = await node.runners.enrolment.enrol(anonymous(), { token, csr });
  expect(enrolled).toMatchObject({ tenantId: "default", name: "press", tags: ["gpu", "onprem"] });
  const certificate = new X509Certificate(enrolled.certificate);
  expect(certificate.subjectAltName).toBe(`URI:${uriOf(enrolled)}`);
  expect(certificate.subject).toBe(`CN=${enrolled.runnerId}`);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(certificate.ca).toBe(false);
  expect(enrolled.lifeMs).toBe(86_400_000);
  const read = readRunnerCertificate(certificate.raw, enrolled.authorities);
  expect(read).toMatchObject({ runnerId: enrolled.runnerId, fingerprint: fingerprintOf(certificate.raw) });
});

test("of many who show one token at once, one is enrolled", async () => {
  const token = await tokenOf();
  const keys = await Promise.all(Array.from({ length: 8 }, () => makeKeyForTest()));
  const runners = (index: number) => (index % 2 === 0 ? node.runners : node.other);
  const tries = keys.map(({ csr }, index) => runners(index).enrolment.enrol(anonymous(), { token, csr }));
  const answers = await Promise.allSettled(tries);
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refused = answers.filter((answer) => answer.status === "rejected");
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "unauthenticated" });
});

test("whose answer got lost asks again with the same key and gets the same certificate", async () => {
  const token = await tokenOf();
  const { csr } = await makeKeyForTest();
  const first = await node.runners.enrolment.enrol(anonymous(), { token, csr });
  const second = await node.other.enrolment.enrol(anonymous(), { token, csr });
  expect({ ...second, leftMs: 0 }).toEqual({ ...first, leftMs: 0 });
});

test("a token that is unknown, over or taken back enrols nobody", async () => {
  const { csr } = await makeKeyForTest();
  const enrol = (token: string) => node.runners.enrolment.enrol(anonymous(), { token, csr });
  const over = await node.runners.enrolment.createToken(node.system, {});
  await node.database.query(sql`
    update runners.enrolment_tokens set expires_at = now() - interval '1 second' where id = ${over.id}`);
  const back = await node.runners.enrolment.createToken(node.system, {});
  await node.runners.enrolment.deleteToken(node.system, back.id);
  const mistyped = (await tokenOf()).replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  for (const token of [over.token, back.token, mistyped, "mr_enrol_", ""]) {
    await expect(enrol(token), token).rejects.toMatchObject({ code: "unauthenticated" });
  }
});

test("a token of another tenant makes a runner of that tenant, and is not seen here", async () => {
  const made = await node.runners.enrolment.createToken(node.elsewhere, {});
  const listed = await node.runners.enrolment.listTokens(node.system);
  expect(listed.map(({ id }) => id)).not.toContain(made.id);
  const { csr } = await makeKeyForTest();
  const { runnerId, tenantId } = await node.runners.enrolment.enrol(anonymous(), { token: made.token, csr });
  expect(tenantId).toBe("elsewhere");
  await expect(node.runners.getRunner(node.system, runnerId)).rejects.toMatchObject({ code: "not_found" });
});

test("a request on another curve, with a foreign signature or in another form is refused by its field", async () => {
  const token = await tokenOf();
  const other = await makeKeyForTest("P-384");
  const { csr } = await makeKeyForTest();
  const der = Buffer.from(csr.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  der[der.length - 1] = der.at(-1)! ^ 1;
  const broken = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
  for (const wrong of [other.csr, broken, "nothing"]) {
    const refused = node.runners.enrolment.enrol(anonymous(), { token, csr: wrong });
    await expect(refused, wrong).rejects.toMatchObject({ code: "invalid_input", details: { field: "csr" } });
  }
  await node.runners.enrolment.enrol(anonymous(), { token, csr });
});

test("a runner that lost its certificate is enrolled again under its own id, by a token for it", async () => {
  const enrolled = await enrolForTest(node.runners, node.system, { name: "again", tags: ["gpu"] });
  const { runnerId } = enrolled;
  const renewed = await enrolForTest(node.runners, node.system, { runnerId });
  expect(renewed).toMatchObject({ runnerId, name: "again", tags: ["gpu"] });
  expect(renewed.certificate).not.toBe(enrolled.certificate);
});

test("a renewal takes a new key, and comes once a minute at most", async () => {
  const enrolled = await enrolForTest(node.runners, node.system);
  const identity = { ...enrolled, fingerprint: fingerprintOf(new X509Certificate(enrolled.certificate).raw) };
  const { csr } = await makeKeyForTest();
  const renew = () => node.runners.enrolment.renew(identity, csr);
  await expect(renew()).rejects.toMatchObject({ code: "rate_limited" });
  const age = () =>
    node.database.query(sql`
      update runners.certificates set issued_at = issued_at - interval '2 minutes'
      where runner_id = ${enrolled.runnerId}`);
  await age();
  const { certificate } = await renew();
  expect(new X509Certificate(certificate).subjectAltName).toBe(`URI:${uriOf(enrolled)}`);
  await age();
  await expect(renew()).rejects.toMatchObject({ code: "conflict" });
});

test("what a runner did stands in its history under its own name", async () => {
  const { runnerId, name } = await enrolForTest(node.runners, node.system, { tags: ["onprem"] });
  await node.runners.drainRunner(node.system, runnerId);
  const history = await node.events.history(node.system, runnerId);
  expect(history.map(({ type, actorName }) => [type, actorName])).toEqual([
    ["runner.enrolled", name],
    ["runner.draining", "root"],
  ]);
});
