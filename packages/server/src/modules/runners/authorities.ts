import { X509Certificate } from "node:crypto";
import { type Call, defaultTenant } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import type { Encryption } from "../../kit/encryption.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { eventOf, type Events } from "../events/service.ts";
import * as store from "./authority-store.ts";
import { certificateHours, fingerprintOf } from "./model.ts";
import { issueServerCertificate, type KeyPair, makeAuthority, type Signer } from "./x509.ts";

const authorityDays = 365;
const serverCertificateDays = 7;
/** Every certificate of a retiring authority has ended by then. */
const retiringHours = certificateHours + 1;
/** A runner that has not heard of the next authority for so long has no certificate that is still good. */
const preparedSecondsMin = certificateHours * 3_600;
const prepareAtShare = 1 / 2;
const activateAtShare = 5 / 6;

/** The hint that the authorities changed. */
export const authoritiesTopic = "runner-authorities";

/** An authority as it is shown. */
export interface Authority {
  id: string;
  state: store.AuthorityState;
  fingerprint: string;
  createdAt: string;
  activatedAt: string | null;
  expiresAt: string;
}

export interface AuthoritiesOptions {
  database: Database;
  events: Events;
  encryption: Encryption;
  wakes: Wakes;
}

/** The server's own authorities: one signs, the next is made known in time, the last is trusted for a while. */
export class Authorities {
  readonly #options: AuthoritiesOptions;
  #known: store.AuthorityRow[] = [];

  constructor(options: AuthoritiesOptions) {
    this.#options = options;
  }

  /** Makes the first one where there is none, and reads what there is. */
  async open(): Promise<void> {
    await this.reload();
    if (this.#known.length > 0) return;
    await this.#options.database.transaction(async (tx) => {
      await store.lock(tx);
      if ((await store.list(tx)).length === 0) await this.#insert(tx, "active");
    });
    await this.reload();
  }

  /** Reads them again; answers whether there are others than before. */
  async reload(): Promise<boolean> {
    const rows = await store.list(this.#options.database);
    const isOther = stateOf(rows) !== stateOf(this.#known);
    this.#known = rows;
    return isOther;
  }

  /** The certificates to trust, PEM. */
  get bundle(): string[] {
    return this.#known.map(({ certificate }) => certificate);
  }

  /** The one that signs. */
  get activeId(): string {
    return this.#active().id;
  }

  signer(): Signer {
    const { id, certificate, sealedKey } = this.#active();
    return { certificate, key: this.#options.encryption.open(sealedKey, sealContext(id)) };
  }

  /** A certificate for the runner port of this node, on a new key. */
  async makeServerCertificate(serverName: string): Promise<KeyPair> {
    const nowMs = await store.now(this.#options.database);
    return issueServerCertificate(this.signer(), { serverName, nowMs, days: serverCertificateDays });
  }

  async listAuthorities(call: Call): Promise<Authority[]> {
    requireOperator(call);
    await this.reload();
    return this.#known.map(viewOf);
  }

  /** Makes the next one and makes it known; nothing is signed with it yet. */
  async prepareAuthority(call: Call): Promise<Authority> {
    requireOperator(call);
    await this.#change(call, "runner_authority.prepared", async (tx) => {
      if ((await store.secondsSincePrepared(tx)) !== undefined) {
        throw new AppError("conflict", "The next authority is prepared already: activate it first");
      }
      await this.#insert(tx, "next");
    });
    return viewOf(this.#known.find(({ state }) => state === "next")!);
  }

  /** Signs with the next one from here on. Before it has been known for a day only by `force`. */
  async activateAuthority(call: Call, { force = false }: { force?: boolean } = {}): Promise<Authority> {
    requireOperator(call);
    await this.#change(call, "runner_authority.activated", async (tx) => {
      const seconds = await store.secondsSincePrepared(tx);
      if (seconds === undefined)
        throw new AppError("conflict", "No next authority is prepared: prepare one first");
      if (seconds < preparedSecondsMin && !force) {
        const message =
          "The next authority must be known for a day, so that no runner misses it: wait, or force it and enrol " +
          "those again that were away";
        throw new AppError("conflict", message);
      }
      await store.activate(tx);
    });
    return viewOf(this.#active());
  }

  /** Prepares, activates and removes authorities as their lives go on. */
  async tend(call: Call): Promise<void> {
    await this.reload();
    const life = await store.shareOfLife(this.#options.database);
    if (life !== undefined && !life.hasNext && life.share >= prepareAtShare)
      await this.prepareAuthority(call);
    if (life !== undefined && life.hasNext && life.share >= activateAtShare)
      await this.activateAuthority(call);
    const removed = await store.removeRetired(this.#options.database, retiringHours);
    if (removed > 0) this.#options.wakes.signal(authoritiesTopic);
  }

  async #change(call: Call, type: string, act: (tx: Tx) => Promise<void>): Promise<void> {
    const { database, events, wakes } = this.#options;
    await database.transaction(async (tx) => {
      await store.lock(tx);
      await act(tx);
      await events.append(tx, [
        eventOf(call, { topic: "runners", type, subjectId: "authorities", scopeId: "" }),
      ]);
      tx.afterCommit(() => wakes.signal(authoritiesTopic));
    });
    await this.reload();
  }

  async #insert(tx: Tx, state: "next" | "active"): Promise<void> {
    const id = newId();
    const made = await makeAuthority(`Millrace runners ${id}`, await store.now(tx), authorityDays);
    const sealedKey = this.#options.encryption.seal(made.key, sealContext(id));
    await store.insert(tx, { id, state, certificate: made.certificate, sealedKey, days: authorityDays });
  }

  #active(): store.AuthorityRow {
    const active = this.#known.find(({ state }) => state === "active");
    if (active === undefined) throw new AppError("unavailable", "The runners' authority is not there yet");
    return active;
  }
}

/** The authorities are the whole server's, so they are in the hands of those who operate it. */
function requireOperator(call: Call): void {
  if (call.isAdmin && call.tenantId === defaultTenant) return;
  const message = `Only members of the role admins of the tenant ${defaultTenant} may do this`;
  throw new AppError("forbidden", message);
}

function sealContext(id: string): string {
  return `runners|authorities|${id}|key`;
}

function stateOf(rows: readonly store.AuthorityRow[]): string {
  return rows.map(({ id, state }) => `${id}:${state}`).join();
}

function viewOf({
  id,
  state,
  certificate,
  createdAt,
  activatedAt,
  expiresAt,
}: store.AuthorityRow): Authority {
  const fingerprint = fingerprintOf(new X509Certificate(certificate).raw);
  return { id, state, fingerprint, createdAt, activatedAt, expiresAt };
}
