import { systemCall } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import * as indexes from "./index-store.ts";
import type { Documents } from "./service.ts";

const everyMs = 30_000;
const batchMax = 500;

/** Deletes what the expiring indexes say is due, as the platform itself; the history stays. */
export function expireDocuments(database: Database, documents: Documents): Loop {
  return {
    name: "expire-documents",
    alone: true,
    everyMs,
    tick: async () => {
      let isFull = false;
      for (const index of await indexes.listExpiring(database)) {
        if (!index.isReady) continue;
        const call = systemCall(newId(), index.tenantId);
        isFull = (await documents.expire(call, index, batchMax)) === batchMax || isFull;
      }
      return isFull;
    },
  };
}
