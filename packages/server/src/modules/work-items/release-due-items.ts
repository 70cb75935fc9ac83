import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Queues } from "../queues/service.ts";
import { queueDefaults } from "../queues/model.ts";
import * as gates from "./gates-store.ts";
import type { GateVisit } from "./model.ts";
import type { WorkItems } from "./service.ts";
import * as store from "./store.ts";

const batchMax = 1_000;
const everyMs = 250;

/** Items whose time has come (a due time, the pause before a retry) take their place in the queue. */
export function releaseDueItems(parts: { database: Database; queues: Queues; items: WorkItems }): Loop {
  return { name: "release-due-items", everyMs, tick: () => tick(parts) };
}

async function tick({ database, queues, items }: Parameters<typeof releaseDueItems>[0]): Promise<boolean> {
  const released = await database.transaction(async (tx) => {
    const rows = await store.releaseDue(tx, batchMax);
    const visits: GateVisit[] = [];
    for (const { tenantId, queueId, gate, position } of rows) {
      if (gate === null || position !== null) continue;
      const { concurrencyPerKey } = (await queues.find({ tenantId }, queueId)) ?? queueDefaults;
      visits.push({ queueId, gate, left: false, concurrencyPerKey });
    }
    const admitted = await gates.admit(tx, visits);
    tx.afterCommit(() => items.arrived([...rows, ...admitted]));
    return rows.length;
  });
  return released === batchMax;
}
