import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { PlacedRow } from "./store.ts";
import type { FinalState } from "./model.ts";

export interface RequeuedRow extends PlacedRow {
  gate: string | null;
}

/** Brings ended items back as new ones under their old id; what was counted against them is forgotten. */
export async function requeueEnded(
  tx: Queryable,
  queueId: string,
  ids: readonly string[],
): Promise<RequeuedRow[]> {
  return tx.query<RequeuedRow>(sql`
    with back as (
      delete from work_items.finished_items where queue_id = ${queueId} and id = any (${ids}::text[]) returning *
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select queue_id, state, -count(*) from back group by queue_id, state
      union all
      select queue_id, 'new', count(*) from back group by queue_id
    )
    insert into work_items.work_items (id, tenant_id, queue_id, state, priority, position, gate, arrival, admitted,
      attempts, acquired, lease_number, name, payload, error, success_queue_id, failed_queue_id, from_item_id,
      created_at, created_by_id)
    select id, tenant_id, queue_id, 'new', priority,
      case when gate is null then nextval('work_items.positions') end, gate,
      case when gate is not null then nextval('work_items.positions') end, gate is null,
      0, 0, lease_number + 1, name, payload, error, success_queue_id, failed_queue_id, from_item_id, created_at,
      created_by_id
    from back
    order by created_at, id
    returning id, queue_id as "queueId", priority, position, gate`);
}

/** Makes waiting items due now: a retry need not wait out its pause. */
export async function makeDue(tx: Queryable, queueId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    update work_items.work_items
    set due_at = now()
    where queue_id = ${queueId} and id = any (${ids}::text[]) and due_at > now()
    returning id`);
  return rows.map((row) => row.id);
}

export interface RemovedRow {
  id: string;
  gate: string | null;
  /** Whether it held a place at its gate. */
  admitted: boolean;
}

/** The gates of live items. */
export async function gatesOf(tx: Queryable, queueId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ gate: string }>(sql`
    select distinct gate from work_items.work_items
    where queue_id = ${queueId} and id = any (${ids}::text[]) and gate is not null`);
  return rows.map((row) => row.gate);
}

/** Deletes live items that nobody holds. */
export async function removeLive(
  tx: Queryable,
  queueId: string,
  ids: readonly string[],
): Promise<RemovedRow[]> {
  return tx.query<RemovedRow>(sql`
    with removed as (
      delete from work_items.work_items
      where queue_id = ${queueId} and id = any (${ids}::text[]) and state <> 'processing'
      returning id, queue_id, state, gate, admitted
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select queue_id, state, -count(*) from removed group by queue_id, state
    )
    select id, gate, admitted from removed`);
}

/** Deletes ended items. */
export async function removeEnded(
  tx: Queryable,
  queueId: string,
  ids: readonly string[],
): Promise<RemovedRow[]> {
  return tx.query<RemovedRow>(sql`
    with removed as (
      delete from work_items.finished_items
      where queue_id = ${queueId} and id = any (${ids}::text[])
      returning id, queue_id, state
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select queue_id, state, -count(*) from removed group by queue_id, state
    )
    select id, null as gate, false as admitted from removed`);
}

/** The next live items of a queue that nobody holds, after `afterId`. */
export async function idsOfLive(
  database: Queryable,
  queueId: string,
  afterId: string,
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from work_items.work_items
    where queue_id = ${queueId} and id > ${afterId} and state <> 'processing'
    order by id
    limit ${limit}`);
  return rows.map((row) => row.id);
}

/** The next ended items of a queue in one state, after `afterId`. */
export async function idsOfEnded(
  database: Queryable,
  queueId: string,
  state: FinalState,
  afterId: string,
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from work_items.finished_items
    where queue_id = ${queueId} and state = ${state} and id > ${afterId}
    order by id
    limit ${limit}`);
  return rows.map((row) => row.id);
}

/** Ended items older than their queue keeps them. */
export async function idsPastKeeping(
  database: Queryable,
  queueId: string,
  keepDays: number,
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from work_items.finished_items
    where queue_id = ${queueId} and finished_at < now() - make_interval(days => ${keepDays})
    limit ${limit}`);
  return rows.map((row) => row.id);
}

/** Whether somebody works on an item of the queue; reads no more than what is held at all. */
export async function hasHeldItems(database: Queryable, queueId: string): Promise<boolean> {
  const rows = await database.query<{ found: boolean }>(sql`
    select exists (
      select from work_items.work_items where lease_until is not null and queue_id = ${queueId}) as found`);
  return rows[0]!.found;
}

/** Whether anything of the queue is left. */
export async function hasItems(tx: Queryable, queueId: string): Promise<boolean> {
  const rows = await tx.query<{ found: boolean }>(sql`
    select exists (select from work_items.work_items where queue_id = ${queueId})
      or exists (select from work_items.finished_items where queue_id = ${queueId}) as found`);
  return rows[0]!.found;
}

/** Forgets what was kept beside the items of a deleted queue. */
export async function removeTraces(tx: Queryable, queueId: string): Promise<void> {
  await tx.query(sql`delete from work_items.gates where queue_id = ${queueId}`);
  await tx.query(sql`delete from work_items.idempotency_keys where queue_id = ${queueId}`);
  // Changes before sums, which is the order in which they are folded.
  await tx.query(sql`delete from work_items.count_changes where queue_id = ${queueId}`);
  await tx.query(sql`delete from work_items.counts where queue_id = ${queueId}`);
}
