import { errors, jwtVerify, SignJWT } from "jose";

const algorithm = "HS256";
const issuer = "millrace";
const signedPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Longer texts are none of ours. */
const charactersMax = 4_096;

/** What a signed token says: which credential it stands for, until when, and what of its rights it has. */
export interface SignedClaims {
  tenantId: string;
  /** The API token or session behind it; when that ends, so does this. */
  credentialId: string;
  /** Not given: everything that the credential may. */
  scopes?: readonly string[];
  expiresAtMs: number;
}

/** Short-lived tokens (JWT, RFC 7519) that stand for a credential which lies in the database. */
export class SignedTokens {
  readonly #key: Uint8Array;

  /** `key`: the same on all nodes, 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  async sign({ tenantId, credentialId, scopes, expiresAtMs }: SignedClaims): Promise<string> {
    const claims = { tenant: tenantId, ...(scopes === undefined ? {} : { scope: scopes.join(" ") }) };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: "JWT" })
      .setIssuer(issuer)
      .setSubject(credentialId)
      .setExpirationTime(Math.floor(expiresAtMs / 1_000))
      .sign(this.#key);
  }

  /** What a token of ours says, its end not yet looked at; undefined when it is none of ours. */
  async read(text: string): Promise<SignedClaims | undefined> {
    if (!isSigned(text)) return undefined;
    try {
      const { payload } = await jwtVerify(text, this.#key, {
        algorithms: [algorithm],
        issuer,
        requiredClaims: ["sub", "exp", "tenant"],
        // Whether it is over is decided by the database's clock.
        currentDate: new Date(0),
      });
      const { scope, tenant, sub, exp } = payload;
      return {
        tenantId: String(tenant),
        credentialId: sub!,
        ...(typeof scope === "string" ? { scopes: scope === "" ? [] : scope.split(" ") } : {}),
        expiresAtMs: exp! * 1_000,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

/** Whether `text` has the form of a signed token. */
export function isSigned(text: string): boolean {
  return text.length <= charactersMax && signedPattern.test(text);
}
