import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import type { Encryption } from "../../kit/encryption.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Metrics } from "../../kit/metrics.ts";
import type { Right } from "../../kit/route.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, type AclEntry, requireRight } from "../access/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import { Authorities } from "./authorities.ts";
import { asRunner, Enrolment } from "./enrolment.ts";
import {
  type Inventory,
  offlineAfterSeconds,
  type RunnerIdentity,
  runnersPerTenantMax,
  type RunnerView,
} from "./model.ts";
import { Presence } from "./presence.ts";
import * as store from "./store.ts";

export { authoritiesTopic } from "./authorities.ts";
export { readRunnerCertificate } from "./x509.ts";

const pageMax = 500;
/** The hint that somebody may not stay connected, or shall drain. */
export const standingTopic = "runner-standing";

export interface RunnersOptions {
  database: Database;
  events: Events;
  encryption: Encryption;
  wakes: Wakes;
  metrics: Metrics;
}

/** Who can execute: enrolled, let in, shown, drained, blocked, deleted and denied. */
export class Runners implements Inventory {
  readonly #database: Database;
  readonly #events: Events;
  readonly #wakes: Wakes;
  readonly authorities: Authorities;
  readonly enrolment: Enrolment;
  readonly presence: Presence;

  constructor({ database, events, encryption, wakes, metrics }: RunnersOptions) {
    this.#database = database;
    this.#events = events;
    this.#wakes = wakes;
    this.authorities = new Authorities({ database, events, encryption, wakes });
    this.enrolment = new Enrolment(database, events, this.authorities);
    this.presence = new Presence(database, events, metrics);
  }

  /** The tenant's runners as the jobs see them. */
  async list(tenantId: string): Promise<RunnerView[]> {
    const everyone = { tenantId, isAdmin: true, principalIds: [] };
    const page = { afterName: "", limit: runnersPerTenantMax, seconds: offlineAfterSeconds };
    return (await store.list(this.#database, everyone, page)).map(store.viewOf);
  }

  /** The runners that the caller may read, by name; `cursor` is the last name of the page before. */
  async listRunners(
    call: Call,
    { cursor = "", limit = 100 }: { cursor?: string; limit?: number } = {},
  ): Promise<{ items: RunnerView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const page = { afterName: cursor, limit: size + 1, seconds: offlineAfterSeconds };
    const rows = await store.list(this.#database.read(call), call, page);
    const items = rows.slice(0, size).map(store.viewOf);
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  async getRunner(call: Call, id: string): Promise<RunnerView & { acl: AclEntry[] }> {
    const row = await this.#require(this.#database.read(call), call, id, "read");
    return { ...store.viewOf(row), acl: row.acl };
  }

  /** Changes tags and who may do what. Tags decide which jobs, and so which secrets, a runner gets. */
  async updateRunner(
    call: Call,
    id: string,
    changed: { tags?: string[]; acl?: AclEntry[] },
  ): Promise<RunnerView & { acl: AclEntry[] }> {
    await this.#change(call, id, { right: "update", type: "runner.updated" }, async (tx, row) => {
      if (changed.tags !== undefined && !call.isAdmin) {
        throw new AppError("forbidden", "tags: only members of the role admins may change them", {
          field: "tags",
        });
      }
      const tags = changed.tags === undefined ? row.tags : [...new Set(changed.tags)].sort();
      await store.update(tx, { ...row, tags, acl: changed.acl ?? row.acl });
      return { tags };
    });
    return this.getRunner(call, id);
  }

  /** Keeps it out, and cuts its connection within five seconds, until it is unblocked. */
  async blockRunner(call: Call, id: string): Promise<RunnerView> {
    return this.#setState(call, id, { state: "blocked", type: "runner.blocked" });
  }

  async unblockRunner(call: Call, id: string): Promise<RunnerView> {
    return this.#setState(call, id, { state: "enrolled", type: "runner.unblocked", only: "blocked" });
  }

  /** Lets it finish what it has and gives it nothing more, until its next start. */
  async drainRunner(call: Call, id: string): Promise<RunnerView> {
    return this.#setState(call, id, { state: "draining", type: "runner.draining", only: "enrolled" });
  }

  /** Removes it for good: its id and certificates are denied from then on. */
  async deleteRunner(call: Call, id: string): Promise<void> {
    await this.#change(call, id, { right: "delete", type: "runner.deleted" }, async (tx, { name }) => {
      const reason = `the runner ${name} was deleted`;
      await store.insertDenial(tx, call.tenantId, {
        id: newId(),
        kind: "runner",
        value: id,
        reason,
        createdById: call.userId,
      });
      await store.remove(tx, call.tenantId, id);
      return { name };
    });
  }

