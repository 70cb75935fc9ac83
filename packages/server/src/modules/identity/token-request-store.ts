import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** Notes a request; false when `openMax` are open. A key that is noted already stays as it is. */
export async function insert(tx: Queryable, keyHash: string, openMax: number): Promise<boolean> {
  const rows = await tx.query(sql`
    with open as (select count(*) as count from identity.token_requests where expires_at > now()),
    noted as (
      insert into identity.token_requests (key_hash)
      select ${keyHash} from open where open.count < ${openMax}
      on conflict (key_hash) do nothing
      returning key_hash
    )
    select key_hash from noted
    union all
    select key_hash from identity.token_requests where key_hash = ${keyHash}`);
  return rows.length > 0;
}

/** Notes whose token it will be; false if there is no such open request. */
export async function approve(
  tx: Queryable,
  keyHash: string,
  user: { tenantId: string; userId: string },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update identity.token_requests set tenant_id = ${user.tenantId}, user_id = ${user.userId}
    where key_hash = ${keyHash} and user_id is null and expires_at > now()
    returning key_hash`);
  return rows.length === 1;
}

/** Whether the request is open or approved, and not over. */
export async function exists(database: Queryable, keyHash: string): Promise<boolean> {
  const rows = await database.query(sql`
    select key_hash from identity.token_requests where key_hash = ${keyHash} and expires_at > now()`);
  return rows.length === 1;
}

/** Uses up an approved request; undefined if there is none. */
export async function take(
  tx: Queryable,
  keyHash: string,
): Promise<{ tenantId: string; userId: string; userName: string } | undefined> {
  const rows = await tx.query<{ tenantId: string; userId: string; userName: string }>(sql`
    delete from identity.token_requests r using identity.users u
    where r.key_hash = ${keyHash} and r.expires_at > now() and u.disabled_at is null
      and u.tenant_id = r.tenant_id and u.id = r.user_id
    returning r.tenant_id as "tenantId", r.user_id as "userId", u.name as "userName"`);
  return rows[0];
}
