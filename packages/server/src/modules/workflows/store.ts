import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { readersOf } from "../access/model.ts";
import type { WorkflowRecord, WorkflowVersion, WorkflowVersionEntry } from "./model.ts";

/** Every workflow of a tenant; each process keeps them under the tenant's epoch. */
export async function listOfTenant(database: Queryable, tenantId: string): Promise<WorkflowRecord[]> {
  return database.query<WorkflowRecord>(sql`
    select id, tenant_id as "tenantId", name, description, acl, latest, version, created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt"
    from workflows.workflows
    where tenant_id = ${tenantId}
    order by name`);
}

/** The workflows that a caller may read, by name, after `afterName`. */
export async function listReadable(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  afterName: string,
  limit: number,
): Promise<{ id: string }[]> {
  return reader.query<{ id: string }>(sql`
    select id from workflows.workflows
    where tenant_id = ${caller.tenantId} and name > ${afterName}
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

export async function insert(
  tx: Queryable,
  made: Omit<WorkflowRecord, "latest" | "version" | "createdAt" | "modifiedAt">,
): Promise<void> {
  const { canRead, cannotRead } = readersOf(made.acl);
  await tx.query(sql`
    insert into workflows.workflows (id, tenant_id, name, description, acl, can_read, cannot_read, latest,
      created_by_id)
    values (${made.id}, ${made.tenantId}, ${made.name}, ${made.description}, ${JSON.stringify(made.acl)}, ${canRead},
      ${cannotRead}, 0, ${made.createdById})`);
}

/** Writes what may be changed of a workflow; false if it is gone or was changed since. */
export async function update(tx: Queryable, changed: WorkflowRecord, version: number): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(changed.acl);
  const rows = await tx.query(sql`
    update workflows.workflows
    set description = ${changed.description}, acl = ${JSON.stringify(changed.acl)}, can_read = ${canRead},
      cannot_read = ${cannotRead}, version = version + 1, modified_at = now()
    where id = ${changed.id} and tenant_id = ${changed.tenantId} and version = ${version}
    returning id`);
  return rows.length === 1;
}

/** Locks a workflow for a new version; its latest number and that one's digest, or undefined if it is gone. */
export async function lock(
  tx: Queryable,
  tenantId: string,
  id: string,
): Promise<{ latest: number; digest: string | null } | undefined> {
  const rows = await tx.query<{ latest: number; digest: string | null }>(sql`
    select w.latest, (
      select v.digest from workflows.versions v where v.workflow_id = w.id and v.number = w.latest
    ) as digest
    from workflows.workflows w
    where w.id = ${id} and w.tenant_id = ${tenantId}
    for update of w`);
  return rows[0];
}

/** Keeps the workflows from being deleted until the transaction ends; answers those that exist. */
export async function hold(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from workflows.workflows where id = any (${ids}::text[]) order by id for key share`);
  return rows.map((row) => row.id);
}

/** Stores a version and makes it the latest one. */
export async function insertVersion(
  tx: Queryable,
  made: Omit<WorkflowVersion, "createdAt"> & { tenantId: string },
): Promise<void> {
  await tx.query(sql`
    insert into workflows.versions (id, workflow_id, tenant_id, number, name_of_author, text, digest, created_by_id,
      created_by)
    values (${made.id}, ${made.workflowId}, ${made.tenantId}, ${made.number}, ${made.nameOfAuthor}, ${made.text},
      ${made.digest}, ${made.createdById}, ${made.createdBy})`);
  await tx.query(sql`
    update workflows.workflows set latest = ${made.number}, modified_at = now()
    where id = ${made.workflowId} and tenant_id = ${made.tenantId}`);
}

/** One version; undefined if there is none of this number. */
export async function findVersion(
  reader: Queryable,
  tenantId: string,
  workflowId: string,
  number: number,
): Promise<WorkflowVersion | undefined> {
  const rows = await reader.query<WorkflowVersion>(sql`
    select id, workflow_id as "workflowId", number, name_of_author as "nameOfAuthor", text, digest,
      created_at as "createdAt", created_by_id as "createdById", created_by as "createdBy"
    from workflows.versions
    where tenant_id = ${tenantId} and workflow_id = ${workflowId} and number = ${number}`);
  return rows[0];
}

/** The newest number under which the author's own version was stored. */
export async function findNumber(
  reader: Queryable,
  tenantId: string,
  workflowId: string,
  nameOfAuthor: string,
): Promise<number | undefined> {
  const rows = await reader.query<{ number: number }>(sql`
    select number from workflows.versions
    where tenant_id = ${tenantId} and workflow_id = ${workflowId} and name_of_author = ${nameOfAuthor}
    order by number desc
    limit 1`);
  return rows[0]?.number;
}

/** Versions of a workflow without their texts, the newest first, before a number. */
export async function listVersions(
  reader: Queryable,
  tenantId: string,
  workflowId: string,
  before: number,
  limit: number,
): Promise<WorkflowVersionEntry[]> {
  return reader.query<WorkflowVersionEntry>(sql`
    select number, name_of_author as "nameOfAuthor", digest, created_at as "createdAt",
      created_by_id as "createdById", created_by as "createdBy"
    from workflows.versions
    where tenant_id = ${tenantId} and workflow_id = ${workflowId} and number < ${before}
    order by number desc
    limit ${limit}`);
}

/** Deletes a workflow with its versions; false if it is gone. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from workflows.workflows where id = ${id} and tenant_id = ${tenantId} returning id`);
  return rows.length === 1;
}
