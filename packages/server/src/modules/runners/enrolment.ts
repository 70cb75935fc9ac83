import { hash, randomBytes } from "node:crypto";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { absent, rights } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { Authorities } from "./authorities.ts";
import * as store from "./enrolment-store.ts";
import {
  certificateHours,
  enrolmentTokenMinutes,
  type RunnerIdentity,
  runnersPerTenantMax,
  uriOf,
} from "./model.ts";
import * as runnerStore from "./store.ts";
import { issueRunnerCertificate, parseRequest, type RequestedKey } from "./x509.ts";
import { now } from "./authority-store.ts";

const tokenPattern = /^mr_enrol_([0-9a-f]{24})_[0-9A-Za-z_-]{43}$/;
const tokensShownMax = 500;
/** A runner that asks for certificates more often is broken or up to something. */
const renewEverySecondsMin = 60;

export interface NewEnrolmentToken {
  /** What the runner will be called; not given: the server makes a name. */
  name?: string;
  tags?: string[];
  /** Enrols this runner again, with its name and tags, instead of making one. */
  runnerId?: string;
}

/** The one moment at which a token's text is known. */
export type MadeEnrolmentToken = store.EnrolmentToken & { token: string };

/** What a runner gets to know itself, and the server, by. */
export interface IssuedCertificate {
  certificate: string;
  authorities: string[];
  /** How long it is good from now on, and for how long it was issued. */
  leftMs: number;
  lifeMs: number;
}

export interface Enrolled extends IssuedCertificate {
  tenantId: string;
  runnerId: string;
  name: string;
  tags: string[];
}

/** How a runner gets its name and its certificates. */
export class Enrolment {
  readonly #database: Database;
  readonly #events: Events;
  readonly #authorities: Authorities;

  constructor(database: Database, events: Events, authorities: Authorities) {
    this.#database = database;
    this.#events = events;
    this.#authorities = authorities;
  }

