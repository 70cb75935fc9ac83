import type { ListedBlob } from "../../kit/blobs.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { type AclEntry, readersOf } from "../access/model.ts";
import type { FileView } from "./model.ts";

export interface Caller {
  tenantId: string;
  userId: string;
  userName: string;
  isAdmin: boolean;
  principalIds: readonly string[];
}

export interface OwnerKey {
  kind: string;
  id: string;
}

/** What a file is besides who wrote it and when. */
export interface FileContents {
  id: string;
  name: string;
  contentType: string;
  metadata: Record<string, unknown>;
  acl: AclEntry[];
}

interface FileRow {
  id: string;
  tenant_id: string;
  name: string;
  content_type: string;
  size: number;
  sha256: string;
  metadata: Record<string, unknown>;
  acl: AclEntry[];
  temporary: boolean;
  version: number;
  created_at: string;
  created_by_id: string;
  created_by: string;
  modified_at: string;
  modified_by_id: string;
  modified_by: string;
}

export async function insert(
  tx: Queryable,
  caller: Caller,
  file: FileContents & { temporary: boolean; size: number; sha256: string },
): Promise<FileView> {
  const { canRead, cannotRead } = readersOf(file.acl);
  const rows = await tx.query<FileRow>(sql`
    insert into files.files (id, tenant_id, name, content_type, size, sha256, metadata, acl, can_read, cannot_read,
      temporary, created_by_id, created_by, modified_by_id, modified_by)
    values (${file.id}, ${caller.tenantId}, ${file.name}, ${file.contentType}, ${file.size}, ${file.sha256},
      ${JSON.stringify(file.metadata)}, ${JSON.stringify(file.acl)}, ${canRead}, ${cannotRead}, ${file.temporary},
      ${caller.userId}, ${caller.userName}, ${caller.userId}, ${caller.userName})
    returning *`);
  return viewOf(rows[0]!);
}

/** Writes what may change; the transaction holds the file. */
export async function update(tx: Queryable, caller: Caller, file: FileContents): Promise<FileView> {
  const { canRead, cannotRead } = readersOf(file.acl);
  const rows = await tx.query<FileRow>(sql`
    update files.files
    set name = ${file.name}, content_type = ${file.contentType}, metadata = ${JSON.stringify(file.metadata)},
      acl = ${JSON.stringify(file.acl)}, can_read = ${canRead}, cannot_read = ${cannotRead}, version = version + 1,
      modified_at = now(), modified_by_id = ${caller.userId}, modified_by = ${caller.userName}
    where id = ${file.id} and tenant_id = ${caller.tenantId}
    returning *`);
  return viewOf(rows[0]!);
}

