import { isDeepStrictEqual } from "node:util";
import type { Call } from "../../kit/call.ts";
import { absent, allows } from "../access/model.ts";
import type { RecordedEvent } from "../events/model.ts";
import type { Events } from "../events/service.ts";
import {
  type Definition,
  definitionOf,
  type Queue,
  type QueueChange,
  type QueueVersion,
  type QueueVersionEntry,
} from "./model.ts";

const pageMax = 500;
/** A version is looked for in so many of the latest events of its queue. */
const lookMax = 10_000;
const lastSeq = Number.MAX_SAFE_INTEGER;

/**
 * What queues were, as their events tell: a version is shown to whoever may read the queue now and could read that
 * version. It goes back as far as events are kept.
 */
export class QueueHistory {
  readonly #events: Events;

  constructor(events: Events) {
    this.#events = events;
  }

  /** What a change of a queue says of itself, for `list` and `find` to read. */
  static details(queue: Queue, version: number): Record<string, unknown> {
    return { name: queue.name, version, definition: definitionOf(queue) };
  }

  /** The newest first; `cursor` is where the page before ended. */
  async list(
    call: Call,
    queue: Queue,
    { cursor = lastSeq, limit = 100 }: { cursor?: number; limit?: number },
  ): Promise<{ items: QueueVersionEntry[]; nextCursor?: number }> {
    const size = Math.min(limit, pageMax);
    const events = await this.#events.latestOf(call, queue.id, cursor, size + 1);
    const items = events.slice(0, size).flatMap((event, index) => {
      const version = versionOf(event);
      if (version === undefined) return [];
      const { definition: after, ...entry } = version;
      const before = index + 1 < events.length ? versionOf(events[index + 1]!)?.definition : undefined;
      const isShown =
        allows(after.acl, call, "read") && (before === undefined || allows(before.acl, call, "read"));
      return [{ ...entry, changes: isShown && before !== undefined ? changesOf(before, after) : [] }];
    });
    return events.length > size ? { items, nextCursor: events[size - 1]!.seq } : { items };
  }

  /** One version by its number. */
  async find(call: Call, queue: Queue, number: number): Promise<QueueVersion> {
    let before = lastSeq;
    for (let looked = 0; looked < lookMax; looked += pageMax) {
      const events = await this.#events.latestOf(call, queue.id, before, pageMax);
      const version = events.map(versionOf).find((each) => each?.version === number);
      if (version !== undefined && allows(version.definition.acl, call, "read")) return version;
      if (version !== undefined || events.length < pageMax) break;
      before = events.at(-1)!.seq;
    }
    throw absent(`version ${number} of queue ${JSON.stringify(queue.name)}`);
  }
}

/** What differs between two definitions, setting by setting, by name. */
export function changesOf(before: Definition, after: Definition): QueueChange[] {
  return (Object.keys(after).toSorted() as (keyof Definition)[])
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

const noMetadata: Pick<Definition, "metadata"> = { metadata: {} };

/** An event of a build that kept no definitions is no version; one without metadata had none. */
function versionOf({ type, at, actorId, actorName, details }: RecordedEvent): QueueVersion | undefined {
  const { version, definition, restored } = details ?? {};
  if (typeof version !== "number" || definition === undefined) return undefined;
  return {
    version,
    operation: type.replace("queue.", ""),
    at,
    byId: actorId,
    by: actorName,
    ...(typeof restored === "number" ? { restored } : {}),
    definition: { ...noMetadata, ...(definition as Definition) },
  };
}
