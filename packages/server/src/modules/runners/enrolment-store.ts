import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";

/** An enrolment token as it is shown; its text is not among what is kept. */
export interface EnrolmentToken {
  id: string;
  name: string;
  tags: string[];
  runnerId: string | null;
  createdAt: string;
  createdByName: string;
  expiresAt: string;
  usedAt: string | null;
  usedRunnerId: string | null;
}

export interface NewTokenRow {
  id: string;
  tenantId: string;
  secretHash: string;
  name: string;
  tags: readonly string[];
  runnerId: string | null;
  createdById: string;
  createdByName: string;
  minutes: number;
}

export async function insertToken(tx: Queryable, row: NewTokenRow): Promise<EnrolmentToken> {
  const rows = await tx.query<EnrolmentToken>(sql`
    insert into runners.enrolment_tokens (id, tenant_id, secret_hash, name, tags, runner_id, created_by_id,
      created_by_name, expires_at)
    values (${row.id}, ${row.tenantId}, ${row.secretHash}, ${row.name}, ${row.tags}, ${row.runnerId},
      ${row.createdById}, ${row.createdByName}, now() + make_interval(mins => ${row.minutes}))
    returning id, name, tags, runner_id as "runnerId", created_at as "createdAt",
      created_by_name as "createdByName", expires_at as "expiresAt", used_at as "usedAt",
      used_runner_id as "usedRunnerId"`);
  return rows[0]!;
}

/** The tenant's tokens that are not over, and those that were used lately; the newest first. */
export async function listTokens(
  reader: Queryable,
  tenantId: string,
  limit: number,
): Promise<EnrolmentToken[]> {
  return reader.query<EnrolmentToken>(sql`
    select id, name, tags, runner_id as "runnerId", created_at as "createdAt",
      created_by_name as "createdByName", expires_at as "expiresAt", used_at as "usedAt",
      used_runner_id as "usedRunnerId"
    from runners.enrolment_tokens
    where tenant_id = ${tenantId}
    order by id desc
    limit ${limit}`);
}

export async function removeToken(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from runners.enrolment_tokens where tenant_id = ${tenantId} and id = ${id} returning id`);
  return rows.length === 1;
}

export interface HeldToken {
  id: string;
  tenantId: string;
  name: string;
  tags: string[];
  runnerId: string | null;
  createdById: string;
  createdByName: string;
  usedKey: string | null;
  usedRunnerId: string | null;
}

/** The living token with this secret, held against everybody else who shows it. */
export async function holdToken(
  tx: Queryable,
  id: string,
  secretHash: string,
): Promise<HeldToken | undefined> {
  const rows = await tx.query<HeldToken>(sql`
    select id, tenant_id as "tenantId", name, tags, runner_id as "runnerId", created_by_id as "createdById",
      created_by_name as "createdByName", used_key as "usedKey", used_runner_id as "usedRunnerId"
    from runners.enrolment_tokens
    where id = ${id} and secret_hash = ${secretHash} and expires_at > now()
    for update`);
  return rows[0];
}

export async function useToken(
  tx: Queryable,
  { id, usedKey, usedRunnerId }: { id: string; usedKey: string; usedRunnerId: string },
): Promise<void> {
  await tx.query(sql`
    update runners.enrolment_tokens
    set used_at = now(), used_key = ${usedKey}, used_runner_id = ${usedRunnerId}
    where id = ${id}`);
}

export interface NewCertificate {
  fingerprint: string;
  tenantId: string;
  runnerId: string;
  authorityId: string;
  keyThumbprint: string;
  certificate: string;
  hours: number;
}

export async function insertCertificate(tx: Queryable, row: NewCertificate): Promise<void> {
  await tx.query(sql`
    insert into runners.certificates (fingerprint, tenant_id, runner_id, authority_id, key_thumbprint, certificate,
      expires_at)
    values (${row.fingerprint}, ${row.tenantId}, ${row.runnerId}, ${row.authorityId}, ${row.keyThumbprint},
      ${row.certificate}, now() + make_interval(hours => ${row.hours}))`);
}

/** The certificate on a key, and how long it is good yet. */
export async function findCertificateOn(
  tx: Queryable,
  keyThumbprint: string,
): Promise<{ certificate: string; runnerId: string; leftMs: number; lifeMs: number } | undefined> {
  const rows = await tx.query<{ certificate: string; runnerId: string; leftMs: number; lifeMs: number }>(sql`
    select certificate, runner_id as "runnerId",
      floor(extract(epoch from expires_at - now()) * 1000)::bigint as "leftMs",
      floor(extract(epoch from expires_at - issued_at) * 1000)::bigint as "lifeMs"
    from runners.certificates where key_thumbprint = ${keyThumbprint}`);
  return rows[0];
}

/** Seconds since a runner was last given a certificate. */
export async function secondsSinceIssued(tx: Queryable, runnerId: string): Promise<number | undefined> {
  const rows = await tx.query<{ seconds: number | null }>(sql`
    select extract(epoch from now() - max(issued_at))::float8 as seconds
    from runners.certificates where runner_id = ${runnerId}`);
  return rows[0]?.seconds ?? undefined;
}

/** Removes tokens and certificates that are over for a day; answers how many. */
export async function sweep(database: Queryable, limit: number): Promise<number> {
  const tokens = await database.query(sql`
    delete from runners.enrolment_tokens
    where id in (select id from runners.enrolment_tokens where expires_at < now() - interval '1 day' limit ${limit})
    returning id`);
  const certificates = await database.query(sql`
    delete from runners.certificates
    where fingerprint in (
      select fingerprint from runners.certificates where expires_at < now() - interval '1 day' limit ${limit})
    returning fingerprint`);
  return Math.max(tokens.length, certificates.length);
}
