import { systemCall } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { hasCode } from "../../kit/errors.ts";
import type { Loop } from "../../kit/loops.ts";
import {
  formatPosition,
  parsePosition,
  type Position,
  type RecordedEvent,
  type Topic,
} from "../events/model.ts";
import { type Events, wakeTopic } from "../events/service.ts";
import type { Jobs } from "../jobs/service.ts";
import type { WorkItems } from "../work-items/service.ts";
import * as store from "./awaited-store.ts";
import { type Ended, outsideError } from "./model.ts";
import { jsonOf } from "./platform-functions.ts";

/** What was read of a feed is marked after each page; after a crash a page may be told again. */
export const pageSize = 100;
const everyMs = 1_000;

export interface FeedParts {
  database: Database;
  events: Events;
}

/** Reads a feed from where it was left, page by page, and has `tell` tell the runs of each. */
export function followFeed(
  { database, events }: FeedParts,
  topic: Topic,
  name: string,
  tell: (page: readonly RecordedEvent[]) => Promise<void>,
): Loop {
  const tick = async () => {
    const saved = parsePosition((await store.findPosition(database, topic)) ?? "");
    if (saved === undefined) {
      await store.savePosition(database, topic, formatPosition(await events.now()));
      return false;
    }
    const page = await readOn(events, topic, saved);
    await tell(page.events);
    if (page.events.length > 0 || page.position.until !== saved.until) {
      await store.savePosition(database, topic, formatPosition(page.position));
    }
    return page.events.length === pageSize;
  };
  return { name, tick, everyMs, alone: true, topics: [wakeTopic(topic)] };
}

/** A node that was away for longer than events are kept goes on from now. */
async function readOn(events: Events, topic: Topic, position: Position) {
  try {
    return await events.readSince(topic, position, pageSize);
  } catch (error) {
    if (!hasCode(error, "position_expired")) throw error;
    return { events: [], position: await events.now() };
  }
}

export interface EndsParts extends FeedParts {
  items: WorkItems;
  jobs: Jobs;
  ended: (runId: string, ended: Ended) => Promise<void>;
}

/** Remembers what commands wait for, and tells their runs how it ended. */
export class AwaitedEnds {
  readonly #parts: EndsParts;

  constructor(parts: EndsParts) {
    this.#parts = parts;
  }

  /** A command waits for the end of this; if that has come already, the run is told now. */
  async await(row: store.AwaitedRow): Promise<void> {
    await store.insertAwaited(this.#parts.database, row);
    await this.#tellIfEnded(row);
  }

  loops(): Loop[] {
    const tell = (kind: store.AwaitedKind) => (page: readonly RecordedEvent[]) => this.#tellOf(kind, page);
    return [
      followFeed(this.#parts, "jobs", "tell-runs-of-jobs", tell("job")),
      followFeed(this.#parts, "work_items", "tell-runs-of-items", tell("work_item")),
    ];
  }

  async #tellOf(kind: store.AwaitedKind, page: readonly RecordedEvent[]): Promise<void> {
    const subjects = [...new Set(page.filter(({ type }) => isEnd(type)).map(({ subjectId }) => subjectId))];
    if (subjects.length === 0) return;
    const rows = await store.listAwaited(this.#parts.database, kind, subjects);
    await Promise.all(rows.map((row) => this.#tellIfEnded(row)));
  }

  async #tellIfEnded(row: store.AwaitedRow): Promise<void> {
    const ended = row.kind === "job" ? await this.#endOfJob(row) : await this.#endOfItem(row);
    if (ended === undefined) return;
    await this.#parts.ended(row.runId, ended);
    await store.removeAwaited(this.#parts.database, row);
  }

  async #endOfJob({ subjectId, tenantId, command }: store.AwaitedRow): Promise<Ended | undefined> {
    const job = await found(this.#parts.jobs.getJob(systemCall(subjectId, tenantId), subjectId));
    if (job === undefined) return failed(command, "its job is gone");
    if (job.state === "successful") return { kind: "completed", command, output: jsonOf(job.output) };
    if (job.state === "cancelled") return failed(command, "its job was cancelled");
    if (job.state !== "failed") return undefined;
    const { outcome = "failed", code, message = "its job failed" } = job.error ?? {};
    const error = outsideError("runtime", outcome === "timed_out" ? 408 : 500, message);
    return { kind: "failed", command, error: { ...error, title: code ?? outcome } };
  }

  async #endOfItem({ subjectId, tenantId, command }: store.AwaitedRow): Promise<Ended | undefined> {
    const item = await found(this.#parts.items.getItem(systemCall(subjectId, tenantId), subjectId));
    if (item === undefined) return failed(command, "its work item is gone");
    if (item.state === "successful") return { kind: "completed", command, output: jsonOf(item) };
    if (item.state !== "failed" && item.state !== "abandoned") return undefined;
    return failed(command, item.error?.message ?? `its work item is ${item.state}`);
  }
}

const endings = /\.(successful|failed|cancelled|abandoned|deleted)$/;
const isEnd = (type: string) => endings.test(type);

async function found<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (hasCode(error, "not_found")) return undefined;
    throw error;
  }
}

function failed(command: number, detail: string): Ended {
  return { kind: "failed", command, error: outsideError("runtime", 500, detail) };
}
