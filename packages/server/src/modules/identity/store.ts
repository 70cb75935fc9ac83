import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { sessionIdleSeconds } from "./model.ts";

/** Removes what is over and serves nobody: at most `limit` rows of a kind; answers how many went. */
export async function sweep(database: Queryable, keepTokenDays: number, limit: number): Promise<number> {
  const rows = await database.query<{ swept: number }>(sql`
    with sessions as (
      delete from identity.sessions where id in (
        select id from identity.sessions
        where expires_at < now() or seen_at < now() - make_interval(secs => ${sessionIdleSeconds})
        limit ${limit})
      returning 1
    ), tokens as (
      delete from identity.tokens where id in (
        select id from identity.tokens
        where least(expires_at, revoked_at) < now() - make_interval(days => ${keepTokenDays})
        limit ${limit})
      returning 1
    ), links as (
      delete from identity.links where token_hash in (
        select token_hash from identity.links where expires_at < now() limit ${limit})
      returning 1
    ), throttles as (
      delete from identity.sign_in_throttles where (tenant_id, key) in (
        select tenant_id, key from identity.sign_in_throttles
        where failed_at < now() - interval '1 day'
        limit ${limit})
      returning 1
    ), requests as (
      delete from identity.token_requests where key_hash in (
        select key_hash from identity.token_requests where expires_at < now() limit ${limit})
      returning 1
    )
    select (select count(*) from sessions) + (select count(*) from tokens) + (select count(*) from links)
      + (select count(*) from throttles) + (select count(*) from requests) as swept`);
  return rows[0]!.swept;
}
