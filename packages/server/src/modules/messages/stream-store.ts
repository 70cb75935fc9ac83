import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

export interface StreamRow {
  queueId: string;
  offset: number;
  content: string;
  publishedAt: string;
}

/**
 * Appends to streams, in this order. Each stream's row stays locked until the commit, so that a reader never sees an
 * offset before a smaller one.
 */
export async function append(
  tx: Queryable,
  rows: readonly { queueId: string; content: string }[],
): Promise<void> {
  await tx.query(sql`
    with added as (
      select a."queueId", a.content, a.ordinal, octet_length(a.content) as bytes
      from rows from (json_to_recordset(${JSON.stringify(rows)}::json) as ("queueId" text, content text))
        with ordinality as a ("queueId", content, ordinal)
    ), grown as (
      update messages.streams s set next_offset = next_offset + g.messages, bytes = s.bytes + g.bytes
      from (select "queueId", count(*) as messages, sum(bytes) as bytes from added group by "queueId") g
      where s.queue_id = g."queueId"
      returning s.queue_id, next_offset - g.messages as first_offset, s.bytes - g.bytes as bytes_before
    )
    insert into messages.stream_messages (queue_id, "offset", bytes_until, content)
    select a."queueId", g.first_offset + row_number() over (partition by a."queueId" order by a.ordinal) - 1,
      g.bytes_before + sum(a.bytes) over (partition by a."queueId" order by a.ordinal), a.content
    from added a join grown g on g.queue_id = a."queueId"`);
}

/** The next messages of each reader, in the order of their offsets. */
export async function read(
  database: Queryable,
  readers: readonly { reader: number; queueId: string; from: number; wanted: number }[],
): Promise<(StreamRow & { reader: number })[]> {
  return database.query<StreamRow & { reader: number }>(sql`
    select r.reader, m.queue_id as "queueId", m."offset", m.content, m.published_at as "publishedAt"
    from json_to_recordset(${JSON.stringify(readers)}::json) as r
      (reader int, "queueId" text, "from" bigint, wanted int)
    cross join lateral (
      select queue_id, "offset", content, published_at from messages.stream_messages
      where queue_id = r."queueId" and "offset" >= r."from"
      order by "offset"
      limit r.wanted
    ) m
    order by r.reader, m."offset"`);
}

/** The offset that the next message will have; undefined if there is no such stream. */
export async function nextOffset(database: Queryable, queueId: string): Promise<number | undefined> {
  const rows = await database.query<{ next: number }>(sql`
    select next_offset as next from messages.streams where queue_id = ${queueId}`);
  return rows[0]?.next;
}

/** The first offset that was published at `time` or later; undefined if there is none. */
export async function offsetAt(
  database: Queryable,
  queueId: string,
  time: string,
): Promise<number | undefined> {
  const rows = await database.query<{ offset: number }>(sql`
    select "offset" from messages.stream_messages
    where queue_id = ${queueId} and published_at >= ${time}::timestamptz
    order by "offset" limit 1`);
  return rows[0]?.offset;
}

/** Removes what streams no longer keep, by age, number and bytes; answers how many. */
export async function trim(database: Queryable, limit: number): Promise<number> {
  const rows = await database.query(sql`
    with past as (
      select p.queue_id, p."offset"
      from messages.streams s
      join messages.message_queues q on q.id = s.queue_id
      cross join lateral (
        select queue_id, "offset" from messages.stream_messages m
        where m.queue_id = s.queue_id
          and (m."offset" < s.next_offset - q.keep_messages
            or m.bytes_until <= s.bytes - q.keep_bytes
            or m.published_at < now() - make_interval(secs => q.keep_ms / 1000.0))
        order by "offset"
        limit ${limit}
      ) p
      where q.keep_messages is not null or q.keep_bytes is not null or q.keep_ms is not null
      limit ${limit}
    )
    delete from messages.stream_messages m using past p
    where m.queue_id = p.queue_id and m."offset" = p."offset"
    returning m."offset"`);
  return rows.length;
}

/** Removes some messages of a stream that is gone; answers how many. */
export async function removeOfStream(database: Queryable, queueId: string, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from messages.stream_messages where queue_id = ${queueId} and "offset" in (
      select "offset" from messages.stream_messages where queue_id = ${queueId} limit ${limit}
    ) returning "offset"`);
  return rows.length;
}