/** Deletes files that the transaction holds and that nothing is attached to. */
export async function remove(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    delete from files.files f
    where f.id = any (${ids}::text[])
      and not exists (select from files.attachments a where a.file_id = f.id)
    returning id`);
  return rows.map((row) => row.id);
}

/** One file, for a caller's eyes. */
export async function find(reader: Queryable, tenantId: string, id: string): Promise<FileView | undefined> {
  const rows = await reader.query<FileRow>(sql`
    select * from files.files where id = ${id} and tenant_id = ${tenantId}`);
  return rows.map(viewOf)[0];
}

/** The same, and nobody else changes, deletes or attaches it until the transaction ends. */
export async function lock(tx: Queryable, tenantId: string, id: string): Promise<FileView | undefined> {
  const rows = await tx.query<FileRow>(sql`
    select * from files.files where id = ${id} and tenant_id = ${tenantId} for update`);
  return rows.map(viewOf)[0];
}

/** Files of several tenants, each named with its own, that cannot be deleted until the transaction ends. */
export async function hold(
  tx: Queryable,
  wanted: readonly { tenantId: string; id: string }[],
): Promise<{ tenantId: string; file: FileView }[]> {
  const rows = await tx.query<FileRow>(sql`
    select f.* from json_to_recordset(${JSON.stringify(wanted)}::json) as w ("tenantId" text, id text)
      join files.files f on f.id = w.id and f.tenant_id = w."tenantId"
    order by f.id
    for key share of f`);
  return rows.map((row) => ({ tenantId: row.tenant_id, file: viewOf(row) }));
}

/** The files that a caller may read, the newest first, before `beforeId`. */
export async function list(
  reader: Queryable,
  caller: Caller,
  { namePrefix, beforeId, limit }: { namePrefix: string; beforeId: string | undefined; limit: number },
): Promise<FileView[]> {
  const rows = await reader.query<FileRow>(sql`
    select * from files.listable
    where tenant_id = ${caller.tenantId}
      and (${beforeId ?? null}::text is null or id < ${beforeId ?? null})
      and (${namePrefix} = '' or starts_with(name, ${namePrefix}))
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by id desc
    limit ${limit}`);
  return rows.map(viewOf);
}

export interface AttachedRow extends OwnerKey {
  tenantId: string;
  fileIds: readonly string[];
}

/** Attaches files to their owners; those that are attached already stay. */
export async function attach(tx: Queryable, rows: readonly AttachedRow[]): Promise<void> {
  await tx.query(sql`
    insert into files.attachments (owner_kind, owner_id, file_id, tenant_id)
    select o.kind, o.id, unnest(o."fileIds"), o."tenantId"
    from json_to_recordset(${JSON.stringify(rows)}::json) as o (kind text, id text, "tenantId" text, "fileIds" text[])
    on conflict do nothing`);
}

/** Of each owner: how many other files are attached to him than those named. */
export async function countOthers(
  tx: Queryable,
  rows: readonly AttachedRow[],
): Promise<(OwnerKey & { count: number })[]> {
  return tx.query<OwnerKey & { count: number }>(sql`
    select o.kind, o.id, count(*) as count
    from json_to_recordset(${JSON.stringify(rows)}::json) as o (kind text, id text, "fileIds" text[])
      join files.attachments a on a.owner_kind = o.kind and a.owner_id = o.id and a.file_id <> all (o."fileIds")
    group by o.kind, o.id`);
}

export async function detach(tx: Queryable, owners: readonly OwnerKey[]): Promise<void> {
  await tx.query(sql`
    delete from files.attachments a
    using json_to_recordset(${JSON.stringify(owners)}::json) as o (kind text, id text)
    where a.owner_kind = o.kind and a.owner_id = o.id`);
}

export async function detachFiles(tx: Queryable, owner: OwnerKey, fileIds: readonly string[]): Promise<void> {
  await tx.query(sql`
    delete from files.attachments
    where owner_kind = ${owner.kind} and owner_id = ${owner.id} and file_id = any (${fileIds}::text[])`);
}

/** Attaches to each `to` what its `from` has, in the same tenant. */
export async function copyAttachments(
  tx: Queryable,
  pairs: readonly { from: OwnerKey; to: OwnerKey }[],
): Promise<void> {
  const rows = pairs.map(({ from, to }) => ({
    fromKind: from.kind,
    fromId: from.id,
    toKind: to.kind,
    toId: to.id,
  }));
  await tx.query(sql`
    insert into files.attachments (owner_kind, owner_id, file_id, tenant_id)
    select p."toKind", p."toId", a.file_id, a.tenant_id
    from json_to_recordset(${JSON.stringify(rows)}::json) as p
        ("fromKind" text, "fromId" text, "toKind" text, "toId" text)
      join files.attachments a on a.owner_kind = p."fromKind" and a.owner_id = p."fromId"
    on conflict do nothing`);
}

/** The files of owners of one tenant, in the order of their upload. */
export async function listAttached(
  reader: Queryable,
  tenantId: string,
  owners: readonly OwnerKey[],
): Promise<{ kind: string; ownerId: string; file: FileView }[]> {
  const rows = await reader.query<FileRow & { owner_kind: string; owner_id: string }>(sql`
    select a.owner_kind, a.owner_id, f.*
    from json_to_recordset(${JSON.stringify(owners)}::json) as o (kind text, id text)
      join files.attachments a on a.owner_kind = o.kind and a.owner_id = o.id and a.tenant_id = ${tenantId}
      join files.files f on f.id = a.file_id and f.tenant_id = ${tenantId}
    order by f.id`);
  return rows.map((row) => ({ kind: row.owner_kind, ownerId: row.owner_id, file: viewOf(row) }));
}

/** The kind of something that the file is attached to. */
export async function ownerKindOf(tx: Queryable, fileId: string): Promise<string | undefined> {
  const rows = await tx.query<{ kind: string }>(sql`
    select owner_kind as kind from files.attachments where file_id = ${fileId} order by owner_kind desc limit 1`);
  return rows[0]?.kind;
}

/** Nobody else passes here for the same bytes until the transaction ends: neither an upload nor the sweep. */
export async function lockBytes(tx: Queryable, sha256: string): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${sha256}, 4106))`);
}

