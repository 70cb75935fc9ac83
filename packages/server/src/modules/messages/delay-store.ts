import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

export interface DelayedRow {
  id: string;
  queueId: string;
  content: string;
}

/** Keeps messages until their time. Queues that are gone keep nothing; answers the ids of those that exist. */
export async function insert(
  database: Queryable,
  rows: readonly (DelayedRow & { delayMs: number })[],
): Promise<string[]> {
  const kept = await database.query<{ queueId: string }>(sql`
    insert into messages.delayed_messages (id, queue_id, content, due_at)
    select d.id, d."queueId", d.content, now() + make_interval(secs => d."delayMs" / 1000.0)
    from json_to_recordset(${JSON.stringify(rows)}::json) as d
      (id text, "queueId" text, content text, "delayMs" float8)
    where exists (select from messages.message_queues q where q.id = d."queueId" for key share)
    returning queue_id as "queueId"`);
  return kept.map((row) => row.queueId);
}

export interface DueRow extends DelayedRow {
  tenantId: string;
  /** Of the queue. */
  name: string;
}

/** Locks messages whose time has come, for as long as the transaction lasts. */
export async function lockDue(tx: Queryable, limit: number): Promise<DueRow[]> {
  return tx.query<DueRow>(sql`
    select d.id, d.queue_id as "queueId", d.content, q.tenant_id as "tenantId", q.name
    from messages.delayed_messages d join messages.message_queues q on q.id = d.queue_id
    where due_at <= now()
    order by due_at, d.id
    limit ${limit}
    for update of d skip locked`);
}

export async function remove(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query(sql`delete from messages.delayed_messages where id = any (${ids}::text[])`);
}

export async function removeOfQueues(tx: Queryable, queueIds: readonly string[]): Promise<void> {
  await tx.query(sql`delete from messages.delayed_messages where queue_id = any (${queueIds}::text[])`);
}
