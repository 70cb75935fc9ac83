import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Trigger } from "./model.ts";

/** The triggers that consume messages, of all tenants, in the order of their making. */
export async function listConsuming(database: Queryable, limit: number): Promise<Trigger[]> {
  return database.query<Trigger>(sql`
    select id, tenant_id as "tenantId", name, kind, settings, workflow, input, description, acl, false as paused,
      null as "nextTickAt", run_as_id as "runAsId", run_as_scopes as "runAsScopes", version, created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt", active_since as "activeSince", topic,
      scope_id as "scopeId"
    from triggers.triggers
    where kind = 'message' and paused_at is null
    order by id
    limit ${limit}`);
}
