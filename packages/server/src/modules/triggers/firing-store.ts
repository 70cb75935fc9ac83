import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";
import type { FiringView } from "./model.ts";

export interface FiringRow extends Omit<FiringView, "at" | "facts"> {
  triggerId: string;
  tenantId: string;
  /** JSON text. */
  facts: string | null;
}

const fields = {
  shared: ["triggerId", "tenantId"],
  own: ["id", "cause", "outcome", "reason", "runId", "facts"],
} as const;

/** Writes firings, and removes the oldest of the same triggers beyond `kept`. */
export async function insert(tx: Queryable, rows: readonly FiringRow[], kept: number): Promise<void> {
  await tx.query(sql`
    insert into triggers.firings (id, trigger_id, tenant_id, cause, outcome, reason, run_id, facts)
    select f.id, g."triggerId", g."tenantId", f.cause, f.outcome, f.reason, f.run_id, f.facts::jsonb
    from json_to_recordset(${gatherRows(rows, fields)}::json) as g
      ("triggerId" text, "tenantId" text, id text[], cause text[], outcome text[], reason text[], "runId" text[],
       facts text[])
    cross join lateral unnest(g.id, g.cause, g.outcome, g.reason, g."runId", g.facts) as f
      (id, cause, outcome, reason, run_id, facts)`);
  const triggerIds = [...new Set(rows.map(({ triggerId }) => triggerId))];
  await tx.query(sql`
    delete from triggers.firings where id in (
      select old.id from unnest(${triggerIds}::text[]) t (id)
      cross join lateral (
        select f.id from triggers.firings f where f.trigger_id = t.id order by f.id desc offset ${kept}
        for update skip locked
      ) old
    )`);
}

/** A trigger's firings, the latest first, before an id. */
export async function list(
  reader: Queryable,
  tenantId: string,
  triggerId: string,
  beforeId: string,
  limit: number,
): Promise<FiringView[]> {
  return reader.query<FiringView>(sql`
    select id, at, cause, outcome, reason, run_id as "runId", facts
    from triggers.firings
    where tenant_id = ${tenantId} and trigger_id = ${triggerId} and id < ${beforeId}
    order by id desc
    limit ${limit}`);
}
