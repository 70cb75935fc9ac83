import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";
import type { NewEvent, Position, RecordedEvent, Topic } from "./model.ts";

const newFields = {
  shared: ["tenantId", "topic", "type", "scopeId", "actorId", "actorName"],
  own: ["subjectId", "requestId", "details"],
} as const;

/** Writes all facts with one statement, in their order. */
export async function append(tx: Queryable, events: readonly NewEvent[]): Promise<void> {
  await tx.query(sql`
    insert into events.events
      (tenant_id, topic, type, subject_id, scope_id, actor_id, actor_name, request_id, details)
    select g."tenantId", g.topic, g.type, e.subject, g."scopeId", g."actorId", g."actorName", e.request, e.details
    from json_to_recordset(${gatherRows(events, newFields)}::json) as g
      ("tenantId" text, topic text, type text, "scopeId" text, "actorId" text, "actorName" text, "subjectId" text[],
       "requestId" text[], details jsonb[])
    cross join lateral unnest(g."subjectId", g."requestId", g.details) as e (subject, request, details)`);
}

interface FeedRow extends RecordedEvent {
  now: string;
  gone: boolean;
  seq: number;
}

/**
 * What became visible after `position`, in the order of its making, at most `limit` facts. A transaction that was
 * open at the position's snapshot stands in that snapshot's list of open ones: its facts are found by that.
 */
export async function readSince(
  database: Queryable,
  topic: Topic,
  position: Position,
  limit: number,
): Promise<{ now: string; gone: boolean; events: RecordedEvent[] }> {
  const rows = await database.query<FeedRow>(sql`
    with here as (select pg_current_snapshot() as now, events.is_gone(${topic}, ${position.done}::pg_snapshot) as gone)
    select here.now::text as now, here.gone, e.seq, e.at, e.tenant_id as "tenantId", e.topic, e.type,
      e.subject_id as "subjectId", e.scope_id as "scopeId", e.actor_id as "actorId", e.actor_name as "actorName",
      e.request_id as "requestId", e.details
    from here left join lateral (
      select * from (
        select * from events.events
        where topic = ${topic} and xact >= pg_snapshot_xmax(${position.done}::pg_snapshot)
        union all
        select * from events.events
        where topic = ${topic} and xact = any (array(select pg_snapshot_xip(${position.done}::pg_snapshot)))
      ) fresh
      where seq > ${position.seq ?? 0}
        and (${position.until ?? null}::pg_snapshot is null
          or pg_visible_in_snapshot(xact, ${position.until ?? null}::pg_snapshot))
      order by seq
      limit ${limit}
    ) e on true
    order by e.seq`);
  const events = rows.filter((row) => row.seq !== null);
  return { now: rows[0]!.now, gone: rows[0]!.gone, events };
}

/** Whether facts of the topic that came after the position were dropped. */
export async function findGone(database: Queryable, topic: Topic, position: Position): Promise<boolean> {
  const rows = await database.query<{ gone: boolean }>(sql`
    select events.is_gone(${topic}, ${position.done}::pg_snapshot) as gone`);
  return rows[0]!.gone;
}

export async function currentSnapshot(database: Queryable): Promise<string> {
  const rows = await database.query<{ now: string }>(sql`select pg_current_snapshot()::text as now`);
  return rows[0]!.now;
}

export interface ListedEvent extends RecordedEvent {
  xact: string;
}

/** The tenant's latest facts, the newest first, before a place; each topic has its own stretch of the index. */
export async function listLatest(
  reader: Queryable,
  tenantId: string,
  topics: readonly string[],
  before: { xact: string; seq: number },
  limit: number,
): Promise<ListedEvent[]> {
  return reader.query<ListedEvent>(sql`
    select e.* from unnest(${topics}::text[]) as t (topic)
    cross join lateral (
      select xact::text as xact, seq, at, tenant_id as "tenantId", v.topic, type, subject_id as "subjectId",
        scope_id as "scopeId", actor_id as "actorId", actor_name as "actorName", request_id as "requestId", details
      from events.events v
      where v.topic = t.topic and tenant_id = ${tenantId} and (v.xact, v.seq) < (${before.xact}::xid8, ${before.seq})
      order by v.xact desc, v.seq desc
      limit ${limit}
    ) e
    order by e.xact::xid8 desc, e.seq desc
    limit ${limit}`);
}
