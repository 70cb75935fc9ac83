import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";
import type { Failure, Holding, State } from "./model.ts";

/** An item about to be written; ids are made by the writer, times by the database. */
export interface NewRow {
  id: string;
  tenantId: string;
  queueId: string;
  priority: number;
  /** Not before this: a time as text, or milliseconds from now. */
  dueAt?: string | undefined;
  delayMs?: number | undefined;
  gate: string | null;
  name: string | null;
  payload: unknown;
  successQueueId: string | null;
  failedQueueId: string | null;
  fromItemId: string | null;
  createdById: string;
}

export interface PlacedRow {
  id: string;
  queueId: string;
  priority: number;
  /** Null while it waits for its time or at a gate. */
  position: number | null;
}

const newFields = {
  shared: [
    "tenantId",
    "queueId",
    "priority",
    "dueAt",
    "delayMs",
    "successQueueId",
    "failedQueueId",
    "fromItemId",
    "createdById",
  ],
  own: ["id", "gate", "name", "payload"],
} as const;

/** Writes new items; what is due and passes no gate may be claimed from the commit on. */
export async function insertItems(tx: Queryable, rows: readonly NewRow[]): Promise<PlacedRow[]> {
  return tx.query<PlacedRow>(sql`
    with groups as (
      select *, coalesce("dueAt", now() + make_interval(secs => "delayMs" / 1000.0)) as due
      from json_to_recordset(${gatherRows(rows, newFields)}::json) as g
        ("tenantId" text, "queueId" text, priority int, "dueAt" timestamptz, "delayMs" float8, "successQueueId" text,
         "failedQueueId" text, "fromItemId" text, "createdById" text, id text[], gate text[], name text[],
         payload jsonb[])
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select "queueId", 'new', sum(cardinality(id)) from groups group by "queueId"
    )
    insert into work_items.work_items (id, tenant_id, queue_id, state, priority, position, due_at, gate, arrival,
      admitted, attempts, acquired, lease_number, name, payload, success_queue_id, failed_queue_id, from_item_id,
      created_at, created_by_id)
    select m.id, "tenantId", "queueId", 'new', priority,
      case when m.gate is null and (due is null or due <= now()) then nextval('work_items.positions') end,
      case when due > now() then due end,
      m.gate, case when m.gate is not null then nextval('work_items.positions') end,
      m.gate is null, 0, 0, 0, m.name, m.payload, "successQueueId", "failedQueueId", "fromItemId", now(), "createdById"
    from groups g cross join lateral unnest(g.id, g.gate, g.name, g.payload) as m (id, gate, name, payload)
    returning id, queue_id as "queueId", priority, position`);
}

export interface KeyRow {
  queueId: string;
  key: string;
  itemId: string;
  digest: string;
}

/** Takes idempotency keys; answers, for each key, the item it belongs to (an older one if it was taken before). */
export async function takeKeys(tx: Queryable, keys: readonly KeyRow[]): Promise<KeyRow[]> {
  const text = JSON.stringify(keys);
  await tx.query(sql`
    insert into work_items.idempotency_keys (queue_id, key, item_id, digest)
    select k."queueId", k.key, k."itemId", k.digest
    from json_to_recordset(${text}::json) as k ("queueId" text, key text, "itemId" text, digest text)
    order by k."queueId", k.key
    on conflict do nothing`);
  return tx.query<KeyRow>(sql`
    select t.queue_id as "queueId", t.key, t.item_id as "itemId", t.digest
    from json_to_recordset(${text}::json) as k ("queueId" text, key text)
    join work_items.idempotency_keys t on t.queue_id = k."queueId" and t.key = k.key`);
}

/** Gives back keys, where it was these items that took them. */
export async function dropKeys(tx: Queryable, keys: readonly KeyRow[]): Promise<void> {
  await tx.query(sql`
    delete from work_items.idempotency_keys t
    using json_to_recordset(${JSON.stringify(keys)}::json) as k ("queueId" text, key text, "itemId" text)
    where t.queue_id = k."queueId" and t.key = k.key and t.item_id = k."itemId"`);
}

