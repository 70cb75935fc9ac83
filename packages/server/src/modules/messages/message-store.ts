import type { AskedFront, AskedLevel } from "../../kit/claim-marks.ts";
import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";

export interface NewRow {
  queueId: string;
  priority: number;
  expiryMs: number | null;
  content: string;
}

export interface PlacedRow {
  queueId: string;
  priority: number;
  position: number;
}

export interface HandedRow extends PlacedRow {
  content: string;
  leaseNumber: number;
  deliveries: number;
  publishedAt: string;
}

/** A message that is handed out, by its place and the number of that handing out. */
export interface HeldRow {
  position: number;
  leaseNumber: number;
}

const rowFields = { shared: ["queueId", "priority", "expiryMs"], own: ["content"] } as const;

/**
 * Holds the queues until the transaction ends; answers those that exist. Nobody deletes them or puts messages into them
 * meanwhile: the places in a queue become visible in their order, on all nodes.
 */
export async function hold(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from messages.message_queues where id = any (${ids}::text[]) order by id for no key update`);
  return rows.map((row) => row.id);
}

/** The same; fails (`isUnmetDemand`) when one of them is gone. */
export async function holdAll(tx: Queryable, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    with held as (
      select from messages.message_queues where id = any (${ids}::text[]) order by id for no key update
    )
    select kit.demand((select count(*) from held) = ${ids.length}, 'message queues')`);
}

