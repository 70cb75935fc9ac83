import { isDeepStrictEqual } from "node:util";
import type { Call } from "../../kit/call.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { isId } from "../../kit/ids.ts";
import type { Files } from "../../modules/files/service.ts";
import type { Queue } from "../../modules/queues/model.ts";
import type { Queues } from "../../modules/queues/service.ts";
import { finalStates, type Item } from "../../modules/work-items/model.ts";
import type { Repairs } from "../../modules/work-items/repairs.ts";
import type { FinishRequest, ItemChanges, WorkItems } from "../../modules/work-items/service.ts";
import type { Client } from "./client.ts";
import { connectionLeaseMs, type HeldWork } from "./held-work.ts";
import { readFiles, storeFiles } from "./item-files.ts";
import { queuesNamed, readPayload, readPriority, writtenItem, writtenState } from "./item-shapes.ts";
import type { Timestamp, UpdateWorkitemRequest, Workitem } from "./messages.ts";
import { readTime, writtenTime } from "./timestamps.ts";

const wantedStates = ["", "new", "processing", "successful", "failed", "retry"] as const;
type WantedState = (typeof wantedStates)[number];
type Ending = "successful" | "failed" | "retry";

interface Updating {
  call: Call;
  client: Client | undefined;
  item: Item;
  queue: Queue;
  sent: Workitem;
  state: WantedState;
  /** The lease under which all is written: of this client, or of whoever holds the item; none while nobody does. */
  leaseNumber: number | undefined;
}

/**
 * Updates as clients say them: without a lease number, of items that they hold, that others hold, or that nobody does.
 * A connection that popped an item writes under the lease it got then, and no other. Who did not pop it here acts under
 * the lease that is good now, unless the item that he sends back was handed out again since.
 */
export class ItemUpdates {
  readonly #parts: { items: WorkItems; queues: Queues; files: Files; repairs: Repairs; held: HeldWork };

  constructor(parts: { items: WorkItems; queues: Queues; files: Files; repairs: Repairs; held: HeldWork }) {
    this.#parts = parts;
  }

  async update(
    call: Call,
    client: Client | undefined,
    { workitem: sent, files, ignoremaxretries }: UpdateWorkitemRequest,
  ): Promise<Workitem> {
    if (sent === null) throw invalid("workitem", "must be there");
    if (!isId(sent._id)) throw invalid("workitem._id", "must be 24 hex digits");
    const { items, queues } = this.#parts;
    const item = await items.getItem(call, sent._id);
    const queue = await queues.require(call, item.queueId, "invoke");
    const own = this.#parts.held.leaseNumberOf(client, item.id);
    if (own === undefined) refuseStale(item, sent);
    const leaseNumber = own ?? (item.state === "processing" ? item.leaseNumber : undefined);
    const state = stateOf(sent);
    const updating: Updating = { call, client, item, queue, sent, state, leaseNumber };
    // Who holds it here may say its end once more; to say another one he has no lease any more.
    const isRepeated = own === item.leaseNumber && state === writtenState(item.state);
    if (isEnded(item) && (own === undefined || isRepeated)) {
      await this.#updateEnded(updating);
      this.#parts.held.end(client, item.id);
    } else await this.#updateLive(updating, [...sent.files, ...files], ignoremaxretries);
    return this.#shown(call, item.id);
  }

