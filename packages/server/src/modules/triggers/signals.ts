import { createHash } from "node:crypto";
import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import { eventOf, type Events } from "../events/service.ts";
import type { CloudEvent } from "./cloud-events.ts";
import * as store from "./signal-store.ts";

/** CloudEvents from outside: told to the runs and triggers of the tenant that listen for such. */
export class Signals {
  readonly #database: Database;
  readonly #events: Events;

  constructor(parts: { database: Database; events: Events }) {
    this.#database = parts.database;
    this.#events = parts.events;
  }

  /** Answers once they are stored. One whose source and id came before, within four days, is told no more. */
  async emit(call: Call, given: readonly CloudEvent[]): Promise<{ accepted: number; duplicates: number }> {
    const { tenantId } = call;
    const keyed = new Map(given.map((event) => [keyOf(event), event]));
    return this.#database.transaction(async (tx) => {
      const fresh = await store.noteSignals(tx, tenantId, [...keyed.keys()]);
      const facts = [...keyed].flatMap(([key, event]) =>
        fresh.includes(key) ? [signalOf(call, event)] : [],
      );
      await this.#events.append(tx, facts);
      return { accepted: facts.length, duplicates: given.length - facts.length };
    });
  }
}

function signalOf(call: Call, event: CloudEvent) {
  const subject = { topic: "signals", type: "signal.emitted", subjectId: newId(), scopeId: "" } as const;
  return eventOf(call, { ...subject, details: { event } });
}

/** Source and id name an event for good. */
function keyOf({ source, id }: CloudEvent): string {
  return createHash("sha256")
    .update(JSON.stringify([source, id]))
    .digest("hex");
}
