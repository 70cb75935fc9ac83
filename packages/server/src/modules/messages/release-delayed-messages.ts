import type { Database } from "../../kit/database.ts";
import type { Loop } from "../../kit/loops.ts";
import { hasCode } from "../../kit/errors.ts";
import type { Broker } from "./broker.ts";
import type { Definitions } from "./definitions.ts";
import * as store from "./delay-store.ts";
import type { Message } from "./model.ts";

const batchMax = 500;

/** The hint that a message's time has come. */
export const delayTopic = "delayed_messages";

/**
 * Publishes what waited for its time, on any broker. It is published before it is removed, so a node that dies in
 * between leaves it to be published once more.
 */
export function releaseDelayedMessages(database: Database, definitions: Definitions, broker: Broker): Loop {
  const tick = () =>
    database.transaction(async (tx) => {
      const rows = await store.lockDue(tx, batchMax);
      const done = await Promise.all(rows.map((row) => release(definitions, broker, row)));
      const ids = rows.filter((_row, index) => done[index]).map((row) => row.id);
      await store.remove(tx, ids);
      return ids.length === batchMax;
    });
  return { name: "release-delayed-messages", everyMs: 1_000, topics: [delayTopic], tick };
}

/** Whether the message need not be kept any longer; one for a full queue waits on. */
async function release(definitions: Definitions, broker: Broker, row: store.DueRow): Promise<boolean> {
  const queue = await definitions.findQueue({ tenantId: row.tenantId }, row.name);
  if (queue === undefined) return true;
  try {
    await broker.publish([{ queue, message: JSON.parse(row.content) as Message }]);
    return true;
  } catch (error) {
    if (hasCode(error, "overloaded")) return false;
    if (hasCode(error, "not_found")) return true;
    throw error;
  }
}