  /** Denies a runner's id, a certificate by its SHA-256, or every certificate that was issued before this moment. */
  async createDenial(
    call: Call,
    wanted: { kind: store.Denial["kind"]; value?: string; reason?: string },
  ): Promise<store.Denial> {
    requireAdmin(call);
    const { kind, value = "", reason = "" } = wanted;
    if ((kind === "issued_before") !== (value === "")) {
      throw invalid("value", "must name a runner or a certificate, and must be missing for issued_before");
    }
    return this.#denying(call, "runner_denial.created", (tx) =>
      store.insertDenial(tx, call.tenantId, {
        id: newId(),
        kind,
        value: value.toLowerCase().replaceAll(":", ""),
        reason,
        createdById: call.userId,
      }),
    );
  }

  async listDenials(call: Call): Promise<store.Denial[]> {
    requireAdmin(call);
    return store.listDenials(this.#database.read(call), call.tenantId, pageMax);
  }

  async deleteDenial(call: Call, id: string): Promise<void> {
    requireAdmin(call);
    await this.#denying(call, "runner_denial.deleted", async (tx) => {
      const denial = await store.removeDenial(tx, call.tenantId, id);
      if (denial === undefined) throw absent("such denial");
      return denial;
    });
  }

  /** Notes that a runner said what it may not say. */
  async recordViolation(identity: RunnerIdentity, what: string): Promise<void> {
    const event = {
      topic: "runners",
      type: "runner.violated",
      subjectId: identity.runnerId,
      scopeId: "",
      details: { what, fingerprint: identity.fingerprint },
    } as const;
    await this.#database.transaction((tx) =>
      this.#events.append(tx, [eventOf(asRunner(undefined, identity), event)]),
    );
  }

  async #setState(
    call: Call,
    id: string,
    { state, type, only }: { state: store.RunnerRow["state"]; type: string; only?: store.RunnerRow["state"] },
  ): Promise<RunnerView> {
    await this.#change(call, id, { right: "update", type }, async (tx, row) => {
      if (only !== undefined && row.state !== only) return undefined;
      const isChanged = await store.setState(tx, { tenantId: call.tenantId, id, state });
      return isChanged ? { name: row.name } : undefined;
    });
    return this.getRunner(call, id);
  }

  /** `act` answers what the event says, or undefined where nothing was to be changed. */
  async #change(
    call: Call,
    id: string,
    { right, type }: { right: Right; type: string },
    act: (tx: Tx, row: store.RunnerRow) => Promise<Record<string, unknown> | undefined>,
  ): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const row = await this.#require(tx, call, id, right);
      const details = await act(tx, row);
      if (details === undefined) return;
      await this.#events.append(tx, [
        eventOf(call, { topic: "runners", type, subjectId: id, scopeId: "", details }),
      ]);
      tx.afterCommit(() => this.#wakes.signal(standingTopic));
    });
  }

  async #denying(call: Call, type: string, act: (tx: Tx) => Promise<store.Denial>): Promise<store.Denial> {
    return this.#database.transaction(async (tx) => {
      const denial = await act(tx);
      const { kind, value, reason } = denial;
      const details = { kind, value, reason };
      const event = { topic: "runners", type, subjectId: denial.id, scopeId: "", details } as const;
      await this.#events.append(tx, [eventOf(call, event)]);
      tx.afterCommit(() => this.#wakes.signal(standingTopic));
      return denial;
    });
  }

  async #require(
    reader: Pick<Database, "query">,
    call: Call,
    id: string,
    right: Right,
  ): Promise<store.RunnerRow> {
    const what = `runner ${JSON.stringify(id)}`;
    const row = await store.find(reader, call.tenantId, id, offlineAfterSeconds);
    if (row === undefined) throw absent(what);
    requireRight(row.acl, call, right, what);
    return row;
  }
}

function requireAdmin(call: Call): void {
  if (!call.isAdmin) throw new AppError("forbidden", "Only members of the role admins may do this");
}
