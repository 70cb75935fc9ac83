import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { EpochCache, type Epochs } from "../../kit/epoch-cache.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId, newId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";
import { absent, aclOfMaker, allows, requireRight } from "../access/model.ts";
import type { NewEvent } from "../events/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import { parseMetadata } from "../files/model.ts";
import { changesOf, QueueHistory } from "./history.ts";
import {
  type NewQueue,
  type Queue,
  type QueueChange,
  queueDefaults,
  queueNamePattern,
  type QueueSettings,
  type QueueVersion,
  type QueueView,
} from "./model.ts";
import * as store from "./store.ts";

const queuesPerTenantMax = 10_000;
const pageMax = 500;
const namePattern = new RegExp(queueNamePattern);

interface TenantQueues {
  byId: Map<string, Queue>;
  byName: Map<string, Queue>;
}

/** The queues: what they are called, who may use them, how they retry. Their items are the floor above. */
export class Queues {
  readonly #database: Database;
  readonly #events: Events;
  readonly #epochs: Epochs;
  readonly #history: QueueHistory;
  readonly #known: EpochCache<TenantQueues>;

  constructor(database: Database, events: Events, epochs: Epochs) {
    this.#database = database;
    this.#events = events;
    this.#epochs = epochs;
    this.#history = new QueueHistory(events);
    this.#known = new EpochCache(epochs, (tenantId) => this.#load(tenantId));
  }

  /** Makes a queue; the name must be free. */
  async createQueue(call: Call, wanted: NewQueue): Promise<QueueView> {
    // Wherever a queue is named its id may stand, and nobody may put a queue of his own in its place.
    if (!namePattern.test(wanted.name)) {
      throw invalid("name", "must be 1 to 100 letters, digits, dots, dashes and underscores");
    }
    if (isId(wanted.name)) throw invalid("name", "looks like an id: 24 hex digits are no name");
    const known = await this.#known.of(call);
    if (known.byId.size >= queuesPerTenantMax) {
      throw new AppError("conflict", `A tenant has at most ${queuesPerTenantMax} queues: delete some first`);
    }
    const now = new Date(0).toISOString();
    const fresh = {
      id: newId(),
      tenantId: call.tenantId,
      name: wanted.name,
      acl: aclOfMaker(call),
      paused: false,
      version: 0,
    };
    const facts = {
      createdAt: now,
      createdById: call.userId,
      modifiedAt: now,
      successQueueId: null,
      failedQueueId: null,
    };
    const queue = this.#withSettings(call, { ...queueDefaults, ...fresh, ...facts }, wanted, known);
    const event = queueEvent(call, "queue.created", queue, QueueHistory.details(queue, queue.version));
    await this.#write(call, event, queue.name, (tx) => store.insert(tx, queue));
    return this.getQueue(await this.#known.refreshed(call), queue.id);
  }

  /** Changes some settings. With `version`, only if nobody changed the queue since. */
  async updateQueue(call: Call, ref: string, settings: QueueSettings, version?: number): Promise<QueueView> {
    const queue = await this.require(call, ref, "update");
    const changed = this.#withSettings(call, queue, settings, await this.#known.of(call));
    await this.#replace(call, "queue.updated", changed, version ?? queue.version);
    return this.getQueue(await this.#known.refreshed(call), queue.id);
  }

  /** The versions of a queue's definition, the newest first, each with what it changed. */
  async listQueueVersions(call: Call, ref: string, page: { cursor?: number; limit?: number }) {
    return this.#history.list(call, await this.require(call, ref, "read"), page);
  }

  async getQueueVersion(call: Call, ref: string, version: number): Promise<QueueVersion> {
    return this.#history.find(call, await this.require(call, ref, "read"), version);
  }

  async diffQueueVersions(
    call: Call,
    ref: string,
    { from, to }: { from: number; to: number },
  ): Promise<QueueChange[]> {
    const before = await this.getQueueVersion(call, ref, from);
    const after = await this.getQueueVersion(call, ref, to);
    return changesOf(before.definition, after.definition);
  }

  /** Makes the settings of an older version the newest again; rights and pause stay as they are. */
  async restoreQueueVersion(call: Call, ref: string, version: number): Promise<QueueView> {
    const queue = await this.require(call, ref, "update");
    const { definition } = await this.#history.find(call, queue, version);
    const { acl: _acl, paused: _paused, successQueueId, failedQueueId, ...rest } = definition;
    const settings = { ...rest, successQueue: successQueueId, failedQueue: failedQueueId };
    const changed = this.#withSettings(call, queue, settings, await this.#known.of(call));
    await this.#replace(call, "queue.updated", changed, queue.version, { restored: version });
    return this.getQueue(await this.#known.refreshed(call), queue.id);
  }

  /** While a queue is paused its items are not handed out; pushing goes on. */
  async pauseQueue(call: Call, ref: string): Promise<QueueView> {
    return this.#setPaused(call, ref, true);
  }

  async resumeQueue(call: Call, ref: string): Promise<QueueView> {
    return this.#setPaused(call, ref, false);
  }

  async getQueue(call: Call, ref: string): Promise<QueueView> {
    const queue = await this.require(call, ref, "read");
    return viewOf(queue, await this.#known.of(call));
  }

  /** The queues that the caller may read, by name; `cursor` is the last name of the page before. */
  async listQueues(
    call: Call,
    cursor = "",
    limit = 100,
  ): Promise<{ items: QueueView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const rows = await store.listReadable(this.#database.read(call), call, cursor, size + 1);
    const known = await this.#known.of(call);
    const items = rows.slice(0, size).flatMap(({ id }) => {
      const queue = known.byId.get(id);
      return queue === undefined ? [] : [viewOf(queue, known)];
    });
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** The queue called or numbered `ref`, if the caller has the right; refused as absent if he may not even read it. */
  async require(call: Call, ref: string, right: Right): Promise<Queue> {
    const known = await this.#known.of(call);
    const queue = named(ref, known);
    if (queue === undefined) throw absent(`queue ${JSON.stringify(ref)}`);
    requireRight(queue.acl, call, right, `queue ${JSON.stringify(ref)}`);
    return queue;
  }

  /** The queues that the caller may push to and claim from, by name, as this process knows them. */
  async listUsable(call: Call): Promise<Queue[]> {
    const { byName } = await this.#known.of(call);
    return [...byName.values()].filter((queue) => allows(queue.acl, call, "invoke"));
  }

  /** A queue by id, for the loops and for what follows from an item; no right is asked. */
  async find(call: Pick<Call, "tenantId" | "epoch">, id: string): Promise<Queue | undefined> {
    return (await this.#known.of(call)).byId.get(id);
  }

  /** The queues, of all tenants, that keep their ended items for a time of their own. */
  async listKeeping(): Promise<store.KeepingRow[]> {
    return store.listKeeping(this.#database);
  }

  /** Those of `ids` that exist, none of which can be deleted until the transaction ends. */
  async holdIn(tx: Tx, ids: readonly string[]): Promise<string[]> {
    return store.hold(tx, ids);
  }

  /** Deletes an empty queue in the caller's transaction; the floor above has removed its items. */
  async removeIn(tx: Tx, call: Call, queue: Queue): Promise<void> {
    try {
      if (!(await store.remove(tx, call.tenantId, queue.id)))
        throw absent(`queue ${JSON.stringify(queue.name)}`);
    } catch (error) {
      if (violatedConstraint(error) === undefined) throw error;
      throw new AppError(
        "conflict",
        `Other queues send their items to ${queue.name}: change their next queues first`,
      );
    }
    await this.#events.append(tx, [queueEvent(call, "queue.deleted", queue, { name: queue.name })]);
    await this.#epochs.raiseEpoch(tx, call.tenantId);
  }

  async #setPaused(call: Call, ref: string, paused: boolean): Promise<QueueView> {
    const queue = await this.require(call, ref, "update");
    if (queue.paused !== paused) {
      await this.#replace(
        call,
        paused ? "queue.paused" : "queue.resumed",
        { ...queue, paused },
        queue.version,
      );
    }
    return this.getQueue(await this.#known.refreshed(call), queue.id);
  }

  async #replace(call: Call, type: string, queue: Queue, version: number, more: object = {}): Promise<void> {
    const details = { ...QueueHistory.details(queue, version + 1), ...more };
    await this.#write(call, queueEvent(call, type, queue, details), queue.name, async (tx) => {
      if (await store.update(tx, queue, version)) return;
      throw new AppError(
        "version_mismatch",
        `Queue ${queue.name} was changed in the meantime: read it again`,
      );
    });
  }

  async #write(call: Call, event: NewEvent, name: string, act: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.#database.transaction(async (tx) => {
        await act(tx);
        await this.#events.append(tx, [event]);
        await this.#epochs.raiseEpoch(tx, call.tenantId);
      });
    } catch (error) {
      if (violatedConstraint(error) !== "a_name_is_used_once_in_a_tenant") throw error;
      throw new AppError("already_exists", `name: there is a queue ${name} already`, { field: "name" });
    }
  }

