import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { type GateChange, gatherGates, type GateVisit } from "./model.ts";
import type { PlacedRow } from "./store.ts";

/** Locks gates, all in one order. Whoever locks items that wait at a gate locks the gate before. */
export async function lock(
  tx: Queryable,
  gates: readonly Pick<GateChange, "queueId" | "gate">[],
): Promise<void> {
  const text = JSON.stringify(gates);
  for (;;) {
    await tx.query(sql`
      insert into work_items.gates (queue_id, gate)
      select g."queueId", g.gate from json_to_recordset(${text}::json) as g ("queueId" text, gate text)
      order by g."queueId" collate "C", g.gate collate "C"
      on conflict do nothing`);
    const locked = await tx.query(sql`
      select t.gate from work_items.gates t
      join json_to_recordset(${text}::json) as g ("queueId" text, gate text)
        on t.queue_id = g."queueId" and t.gate = g.gate
      order by t.queue_id, t.gate
      for update of t`);
    // An idle gate that was there may be forgotten before it is locked: then it is made again.
    if (locked.length === gates.length) return;
  }
}

/**
 * Lets in, at each gate, those whose turn it is. The gates are locked first and looked at afterwards, so that what a
 * transaction before us left waiting there is seen.
 */
export async function admit(tx: Queryable, visits: readonly GateVisit[]): Promise<PlacedRow[]> {
  const gates = gatherGates(visits);
  if (gates.length === 0) return [];
  await lock(tx, gates);
  const text = JSON.stringify(gates);
  return tx.query<PlacedRow>(sql`
    with gates as (
      select t.queue_id, t.gate, g."limit", t.admitted - g."left" as admitted
      from work_items.gates t
      join json_to_recordset(${text}::json) as g ("queueId" text, gate text, "limit" int, "left" int)
        on t.queue_id = g."queueId" and t.gate = g.gate
    ), chosen as (
      select i.id, g.queue_id, g.gate
      from gates g cross join lateral (
        select id from work_items.work_items
        where queue_id = g.queue_id and gate = g.gate and not admitted and due_at is null
        order by arrival
        limit greatest(g."limit" - g.admitted, 0)
      ) i
    ), counted as (
      update work_items.gates t
      set admitted = g.admitted + (select count(*) from chosen c where c.queue_id = g.queue_id and c.gate = g.gate)
      from gates g
      where t.queue_id = g.queue_id and t.gate = g.gate
    )
    update work_items.work_items i
    set admitted = true, position = nextval('work_items.positions')
    from chosen c
    where i.id = c.id
    returning i.id, i.queue_id as "queueId", i.priority, i.position`);
}

/** Forgets gates at which nobody is and nobody waits. */
export async function forgetIdle(database: Queryable, limit: number): Promise<number> {
  const rows = await database.query(sql`
    delete from work_items.gates
    where (queue_id, gate) in (
      select g.queue_id, g.gate from work_items.gates g
      where g.admitted = 0 and not exists (
        select from work_items.work_items i where i.queue_id = g.queue_id and i.gate = g.gate and not i.admitted)
      limit ${limit}
      for update skip locked
    )
    returning gate`);
  return rows.length;
}
