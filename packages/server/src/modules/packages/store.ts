import type { Manifest } from "@millrace/runner/manifest.ts";
import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { readersOf } from "../access/model.ts";
import type { Package, PackageVersion, PackageVersionEntry } from "./model.ts";

/** Every package of a tenant with its channels; there are few, and each process keeps them under the tenant's epoch. */
export async function listOfTenant(database: Queryable, tenantId: string): Promise<Package[]> {
  return database.query<Package>(sql`
    select p.id, p.tenant_id as "tenantId", p.name, p.description, p.acl, p.version, p.created_at as "createdAt",
      p.created_by_id as "createdById", p.modified_at as "modifiedAt",
      coalesce((
        select json_agg(json_build_object('name', c.name, 'version', c.version,
          'promotedAt', to_char(c.promoted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.name)
        from packages.channels c where c.package_id = p.id
      ), '[]') as channels
    from packages.packages p
    where p.tenant_id = ${tenantId}
    order by p.name`);
}

/** The packages that a caller may read, by name, after `afterName`. */
export async function listReadable(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  afterName: string,
  limit: number,
): Promise<{ id: string }[]> {
  return reader.query<{ id: string }>(sql`
    select id from packages.packages
    where tenant_id = ${caller.tenantId} and name > ${afterName}
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

export async function insert(
  tx: Queryable,
  made: Omit<Package, "channels" | "createdAt" | "modifiedAt">,
): Promise<void> {
  const { canRead, cannotRead } = readersOf(made.acl);
  await tx.query(sql`
    insert into packages.packages (id, tenant_id, name, description, acl, can_read, cannot_read, created_by_id)
    values (${made.id}, ${made.tenantId}, ${made.name}, ${made.description}, ${JSON.stringify(made.acl)}, ${canRead},
      ${cannotRead}, ${made.createdById})`);
}

/** Writes what may be changed of a package; false if it is gone or was changed since. */
export async function update(tx: Queryable, changed: Package, version: number): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(changed.acl);
  const rows = await tx.query(sql`
    update packages.packages
    set description = ${changed.description}, acl = ${JSON.stringify(changed.acl)}, can_read = ${canRead},
      cannot_read = ${cannotRead}, version = version + 1, modified_at = now()
    where id = ${changed.id} and tenant_id = ${changed.tenantId} and version = ${version}
    returning id`);
  return rows.length === 1;
}

/** Locks a package for a change of its versions or channels; false if it is gone. */
export async function lock(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    select id from packages.packages where id = ${id} and tenant_id = ${tenantId} for update`);
  return rows.length === 1;
}

/** Keeps the packages from being deleted until the transaction ends; answers those that exist. */
export async function hold(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from packages.packages where id = any (${ids}::text[]) order by id for key share`);
  return rows.map((row) => row.id);
}

/** Deletes a package with its versions and channels; answers the versions' ids. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<string[]> {
  const versions = await tx.query<{ id: string }>(sql`
    select id from packages.versions where package_id = ${id} and tenant_id = ${tenantId}`);
  await tx.query(sql`delete from packages.channels where package_id = ${id} and tenant_id = ${tenantId}`);
  await tx.query(sql`delete from packages.packages where id = ${id} and tenant_id = ${tenantId}`);
  return versions.map((row) => row.id);
}

export interface NewVersion {
  id: string;
  packageId: string;
  tenantId: string;
  version: string;
  fileId: string;
  digest: string;
  size: number;
  manifest: Manifest;
  publishedById: string;
  publishedBy: string;
}

/** Publishes a version and takes over its description; false if the number is taken. */
export async function insertVersion(tx: Queryable, made: NewVersion): Promise<boolean> {
  const { runtime, description } = made.manifest;
  const rows = await tx.query(sql`
    insert into packages.versions (id, package_id, tenant_id, version, file_id, digest, size, runtime, manifest,
      published_by_id, published_by)
    values (${made.id}, ${made.packageId}, ${made.tenantId}, ${made.version}, ${made.fileId}, ${made.digest},
      ${made.size}, ${runtime}, ${JSON.stringify(made.manifest)}, ${made.publishedById}, ${made.publishedBy})
    on conflict (package_id, version) do nothing
    returning id`);
  if (rows.length === 0) return false;
  await tx.query(sql`
    update packages.packages set description = ${description}, modified_at = now()
    where id = ${made.packageId} and tenant_id = ${made.tenantId} and ${description} <> ''`);
  return true;
}

/** One version; undefined if there is none of this number. */
export async function findVersion(
  reader: Queryable,
  tenantId: string,
  packageId: string,
  version: string,
): Promise<PackageVersion | undefined> {
  const rows = await reader.query<PackageVersion>(sql`
    select id, package_id as "packageId", version, file_id as "fileId", digest, size, runtime, manifest,
      published_at as "publishedAt", published_by_id as "publishedById", published_by as "publishedBy",
      yanked_at as "yankedAt", yanked_reason as "yankedReason"
    from packages.versions
    where tenant_id = ${tenantId} and package_id = ${packageId} and version = ${version}`);
  return rows[0];
}

/** Versions of a package, those published last first, before an id. */
export async function listVersions(
  reader: Queryable,
  tenantId: string,
  packageId: string,
  beforeId: string,
  limit: number,
): Promise<(PackageVersionEntry & { id: string })[]> {
  return reader.query<PackageVersionEntry & { id: string }>(sql`
    select id, version, digest, size, runtime, published_at as "publishedAt", published_by_id as "publishedById",
      published_by as "publishedBy", yanked_at as "yankedAt", yanked_reason as "yankedReason"
    from packages.versions
    where tenant_id = ${tenantId} and package_id = ${packageId} and id < ${beforeId}
    order by id desc
    limit ${limit}`);
}

/** The numbers of all versions that are not yanked. */
export async function listOpenVersions(tx: Queryable, packageId: string): Promise<string[]> {
  const rows = await tx.query<{ version: string }>(sql`
    select version from packages.versions where package_id = ${packageId} and yanked_at is null`);
  return rows.map((row) => row.version);
}

/** How many versions a package has. */
export async function countVersions(tx: Queryable, packageId: string): Promise<number> {
  const rows = await tx.query<{ count: number }>(sql`
    select count(*) as count from packages.versions where package_id = ${packageId}`);
  return rows[0]!.count;
}

/** Marks a version as yanked; false if it was yanked before. */
export async function yank(tx: Queryable, versionId: string, reason: string): Promise<boolean> {
  const rows = await tx.query(sql`
    update packages.versions set yanked_at = now(), yanked_reason = ${reason}
    where id = ${versionId} and yanked_at is null
    returning id`);
  return rows.length === 1;
}

/** Makes a channel name a version. */
export async function promote(
  tx: Queryable,
  channel: { packageId: string; tenantId: string; name: string; version: string; promotedById: string },
): Promise<void> {
  await tx.query(sql`
    insert into packages.channels as c (package_id, tenant_id, name, version, promoted_by_id)
    values (${channel.packageId}, ${channel.tenantId}, ${channel.name}, ${channel.version}, ${channel.promotedById})
    on conflict (package_id, name) do update
      set version = excluded.version, promoted_at = now(), promoted_by_id = excluded.promoted_by_id
      where c.version <> excluded.version`);
}

/** Removes a channel. */
export async function removeChannel(tx: Queryable, packageId: string, name: string): Promise<void> {
  await tx.query(sql`delete from packages.channels where package_id = ${packageId} and name = ${name}`);
}
