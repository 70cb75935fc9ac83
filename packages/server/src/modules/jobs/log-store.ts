import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import type { LogLine } from "./runner-model.ts";

export interface LogRow {
  id: string;
  leaseNumber: number;
  sessionId: string;
  firstLine: number;
  count: number;
  bytes: number;
  lines: readonly LogLine[];
}

/** Appends batches of lines to the logs of jobs that are held so; others leave nothing. */
export async function appendLogs(tx: Queryable, rows: readonly LogRow[]): Promise<void> {
  await tx.query(sql`
    with members as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as m
        (id text, "leaseNumber" bigint, "sessionId" text, "firstLine" int, count int, bytes bigint, lines jsonb)
    ), counted as (
      update jobs.jobs j set log_lines = j.log_lines + s.count, log_bytes = j.log_bytes + s.bytes
      from (
        select id, "leaseNumber", "sessionId", sum(count) as count, sum(bytes) as bytes from members
        group by 1, 2, 3
      ) s
      where j.id = s.id and j.lease_number = s."leaseNumber" and j.session_id = s."sessionId"
      returning j.id, j.tenant_id, s."leaseNumber"
    )
    insert into jobs.log_batches (job_id, tenant_id, first_line, line_count, lines)
    select m.id, c.tenant_id, m."firstLine", m.count, m.lines
    from members m join counted c on c.id = m.id and c."leaseNumber" = m."leaseNumber"`);
}

/** The batches that hold lines from `afterLine` on, in order. */
export async function listBatches(
  reader: Queryable,
  tenantId: string,
  jobId: string,
  afterLine: number,
  limit: number,
): Promise<{ firstLine: number; lines: LogLine[] }[]> {
  return reader.query<{ firstLine: number; lines: LogLine[] }>(sql`
    select first_line as "firstLine", lines from jobs.log_batches
    where tenant_id = ${tenantId} and job_id = ${jobId} and first_line + line_count > ${afterLine}
    order by first_line
    limit ${limit}`);
}