/** Tells the sweep that these bytes are about to get a file. */
export async function claimBytes(tx: Queryable, uploadId: string, sha256: string): Promise<void> {
  await tx.query(sql`insert into files.uploads (id, sha256) values (${uploadId}, ${sha256})`);
}

/** Ends a claim; false if it was too old and the sweep has ended it. */
export async function releaseClaim(tx: Queryable, uploadId: string): Promise<boolean> {
  const rows = await tx.query(sql`delete from files.uploads where id = ${uploadId} returning id`);
  return rows.length === 1;
}

export async function removeOldClaims(
  database: Queryable,
  graceHours: number,
  limit: number,
): Promise<number> {
  const rows = await database.query(sql`
    delete from files.uploads where id in (
      select id from files.uploads where created_at < now() - make_interval(hours => ${graceHours}) limit ${limit})
    returning id`);
  return rows.length;
}

/** Which of the blobs are past the grace and wanted by no file and no upload. */
export async function listOrphans(
  database: Queryable,
  blobs: readonly ListedBlob[],
  graceHours: number,
): Promise<ListedBlob[]> {
  return database.query<ListedBlob>(sql`
    select b.sha256, b.size, b."modifiedAt"
    from json_to_recordset(${JSON.stringify(blobs)}::json) as b (sha256 text, size bigint, "modifiedAt" timestamptz)
    where b."modifiedAt" < now() - make_interval(hours => ${graceHours})
      and not exists (select from files.files f where f.sha256 = b.sha256)
      and not exists (select from files.uploads u where u.sha256 = b.sha256)`);
}

export interface SweptFile {
  id: string;
  tenantId: string;
  name: string;
}

/** Holds temporary files past the grace that nothing is attached to; those somebody works on are left for later. */
export async function holdExpired(tx: Queryable, graceHours: number, limit: number): Promise<SweptFile[]> {
  return tx.query<SweptFile>(sql`
    select f.id, f.tenant_id as "tenantId", f.name
    from files.files f
    where f.temporary and f.created_at < now() - make_interval(hours => ${graceHours})
      and not exists (select from files.attachments a where a.file_id = f.id)
    order by f.created_at
    limit ${limit}
    for update skip locked`);
}

function viewOf(row: FileRow): FileView {
  return {
    id: row.id,
    name: row.name,
    contentType: row.content_type,
    size: row.size,
    sha256: row.sha256,
    metadata: row.metadata,
    acl: row.acl,
    temporary: row.temporary,
    version: row.version,
    createdAt: row.created_at,
    createdById: row.created_by_id,
    createdBy: row.created_by,
    modifiedAt: row.modified_at,
    modifiedById: row.modified_by_id,
    modifiedBy: row.modified_by,
  };
}
