import type { Queryable } from "./database.ts";
import { sql } from "./sql.ts";

/** How long a leader may be silent before another node takes over. */
const leaseSeconds = 15;

/**
 * Whether this node is the one that does `task` now; calling it takes or renews the lease. The term grows with each
 * change of leader, so that what a late leader writes can be refused.
 */
export async function takeLead(
  database: Queryable,
  task: string,
  nodeId: string,
): Promise<number | undefined> {
  const rows = await database.query<{ term: number }>(sql`
    insert into kit.leaders as l (task, node_id, term, lease_until)
    values (${task}, ${nodeId}, 1, now() + make_interval(secs => ${leaseSeconds}))
    on conflict (task) do update
      set node_id = excluded.node_id,
          term = l.term + (l.node_id <> excluded.node_id)::int,
          lease_until = excluded.lease_until
      where l.node_id = excluded.node_id or l.lease_until < now()
    returning term`);
  return rows[0]?.term;
}

/** Gives the lead back at once, so that another node need not wait for the lease to run out. */
export async function giveUpLead(database: Queryable, nodeId: string): Promise<void> {
  await database.query(sql`update kit.leaders set lease_until = now() where node_id = ${nodeId}`);
}
