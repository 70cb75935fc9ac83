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

/** Takes keys for firings, each once; answers the firings that got theirs. */
export async function takeKeys(
  tx: Queryable,
  wanted: readonly { triggerId: string; key: string; firingId: string }[],
): Promise<string[]> {
  const rows = await tx.query<{ firingId: string }>(sql`
    insert into triggers.keys (trigger_id, key, firing_id)
    select w."triggerId", w.key, w."firingId"
    from json_to_recordset(${JSON.stringify(wanted)}::json) w ("triggerId" text, key text, "firingId" text)
    order by w."triggerId", w.key, w."firingId"
    on conflict (trigger_id, key) do nothing
    returning firing_id as "firingId"`);
  return rows.map((row) => row.firingId);
}

/** Gives back the keys of firings that came to nothing. */
export async function giveKeysBack(tx: Queryable, firingIds: readonly string[]): Promise<void> {
  await tx.query(sql`delete from triggers.keys where firing_id = any (${firingIds}::text[])`);
}

/** Removes keys that are older than so many days; answers how many. */
export async function forgetKeys(database: Queryable, days: number, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from triggers.keys where (trigger_id, key) in (
      select trigger_id, key from triggers.keys where at < now() - make_interval(days => ${days})
      limit ${limit} for update skip locked
    ) returning key`);
  return rows.length;
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
