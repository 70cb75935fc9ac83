import { systemCall } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Events } from "../events/service.ts";
import type { Queues } from "../queues/service.ts";
import { queueDefaults } from "../queues/model.ts";
import * as gates from "./gates-store.ts";
import { decideExpiry, type GateVisit } from "./model.ts";
import { itemEvent, type WorkItems } from "./service.ts";
import * as store from "./store.ts";

const batchMax = 500;
const everyMs = 2_000;

/** Hands out again what a silent holder had; parks what was handed out too often. */
export function expireLeases(parts: {
  database: Database;
  events: Events;
  queues: Queues;
  items: WorkItems;
}): Loop {
  return { name: "expire-leases", everyMs, tick: () => tick(parts) };
}

async function tick(parts: Parameters<typeof expireLeases>[0]): Promise<boolean> {
  const { database, items } = parts;
  const expired = await database.transaction(async (tx) => {
    const rows = await store.lockExpired(tx, batchMax);
    if (rows.length === 0) return 0;
    const parked: store.HeldRow[] = [];
    const again: store.HeldRow[] = [];
    for (const row of rows) {
      const queue = await parts.queues.find({ tenantId: row.tenantId }, row.queueId);
      const fate = decideExpiry(row.acquired, queue?.acquiredMax ?? queueDefaults.acquiredMax);
      (fate === "abandoned" ? parked : again).push(row);
    }
    const placed =
      again.length === 0
        ? []
        : await store.putBack(
            tx,
            again.map((row) => row.id),
          );
    const admitted = await park(tx, parts, parked);
    await record(tx, parts.events, again, parked);
    tx.afterCommit(() => items.arrived([...placed, ...admitted]));
    return rows.length;
  });
  return expired === batchMax;
}

async function park(
  tx: Tx,
  { queues }: Parameters<typeof expireLeases>[0],
  rows: readonly store.HeldRow[],
): Promise<store.PlacedRow[]> {
  if (rows.length === 0) return [];
  await store.endItems(tx, rows.map(parkedRow));
  const visits: GateVisit[] = [];
  for (const { tenantId, queueId, gate } of rows) {
    const queue = gate === null ? undefined : await queues.find({ tenantId }, queueId);
    visits.push({ queueId, gate, left: true, concurrencyPerKey: (queue ?? queueDefaults).concurrencyPerKey });
  }
  return gates.admit(tx, visits);
}

function parkedRow(row: store.HeldRow): store.EndedRow {
  const message = `Handed out ${row.acquired} times, and never ended: its holders went silent`;
  const error = { kind: "application", message, source: "millrace" } as const;
  const { id, queueId, leaseNumber, attempts } = row;
  return { id, queueId, leaseNumber, state: "abandoned", attempts, payload: null, error, nextItemId: null };
}

async function record(
  tx: Tx,
  events: Events,
  again: readonly store.HeldRow[],
  parked: readonly store.HeldRow[],
): Promise<void> {
  const requestId = newId();
  const eventFor = (type: string) => (row: store.HeldRow) => {
    const details = { leaseNumber: row.leaseNumber, acquired: row.acquired };
    return itemEvent(systemCall(requestId, row.tenantId), type, row, details);
  };
  await events.append(tx, [
    ...again.map(eventFor("work_item.lease_expired")),
    ...parked.map(eventFor("work_item.abandoned")),
  ]);
}
