import { adminsId, type Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Queryable } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import * as store from "./authentication-store.ts";
import { digestOf, isSameText, isSecretText, tokenIdOf } from "./credentials.ts";
import { type Credential, signedTokenSeconds, touchEveryMs, whoAmIScope } from "./model.ts";
import { isSigned, type SignedClaims, type SignedTokens } from "./signed-tokens.ts";

const cachedMax = 20_000;
const waitingMax = 100_000;
const epochsPerReadMax = 10_000;
const credentialsPerReadMax = 500;

/** What is asked of the database: a token by its id and hash, a session by its hash, or either by its id alone. */
interface Wanted {
  id?: string;
  hash?: string;
}

/** Who stands behind a credential, as a call wants it; true under `epoch` until `validUntilMs`. */
interface Resolved {
  kind: Credential["kind"];
  tenantId: string;
  userId: string;
  userName: string;
  principalIds: readonly string[];
  isAdmin: boolean;
  scopes: readonly string[] | undefined;
  credentialId: string;
  epoch: number;
  validUntilMs: number;
  touchedAtMs: number;
}

export interface RequestFacts {
  requestId: string;
  address: string;
  signal?: AbortSignal;
}

/** A short-lived token that stands for the credential its maker came with. */
export interface SignedToken {
  text: string;
  expiresInSeconds: number;
}

/**
 * Who asks, fresh at every request. What a process has resolved it trusts as long as the tenant's epoch is the same;
 * requests that arrive together share the read of the epochs, and the resolving of what is not known.
 */
export class Authentication {
  readonly #log: Logger;
  readonly #signed: SignedTokens;
  /** By the hash of a credential's text (requests) or by its id (watches); the least recently used goes first. */
  readonly #cache = new Map<string, Resolved>();
  readonly #epochs: Coalescer<string, store.EpochRow>;
  readonly #resolutions: Coalescer<Wanted, Resolved | null>;
  readonly #touches: Coalescer<string, true>;
  #nowMs = 0;

  constructor(database: Database, log: Logger, signed: SignedTokens) {
    this.#log = log;
    this.#signed = signed;
    const epochs = database.lane("epochs");
    this.#epochs = new Coalescer({
      name: "reading epochs",
      write: (tenantIds) => readEpochs(epochs, tenantIds),
      batchMax: epochsPerReadMax,
      waitingMax,
      lanes: 2,
    });
    this.#resolutions = new Coalescer({
      name: "resolving credentials",
      write: async (wanted) => this.#matched(wanted, await readHolders(database, wanted)),
      batchMax: credentialsPerReadMax,
      waitingMax,
      lanes: 2,
    });
    this.#touches = new Coalescer({
      name: "touching credentials",
      write: async (ids) => {
        await store.touch(database, ids);
        return ids.map(() => true as const);
      },
      batchMax: credentialsPerReadMax,
      waitingMax: cachedMax,
    });
  }

  /** The caller behind a credential as of this moment; `unauthenticated` if it is unknown, over or taken away. */
  async authenticate(credential: Credential, request: RequestFacts): Promise<Call> {
    const hash = digestOf(credential.text);
    const resolved = (await this.#trusted(hash)) ?? (await this.#resolveText(credential, hash));
    // The same text in the other place is refused: only what comes as a cookie is checked against forged requests.
    if (resolved === null || resolved.kind !== credential.kind) {
      throw new AppError(
        "unauthenticated",
        "The token or session is unknown, over or taken away: sign in again",
      );
    }
    if (this.#nowMs - resolved.touchedAtMs > touchEveryMs) this.#touch(resolved);
    return callOf(resolved, request);
  }

  /**
   * The same caller as of now; undefined when his credential is gone. Counts as a use of it only where `isUse` says
   * that he asks for something.
   */
  async refresh(call: Call, { isUse = false } = {}): Promise<Call | undefined> {
    const { credentialId } = call;
    if (credentialId === undefined) return { ...call, epoch: await this.freshEpoch(call.tenantId) };
    const resolved =
      (await this.#trusted(credentialId)) ?? (await this.#resolve(credentialId, { id: credentialId }));
    if (resolved === null || resolved.userId !== call.userId) return undefined;
    if (isUse && this.#nowMs - resolved.touchedAtMs > touchEveryMs) this.#touch(resolved);
    const { requestId, address = "", signal, scopes } = call;
    const fresh = callOf(resolved, { requestId, address, signal });
    return { ...fresh, scopes: narrowed(resolved.scopes, scopes) };
  }

  /** Signs a token that may do what the caller may, or less, and ends with the credential he came with. */
  async sign(
    call: Call,
    { scopes, seconds = signedTokenSeconds }: { scopes?: readonly string[]; seconds?: number } = {},
  ): Promise<SignedToken> {
    const { tenantId, credentialId } = call;
    if (credentialId === undefined) {
      throw new AppError("forbidden", "Only who came with a token or a session can have a token signed");
    }
    const { nowMs } = await this.#epochs.submit(tenantId);
    const may = narrowed(call.scopes, scopes);
    const expiresAtMs = nowMs + seconds * 1_000;
    const claims = { tenantId, credentialId, expiresAtMs, ...(may === undefined ? {} : { scopes: may }) };
    return { text: await this.#signed.sign(claims), expiresInSeconds: seconds };
  }

  /** The tenant's epoch as of now. */
  async freshEpoch(tenantId: string): Promise<number> {
    return (await this.#epochs.submit(tenantId)).epoch;
  }

  /** Waits until no use is left to be written down. */
  async close(): Promise<void> {
    await this.#touches.drained();
  }

  async #trusted(key: string): Promise<Resolved | undefined> {
    const known = this.#cache.get(key);
    if (known === undefined) return undefined;
    const { epoch, nowMs } = await this.#epochs.submit(known.tenantId);
    this.#nowMs = nowMs;
    if (epoch !== known.epoch || nowMs >= known.validUntilMs) return undefined;
    this.#cache.delete(key);
    this.#cache.set(key, known);
    return known;
  }

  async #resolveText(credential: Credential, hash: string): Promise<Resolved | null> {
    const { kind, text } = credential;
    if (kind !== "token" || !isSigned(text)) return this.#resolve(hash, wantedOf(credential, hash));
    const claims = await this.#signed.read(text);
    return claims === undefined ? null : this.#resolve(hash, { id: claims.credentialId }, claims);
  }

  async #resolve(key: string, wanted: Wanted | undefined, claims?: SignedClaims): Promise<Resolved | null> {
    const holder = wanted === undefined ? null : await this.#resolutions.submit(wanted);
    const resolved = holder === null || claims === undefined ? holder : this.#signedFor(holder, claims);
    if (resolved === null) {
      this.#cache.delete(key);
      return null;
    }
    const known = this.#cache.get(key);
    // Two reads may come back in the other order; the older one must not win.
    if (known === undefined || known.epoch <= resolved.epoch) this.#remember(key, resolved);
    return resolved;
  }

  /** Who a signed token stands for; null when it is over. */
  #signedFor(holder: Resolved, claims: SignedClaims): Resolved | null {
    if (claims.tenantId !== holder.tenantId || this.#nowMs >= claims.expiresAtMs) return null;
    return {
      ...holder,
      kind: "token",
      scopes: narrowed(holder.scopes, claims.scopes),
      validUntilMs: Math.min(holder.validUntilMs, claims.expiresAtMs),
    };
  }

  /** What each of `wanted` found among the holders; one object for all who ask for the same. */
  #matched(wanted: readonly Wanted[], holders: readonly store.Holder[]): (Resolved | null)[] {
    this.#nowMs = Math.max(this.#nowMs, holders[0]?.nowMs ?? 0);
    const byId = new Map(holders.map((holder) => [holder.credentialId, holder]));
    const bySessionHash = new Map(
      holders.filter(({ kind }) => kind === "session").map((holder) => [holder.hash, holder]),
    );
    const resolved = new Map(holders.map((holder) => [holder, resolvedOf(holder)]));
    return wanted.map(({ id, hash }) => {
      const holder = id === undefined ? bySessionHash.get(hash!) : byId.get(id);
      if (holder === undefined || (hash !== undefined && !isSameText(holder.hash, hash))) return null;
      return resolved.get(holder)!;
    });
  }

  #remember(key: string, resolved: Resolved): void {
    this.#cache.delete(key);
    this.#cache.set(key, resolved);
    if (this.#cache.size <= cachedMax) return;
    const [oldest] = this.#cache.keys();
    this.#cache.delete(oldest!);
  }

  #touch(resolved: Resolved): void {
    resolved.touchedAtMs = this.#nowMs;
    this.#touches.submit(resolved.credentialId).catch((error: unknown) => {
      this.#log.warn({ err: error }, "the use of a token or session could not be written down");
    });
  }
}

