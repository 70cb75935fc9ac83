import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { ClaimedRow } from "./claim-store.ts";
import type { PlacedRow } from "./store.ts";

export interface Taking {
  tenantId: string;
  id: string;
  holderId: string;
  worker: string | null;
  leaseMs: number;
}

/** Hands one waiting item to a holder, whatever its place and time; nothing if it is held or waits at a gate. */
export async function handOutOne(tx: Queryable, taking: Taking): Promise<ClaimedRow | undefined> {
  const rows = await tx.query<ClaimedRow>(sql`
    with picked as (
      select id, state from work_items.work_items
      where tenant_id = ${taking.tenantId} and id = ${taking.id} and state <> 'processing' and admitted
      for update
    ), handed as (
      update work_items.work_items i
      set state = 'processing', position = null, due_at = null, acquired = acquired + 1,
        lease_number = lease_number + 1, lease_until = now() + make_interval(secs => ${taking.leaseMs} / 1000.0),
        holder_id = ${taking.holderId}, worker = ${taking.worker}, claimed_at = now()
      from picked p
      where i.id = p.id
      returning i.*, p.state as was
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select queue_id, s.state, s.sign
      from handed cross join lateral (values (was, -1), ('processing', 1)) as s (state, sign)
    )
    select id, tenant_id as "tenantId", queue_id as "queueId", priority, holder_id as "holderId", worker, name, payload,
      attempts, acquired, lease_number as "leaseNumber", lease_until as "leaseUntil", gate, error,
      success_queue_id as "successQueueId", failed_queue_id as "failedQueueId", from_item_id as "fromItemId",
      created_at as "createdAt", created_by_id as "createdById", claimed_at as "claimedAt"
    from handed`);
  return rows[0];
}

/** What is written of an item; what is left out stays. */
export interface EditedRow {
  tenantId: string;
  id: string;
  /** Of the lease under which it is written; null while nobody holds it. */
  leaseNumber: number | null;
  name?: string | null | undefined;
  payload?: Record<string, unknown> | undefined;
  priority?: number | undefined;
  dueAt?: string | undefined;
  successQueueId?: string | null | undefined;
  failedQueueId?: string | null | undefined;
}

/** What processes remember of a held item: its lease gets another number when one of these changes. */
const remembered = ["name", "priority", "successQueueId", "failedQueueId"] as const;

/** Writes what a waiting item, or one held under the number, carries; nothing if it is neither. */
export async function edit(
  tx: Queryable,
  row: EditedRow,
): Promise<(PlacedRow & { leaseNumber: number }) | undefined> {
  const isRenumbered = remembered.some((field) => row[field] !== undefined);
  const rows = await tx.query<PlacedRow & { leaseNumber: number }>(sql`
    with changes as (
      select * from json_to_record(${JSON.stringify(row)}::json) as m
        (name text, payload jsonb, priority int, "dueAt" timestamptz, "successQueueId" text, "failedQueueId" text)
    )
    update work_items.work_items i
    set name = case when ${row.name !== undefined} then m.name else i.name end,
      payload = coalesce(m.payload, i.payload),
      priority = coalesce(m.priority, i.priority),
      success_queue_id = case when ${row.successQueueId !== undefined} then m."successQueueId"
        else i.success_queue_id end,
      failed_queue_id = case when ${row.failedQueueId !== undefined} then m."failedQueueId" else i.failed_queue_id end,
      lease_number = case when i.state = 'processing' and ${isRenumbered} then i.lease_number + 1
        else i.lease_number end,
      due_at = case when i.state = 'processing' then null when m."dueAt" > now() then m."dueAt"
        when m."dueAt" is null then i.due_at end,
      position = case
        when i.state = 'processing' or not i.admitted or m."dueAt" > now() then null
        when m."dueAt" is null and i.due_at is not null then null
        when i.position is null or coalesce(m.priority, i.priority) <> i.priority
          then nextval('work_items.positions')
        else i.position end
    from changes m
    where i.id = ${row.id} and i.tenant_id = ${row.tenantId}
      and (i.state <> 'processing' or i.lease_number = ${row.leaseNumber}::bigint)
    returning i.id, i.queue_id as "queueId", i.priority, i.position, i.lease_number as "leaseNumber"`);
  return rows[0];
}

/** Those of the queues in which something could be claimed at this moment. */
export async function queuesWithWork(
  reader: Queryable,
  tenantId: string,
  queueIds: readonly string[],
): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(sql`
    select q.id from unnest(${queueIds}::text[]) as q (id)
    where exists (
      select from work_items.work_items i
      where i.tenant_id = ${tenantId} and i.queue_id = q.id and i.position is not null)`);
  return rows.map(({ id }) => id);
}
