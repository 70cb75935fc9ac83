import type { Json } from "@millrace/workflow";
import type { Loop } from "../../kit/loops.ts";
import type { RecordedEvent } from "../events/model.ts";
import * as store from "./awaited-store.ts";
import { type FeedParts, followFeed } from "./hear-of-ends.ts";

interface SignalsParts extends FeedParts {
  tell: (runId: string, command: number, signal: { seq: number; event: Json }) => Promise<void>;
}

/** The loop that brings events to the runs that listen for such: by the attributes that are known beforehand. */
export function deliverSignals(parts: SignalsParts): Loop {
  return followFeed(parts, "signals", "deliver-signals", async (page) => {
    const tenants = new Set(page.map(({ tenantId }) => tenantId));
    for (const tenantId of tenants) {
      const listens = await store.listListens(parts.database, tenantId);
      const ofTenant = page.filter((recorded) => recorded.tenantId === tenantId);
      const byRun = new Map<string, Promise<void>>();
      for (const recorded of ofTenant) {
        const event = (recorded.details as { event: Record<string, Json> }).event;
        for (const listen of listens) {
          if (!isMeant(listen, event, recorded)) continue;
          const before = byRun.get(listen.runId) ?? Promise.resolve();
          const telling = () => parts.tell(listen.runId, listen.command, { seq: recorded.seq, event });
          byRun.set(listen.runId, before.then(telling));
        }
      }
      await Promise.all(byRun.values());
    }
  });
}

function isMeant(listen: store.ListenRow, event: Record<string, Json>, { at }: RecordedEvent): boolean {
  if (at < listen.since) return false;
  return listen.filters.some((filter) =>
    Object.entries(filter).every(([name, value]) => event[name] === value),
  );
}
