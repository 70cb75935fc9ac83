import type { Call } from "./call.ts";
import type { Tx } from "./database.ts";

/** What a module needs of identity: the number under which cached definitions of a tenant are fresh. */
export interface Epochs {
  freshEpoch(tenantId: string): Promise<number>;
  raiseEpoch(tx: Tx, tenantId: string): Promise<void>;
}

/** Definitions of each tenant, kept until the tenant's epoch is raised. */
export class EpochCache<Known extends object> {
  readonly #epochs: Epochs;
  readonly #load: (tenantId: string) => Promise<Known>;
  readonly #cache = new Map<string, { epoch: number; known: Known }>();

  constructor(epochs: Epochs, load: (tenantId: string) => Promise<Known>) {
    this.#epochs = epochs;
    this.#load = load;
  }

  /** What was loaded under the call's epoch or a later one; a call without one asks for it. */
  async of(call: Pick<Call, "tenantId" | "epoch">): Promise<Known> {
    const epoch = call.epoch ?? (await this.#epochs.freshEpoch(call.tenantId));
    const cached = this.#cache.get(call.tenantId);
    if (cached !== undefined && cached.epoch >= epoch) return cached.known;
    const known = await this.#load(call.tenantId);
    const latest = this.#cache.get(call.tenantId);
    if (latest === undefined || latest.epoch <= epoch) this.#cache.set(call.tenantId, { epoch, known });
    return known;
  }

  /** The same caller under the epoch of now: he sees what he has just changed. */
  async refreshed(call: Call): Promise<Call> {
    return { ...call, epoch: await this.#epochs.freshEpoch(call.tenantId) };
  }
}
