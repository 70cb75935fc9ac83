// The certificate library looks for it when it is loaded.
import "reflect-metadata";
import { createHash, randomBytes, webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { AppError, invalid } from "../../kit/errors.ts";
import { fingerprintOf, parseUri } from "./model.ts";

x509.cryptoProvider.set(webcrypto as Crypto);

const signing = { name: "ECDSA", hash: "SHA-256" } as const;
const keyKind = { name: "ECDSA", namedCurve: "P-256" } as const;
const minute = 60_000;
const day = 86_400_000;
const csrCharactersMax = 8_192;

const serverAuth = "1.3.6.1.5.5.7.3.1";
const clientAuth = "1.3.6.1.5.5.7.3.2";

/** A key and its certificate, PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** An authority that signs. Every moment is the database's, in milliseconds. */
export interface Signer {
  certificate: string;
  key: string;
}

/** A new authority that may sign what is no authority itself. */
export async function makeAuthority(name: string, nowMs: number, days: number): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(keyKind, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    // Backdated, since a runner whose clock is behind must take it as well.
    notBefore: new Date(nowMs - day),
    notAfter: new Date(nowMs + days * day),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** A certificate for the runner port, on a key of its own that never leaves this process. */
export async function issueServerCertificate(
  signer: Signer,
  { serverName, nowMs, days }: { serverName: string; nowMs: number; days: number },
): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(keyKind, true, ["sign", "verify"]);
  const certificate = await sign(signer, {
    publicKey: keys.publicKey,
    subject: `CN=${serverName}`,
    // As with the authority: a clock that is behind is no reason to stay away.
    notBefore: new Date(nowMs - day),
    notAfter: new Date(nowMs + days * day),
    usage: serverAuth,
    names: [{ type: "dns", value: serverName }],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** The key that is to be certified, after the request has proved to hold it. */
export interface RequestedKey {
  publicKey: webcrypto.CryptoKey;
  /** The SHA-256 of the public key, in hex. */
  thumbprint: string;
}

/** Reads a certification request (RFC 2986): a P-256 key, and a signature made with it. Its names are not looked at. */
export async function parseRequest(pem: string, field: string): Promise<RequestedKey> {
  if (pem.length > csrCharactersMax)
    throw invalid(field, `must not be longer than ${csrCharactersMax} characters`);
  let request: x509.Pkcs10CertificateRequest;
  try {
    request = new x509.Pkcs10CertificateRequest(pem);
  } catch (cause) {
    throw new AppError("invalid_input", `${field}: is no certification request`, { field, cause });
  }
  const { algorithm } = request.publicKey as { algorithm: { name: string; namedCurve?: string } };
  if (algorithm.name !== keyKind.name || algorithm.namedCurve !== keyKind.namedCurve) {
    throw invalid(field, "the key must be an elliptic one on P-256");
  }
  if (!(await request.verify())) throw invalid(field, "is not signed with its own key");
  const publicKey = await request.publicKey.export();
  return {
    publicKey,
    thumbprint: createHash("sha256").update(Buffer.from(request.publicKey.rawData)).digest("hex"),
  };
}

/** A runner's certificate: the server's names, for a client, good from five minutes ago. */
export async function issueRunnerCertificate(
  signer: Signer,
  given: { publicKey: webcrypto.CryptoKey; uri: string; runnerId: string; nowMs: number; untilMs: number },
): Promise<{ certificate: string; fingerprint: string }> {
  const certificate = await sign(signer, {
    publicKey: given.publicKey,
    subject: `CN=${given.runnerId}`,
    notBefore: new Date(given.nowMs - 5 * minute),
    notAfter: new Date(given.untilMs),
    usage: clientAuth,
    names: [{ type: "url", value: given.uri }],
  });
  return {
    certificate: certificate.toString("pem"),
    fingerprint: fingerprintOf(new Uint8Array(certificate.rawData)),
  };
}

/** Whom a certificate names, if one of these authorities signed it; undefined if it names no runner or is foreign. */
export function readRunnerCertificate(
  der: Uint8Array,
  authorities: readonly string[],
): { tenantId: string; runnerId: string; fingerprint: string; certificate: X509Certificate } | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    return undefined;
  }
  const isOurs = authorities.some((pem) => {
    const authority = new X509Certificate(pem);
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  });
  const uri = /(?:^|, )URI:([^,]+)/.exec(certificate.subjectAltName ?? "")?.[1];
  const named = uri === undefined ? undefined : parseUri(uri);
  if (!isOurs || named === undefined || certificate.ca) return undefined;
  return { ...named, fingerprint: fingerprintOf(der), certificate };
}

interface Wanted {
  publicKey: webcrypto.CryptoKey;
  subject: string;
  notBefore: Date;
  notAfter: Date;
  usage: string;
  names: { type: "dns" | "url"; value: string }[];
}

async function sign(signer: Signer, wanted: Wanted): Promise<x509.X509Certificate> {
  const authority = new x509.X509Certificate(signer.certificate);
  return x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: wanted.subject,
    issuer: authority.subject,
    notBefore: wanted.notBefore,
    notAfter: wanted.notAfter,
    publicKey: wanted.publicKey,
    signingKey: await importKey(signer.key),
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([wanted.usage], true),
      new x509.SubjectAlternativeNameExtension(wanted.names, true),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
      await x509.SubjectKeyIdentifierExtension.create(wanted.publicKey),
    ],
  });
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const body = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${body.replaceAll(/(.{64})/g, "$1\n").trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  return webcrypto.subtle.importKey("pkcs8", der, keyKind, false, ["sign"]);
}

/** Positive, and 16 random bytes: nobody foresees it. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString("hex");
}