export interface HeldRow extends Holding {
  id: string;
  tenantId: string;
  queueId: string;
  priority: number;
  gate: string | null;
  acquired: number;
  name: string | null;
  successQueueId: string | null;
  failedQueueId: string | null;
  nextItemId: string | null;
}

/** Locks live items for a decision; those of other tenants are not found. */
export async function lockLive(tx: Queryable, ids: readonly string[]): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", queue_id as "queueId", state, lease_number as "leaseNumber", attempts,
      priority, gate, acquired, name, success_queue_id as "successQueueId", failed_queue_id as "failedQueueId",
      null as "nextItemId"
    from work_items.work_items
    where id = any (${ids}::text[])
    order by id
    for update`);
}

/** Locks items that somebody holds, and no others: what waits at a gate is locked only by those who hold the gate. */
export async function lockHeld(tx: Queryable, ids: readonly string[]): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", queue_id as "queueId", state, lease_number as "leaseNumber", attempts,
      priority, gate, acquired, name, success_queue_id as "successQueueId", failed_queue_id as "failedQueueId",
      null as "nextItemId"
    from work_items.work_items
    where id = any (${ids}::text[]) and state = 'processing'
    order by id
    for update`);
}

/**
 * Items that nobody held, for the answer to an acknowledgement that is repeated or late. One that was claimed since
 * has a lease number that the caller cannot have.
 */
