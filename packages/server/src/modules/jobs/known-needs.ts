import type { Database } from "../../kit/database.ts";
import * as store from "./dispatch-store.ts";

/** Different needs of one tenant's jobs that a node looks after at once. */
const needsPerTenantMax = 1_000;
/** The jobs' needs are read at most this often, and rarer when that is slow. */
const readEveryMs = 1_000;
const readShare = 20;

/**
 * Which needs the waiting jobs of each tenant have, as far as this node knows: by what was submitted here, and by a
 * look at the waiting jobs once in a second. Its clock paces those looks and decides nothing.
 */
export class KnownNeeds {
  readonly #database: Database;
  readonly #byTenant = new Map<string, { needs: Set<string>; dueAt: number }>();

  constructor(database: Database) {
    this.#database = database;
  }

  note(tenantId: string, needs: string): void {
    const known = this.#of(tenantId).needs;
    if (known.size < needsPerTenantMax) known.add(needs);
  }

  of(tenantId: string): string[] {
    return [...this.#of(tenantId).needs];
  }

  /** Reads those that are due: what waits on nodes that have gone, or was submitted on others. */
  async refresh(tenantIds: readonly string[]): Promise<void> {
    const startedAt = performance.now();
    const due = tenantIds.filter((tenantId) => this.#of(tenantId).dueAt <= startedAt);
    if (due.length === 0) return;
    const rows = await store.listWaitingNeeds(this.#database, due, needsPerTenantMax);
    const endedAt = performance.now();
    const dueAt = endedAt + Math.max(readEveryMs, (endedAt - startedAt) * readShare);
    for (const tenantId of due) this.#byTenant.set(tenantId, { needs: this.#of(tenantId).needs, dueAt });
    this.#forgetIdle(due, rows);
    for (const { tenantId, needs } of rows) this.note(tenantId, needs);
  }

  /** Where a tenant's jobs had very many different needs, those that none has now make room. */
  #forgetIdle(due: readonly string[], rows: readonly { tenantId: string; needs: string }[]): void {
    for (const tenantId of due) {
      const known = this.#of(tenantId);
      if (known.needs.size < needsPerTenantMax) continue;
      known.needs = new Set(rows.filter((row) => row.tenantId === tenantId).map(({ needs }) => needs));
    }
  }

  #of(tenantId: string): { needs: Set<string>; dueAt: number } {
    let known = this.#byTenant.get(tenantId);
    if (known === undefined) {
      known = { needs: new Set(), dueAt: 0 };
      this.#byTenant.set(tenantId, known);
    }
    return known;
  }
}
