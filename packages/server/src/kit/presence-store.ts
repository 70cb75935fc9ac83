import type { Queryable } from "./database.ts";
import { type Sql, sql } from "./sql.ts";

/** Says that the node lives for as long again; false if it was taken for dead. */
export async function renew(
  database: Queryable,
  table: Sql,
  nodeId: string,
  aliveSeconds: number,
): Promise<boolean> {
  const rows = await database.query(sql`
    update ${table} set alive_until = now() + make_interval(secs => ${aliveSeconds})
    where id = ${nodeId} and retired_at is null returning id`);
  return rows.length === 1;
}

export async function enter(
  database: Queryable,
  table: Sql,
  nodeId: string,
  aliveSeconds: number,
): Promise<void> {
  await database.query(sql`
    insert into ${table} (id, alive_until)
    values (${nodeId}, now() + make_interval(secs => ${aliveSeconds}))`);
}

/** Retires silent nodes; answers these, and those retired before that somebody left halfway. */
export async function retireSilent(database: Queryable, table: Sql): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    with retired as (
      update ${table} set retired_at = now() where alive_until < now() and retired_at is null returning id
    )
    select id from retired union select id from ${table} where retired_at is not null`);
  return rows.map((row) => row.id);
}

/** Takes nodes off the list that hold nothing more. */
export async function remove(database: Queryable, table: Sql, nodeIds: readonly string[]): Promise<void> {
  await database.query(sql`delete from ${table} where id = any (${nodeIds}::text[])`);
}

/** Says that the node lives no more, though it holds something. */
export async function giveUp(database: Queryable, table: Sql, nodeId: string): Promise<void> {
  await database.query(
    sql`update ${table} set retired_at = now() where id = ${nodeId} and retired_at is null`,
  );
}

/** Retires every node but this one. */
export async function retireOthers(database: Queryable, table: Sql, nodeId: string): Promise<void> {
  await database.query(
    sql`update ${table} set retired_at = now() where id <> ${nodeId} and retired_at is null`,
  );
}
