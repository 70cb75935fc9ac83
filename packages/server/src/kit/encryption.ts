import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "./errors.ts";

const nonceBytes = 12;
const tagBytes = 16;
const prefix = "enc1";

/** AES-256-GCM under a root key; every sealed text names its key, so that keys can be rotated. */
export class Encryption {
  readonly #keys: Map<string, Buffer>;
  readonly #currentId: string;

  /** `keys`: 32 bytes each; the first one seals, all of them open. */
  constructor(keys: readonly Buffer[]) {
    const [current] = keys;
    if (current === undefined) throw new Error("an encryption needs at least one key");
    this.#keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.#currentId = keyIdOf(current);
  }

  /** The name of the key that seals. */
  get keyId(): string {
    return this.#currentId;
  }

  /** Seals `plain` so that it opens only in the same `context` (tenant, record, field). */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#keys.get(this.#currentId)!, nonce);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return [
      prefix,
      this.#currentId,
      Buffer.concat([nonce, body, cipher.getAuthTag()]).toString("base64url"),
    ].join(".");
  }

  /** Opens what `seal` made; a changed text or a foreign context is refused. */
  open(sealed: string, context: string): string {
    const [kind, keyId, body] = sealed.split(".");
    const key = this.#keys.get(keyId ?? "");
    if (kind !== prefix || key === undefined || body === undefined) throw unreadable();
    const bytes = Buffer.from(body, "base64url");
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      const plain = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
      return Buffer.concat([plain, decipher.final()]).toString("utf8");
    } catch (cause) {
      throw unreadable(cause);
    }
  }
}

/** A root key as 64 hex digits. */
export function parseRootKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), "hex");
  if (key.length !== 32) throw new AppError("invalid_input", `${where}: the root key must be 64 hex digits`);
  return key;
}

/** A key of its own for each `purpose`: 32 bytes that tell nothing of the root key. */
export function deriveKey(rootKey: Buffer, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", rootKey, "", `millrace ${purpose}`, 32));
}

/** Names a root key and tells nothing of it. */
export function keyIdOf(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

function unreadable(cause?: unknown): AppError {
  return new AppError(
    "internal",
    "A sealed value cannot be opened: its root key is missing or it was changed",
    { cause },
  );
}