/** Those of the queues that exist. */
export async function existing(database: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from messages.message_queues where id = any (${ids}::text[])`);
  return rows.map((row) => row.id);
}

/** Puts messages into their queues, in this order. */
export async function insert(tx: Queryable, rows: readonly NewRow[]): Promise<PlacedRow[]> {
  return tx.query<PlacedRow>(sql`
    insert into messages.messages (queue_id, priority, expires_at, content)
    select g."queueId", g.priority, now() + make_interval(secs => g."expiryMs" / 1000.0), unnest(g.content)
    from json_to_recordset(${gatherRows(rows, rowFields)}::json) as g
      ("queueId" text, priority int, "expiryMs" float8, content text[])
    returning queue_id as "queueId", priority, position`);
}

/**
 * Hands out the next messages of each level, passing over those that another node is handing out; nothing to a node
 * that was retired. It is not flushed: if the machine dies, so do the consumers, and the messages lie in their queues
 * again.
 */
export async function handOutAfter(
  database: Queryable,
  nodeId: string,
  levels: readonly AskedLevel[],
): Promise<HandedRow[]> {
  return database.query<HandedRow>(sql`
    with me as (
      select from messages.nodes where id = ${nodeId} and retired_at is null for share
    ), picked as (
      select m.position
      from me cross join json_to_recordset(${JSON.stringify(levels)}::json) as l
        ("queueId" text, priority int, after bigint, wanted int)
      cross join (select set_config('synchronous_commit', 'off', true)) as unflushed
      cross join lateral (
        select position from messages.messages
        where queue_id = l."queueId" and holder_id is null and priority = l.priority and position > l.after
          and (expires_at is null or expires_at > now())
        order by position
        limit l.wanted
        for update skip locked
      ) m
    )
    update messages.messages m
    set holder_id = ${nodeId}, lease_number = lease_number + 1, deliveries = deliveries + 1
    from picked where m.position = picked.position
    returning m.position, queue_id as "queueId", priority, content, lease_number as "leaseNumber", deliveries,
      published_at as "publishedAt"`);
}

/** The same from the very front: finds levels not known yet and what was passed over. */
export async function handOutFromFront(
  database: Queryable,
  nodeId: string,
  levels: readonly AskedFront[],
): Promise<HandedRow[]> {
  return database.query<HandedRow>(sql`
    with me as (
      select from messages.nodes where id = ${nodeId} and retired_at is null for share
    ), picked as (
      select m.position
      from me cross join json_to_recordset(${JSON.stringify(levels)}::json) as l ("queueId" text, wanted int)
      cross join (select set_config('synchronous_commit', 'off', true)) as unflushed
      cross join lateral (
        select position from messages.messages
        where queue_id = l."queueId" and holder_id is null and (expires_at is null or expires_at > now())
        order by priority desc, position
        limit l.wanted
        for update skip locked
      ) m
    )
    update messages.messages m
    set holder_id = ${nodeId}, lease_number = lease_number + 1, deliveries = deliveries + 1
    from picked where m.position = picked.position
    returning m.position, queue_id as "queueId", priority, content, lease_number as "leaseNumber", deliveries,
      published_at as "publishedAt"`);
}

/** Removes what this node holds; answers the places of what was there. */
export async function removeHeld(
  database: Queryable,
  nodeId: string,
  rows: readonly HeldRow[],
): Promise<number[]> {
  const removed = await database.query<{ position: number }>(sql`
    delete from messages.messages m
    using unnest(${rows.map((row) => row.position)}::bigint[], ${rows.map((row) => row.leaseNumber)}::int[])
      as h (position, lease_number)
    where m.position = h.position and m.lease_number = h.lease_number and m.holder_id = ${nodeId}
    returning m.position`);
  return removed.map((row) => row.position);
}

/** Puts back what this node holds, each to its place; `counted` takes back the count of that handing out. */
export async function putBack(
  database: Queryable,
  nodeId: string,
  rows: readonly HeldRow[],
  options: { counted: boolean },
): Promise<PlacedRow[]> {
  return database.query<PlacedRow>(sql`
    update messages.messages m
    set holder_id = null, deliveries = deliveries - (not ${options.counted}::boolean)::int
    from unnest(${rows.map((row) => row.position)}::bigint[], ${rows.map((row) => row.leaseNumber)}::int[])
      as h (position, lease_number)
    where m.position = h.position and m.lease_number = h.lease_number and m.holder_id = ${nodeId}
    returning m.queue_id as "queueId", priority, m.position`);
}

/** Puts back what nodes held that are no more. It reads the table as a whole: nodes rarely die. */
export async function putBackOfNodes(database: Queryable, nodeIds: readonly string[]): Promise<PlacedRow[]> {
  return database.query<PlacedRow>(sql`
    update messages.messages set holder_id = null where holder_id = any (${nodeIds}::text[])
    returning queue_id as "queueId", priority, position`);
}

export interface ExpiredRow {
  tenantId: string;
  name: string;
  content: string;
}

/** Removes messages whose time to wait is over, those that are handed out left alone. */
export async function removeExpired(tx: Queryable, limit: number): Promise<ExpiredRow[]> {
  return tx.query<ExpiredRow>(sql`
    with expired as (
      select position from messages.messages
      where holder_id is null and expires_at <= now()
      order by expires_at
      limit ${limit}
      for update skip locked
    )
    delete from messages.messages m using expired e, messages.message_queues q
    where m.position = e.position and q.id = m.queue_id
    returning q.tenant_id as "tenantId", q.name, m.content`);
}

/** How many messages wait in each queue, counted up to `most`. */
export async function countWaiting(
  database: Queryable,
  queues: readonly { queueId: string; most: number }[],
): Promise<{ queueId: string; waiting: number }[]> {
  return database.query<{ queueId: string; waiting: number }>(sql`
    select c."queueId", (
      select count(*) from (
        select from messages.messages where queue_id = c."queueId" and holder_id is null limit c.most
      ) counted
    ) as waiting
    from json_to_recordset(${JSON.stringify(queues)}::json) as c ("queueId" text, most int)`);
}

/** Removes some messages of a queue that is gone; answers how many. */
export async function removeOfQueue(database: Queryable, queueId: string, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from messages.messages where position in (
      select position from messages.messages where queue_id = ${queueId} limit ${limit}
    ) returning position`);
  return rows.length;
}