function wantedOf(credential: Credential, hash: string): Wanted | undefined {
  if (credential.kind === "session") return isSecretText(credential.text) ? { hash } : undefined;
  const id = tokenIdOf(credential.text);
  return id === undefined ? undefined : { id, hash };
}

async function readEpochs(database: Queryable, tenantIds: readonly string[]): Promise<store.EpochRow[]> {
  const rows = await store.readEpochs(database, [...new Set(tenantIds)]);
  const only = rows[0];
  // Nearly always all members are of one tenant.
  if (rows.length === 1 && tenantIds.every((tenantId) => tenantId === only!.tenantId)) {
    return tenantIds.map(() => only!);
  }
  const byTenant = new Map(rows.map((row) => [row.tenantId, row]));
  return tenantIds.map((tenantId) => byTenant.get(tenantId) ?? { tenantId, epoch: 0, nowMs: 0 });
}

function readHolders(database: Database, wanted: readonly Wanted[]): Promise<store.Holder[]> {
  const ids = wanted.flatMap(({ id }) => id ?? []);
  const sessionHashes = wanted.flatMap(({ id, hash }) => (id === undefined ? hash! : []));
  return store.resolve(database, [...new Set(ids)], [...new Set(sessionHashes)]);
}

function resolvedOf({ scopes, hash: _hash, nowMs: _nowMs, ...holder }: store.Holder): Resolved {
  return {
    ...holder,
    isAdmin: holder.principalIds.includes(adminsId),
    scopes: scopes === null ? undefined : [...scopes, whoAmIScope],
  };
}

/** The scopes that are in both; undefined stands for all there are. */
function narrowed(
  held: readonly string[] | undefined,
  wanted: readonly string[] | undefined,
): readonly string[] | undefined {
  if (held === undefined || wanted === undefined || held === wanted) return wanted ?? held;
  return wanted.filter((scope) => held.includes(scope));
}

function callOf(resolved: Resolved, request: RequestFacts): Call {
  return {
    tenantId: resolved.tenantId,
    userId: resolved.userId,
    userName: resolved.userName,
    principalIds: resolved.principalIds,
    isAdmin: resolved.isAdmin,
    epoch: resolved.epoch,
    scopes: resolved.scopes,
    credentialId: resolved.credentialId,
    requestId: request.requestId,
    address: request.address,
    signal: request.signal,
  };
}
