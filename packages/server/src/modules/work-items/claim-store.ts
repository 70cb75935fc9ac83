import type { AskedFront, AskedLevel } from "../../kit/claim-marks.ts";
import type { Queryable } from "../../kit/database.ts";
import { gatherRows } from "../../kit/gathered-rows.ts";
import { sql } from "../../kit/sql.ts";
import type { Failure } from "./model.ts";

export interface PickedRow {
  id: string;
  queueId: string;
  state: "new" | "retry";
  priority: number;
  position: number;
  leaseNumber: number;
}

export interface ClaimedRow {
  id: string;
  tenantId: string;
  queueId: string;
  priority: number;
  holderId: string;
  worker: string | null;
  name: string | null;
  payload: Record<string, unknown>;
  attempts: number;
  acquired: number;
  leaseNumber: number;
  leaseUntil: string;
  gate: string | null;
  error: Failure | null;
  successQueueId: string | null;
  failedQueueId: string | null;
  fromItemId: string | null;
  createdAt: string;
  createdById: string;
  claimedAt: string;
}

/** Locks the next items of each level, in the claim's order, passing over those that another claim holds. */
export async function pickAfter(tx: Queryable, levels: readonly AskedLevel[]): Promise<PickedRow[]> {
  return tx.query<PickedRow>(sql`
    select i.id, i.queue_id as "queueId", i.state, i.priority, i.position, i.lease_number as "leaseNumber"
    from json_to_recordset(${JSON.stringify(levels)}::json) as l
      ("queueId" text, priority int, after bigint, wanted int)
    cross join lateral (
      select id, queue_id, state, priority, position, lease_number from work_items.work_items
      where queue_id = l."queueId" and priority = l.priority and position > l.after
      order by position
      limit l.wanted
      for update skip locked
    ) i`);
}

/** The same from the very front: finds levels not known yet and what was passed over. */
export async function pickFromFront(tx: Queryable, levels: readonly AskedFront[]): Promise<PickedRow[]> {
  return tx.query<PickedRow>(sql`
    select i.id, i.queue_id as "queueId", i.state, i.priority, i.position, i.lease_number as "leaseNumber"
    from json_to_recordset(${JSON.stringify(levels)}::json) as l ("queueId" text, wanted int)
    cross join lateral (
      select id, queue_id, state, priority, position, lease_number from work_items.work_items
      where queue_id = l."queueId" and position is not null
      order by priority desc, position
      limit l.wanted
      for update skip locked
    ) i`);
}

export interface HandedRow {
  id: string;
  queueId: string;
  /** As it was picked. */
  state: "new" | "retry";
  holderId: string;
  worker: string | null;
  leaseMs: number;
}

const handedFields = { shared: ["queueId", "state", "holderId", "worker", "leaseMs"], own: ["id"] } as const;

/** Hands the locked items to their holders: a new lease number, a lease by the database's clock. */
export async function handOut(tx: Queryable, rows: readonly HandedRow[]): Promise<ClaimedRow[]> {
  return tx.query<ClaimedRow>(sql`
    with groups as (
      select * from json_to_recordset(${gatherRows(rows, handedFields)}::json) as g
        ("queueId" text, state text, "holderId" text, worker text, "leaseMs" float8, id text[])
    ), counted as (
      insert into work_items.count_changes (queue_id, state, items)
      select "queueId", s.state, sum(s.sign * cardinality(id))
      from groups g cross join lateral (values (g.state, -1), ('processing', 1)) as s (state, sign)
      group by "queueId", s.state
    )
    update work_items.work_items i
    set state = 'processing', position = null, acquired = acquired + 1, lease_number = lease_number + 1,
      lease_until = now() + make_interval(secs => m."leaseMs" / 1000.0), holder_id = m."holderId",
      worker = m.worker, claimed_at = now()
    from (select "holderId", worker, "leaseMs", unnest(id) as id from groups) m
    where i.id = m.id
    returning i.id, tenant_id as "tenantId", queue_id as "queueId", priority, holder_id as "holderId", i.worker, name,
      payload, attempts, acquired, lease_number as "leaseNumber", lease_until as "leaseUntil", gate, error,
      success_queue_id as "successQueueId", failed_queue_id as "failedQueueId", from_item_id as "fromItemId",
      created_at as "createdAt", created_by_id as "createdById", claimed_at as "claimedAt"`);
}