export async function findOthers(tx: Queryable, ids: readonly string[]): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", queue_id as "queueId", state,
      case when state = 'processing' then -1 else lease_number end as "leaseNumber", attempts,
      priority, gate, acquired, name, success_queue_id as "successQueueId", failed_queue_id as "failedQueueId",
      null as "nextItemId"
    from work_items.work_items
    where id = any (${ids}::text[])
    union all
    select id, tenant_id as "tenantId", queue_id as "queueId", state, lease_number as "leaseNumber", attempts,
      priority, gate, acquired, name, success_queue_id as "successQueueId", failed_queue_id as "failedQueueId",
      next_item_id as "nextItemId"
    from work_items.finished_items
    where id = any (${ids}::text[])`);
}

export interface EndedRow {
  id: string;
  queueId: string;
  /** Of the lease that ends with it. */
  leaseNumber: number;
  state: "successful" | "failed" | "abandoned";
  attempts: number;
  /** Null: the payload stays. */
  payload: unknown;
  error: Failure | null;
  nextItemId: string | null;
}

const endedFields = {
  shared: ["queueId", "state", "attempts"],
  own: ["id", "leaseNumber", "payload", "error", "nextItemId"],
} as const;

/**
 * Moves items out of the hot table to where ended ones lie. It fails (`isUnmetDemand`) when one of them is no longer
 * held under its number, so that the commit may go out behind it.
 */
export async function endItems(
  tx: Queryable,
  rows: readonly EndedRow[],
): Promise<{ id: string; payload: unknown }[]> {
  return tx.query<{ id: string; payload: unknown }>(sql`
    with groups as (
      select * from json_to_recordset(${gatherRows(rows, endedFields)}::json) as g
        ("queueId" text, state text, attempts int, id text[], "leaseNumber" bigint[], payload jsonb[], error jsonb[],
         "nextItemId" text[])
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select "queueId", s.state, sum(s.sign * cardinality(id))
      from groups g cross join lateral (values ('processing', -1), (g.state, 1)) as s (state, sign)
      group by "queueId", s.state
    ), ended as (
      delete from work_items.work_items i
      using (
        select g.state, g.attempts, o.*
        from groups g
        cross join lateral unnest(g.id, g."leaseNumber", g.payload, g.error, g."nextItemId")
          as o (id, lease_number, payload, error, next_item_id)
      ) m
      where i.id = m.id and i.lease_number = m.lease_number and i.state = 'processing'
      returning i.*, m.state as final_state, m.attempts as attempts_made, m.payload as new_payload,
        m.error as new_error, m.next_item_id
    ), moved as (
      insert into work_items.finished_items (id, tenant_id, queue_id, state, priority, gate, attempts, acquired,
        lease_number, holder_id, worker, name, payload, error, success_queue_id, failed_queue_id, from_item_id,
        next_item_id, created_at, created_by_id, claimed_at, finished_at)
      select id, tenant_id, queue_id, final_state, priority, gate, attempts_made, acquired, lease_number, holder_id,
        worker, name, coalesce(new_payload, payload), coalesce(new_error, error), success_queue_id, failed_queue_id,
        from_item_id, next_item_id, created_at, created_by_id, claimed_at, now()
      from ended
      returning id, case when next_item_id is not null then payload end as payload
    )
    select id, payload
    from (select kit.demand((select count(*) from moved) = ${rows.length}, 'held items') as held) d
    left join moved on held and payload is not null`);
}

export interface RetryRow {
  id: string;
  /** Of the lease that ends with the attempt. */
  leaseNumber: number;
  attempts: number;
  delayMs: number;
  /** Instead of the delay: a time as text. */
  dueAt: string | undefined;
  payload: unknown;
  error: Failure;
  /** Whether it keeps its place at its gate while it waits. */
  admitted: boolean;
}

/** Sends items back for another attempt; without a pause they take a new place at once. Fails as `endItems` does. */
export async function retryItems(tx: Queryable, rows: readonly RetryRow[]): Promise<PlacedRow[]> {
  return tx.query<PlacedRow>(sql`
    with members as (
      select *, coalesce("dueAt", now() + make_interval(secs => "delayMs" / 1000.0)) as due
      from json_to_recordset(${JSON.stringify(rows)}::json) as m
        (id text, "leaseNumber" bigint, attempts int, "delayMs" float8, "dueAt" timestamptz, payload jsonb,
         error jsonb, admitted boolean)
    ), retried as (
      update work_items.work_items i
      set state = 'retry', attempts = m.attempts, payload = coalesce(m.payload, i.payload), error = m.error,
        lease_until = null, holder_id = null, worker = null, admitted = m.admitted,
        due_at = case when m.due > now() then m.due end,
        position = case when m.due <= now() and m.admitted then nextval('work_items.positions') end,
        arrival = case when i.gate is not null then nextval('work_items.positions') end
      from members m
      where i.id = m.id and i.lease_number = m."leaseNumber" and i.state = 'processing'
      returning i.id, i.queue_id, i.priority, i.position
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select queue_id, c.state, c.sign * count(*)
      from retried cross join (values ('processing', -1), ('retry', 1)) as c (state, sign)
      group by queue_id, c.state, c.sign
    )
    select id, queue_id as "queueId", priority, position
    from (select kit.demand((select count(*) from retried) = ${rows.length}, 'held items') as held) d
    left join retried on held`);
}

/** Gives items back to their queue at a new place; the number of the lease they had is no longer good. */
export async function putBack(tx: Queryable, ids: readonly string[]): Promise<PlacedRow[]> {
  return tx.query<PlacedRow>(sql`
    with back as (
      update work_items.work_items
      set state = case when attempts > 0 then 'retry' else 'new' end, position = nextval('work_items.positions'),
        lease_number = lease_number + 1, lease_until = null, holder_id = null, worker = null
      where id = any (${ids}::text[])
      returning id, queue_id, priority, position, state
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select queue_id, 'processing', -count(*) from back group by queue_id
      union all
      select queue_id, state, count(*) from back group by queue_id, state
    )
    select id, queue_id as "queueId", priority, position from back`);
}

export interface ExtendRow {
  id: string;
  tenantId: string;
  leaseNumber: number;
  leaseMs: number;
}

/** Lengthens leases from now; answers those whose number was still good. */
export async function extendLeases(
  tx: Queryable,
  rows: readonly ExtendRow[],
): Promise<{ id: string; leaseUntil: string }[]> {
  return tx.query<{ id: string; leaseUntil: string }>(sql`
    update work_items.work_items i
    set lease_until = now() + make_interval(secs => m."leaseMs" / 1000.0)
    from json_to_recordset(${JSON.stringify(rows)}::json) as m
      (id text, "tenantId" text, "leaseNumber" bigint, "leaseMs" float8)
    where i.id = m.id and i.tenant_id = m."tenantId" and i.lease_number = m."leaseNumber" and i.state = 'processing'
    returning i.id, i.lease_until as "leaseUntil"`);
}

/** Locks items whose lease has run out. */
export async function lockExpired(tx: Queryable, limit: number): Promise<HeldRow[]> {
  return tx.query<HeldRow>(sql`
    select id, tenant_id as "tenantId", queue_id as "queueId", state, lease_number as "leaseNumber", attempts,
      priority, gate, acquired, name, success_queue_id as "successQueueId", failed_queue_id as "failedQueueId",
      null as "nextItemId"
    from work_items.work_items
    where lease_until < now()
    order by lease_until
    limit ${limit}
    for update skip locked`);
}

export interface DueRow extends PlacedRow {
  tenantId: string;
  gate: string | null;
}

/** Items whose time has come take their place; those of a gate that they gave up wait to be admitted. */
export async function releaseDue(tx: Queryable, limit: number): Promise<DueRow[]> {
  return tx.query<DueRow>(sql`
    with due as (
      select id from work_items.work_items
      where due_at <= now()
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update work_items.work_items i
    set due_at = null, position = case when i.admitted then nextval('work_items.positions') end
    from due
    where i.id = due.id
    returning i.id, i.tenant_id as "tenantId", i.queue_id as "queueId", i.priority, i.position, i.gate`);
}

/** Milliseconds until the next item becomes due; null if none waits for its time. */
export async function msUntilNextDue(database: Queryable): Promise<number | null> {
  const rows = await database.query<{ ms: number | null }>(sql`
    select extract(epoch from (select min(due_at) from work_items.work_items where due_at is not null) - now())::float8
      * 1000 as ms`);
  return rows[0]!.ms;
}

/** Forgets idempotency keys past their time. */
export async function forgetKeys(database: Queryable, keepDays: number, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from work_items.idempotency_keys
    where (queue_id, key) in (
      select queue_id, key from work_items.idempotency_keys
      where created_at < now() - make_interval(days => ${keepDays})
      limit ${limit}
    )
    returning key`);
  return rows.length;
}

