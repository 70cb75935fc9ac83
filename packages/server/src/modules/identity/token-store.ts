import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** A token as its user sees it; the secret is not among what is kept. */
export interface Token {
  id: string;
  userId: string;
  name: string;
  /** null: everything that its user may do. */
  scopes: string[] | null;
  createdAt: string;
  createdById: string;
  expiresAt: string;
  lastUsedAt: string | null;
}

/** Locks the user, so that two who make tokens at once count each other's; answers how many living ones he has. */
export async function countHeld(
  tx: Queryable,
  tenantId: string,
  userId: string,
): Promise<number | undefined> {
  const users = await tx.query(sql`
    select id from identity.users where tenant_id = ${tenantId} and id = ${userId} for no key update`);
  if (users.length === 0) return undefined;
  const rows = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from identity.tokens
    where tenant_id = ${tenantId} and user_id = ${userId} and revoked_at is null and expires_at > now()`);
  return rows[0]!.count;
}

export async function insert(
  tx: Queryable,
  tenantId: string,
  token: Pick<Token, "id" | "userId" | "name" | "scopes" | "createdById"> & { hash: string; days: number },
): Promise<Token> {
  const rows = await tx.query<Token>(sql`
    insert into identity.tokens (id, tenant_id, user_id, name, token_hash, scopes, created_by_id, expires_at)
    values (${token.id}, ${tenantId}, ${token.userId}, ${token.name}, ${token.hash}, ${token.scopes},
      ${token.createdById}, now() + make_interval(days => ${token.days}))
    returning id, user_id as "userId", name, scopes, created_at as "createdAt", created_by_id as "createdById",
      expires_at as "expiresAt", last_used_at as "lastUsedAt"`);
  return rows[0]!;
}

/** The user's living tokens, the newest first, before `beforeId`. */
export async function list(
  reader: Queryable,
  tenantId: string,
  userId: string,
  beforeId: string,
  limit: number,
): Promise<Token[]> {
  return reader.query<Token>(sql`
    select id, user_id as "userId", name, scopes, created_at as "createdAt", created_by_id as "createdById",
      expires_at as "expiresAt", last_used_at as "lastUsedAt"
    from identity.tokens
    where tenant_id = ${tenantId} and user_id = ${userId} and id < ${beforeId}
      and revoked_at is null and expires_at > now()
    order by id desc
    limit ${limit}`);
}

/** A living token. */
export async function find(reader: Queryable, tenantId: string, id: string): Promise<Token | undefined> {
  const rows = await reader.query<Token>(sql`
    select id, user_id as "userId", name, scopes, created_at as "createdAt", created_by_id as "createdById",
      expires_at as "expiresAt", last_used_at as "lastUsedAt"
    from identity.tokens
    where tenant_id = ${tenantId} and id = ${id} and revoked_at is null and expires_at > now()`);
  return rows[0];
}

/** Revokes a token; false if there is none, or somebody did before. */
export async function revoke(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    update identity.tokens set revoked_at = now()
    where tenant_id = ${tenantId} and id = ${id} and revoked_at is null
    returning id`);
  return rows.length === 1;
}

/** Revokes every token of the user; answers how many. */
export async function revokeAllOf(tx: Queryable, tenantId: string, userId: string): Promise<number> {
  const rows = await tx.query(sql`
    update identity.tokens set revoked_at = now()
    where tenant_id = ${tenantId} and user_id = ${userId} and revoked_at is null
    returning id`);
  return rows.length;
}
