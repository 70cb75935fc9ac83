import type { Queryable, Tx } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

export type AuthorityState = "next" | "active" | "retiring";

export interface AuthorityRow {
  id: string;
  state: AuthorityState;
  certificate: string;
  sealedKey: string;
  createdAt: string;
  activatedAt: string | null;
  retiredAt: string | null;
  expiresAt: string;
}

/** The database's moment, in whole milliseconds. */
export async function now(database: Queryable): Promise<number> {
  const rows = await database.query<{ ms: number }>(sql`
    select floor(extract(epoch from now()) * 1000)::bigint as ms`);
  return rows[0]!.ms;
}

/** Every authority, the one that signs first. */
export async function list(database: Queryable): Promise<AuthorityRow[]> {
  return database.query<AuthorityRow>(sql`
    select id, state, certificate, sealed_key as "sealedKey", created_at as "createdAt",
      activated_at as "activatedAt", retired_at as "retiredAt", expires_at as "expiresAt"
    from runners.authorities
    order by (state = 'active') desc, created_at`);
}

/** Lets one change at a time pass; who reads goes on. */
export async function lock(tx: Tx): Promise<void> {
  await tx.query(sql`lock table runners.authorities in share row exclusive mode`);
}

export async function insert(
  tx: Queryable,
  authority: Pick<AuthorityRow, "id" | "certificate" | "sealedKey"> & {
    state: "next" | "active";
    days: number;
  },
): Promise<void> {
  const { id, state, certificate, sealedKey, days } = authority;
  await tx.query(sql`
    insert into runners.authorities (id, state, certificate, sealed_key, activated_at, expires_at)
    values (${id}, ${state}, ${certificate}, ${sealedKey}, case when ${state} = 'active' then now() end,
      now() + make_interval(days => ${days}))`);
}

/** The next one signs from here on, and the one before is trusted for a while yet. */
export async function activate(tx: Queryable): Promise<void> {
  await tx.query(sql`
    update runners.authorities set state = 'retiring', retired_at = now() where state = 'active'`);
  await tx.query(sql`
    update runners.authorities set state = 'active', activated_at = now() where state = 'next'`);
}

/** How long the next one has been known, in seconds; undefined where there is none. */
export async function secondsSincePrepared(tx: Queryable): Promise<number | undefined> {
  const rows = await tx.query<{ seconds: number }>(sql`
    select extract(epoch from now() - created_at)::float8 as seconds from runners.authorities where state = 'next'`);
  return rows[0]?.seconds;
}

/** Removes those under which every certificate has ended; answers how many. */
export async function removeRetired(tx: Queryable, hours: number): Promise<number> {
  const rows = await tx.query(sql`
    delete from runners.authorities
    where state = 'retiring' and retired_at < now() - make_interval(hours => ${hours})
    returning id`);
  return rows.length;
}

/** How much of its life the active one has behind it: 0 to 1. */
export async function shareOfLife(
  database: Queryable,
): Promise<{ share: number; hasNext: boolean } | undefined> {
  const rows = await database.query<{ share: number; hasNext: boolean }>(sql`
    select (extract(epoch from now() - activated_at) / extract(epoch from expires_at - activated_at))::float8 as share,
      exists (select from runners.authorities where state = 'next') as "hasNext"
    from runners.authorities where state = 'active'`);
  return rows[0];
}
