import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { RecordedEvent } from "./model.ts";

/** The facts about one subject, the oldest first, after `afterSeq`. */
export async function listOfSubject(
  reader: Queryable,
  tenantId: string,
  subjectId: string,
  afterSeq: number,
  limit: number,
): Promise<RecordedEvent[]> {
  return reader.query<RecordedEvent>(sql`
    select seq, at, tenant_id as "tenantId", topic, type, subject_id as "subjectId", scope_id as "scopeId",
      actor_id as "actorId", actor_name as "actorName", request_id as "requestId", details
    from events.events
    where tenant_id = ${tenantId} and subject_id = ${subjectId} and seq > ${afterSeq}
    order by seq
    limit ${limit}`);
}

/** The facts about one subject, the newest first, before `beforeSeq`. */
export async function listLatestOfSubject(
  reader: Queryable,
  tenantId: string,
  subjectId: string,
  beforeSeq: number,
  limit: number,
): Promise<RecordedEvent[]> {
  return reader.query<RecordedEvent>(sql`
    select seq, at, tenant_id as "tenantId", topic, type, subject_id as "subjectId", scope_id as "scopeId",
      actor_id as "actorId", actor_name as "actorName", request_id as "requestId", details
    from events.events
    where tenant_id = ${tenantId} and subject_id = ${subjectId} and seq < ${beforeSeq}
    order by seq desc
    limit ${limit}`);
}