  /** Makes a token that enrols one runner, within ten minutes. */
  async createToken(call: Call, wanted: NewEnrolmentToken): Promise<MadeEnrolmentToken> {
    requireAdmin(call);
    const { name, tags = [], runnerId = null } = wanted;
    const id = newId();
    const text = `mr_enrol_${id}_${randomBytes(32).toString("base64url")}`;
    const made = await this.#database.transaction(async (tx) => {
      const again = runnerId === null ? undefined : await runnerStore.find(tx, call.tenantId, runnerId, 0);
      if (runnerId !== null && again === undefined) throw absent(`runner ${JSON.stringify(runnerId)}`);
      const row = await store.insertToken(tx, {
        id,
        tenantId: call.tenantId,
        secretHash: digestOf(text),
        name: again?.name ?? name ?? "",
        tags: again?.tags ?? [...new Set(tags)].sort(),
        runnerId,
        createdById: call.userId,
        createdByName: call.userName,
        minutes: enrolmentTokenMinutes,
      });
      await this.#record(tx, call, "runner_token.created", id, { name: row.name, tags: row.tags, runnerId });
      return row;
    });
    return { ...made, token: text };
  }

  async listTokens(call: Call): Promise<store.EnrolmentToken[]> {
    requireAdmin(call);
    return store.listTokens(this.#database.read(call), call.tenantId, tokensShownMax);
  }

  async deleteToken(call: Call, id: string): Promise<void> {
    requireAdmin(call);
    await this.#database.transaction(async (tx) => {
      if (!(await store.removeToken(tx, call.tenantId, id))) throw absent("such enrolment token");
      await this.#record(tx, call, "runner_token.deleted", id, {});
    });
  }

  /**
   * Makes a runner of who shows a token, and certifies its key. The token is used up, but the same key may ask with it
   * again while it lasts, since an answer may get lost.
   */
  async enrol(call: Call, given: { token: string; csr: string }): Promise<Enrolled> {
    const id = tokenPattern.exec(given.token)?.[1];
    const key = await parseRequest(given.csr, "csr");
    try {
      return await this.#database.transaction(async (tx) => {
        const token = id === undefined ? undefined : await store.holdToken(tx, id, digestOf(given.token));
        if (token === undefined || (token.usedKey !== null && token.usedKey !== key.thumbprint))
          throw noSuchToken();
        if (token.usedRunnerId !== null) return await this.#enrolled(tx, token, token.usedRunnerId, key);
        const runnerId = token.runnerId ?? (await this.#makeRunner(tx, token));
        await store.useToken(tx, { id: token.id, usedKey: key.thumbprint, usedRunnerId: runnerId });
        const identity = { tenantId: token.tenantId, runnerId };
        const fingerprint = await this.#certify(tx, identity, key);
        const enrolled = await this.#enrolled(tx, token, runnerId, key);
        const actor = asRunner(call, { ...identity, name: enrolled.name, fingerprint });
        const { tags } = enrolled;
        const details = {
          tokenId: token.id,
          tokenBy: token.createdByName,
          tags,
          fingerprint,
          address: call.address,
        };
        await this.#record(tx, actor, "runner.enrolled", runnerId, details);
        return enrolled;
      });
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** The next certificate of a connected runner, on a new key. */
  async renew(identity: RunnerIdentity, csr: string): Promise<IssuedCertificate> {
    const key = await parseRequest(csr, "csr");
    try {
      return await this.#database.transaction(async (tx) => {
        const seconds = await store.secondsSinceIssued(tx, identity.runnerId);
        if (seconds !== undefined && seconds < renewEverySecondsMin) {
          throw new AppError("rate_limited", "A runner gets a certificate once a minute at most", {
            retryAfterSeconds: renewEverySecondsMin,
          });
        }
        const fingerprint = await this.#certify(tx, identity, key);
        const details = { fingerprint, before: identity.fingerprint };
        await this.#record(tx, asRunner(undefined, identity), "runner.renewed", identity.runnerId, details);
        const { certificate, leftMs, lifeMs } = (await store.findCertificateOn(tx, key.thumbprint))!;
        return { certificate, leftMs, lifeMs, authorities: this.#authorities.bundle };
      });
    } catch (error) {
      throw refusalOf(error);
    }
  }

  async #makeRunner(tx: Tx, token: store.HeldToken): Promise<string> {
    const { tenantId } = token;
    if ((await runnerStore.count(tx, tenantId)) >= runnersPerTenantMax) {
      throw new AppError(
        "conflict",
        `A tenant has at most ${runnersPerTenantMax} runners: delete some first`,
      );
    }
    const id = newId();
    const name = token.name === "" ? `runner-${id}` : token.name;
    const maker = { principalId: token.createdById, name: token.createdByName, rights: [...rights] };
    const acl = [{ ...maker, effect: "allow" as const }];
    await runnerStore.insert(tx, {
      id,
      tenantId,
      name,
      tags: token.tags,
      acl,
      createdById: token.createdById,
    });
    return id;
  }

  async #certify(
    tx: Tx,
    { tenantId, runnerId }: Pick<RunnerIdentity, "tenantId" | "runnerId">,
    key: RequestedKey,
  ): Promise<string> {
    const nowMs = await now(tx);
    const { certificate, fingerprint } = await issueRunnerCertificate(this.#authorities.signer(), {
      publicKey: key.publicKey,
      uri: uriOf({ tenantId, runnerId }),
      runnerId,
      nowMs,
      untilMs: nowMs + certificateHours * 3_600_000,
    });
    const authorityId = this.#authorities.activeId;
    const row = { fingerprint, tenantId, runnerId, authorityId, keyThumbprint: key.thumbprint, certificate };
    await store.insertCertificate(tx, { ...row, hours: certificateHours });
    return fingerprint;
  }

  async #enrolled(tx: Tx, token: store.HeldToken, runnerId: string, key: RequestedKey): Promise<Enrolled> {
    const runner = await runnerStore.find(tx, token.tenantId, runnerId, 0);
    const issued = await store.findCertificateOn(tx, key.thumbprint);
    if (runner === undefined || issued === undefined || issued.runnerId !== runnerId) throw noSuchToken();
    const { certificate, leftMs, lifeMs } = issued;
    const { tenantId, name, tags } = runner;
    return {
      tenantId,
      runnerId,
      name,
      tags,
      certificate,
      leftMs,
      lifeMs,
      authorities: this.#authorities.bundle,
    };
  }

  async #record(tx: Tx, call: Call, type: string, subjectId: string, details: object): Promise<void> {
    const event = { topic: "runners", type, subjectId, scopeId: "", details: { ...details } } as const;
    await this.#events.append(tx, [eventOf(call, event)]);
  }
}

/** The runner itself as the actor of what it does. */
export function asRunner(call: Call | undefined, identity: RunnerIdentity): Call {
  return {
    tenantId: identity.tenantId,
    userId: identity.runnerId,
    userName: identity.name,
    principalIds: [identity.runnerId],
    isAdmin: false,
    requestId: call?.requestId ?? newId(),
  };
}

function requireAdmin(call: Call): void {
  if (!call.isAdmin) throw new AppError("forbidden", "Only members of the role admins may enrol runners");
}

function digestOf(text: string): string {
  return hash("sha256", text, "base64url");
}

function noSuchToken(): AppError {
  return new AppError(
    "unauthenticated",
    "token: it is unknown, used or over: make another with `millrace runner token`",
  );
}

function refusalOf(error: unknown): unknown {
  switch (violatedConstraint(error)) {
    case "a_runner_name_is_used_once_in_a_tenant":
      return new AppError(
        "already_exists",
        "There is a runner of the token's name already: make a token with another",
      );
    case "a_key_is_certified_once":
      return new AppError("conflict", "csr: this key has a certificate already: make a new key");
    default:
      return error;
  }
}
