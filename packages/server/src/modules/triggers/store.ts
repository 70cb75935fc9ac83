import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { readersOf } from "../access/model.ts";
import { pathOf, type Trigger } from "./model.ts";

/** A trigger by its id or its name. */
export async function find(
  reader: Queryable,
  tenantId: string,
  by: { id?: string | undefined; name?: string | undefined },
): Promise<Trigger | undefined> {
  const rows = await reader.query<Trigger>(sql`
    select id, tenant_id as "tenantId", name, kind, settings, workflow, input, description, acl,
      paused_at is not null as paused, next_tick_at as "nextTickAt", run_as_id as "runAsId",
      run_as_scopes as "runAsScopes", version,
      created_at as "createdAt", created_by_id as "createdById", modified_at as "modifiedAt",
      active_since as "activeSince", topic, scope_id as "scopeId"
    from triggers.triggers
    where tenant_id = ${tenantId} and (id = ${by.id ?? null} or name = ${by.name ?? null})`);
  return rows[0];
}

/** The triggers that a caller may read, by name, after `afterName`. */
export async function listReadable(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  afterName: string,
  limit: number,
): Promise<Trigger[]> {
  return reader.query<Trigger>(sql`
    select id, tenant_id as "tenantId", name, kind, settings, workflow, input, description, acl,
      paused_at is not null as paused, next_tick_at as "nextTickAt", run_as_id as "runAsId",
      run_as_scopes as "runAsScopes", version,
      created_at as "createdAt", created_by_id as "createdById", modified_at as "modifiedAt",
      active_since as "activeSince", topic, scope_id as "scopeId"
    from triggers.triggers
    where tenant_id = ${caller.tenantId} and name > ${afterName}
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

/** Milliseconds since 1970 by the database's clock. */
export async function readNow(tx: Queryable): Promise<number> {
  const rows = await tx.query<{ now: number }>(sql`
    select floor(extract(epoch from now()) * 1000)::bigint as now`);
  return rows[0]!.now;
}

/** Writes a trigger; false if the tenant has as many as it may have. */
export async function insert(
  tx: Queryable,
  made: Omit<Trigger, "createdAt" | "modifiedAt" | "activeSince" | "version">,
  countMax: number,
): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(made.acl);
  const rows = await tx.query(sql`
    insert into triggers.triggers (id, tenant_id, name, description, kind, settings, workflow, input, acl, can_read,
      cannot_read, run_as_id, run_as_scopes, paused_at, next_tick_at, path, topic, scope_id,
      created_by_id)
    select ${made.id}::text, ${made.tenantId}::text, ${made.name}::text, ${made.description}::text, ${made.kind}::text,
      ${JSON.stringify(made.settings)}::json, ${made.workflow}::text, ${made.input}::text,
      ${JSON.stringify(made.acl)}::jsonb, ${canRead}::text[], ${cannotRead}::text[], ${made.runAsId}::text,
      ${made.runAsScopes}::text[],
      case when ${made.paused}::boolean then now() end, ${made.nextTickAt}::timestamptz,
      ${pathOf(made.settings)}::text, ${made.topic}::text,
      ${made.scopeId}::text, ${made.createdById}::text
    where (select count(*) from triggers.triggers where tenant_id = ${made.tenantId}::text) < ${countMax}
    returning id`);
  return rows.length === 1;
}

/**
 * Writes what may be changed of a trigger; false if it is gone or was changed since. Its next tick stays where it is
 * unless it is replanned: one that is due just now is not lost.
 */
export async function update(
  tx: Queryable,
  changed: Trigger,
  { version, isReplanned }: { version: number; isReplanned: boolean },
): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(changed.acl);
  const rows = await tx.query(sql`
    update triggers.triggers
    set description = ${changed.description}, settings = ${JSON.stringify(changed.settings)},
      workflow = ${changed.workflow}, input = ${changed.input}, acl = ${JSON.stringify(changed.acl)},
      can_read = ${canRead}, cannot_read = ${cannotRead}, run_as_id = ${changed.runAsId},
      run_as_scopes = ${changed.runAsScopes}::text[],
      active_since = case when (paused_at is not null and not ${changed.paused})
        or topic is distinct from ${changed.topic} then now() else active_since end,
      paused_at = case when ${changed.paused} then coalesce(paused_at, now()) end,
      next_tick_at = case when ${changed.paused} then null when ${isReplanned} then ${changed.nextTickAt}::timestamptz
        else next_tick_at end,
      path = ${pathOf(changed.settings)},
      topic = ${changed.topic}, scope_id = ${changed.scopeId},
      version = version + 1, modified_at = now()
    where id = ${changed.id} and tenant_id = ${changed.tenantId} and version = ${version}
    returning id`);
  return rows.length === 1;
}

/** Deletes a trigger with its firings; false if it is gone. */
export async function remove(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from triggers.triggers where id = ${id} and tenant_id = ${tenantId} returning id`);
  return rows.length === 1;
}

export interface DueTrigger extends Trigger {
  /** By the database's clock, in milliseconds since 1970, as are the two others. */
  now: number;
  plannedAt: number;
  beganAt: number;
}

/** Locks the trigger whose tick has been due for longest; those that another node has, and `except`, are left out. */
export async function lockDue(tx: Queryable, except: readonly string[]): Promise<DueTrigger | undefined> {
  const rows = await tx.query<DueTrigger>(sql`
    select id, tenant_id as "tenantId", name, kind, settings, workflow, input, description, acl, false as paused,
      next_tick_at as "nextTickAt", run_as_id as "runAsId", run_as_scopes as "runAsScopes", version,
      created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt", active_since as "activeSince",
      topic, scope_id as "scopeId", floor(extract(epoch from now()) * 1000)::bigint as now,
      floor(extract(epoch from next_tick_at) * 1000)::bigint as "plannedAt",
      floor(extract(epoch from created_at))::bigint * 1000 as "beganAt"
    from triggers.triggers
    where next_tick_at is not null and next_tick_at <= now() and id <> all (${except}::text[])
    order by next_tick_at
    limit 1
    for update skip locked`);
  return rows[0];
}

/** Plans the next tick, if there is one any more. */
export async function plan(tx: Queryable, id: string, nextTickAt: string | null): Promise<void> {
  await tx.query(sql`update triggers.triggers set next_tick_at = ${nextTickAt} where id = ${id}`);
}