/** Counts by state of each queue, changes included. */
export async function countItems(
  reader: Queryable,
  queueIds: readonly string[],
): Promise<{ queueId: string; state: State; items: number }[]> {
  return reader.query<{ queueId: string; state: State; items: number }>(sql`
    select queue_id as "queueId", state, sum(items)::bigint as items
    from (
      select queue_id, state, items from work_items.counts where queue_id = any (${queueIds}::text[])
      union all
      select queue_id, state, items from work_items.count_changes where queue_id = any (${queueIds}::text[])
    ) c
    group by queue_id, state`);
}

/** Folds the changes into the sums; one node at a time, which the lock on the sums' table sees to. */
export async function foldCounts(tx: Queryable, limit: number): Promise<number> {
  const rows = await tx.query<{ folded: number }>(sql`
    with taken as (
      delete from work_items.count_changes
      where ctid = any (array(select ctid from work_items.count_changes limit ${limit} for update skip locked))
      returning queue_id, state, items
    ), sums as (
      select queue_id, state, sum(items) as items, count(*) as rows from taken group by queue_id, state
    ), folded as (
      insert into work_items.counts as c (queue_id, state, items)
      select queue_id, state, items from sums order by queue_id, state
      on conflict (queue_id, state) do update set items = c.items + excluded.items
    )
    select coalesce(sum(rows), 0)::int as folded from sums`);
  return rows[0]!.folded;
}

/** Makes the coming weeks' partitions of ended items and drops the weeks that are older than `keepDays`. */
export async function turnPartitions(tx: Queryable, keepDays: number): Promise<void> {
  await tx.query(sql`select kit.make_weekly_partitions('work_items.finished_items', 4)`);
  await tx.query(sql`
    insert into work_items.count_changes (queue_id, state, items)
    select queue_id, state, -count(*) from work_items.finished_items
    where finished_at < date_trunc('week', now() - make_interval(days => ${keepDays}))
    group by queue_id, state`);
  await tx.query(sql`
    delete from work_items.finished_items_default
    where finished_at < date_trunc('week', now() - make_interval(days => ${keepDays}))`);
  await tx.query(sql`
    select kit.drop_weekly_partitions('work_items.finished_items',
      date_trunc('week', now() - make_interval(days => ${keepDays})))`);
}
