// The certificate library looks for it when it is loaded.
import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as Crypto);

const keyKind = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const enrolTimeoutMs = 30_000;

/** Who this runner is, and where its server is. */
export interface RunnerRecord {
  /** The web address that it was enrolled at. */
  url: string;
  /** host:port of the runner port; null where there is only the WebSocket. */
  address: string | null;
  tenantId: string;
  runnerId: string;
  name: string;
}

/** What it proves that by; all of it PEM. */
export interface Credential {
  key: string;
  certificate: string;
  authorities: string[];
}

/** A key that was just made here, and the request to certify it. */
export interface NewKey {
  key: string;
  csr: string;
}

interface EnrolAnswer {
  tenantId: string;
  runnerId: string;
  name: string;
  certificate: string;
  authorities: string[];
  address: string | null;
}

/** Makes a key. It is written to this machine's disk, readable by its owner alone, and never sent anywhere. */
export async function makeKey(): Promise<NewKey> {
  const keys = await webcrypto.subtle.generateKey(keyKind, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: keyKind });
  const body = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = body.replaceAll(/(.{64})/g, "$1\n").trimEnd();
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    csr: request.toString("pem"),
  };
}

/** The folder that a runner keeps its name, its key and its spool in. */
export class RunnerFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get isEnrolled(): boolean {
    return existsSync(this.#file("runner.json"));
  }

  get spoolPath(): string {
    return this.#file("spool");
  }

  async record(): Promise<RunnerRecord> {
    return JSON.parse(await readFile(this.#file("runner.json"), "utf8")) as RunnerRecord;
  }

  async credential(): Promise<Credential> {
    return JSON.parse(await readFile(this.#file("credential.json"), "utf8")) as Credential;
  }

  /** From when and until when its certificate is good. */
  async certificateDates(): Promise<{ certificateFrom: string; certificateUntil: string }> {
    const { validFrom, validTo } = new X509Certificate((await this.credential()).certificate);
    return {
      certificateFrom: new Date(validFrom).toISOString(),
      certificateUntil: new Date(validTo).toISOString(),
    };
  }

  /** Changes where the server is reached. */
  async saveRecord(record: RunnerRecord): Promise<void> {
    await this.#write("runner.json", record);
  }

  /** Key and certificate go together in one file, so that a crash leaves the old pair or the new one. */
  async saveCredential(credential: Credential): Promise<void> {
    await this.#write("credential.json", credential);
  }

  /**
   * A number for this start, greater than that of every start before, here and, as far as clocks agree, of a copy of
   * this folder elsewhere.
   */
  async nextIncarnation(): Promise<number> {
    const before = existsSync(this.#file("incarnation.json"))
      ? (JSON.parse(await readFile(this.#file("incarnation.json"), "utf8")) as number)
      : 0;
    const next = Math.max(before + 1, Date.now());
    await this.#write("incarnation.json", next);
    return next;
  }

  /** Becomes a runner. A key that was made for this token before is used again: its answer may have got lost. */
  async enrol({ url, token }: { url: string; token: string }): Promise<RunnerRecord> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const { key, csr } = await this.#keyFor(token);
    const answer = await askForCertificate(url, { token, csr });
    const { tenantId, runnerId, name, address, certificate, authorities } = answer;
    await this.saveCredential({ key, certificate, authorities });
    const record = { url, address, tenantId, runnerId, name };
    await this.saveRecord(record);
    await this.#write("enrolling.json", null);
    return record;
  }

  async #keyFor(token: string): Promise<NewKey> {
    const path = this.#file("enrolling.json");
    const known = existsSync(path)
      ? (JSON.parse(await readFile(path, "utf8")) as (NewKey & { of: string }) | null)
      : null;
    const of = await digestOf(token);
    if (known?.of === of) return known;
    const made = await makeKey();
    await this.#write("enrolling.json", { ...made, of });
    return made;
  }

  /** Whole or not at all, and readable by its owner alone. */
  async #write(name: string, content: unknown): Promise<void> {
    const path = this.#file(name);
    const file = await open(`${path}.new`, "w", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, undefined, 1)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(`${path}.new`, 0o600);
    await rename(`${path}.new`, path);
  }

  #file(name: string): string {
    return join(this.path, name);
  }
}

async function askForCertificate(url: string, body: { token: string; csr: string }): Promise<EnrolAnswer> {
  const response = await fetch(`${url.replace(/\/+$/, "")}/api/v1/runners/enrol`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(enrolTimeoutMs),
  });
  const answer = (await response.json().catch(() => ({}))) as { detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `the server answered ${response.status}`);
  return answer as EnrolAnswer;
}

async function digestOf(text: string): Promise<string> {
  const digest = await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}
