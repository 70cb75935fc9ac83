import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62^43 > 2^256 and 62^6 > 2^32. */
const secretLength = 43;
const checksumLength = 6;
const tokenPattern = /^mr_pat_([0-9a-f]{24})_[0-9A-Za-z]{49}$/;
const secretPattern = /^[0-9A-Za-z_-]{43}$/;

/** The text of an API token: `mr_pat_<id>_<256 random bits, base62><crc32>`. */
export function makeTokenText(id: string): string {
  const secret = base62(BigInt(`0x${randomBytes(32).toString("hex")}`), secretLength);
  const text = `mr_pat_${id}_${secret}`;
  return text + checksumOf(text);
}

/** The id in the text of a token; undefined if the text is no token or a mistyped one. */
export function tokenIdOf(text: string): string | undefined {
  const id = tokenPattern.exec(text)?.[1];
  if (id === undefined) return undefined;
  return checksumOf(text.slice(0, -checksumLength)) === text.slice(-checksumLength) ? id : undefined;
}

/** 256 random bits as text: sessions and one-time links. */
export function makeSecretText(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether `text` has the form of `makeSecretText`. */
export function isSecretText(text: string): boolean {
  return secretPattern.test(text);
}

/** What the database keeps of a secret. One SHA-256 is enough: nobody tries 2^256 of them. */
export function digestOf(text: string): string {
  return hash("sha256", text, "base64url");
}

/** Compares without telling by its time how much was right. */
export function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The CSRF token of a session: who holds it can say that it reads what this server answers to that session. */
export function csrfTokenOf(sessionText: string): string {
  return createHmac("sha256", sessionText).update("millrace csrf").digest("base64url");
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength);
}

function base62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = alphabet[Number(rest % 62n)] + text;
  return text;
}
