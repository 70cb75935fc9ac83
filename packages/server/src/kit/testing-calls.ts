import { type Call, defaultTenant } from "./call.ts";
import type { Tx } from "./database.ts";
import { newId } from "./ids.ts";

/** Epochs that live in the test: what identity keeps in a table. */
export class TestEpochs {
  #epoch = 1;
  async freshEpoch(): Promise<number> {
    return this.#epoch;
  }
  async raiseEpoch(tx: Tx): Promise<void> {
    tx.afterCommit(() => {
      this.#epoch += 1;
    });
  }
}

/** A caller without any special right. */
export function callOf(userName: string, tenantId = defaultTenant): Call {
  const userId = newId();
  const ids = { tenantId, userId, principalIds: [userId], requestId: newId() };
  return { ...ids, userName, isAdmin: false };
}
