// The certificate library looks for it when it is loaded.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { pino } from "pino";
import { type Call, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { Encryption } from "../../kit/encryption.ts";
import { Metrics } from "../../kit/metrics.ts";
import { createTestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import type { NewEnrolmentToken } from "./enrolment.ts";
import { Runners } from "./service.ts";

export interface KeyForTest {
  csr: string;
  key: string;
}

/** A key as a runner makes it, with its request. */
export async function makeKeyForTest(curve = "P-256", name = "CN=ignored"): Promise<KeyForTest> {
  const algorithm = { name: "ECDSA", namedCurve: curve, hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: algorithm,
  });
  const body = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = body.replaceAll(/(.{64})/g, "$1\n").trimEnd();
  const key = `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
  return { csr: request.toString("pem"), key };
}

/** Somebody enrolled, with the key that only he has. */
export async function enrolForTest(runners: Runners, call: Call, wanted: NewEnrolmentToken = {}) {
  const { token } = await runners.enrolment.createToken(call, wanted);
  const key = await makeKeyForTest();
  return { ...(await runners.enrolment.enrol(call, { token, csr: key.csr })), key: key.key };
}

/** Two nodes' runners on a database of their own. */
export async function setupRunners() {
  const testDatabase = await createTestDatabase();
  const log = pino({ level: "silent" });
  const encryption = new Encryption([randomBytes(32)]);
  const database = new Database({ url: testDatabase.url, log });
  const makeNode = async () => {
    const wakes = new Wakes();
    const events = new Events(database, wakes);
    const runners = new Runners({ database, events, encryption, wakes, metrics: new Metrics() });
    await runners.authorities.open();
    return { events, runners, wakes };
  };
  const node = await makeNode();
  const other = await makeNode();
  const system = systemCall("test");
  const elsewhere = systemCall("test", "elsewhere");
  const close = async () => {
    await database.close();
    await testDatabase.drop();
  };
  return {
    ...node,
    other: other.runners,
    database,
    encryption,
    system,
    elsewhere,
    url: testDatabase.url,
    close,
  };
}
