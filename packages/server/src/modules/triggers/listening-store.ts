import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { Topic } from "../events/model.ts";
import type { Trigger } from "./model.ts";

/** The topics that somebody listens to. */
export async function listTopics(database: Queryable): Promise<Topic[]> {
  const rows = await database.query<{ topic: Topic }>(sql`
    select distinct topic from triggers.triggers where topic is not null and paused_at is null`);
  return rows.map((row) => row.topic);
}

/** Those who listen to a topic, of all tenants, in the order of their making. */
export async function listListening(database: Queryable, topic: Topic, limit: number): Promise<Trigger[]> {
  return database.query<Trigger>(sql`
    select id, tenant_id as "tenantId", name, kind, settings, workflow, input, description, acl, false as paused,
      null as "nextTickAt", run_as_id as "runAsId", run_as_scopes as "runAsScopes", version, created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt", active_since as "activeSince", topic,
      scope_id as "scopeId"
    from triggers.triggers
    where topic = ${topic} and paused_at is null
    order by id
    limit ${limit}`);
}

/** Locks how far a topic was matched; undefined where another node is at it, or nobody ever listened. */
export async function lockPosition(tx: Queryable, topic: Topic): Promise<string | undefined> {
  const rows = await tx.query<{ position: string }>(sql`
    select position from triggers.positions where topic = ${topic} for update skip locked`);
  return rows[0]?.position;
}

export async function savePosition(tx: Queryable, topic: Topic, position: string): Promise<void> {
  await tx.query(sql`update triggers.positions set position = ${position} where topic = ${topic}`);
}

/**
 * Has a topic matched from `position` on where nobody else listens to it; else it goes on where it stands. Whoever
 * begins to listen waits for who does so at the same time, so that the second sees the first.
 */
export async function beginAt(
  tx: Queryable,
  topic: Topic,
  { triggerId, position }: { triggerId: string; position: string },
): Promise<void> {
  await tx.query(sql`
    insert into triggers.positions (topic, position) values (${topic}, ${position}) on conflict (topic) do nothing`);
  await tx.query(sql`select topic from triggers.positions where topic = ${topic} for update`);
  await tx.query(sql`
    update triggers.positions set position = ${position}
    where topic = ${topic} and not exists (
      select from triggers.triggers where topic = ${topic} and paused_at is null and id <> ${triggerId})`);
}
