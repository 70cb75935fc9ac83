import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Item, State } from "./model.ts";

/** An item as it is stored; the gate becomes its keys above. */
export interface ItemRow extends Omit<Item, "orderKey" | "concurrencyKey"> {
  gate: string | null;
}

/** One item, live or ended. */
export async function findItem(
  reader: Queryable,
  tenantId: string,
  id: string,
): Promise<ItemRow | undefined> {
  const rows = await reader.query<ItemRow>(sql`
    select id, queue_id as "queueId", state, priority, name, payload, attempts, acquired, lease_number as "leaseNumber",
      lease_until as "leaseUntil", holder_id as "holderId", worker, due_at as "dueAt", gate, error,
      success_queue_id as "successQueueId", failed_queue_id as "failedQueueId", from_item_id as "fromItemId",
      null as "nextItemId", created_at as "createdAt", created_by_id as "createdById",
      claimed_at as "claimedAt", null as "finishedAt"
    from work_items.work_items
    where tenant_id = ${tenantId} and id = ${id}
    union all
    select id, queue_id, state, priority, name, payload, attempts, acquired, lease_number, null, holder_id, worker,
      null, gate, error, success_queue_id, failed_queue_id,
      from_item_id, next_item_id, created_at, created_by_id, claimed_at, finished_at
    from work_items.finished_items
    where tenant_id = ${tenantId} and id = ${id}
    limit 1`);
  return rows[0];
}

export interface ListFilter {
  tenantId: string;
  queueId: string;
  states: readonly State[];
  /** Items with a smaller id than this: the newest come first. */
  beforeId: string;
  limit: number;
}

/** Live items of a queue, the newest first. */
export async function listLive(reader: Queryable, filter: ListFilter): Promise<ItemRow[]> {
  return reader.query<ItemRow>(sql`
    select id, queue_id as "queueId", state, priority, name, payload, attempts, acquired, lease_number as "leaseNumber",
      lease_until as "leaseUntil", holder_id as "holderId", worker, due_at as "dueAt", gate, error,
      success_queue_id as "successQueueId", failed_queue_id as "failedQueueId", from_item_id as "fromItemId",
      null as "nextItemId", created_at as "createdAt", created_by_id as "createdById",
      claimed_at as "claimedAt", null as "finishedAt"
    from work_items.work_items
    where tenant_id = ${filter.tenantId} and queue_id = ${filter.queueId} and state = any (${filter.states}::text[])
      and id < ${filter.beforeId}
    order by id desc
    limit ${filter.limit}`);
}

/** Ended items of a queue, the newest first; each state has its own stretch of the index. */
export async function listEnded(reader: Queryable, filter: ListFilter): Promise<ItemRow[]> {
  return reader.query<ItemRow>(sql`
    select i.* from unnest(${filter.states}::text[]) as s (state)
    cross join lateral (
      select id, queue_id as "queueId", state, priority, name, payload, attempts, acquired,
        lease_number as "leaseNumber", null as "leaseUntil", holder_id as "holderId", worker, null as "dueAt", gate,
        error, success_queue_id as "successQueueId", failed_queue_id as "failedQueueId",
        from_item_id as "fromItemId", next_item_id as "nextItemId", created_at as "createdAt",
        created_by_id as "createdById", claimed_at as "claimedAt", finished_at as "finishedAt"
      from work_items.finished_items f
      where tenant_id = ${filter.tenantId} and queue_id = ${filter.queueId} and f.state = s.state
        and id < ${filter.beforeId}
      order by id desc
      limit ${filter.limit}
    ) i
    order by id desc
    limit ${filter.limit}`);
}

/** When the item that waits longest was pushed, by level; reads one row a level. */
export async function oldestWaiting(
  reader: Queryable,
  tenantId: string,
  queueId: string,
): Promise<string | null> {
  const rows = await reader.query<{ oldest: string | null }>(sql`
    with recursive levels as (
      (select priority, created_at from work_items.work_items
       where tenant_id = ${tenantId} and queue_id = ${queueId} and position is not null
       order by priority desc, position limit 1)
      union all
      select n.priority, n.created_at from levels l cross join lateral (
        select priority, created_at from work_items.work_items
        where tenant_id = ${tenantId} and queue_id = ${queueId} and position is not null and priority < l.priority
        order by priority desc, position limit 1
      ) n
    )
    select min(created_at) as oldest from levels`);
  return rows[0]!.oldest;
}

/** The same of several queues at once; those where nothing waits have no row. */
export async function oldestWaitingOf(
  reader: Queryable,
  tenantId: string,
  queueIds: readonly string[],
): Promise<{ queueId: string; oldest: string }[]> {
  return reader.query<{ queueId: string; oldest: string }>(sql`
    with recursive levels as (
      select q.id as queue_id, f.priority, f.created_at
      from unnest(${queueIds}::text[]) as q (id) cross join lateral (
        select priority, created_at from work_items.work_items
        where tenant_id = ${tenantId} and queue_id = q.id and position is not null
        order by priority desc, position limit 1
      ) f
      union all
      select l.queue_id, n.priority, n.created_at from levels l cross join lateral (
        select priority, created_at from work_items.work_items
        where tenant_id = ${tenantId} and queue_id = l.queue_id and position is not null and priority < l.priority
        order by priority desc, position limit 1
      ) n
    )
    select queue_id as "queueId", min(created_at) as oldest from levels group by queue_id`);
}
