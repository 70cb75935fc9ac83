import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Queues } from "../queues/service.ts";
import { queueDefaults } from "../queues/model.ts";
import * as gates from "./gates-store.ts";
import { gateLimit } from "./model.ts";
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
    const waiting = new Map<string, gates.GateRow>();
    for (const { tenantId, queueId, gate, position } of rows) {
      if (gate === null || position !== null) continue;
      const queue = await queues.find({ tenantId }, queueId);
      const limit = gateLimit(gate, queue?.concurrencyPerKey ?? queueDefaults.concurrencyPerKey);
      waiting.set(`${queueId} ${gate}`, { queueId, gate, limit, left: 0 });
    }
    const admitted = waiting.size === 0 ? [] : await gates.admit(tx, [...waiting.values()]);
    tx.afterCommit(() => items.arrived([...rows, ...admitted]));
    return rows.length;
  });
  return released === batchMax;
}
