import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** Notes that these events came; answers which of the keys are new. */
export async function noteSignals(
  tx: Queryable,
  tenantId: string,
  keys: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ key: string }>(sql`
    insert into triggers.signals (tenant_id, key)
    select distinct ${tenantId}::text, key from unnest(${keys}::text[]) k (key) order by key
    on conflict (tenant_id, key) do nothing
    returning key`);
  return rows.map((row) => row.key);
}

/** Forgets events that came more than so many days ago; answers how many. */
export async function forgetSignals(database: Queryable, days: number, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from triggers.signals where (tenant_id, key) in (
      select tenant_id, key from triggers.signals where at < now() - make_interval(days => ${days})
      limit ${limit} for update skip locked
    ) returning key`);
  return rows.length;
}
