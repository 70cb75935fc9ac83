import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** Makes this the connection of the runner; false if a newer start of it has one. */
export async function takeSession(
  tx: Queryable,
  session: { runnerId: string; tenantId: string; incarnation: number; sessionId: string },
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into jobs.sessions as s (runner_id, tenant_id, incarnation, session_id)
    values (${session.runnerId}, ${session.tenantId}, ${session.incarnation}, ${session.sessionId})
    on conflict (runner_id) do update
      set incarnation = excluded.incarnation, session_id = excluded.session_id, connected_at = now()
      where s.incarnation <= excluded.incarnation and s.tenant_id = excluded.tenant_id
    returning runner_id`);
  return rows.length === 1;
}

/** Of these connections those that are still their runner's. */
export async function listCurrent(database: Queryable, sessionIds: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select session_id as id from jobs.sessions where session_id = any (${sessionIds}::text[])`);
  return rows.map(({ id }) => id);
}

/** The same, and none of them can be replaced until the transaction ends. */
export async function holdCurrent(tx: Queryable, sessionIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select session_id as id from jobs.sessions where session_id = any (${sessionIds}::text[])
    order by runner_id
    for share`);
  return rows.map(({ id }) => id);
}
