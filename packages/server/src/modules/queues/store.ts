import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { readersOf } from "../access/model.ts";
import type { Queue } from "./model.ts";

/** Every queue of a tenant; there are few, and each process keeps them under the tenant's epoch. */
export async function listOfTenant(database: Queryable, tenantId: string): Promise<Queue[]> {
  return database.query<Queue>(sql`
    select id, tenant_id as "tenantId", name, description, acl, attempts_max as "attemptsMax", backoff,
      backoff_ms as "backoffMs", backoff_max_ms as "backoffMaxMs", jitter, lease_ms as "leaseMs",
      acquired_max as "acquiredMax", concurrency_per_key as "concurrencyPerKey", keep_days as "keepDays",
      success_queue_id as "successQueueId", failed_queue_id as "failedQueueId", metadata,
      paused_at is not null as paused,
      version, created_at as "createdAt", created_by_id as "createdById", modified_at as "modifiedAt"
    from queues.queues
    where tenant_id = ${tenantId}
    order by name`);
}

/** The queues that a caller may read, by name, after `afterName`. */
export async function listReadable(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  afterName: string,
  limit: number,
): Promise<{ id: string }[]> {
  return reader.query<{ id: string }>(sql`
    select id from queues.queues
    where tenant_id = ${caller.tenantId} and name > ${afterName}
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

export interface KeepingRow {
  id: string;
  tenantId: string;
  keepDays: number;
}

/** Queues with a keeping time of their own. */
export async function listKeeping(database: Queryable): Promise<KeepingRow[]> {
  return database.query<KeepingRow>(sql`
    select id, tenant_id as "tenantId", keep_days as "keepDays" from queues.queues where keep_days is not null`);
}

export async function insert(tx: Queryable, queue: Queue): Promise<void> {
  const { canRead, cannotRead } = readersOf(queue.acl);
  await tx.query(sql`
    insert into queues.queues (id, tenant_id, name, description, acl, can_read, cannot_read, attempts_max, backoff,
      backoff_ms, backoff_max_ms, jitter, lease_ms, acquired_max, concurrency_per_key, keep_days, success_queue_id,
      failed_queue_id, metadata, created_by_id)
    values (${queue.id}, ${queue.tenantId}, ${queue.name}, ${queue.description}, ${JSON.stringify(queue.acl)},
      ${canRead}, ${cannotRead}, ${queue.attemptsMax}, ${queue.backoff}, ${queue.backoffMs}, ${queue.backoffMaxMs},
      ${queue.jitter}, ${queue.leaseMs}, ${queue.acquiredMax}, ${queue.concurrencyPerKey}, ${queue.keepDays},
      ${queue.successQueueId}, ${queue.failedQueueId},
      ${JSON.stringify(queue.metadata)}, ${queue.createdById})`);
}

/** Writes every setting; false if the queue is gone or its version is no longer `version`. */
export async function update(tx: Queryable, queue: Queue, version: number): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(queue.acl);
  const rows = await tx.query(sql`
    update queues.queues
    set description = ${queue.description}, acl = ${JSON.stringify(queue.acl)}, can_read = ${canRead},
      cannot_read = ${cannotRead}, attempts_max = ${queue.attemptsMax}, backoff = ${queue.backoff},
      backoff_ms = ${queue.backoffMs}, backoff_max_ms = ${queue.backoffMaxMs}, jitter = ${queue.jitter},
      lease_ms = ${queue.leaseMs}, acquired_max = ${queue.acquiredMax},
      concurrency_per_key = ${queue.concurrencyPerKey}, keep_days = ${queue.keepDays},
      success_queue_id = ${queue.successQueueId}, failed_queue_id = ${queue.failedQueueId},
      metadata = ${JSON.stringify(queue.metadata)},
      paused_at = case when ${queue.paused} then coalesce(paused_at, now()) end,
      version = version + 1, modified_at = now()
    where id = ${queue.id} and tenant_id = ${queue.tenantId} and version = ${version}
    returning id`);
  return rows.length === 1;
}

/** Keeps the queues from being deleted until the transaction ends; answers those that exist. */
export async function hold(tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    select id from queues.queues where id = any (${ids}::text[]) order by id for key share`);
  return rows.map((row) => row.id);
}

/** Deletes a queue; nobody holds it once this has returned. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from queues.queues where id = ${id} and tenant_id = ${tenantId} returning id`);
  return rows.length === 1;
}
