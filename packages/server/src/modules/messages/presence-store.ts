import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** Says that the node lives for as long again; false if it was taken for dead. */
export async function renew(database: Queryable, nodeId: string, aliveSeconds: number): Promise<boolean> {
  const rows = await database.query(sql`
    update messages.nodes set alive_until = now() + make_interval(secs => ${aliveSeconds})
    where id = ${nodeId} and retired_at is null returning id`);
  return rows.length === 1;
}

export async function enter(database: Queryable, nodeId: string, aliveSeconds: number): Promise<void> {
  await database.query(sql`
    insert into messages.nodes (id, alive_until)
    values (${nodeId}, now() + make_interval(secs => ${aliveSeconds}))`);
}

/** Retires silent nodes; answers these, and those retired before that somebody left halfway. */
export async function retireSilent(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    with retired as (
      update messages.nodes set retired_at = now() where alive_until < now() and retired_at is null returning id
    )
    select id from retired union select id from messages.nodes where retired_at is not null`);
  return rows.map((row) => row.id);
}

/** Takes nodes off the list that hold nothing more. */
export async function remove(database: Queryable, nodeIds: readonly string[]): Promise<void> {
  await database.query(sql`delete from messages.nodes where id = any (${nodeIds}::text[])`);
}

/** Which Millrace this is, among those that share a broker. */
export async function installationId(database: Queryable, proposed: string): Promise<string> {
  await database.query(
    sql`insert into messages.installation (id) values (${proposed}) on conflict do nothing`,
  );
  const rows = await database.query<{ id: string }>(sql`select id from messages.installation`);
  return rows[0]!.id;
}

/** The database's clock in milliseconds since 1970. */
export async function readClock(database: Queryable): Promise<number> {
  const rows = await database.query<{ nowMs: number }>(sql`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`);
  return rows[0]!.nowMs;
}