  #withSettings(call: Call, queue: Queue, settings: QueueSettings, known: TenantQueues): Queue {
    const { successQueue, failedQueue, ...rest } = settings;
    const next = { ...queue, ...rest };
    if (settings.metadata !== undefined) next.metadata = parseMetadata(settings.metadata);
    if (successQueue !== undefined)
      next.successQueueId = nextQueueId(call, successQueue, "successQueue", known);
    if (failedQueue !== undefined) next.failedQueueId = nextQueueId(call, failedQueue, "failedQueue", known);
    if (next.backoffMaxMs < next.backoffMs) throw invalid("backoffMaxMs", "must not be less than backoffMs");
    if (next.successQueueId === queue.id) throw invalid("successQueue", "must be another queue");
    if (next.failedQueueId === queue.id) throw invalid("failedQueue", "must be another queue");
    return next;
  }

  async #load(tenantId: string): Promise<TenantQueues> {
    const queues = await store.listOfTenant(this.#database, tenantId);
    return {
      byId: new Map(queues.map((queue) => [queue.id, queue])),
      byName: new Map(queues.map((queue) => [queue.name, queue])),
    };
  }
}

/** No queue has a name that looks like an id, so what looks like one is one. */
function named(ref: string, known: TenantQueues): Queue | undefined {
  return isId(ref) ? known.byId.get(ref) : known.byName.get(ref);
}

function nextQueueId(call: Call, name: string | null, field: string, known: TenantQueues): string | null {
  if (name === null) return null;
  const queue = named(name, known);
  if (queue === undefined || !allows(queue.acl, call, "invoke")) {
    throw invalid(field, `there is no queue ${JSON.stringify(name)} that you may push to`);
  }
  return queue.id;
}

function viewOf(queue: Queue, known: TenantQueues): QueueView {
  const { tenantId: _tenantId, successQueueId, failedQueueId, ...rest } = queue;
  const nameOf = (id: string | null) => (id === null ? null : (known.byId.get(id)?.name ?? null));
  return { ...rest, successQueue: nameOf(successQueueId), failedQueue: nameOf(failedQueueId) };
}

function queueEvent(call: Call, type: string, { id }: Queue, details: Record<string, unknown>): NewEvent {
  return eventOf(call, { topic: "queues", type, subjectId: id, scopeId: "", details });
}