  /** Brings an ended item back, if that is what is asked. The same end said again is no news. */
  async #updateEnded({ call, item, state }: Updating): Promise<void> {
    if (state === "retry") await this.#parts.repairs.requeueItem(call, item.id);
    else if (state !== "" && state !== writtenState(item.state)) {
      const message = `Work item ${item.id} has ended as ${item.state}: set it to retry to bring it back`;
      throw new AppError("conflict", message, { extra: { itemId: item.id, state: item.state } });
    }
  }

  async #updateLive(
    updating: Updating,
    sentFiles: Workitem["files"],
    ignoremaxretries: boolean,
  ): Promise<void> {
    const { items, held } = this.#parts;
    const { call, client, item, state } = updating;
    if (state === "new" && writtenState(item.state) !== "new")
      throw invalid("workitem.state", `the item is ${item.state}: set it to retry to give it back`);
    const wantsLease = state !== "" && state !== "new";
    if (wantsLease && updating.leaseNumber === undefined) await this.#take(updating);
    const changes = await this.#changesOf(updating, sentFiles);
    const isEnding = state === "successful" || state === "failed" || state === "retry";
    // What can be written with the end is, so that there is one write and not two.
    const { payload, files, ...others } = changes;
    const withEnd = isEnding ? { ...(payload && { payload }), ...(files && { files: [...files] }) } : {};
    await this.#write(updating, isEnding ? others : changes);
    if (!isEnding) return;
    await items.finishItem(call, item.id, {
      ...finishOf({ ...updating, state }, ignoremaxretries),
      ...withEnd,
    });
    held.end(client, item.id);
  }

  /** A lease whose item is written in full gets another number, which whoever holds it here then has. */
  async #write(updating: Updating, changes: ItemChanges): Promise<void> {
    if (Object.keys(changes).length === 0) return;
    const { call, item, leaseNumber: before } = updating;
    const { leaseNumber } = await this.#parts.items.updateItem(call, item.id, changes, before);
    if (before === undefined) return;
    this.#parts.held.renumber(item.id, before, leaseNumber);
    updating.leaseNumber = leaseNumber;
  }

  /** Nobody holds the item: who updates it does from here on. */
  async #take(updating: Updating): Promise<void> {
    const { call, client, item, state } = updating;
    const taken = await this.#parts.items.claimItem(call, item.id, {
      worker: call.userName,
      ...(client === undefined ? {} : { leaseMs: connectionLeaseMs }),
    });
    updating.leaseNumber = taken.leaseNumber;
    if (client !== undefined && state === "processing") this.#parts.held.add(client, call, taken);
  }

  /** What of the sent item is other than what is stored. What has its zero value was not sent. */
  async #changesOf(updating: Updating, sentFiles: Workitem["files"]): Promise<ItemChanges> {
    const { call, item, queue, sent, state, leaseNumber } = updating;
    const changes: ItemChanges = {};
    if (sent.name !== "" && sent.name !== item.name) changes.name = sent.name;
    if (sent.priority !== 0 && readPriority(sent.priority) !== item.priority)
      changes.priority = readPriority(sent.priority);
    const payload = sent.payload === "" ? item.payload : readPayload(sent.payload, "workitem.payload");
    if (!isDeepStrictEqual(payload, item.payload)) changes.payload = payload;
    const dueAt = readTime(sent.nextrun);
    if (dueAt !== undefined && leaseNumber === undefined && state !== "retry") changes.dueAt = dueAt;
    Object.assign(changes, nextQueueChanges(item, sent));
    if (sentFiles.length === 0) return changes;
    const attached = await this.#parts.files.listAttached(call, { kind: "work_item", id: item.id });
    const { fresh, kept, dropped } = await storeFiles(this.#parts.files, call, queue, sentFiles, attached);
    const replaced = new Set([...fresh.map(({ name }) => name), ...dropped]);
    const removed = attached.filter(({ name }) => replaced.has(name)).map(({ id }) => id);
    const added = [...fresh, ...kept]
      .map(({ id }) => id)
      .filter((id) => !attached.some((file) => file.id === id));
    if (added.length > 0) changes.files = added;
    if (removed.length > 0) changes.removedFiles = removed;
    return changes;
  }

  async #shown(call: Call, itemId: string): Promise<Workitem> {
    const { items, queues, files } = this.#parts;
    const item = await items.getItem(call, itemId);
    const owner = { kind: "work_item", id: itemId } as const;
    const attached = await readFiles(files, call, owner, { withBytes: false, compressed: false });
    return writtenItem(item, { queues: await queuesNamed(queues, call, item), files: attached });
  }
}

/** An item that was handed out again since the client got it is another's now: `lastrun` says which handing out. */
function refuseStale(item: Item, { lastrun }: { lastrun: Timestamp | null }): void {
  const seen = readTime(lastrun);
  if (seen === undefined || item.claimedAt === null || seen === readTime(writtenTime(item.claimedAt))) return;
  const message = `Work item ${item.id} was handed out again at ${item.claimedAt}: what you have of it is old`;
  throw new AppError("lease_lost", message, { extra: { itemId: item.id, state: item.state } });
}

function stateOf({ state }: Workitem): WantedState {
  const word = state.toLowerCase();
  const known = wantedStates.find((each) => each === word);
  if (known !== undefined) return known;
  throw invalid("workitem.state", "must be new, processing, successful, failed or retry");
}

/** Empty names take a next queue away, in an item that was sent back whole; in a part of one they say nothing. */
function nextQueueChanges(item: Item, sent: Workitem): Pick<ItemChanges, "successQueue" | "failedQueue"> {
  const isWhole = sent.wiq !== "" || sent.wiqid !== "";
  const changeOf = (before: string | null, ref: string): string | null | undefined => {
    if (ref === "") return isWhole && before !== null ? null : undefined;
    return ref === before ? undefined : ref;
  };
  const success = changeOf(item.successQueueId, sent.success_wiqid || sent.success_wiq);
  const failed = changeOf(item.failedQueueId, sent.failed_wiqid || sent.failed_wiq);
  return {
    ...(success === undefined ? {} : { successQueue: success }),
    ...(failed === undefined ? {} : { failedQueue: failed }),
  };
}

/** `failed` is for good, whatever the queue would allow; `retry` goes by the queue, unless it is told not to. */
function finishOf(
  { sent, leaseNumber, state }: Updating & { state: Ending },
  ignoremaxretries: boolean,
): FinishRequest {
  const number = leaseNumber!;
  if (state === "successful") return { leaseNumber: number, state };
  const kind = sent.errortype.toLowerCase() === "business" ? "business" : "application";
  const message = sent.errormessage || (state === "retry" ? "asked for another attempt" : "");
  const error = { kind, message, ...(sent.errorsource === "" ? {} : { source: sent.errorsource }) } as const;
  const dueAt = state === "retry" ? readTime(sent.nextrun) : undefined;
  const retry: FinishRequest["retry"] = {};
  if (state === "failed") retry.again = "never";
  else if (ignoremaxretries) retry.again = "always";
  if (dueAt !== undefined) retry.dueAt = dueAt;
  return { leaseNumber: number, state: "failed", error, retry };
}

function isEnded({ state }: Item): boolean {
  return (finalStates as readonly string[]).includes(state);
}
