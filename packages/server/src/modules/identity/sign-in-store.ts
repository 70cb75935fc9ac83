import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { linkSeconds, sessionIdleSeconds, sessionSeconds, sessionsPerUserMax } from "./model.ts";

/** A session as its user sees it. */
export interface Session {
  id: string;
  address: string;
  userAgent: string;
  createdAt: string;
  seenAt: string;
  expiresAt: string;
}

export interface Account {
  userId: string;
  userName: string;
  passwordHash: string | null;
  disabled: boolean;
}

/** Whose name or e-mail address this is; a name holds no `@`, so it is one or the other. */
export async function findAccount(
  database: Queryable,
  tenantId: string,
  key: string,
): Promise<Account | undefined> {
  const rows = await database.query<Account>(sql`
    select id as "userId", name as "userName", password_hash as "passwordHash", disabled_at is not null as disabled
    from identity.users
    where tenant_id = ${tenantId} and (name_key = ${key} or email_key = ${key})`);
  return rows[0];
}

/** Opens a session if the user is not disabled, and, with `passwordHash`, if that is still his password. */
export async function insertSession(
  tx: Queryable,
  tenantId: string,
  session: { id: string; userId: string; tokenHash: string; address: string; userAgent: string },
  passwordHash: string | null,
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into identity.sessions (id, tenant_id, user_id, token_hash, address, user_agent, expires_at)
    select ${session.id}, tenant_id, id, ${session.tokenHash}, ${session.address}, ${session.userAgent},
      now() + make_interval(secs => ${sessionSeconds})
    from identity.users
    where tenant_id = ${tenantId} and id = ${session.userId} and disabled_at is null
      and (${passwordHash}::text is null or password_hash = ${passwordHash}::text)
    for share
    returning id`);
  return rows.length === 1;
}

/** Ends the user's oldest sessions beyond the limit. */
export async function endSurplusSessions(tx: Queryable, tenantId: string, userId: string): Promise<void> {
  await tx.query(sql`
    delete from identity.sessions
    where id in (
      select id from identity.sessions
      where tenant_id = ${tenantId} and user_id = ${userId}
      order by id desc
      offset ${sessionsPerUserMax})`);
}

/** The user's living sessions, the newest first. */
export async function listSessions(reader: Queryable, tenantId: string, userId: string): Promise<Session[]> {
  return reader.query<Session>(sql`
    select id, address, user_agent as "userAgent", created_at as "createdAt", seen_at as "seenAt",
      expires_at as "expiresAt"
    from identity.sessions
    where tenant_id = ${tenantId} and user_id = ${userId} and expires_at > now()
      and seen_at > now() - make_interval(secs => ${sessionIdleSeconds})
    order by id desc
    limit ${sessionsPerUserMax}`);
}

/** Ends one session of the user; false if he has no such one. */
export async function endSession(
  tx: Queryable,
  tenantId: string,
  userId: string,
  id: string,
): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from identity.sessions
    where tenant_id = ${tenantId} and user_id = ${userId} and id = ${id}
    returning id`);
  return rows.length === 1;
}

/** Ends every session of the user; answers how many. */
export async function endSessionsOf(tx: Queryable, tenantId: string, userId: string): Promise<number> {
  const rows = await tx.query(sql`
    delete from identity.sessions where tenant_id = ${tenantId} and user_id = ${userId} returning id`);
  return rows.length;
}

export type LinkKind = "sign_in" | "password_reset";

/** Keeps a one-time link; an earlier one of the same kind is void. Answers until when it is good. */
export async function putLink(
  tx: Queryable,
  tenantId: string,
  link: { userId: string; kind: LinkKind; tokenHash: string },
): Promise<string> {
  const rows = await tx.query<{ expiresAt: string }>(sql`
    insert into identity.links (token_hash, tenant_id, user_id, kind, expires_at)
    values (${link.tokenHash}, ${tenantId}, ${link.userId}, ${link.kind},
      now() + make_interval(secs => ${linkSeconds}))
    on conflict (tenant_id, user_id, kind) do update
    set token_hash = excluded.token_hash, expires_at = excluded.expires_at
    returning expires_at as "expiresAt"`);
  return rows[0]!.expiresAt;
}

export interface LinkHolder {
  tenantId: string;
  userId: string;
  userName: string;
  email: string | null;
}

/** Whose link this is, if it may still be used. */
export async function findLink(
  database: Queryable,
  kind: LinkKind,
  tokenHash: string,
): Promise<LinkHolder | undefined> {
  const rows = await database.query<LinkHolder>(sql`
    select u.tenant_id as "tenantId", u.id as "userId", u.name as "userName", u.email
    from identity.links l
    join identity.users u on u.tenant_id = l.tenant_id and u.id = l.user_id
    where l.token_hash = ${tokenHash} and l.kind = ${kind} and l.expires_at > now() and u.disabled_at is null`);
  return rows[0];
}

/** Uses a link up; of two who do it at once only one gets true. */
export async function useLink(tx: Queryable, kind: LinkKind, tokenHash: string): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from identity.links
    where token_hash = ${tokenHash} and kind = ${kind} and expires_at > now()
    returning token_hash`);
  return rows.length === 1;
}

/** Makes every link of the user void. */
export async function removeLinksOf(tx: Queryable, tenantId: string, userId: string): Promise<void> {
  await tx.query(sql`delete from identity.links where tenant_id = ${tenantId} and user_id = ${userId}`);
}
