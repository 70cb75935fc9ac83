import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import type { ConnectedRunners } from "./connected-runners.ts";
import { callOfPlatform } from "./job-events.ts";
import type { JobError } from "./model.ts";
import type { Returns } from "./returns.ts";
import * as store from "./store.ts";

const batchMax = 500;
const everyMs = 2_000;

/** Takes jobs back from runners that went silent: others get them, and parks what was handed out too often. */
export function expireJobLeases(parts: {
  database: Database;
  returns: Returns;
  connected: ConnectedRunners;
  hasRoom: (tenantId: string) => void;
}): Loop {
  return { name: "expire-job-leases", everyMs, tick: () => tick(parts) };
}

async function tick(parts: Parameters<typeof expireJobLeases>[0]): Promise<boolean> {
  const { database, returns, connected, hasRoom } = parts;
  const rows = await database.transaction(async (tx) => {
    const expired = await store.lockExpired(tx, batchMax);
    const requestId = newId();
    await returns.takeBackIn(
      tx,
      expired.map((row) => {
        const call = callOfPlatform(row.tenantId, requestId);
        return { row, call, type: "job.lease_expired", delayMs: 0, error: silence };
      }),
    );
    return expired;
  });
  for (const { id: jobId, tenantId, leaseNumber, sessionId } of rows) {
    const runner = connected.find(sessionId!);
    if (runner === undefined) continue;
    runner.release({ jobId, leaseNumber });
    runner.sink.leaseLost({ jobId, leaseNumber });
    hasRoom(tenantId);
  }
  return rows.length === batchMax;
}

const silence: JobError = { outcome: "lease_lost", message: "its runner went silent" };
