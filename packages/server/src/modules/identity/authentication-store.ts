import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { sessionIdleSeconds } from "./model.ts";

export interface EpochRow {
  tenantId: string;
  epoch: number;
  nowMs: number;
}

/** The epochs of these tenants and the database's time. */
export async function readEpochs(database: Queryable, tenantIds: readonly string[]): Promise<EpochRow[]> {
  return database.query<EpochRow>(sql`
    select tenant_id as "tenantId", epoch, (extract(epoch from now()) * 1000)::float8 as "nowMs"
    from identity.epochs
    where tenant_id = any (${tenantIds}::text[])`);
}

/** Raises the tenant's epoch; until the transaction ends no other one can. */
export async function raiseEpoch(tx: Queryable, tenantId: string): Promise<void> {
  await tx.query(sql`
    insert into identity.epochs as e (tenant_id) values (${tenantId})
    on conflict (tenant_id) do update set epoch = e.epoch + 1`);
}

export async function listTenantIds(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select tenant_id as id from identity.epochs order by tenant_id`);
  return rows.map((row) => row.id);
}

/** Who stands behind a credential, as of `epoch`. */
export interface Holder {
  credentialId: string;
  kind: "token" | "session";
  hash: string;
  tenantId: string;
  userId: string;
  userName: string;
  scopes: string[] | null;
  validUntilMs: number;
  touchedAtMs: number;
  epoch: number;
  nowMs: number;
  principalIds: string[];
}

/**
 * The living credentials with these ids or session hashes, their users, and every role these are in, through any
 * depth. One snapshot, so it all belongs to the epoch that comes with it.
 */
export async function resolve(
  database: Queryable,
  ids: readonly string[],
  sessionHashes: readonly string[],
): Promise<Holder[]> {
  return database.query<Holder>(sql`
    with recursive credentials as (
      select id, 'token' as kind, token_hash, tenant_id, user_id, scopes, expires_at as valid_until,
        coalesce(last_used_at, created_at - interval '1 day') as touched_at
      from identity.tokens
      where id = any (${ids}::text[]) and revoked_at is null and expires_at > now()
      union all
      select id, 'session', token_hash, tenant_id, user_id, null,
        least(expires_at, seen_at + make_interval(secs => ${sessionIdleSeconds})), seen_at
      from identity.sessions
      where (token_hash = any (${sessionHashes}::text[]) or id = any (${ids}::text[]))
        and expires_at > now() and seen_at > now() - make_interval(secs => ${sessionIdleSeconds})
    ),
    memberships (tenant_id, user_id, principal_id) as (
      select tenant_id, user_id, user_id from credentials
      union
      select m.tenant_id, m.user_id, r.role_id
      from memberships m
      join identity.role_members r on r.tenant_id = m.tenant_id and r.principal_id = m.principal_id
    ),
    principals as (
      select tenant_id, user_id, array_agg(principal_id order by principal_id <> user_id, principal_id) as ids
      from memberships group by tenant_id, user_id
    )
    select c.id as "credentialId", c.kind, c.token_hash as hash, c.tenant_id as "tenantId", c.user_id as "userId",
      u.name as "userName", c.scopes, e.epoch, p.ids as "principalIds",
      (extract(epoch from c.valid_until) * 1000)::float8 as "validUntilMs",
      (extract(epoch from c.touched_at) * 1000)::float8 as "touchedAtMs",
      (extract(epoch from now()) * 1000)::float8 as "nowMs"
    from credentials c
    join identity.users u on u.tenant_id = c.tenant_id and u.id = c.user_id and u.disabled_at is null
    join identity.epochs e on e.tenant_id = c.tenant_id
    join principals p on p.tenant_id = c.tenant_id and p.user_id = c.user_id`);
}

/** A user or a role of the tenant, and every role it is in, through any depth; none where there is no such thing. */
export async function principalsOf(
  reader: Queryable,
  tenantId: string,
  principalId: string,
): Promise<{ name: string; principalIds: string[] } | undefined> {
  const rows = await reader.query<{ name: string; principalIds: string[] }>(sql`
    with recursive principals (id) as (
      select ${principalId}::text collate "C"
      union
      select m.role_id from principals p
      join identity.role_members m on m.tenant_id = ${tenantId} and m.principal_id = p.id
    ),
    named as (
      select name from identity.users where tenant_id = ${tenantId} and id = ${principalId} and disabled_at is null
      union all
      select name from identity.roles where tenant_id = ${tenantId} and id = ${principalId}
    )
    select n.name, (select array_agg(id order by id <> ${principalId}, id) from principals) as "principalIds"
    from named n`);
  return rows[0];
}

/** Writes down that tokens and sessions were used; rows that somebody else is writing are left to him. */
export async function touch(database: Queryable, ids: readonly string[]): Promise<void> {
  await database.query(sql`
    with used_tokens as (
      select id from identity.tokens
      where id = any (${ids}::text[]) and (last_used_at is null or last_used_at < now() - interval '50 seconds')
      for update skip locked
    ),
    used_sessions as (
      select id from identity.sessions
      where id = any (${ids}::text[]) and seen_at < now() - interval '50 seconds'
      for update skip locked
    ),
    touched as (
      update identity.tokens t set last_used_at = now() from used_tokens u where t.id = u.id
    )
    update identity.sessions s set seen_at = now() from used_sessions u where s.id = u.id`);
}
