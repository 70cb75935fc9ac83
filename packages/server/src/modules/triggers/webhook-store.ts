import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Trigger } from "./model.ts";

export interface WebhookTrigger extends Trigger {
  path: string;
  /** Milliseconds since 1970 by the database's clock. */
  now: number;
}

/** The triggers at these addresses; one place in both lists for each. */
export async function listByPath(
  database: Queryable,
  tenantIds: readonly string[],
  paths: readonly string[],
): Promise<WebhookTrigger[]> {
  return database.query<WebhookTrigger>(sql`
    select t.id, t.tenant_id as "tenantId", t.name, t.kind, t.settings, t.workflow, t.input, t.description, t.acl,
      t.paused_at is not null as paused, null as "nextTickAt", t.run_as_id as "runAsId",
      t.run_as_scopes as "runAsScopes", t.version,
      t.created_at as "createdAt", t.created_by_id as "createdById", t.modified_at as "modifiedAt",
      t.active_since as "activeSince", t.topic,
      t.scope_id as "scopeId", t.path,
      floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now
    from (select distinct tenant_id, path from unnest(${tenantIds}::text[], ${paths}::text[]) w (tenant_id, path)) w
    join triggers.triggers t on t.tenant_id = w.tenant_id and t.path = w.path`);
}
