import type { Call } from "../../kit/call.ts";
import { invalid } from "../../kit/errors.ts";
import { parseJsonText } from "../../kit/json-text.ts";
import type { FileView } from "../../modules/files/model.ts";
import type { Queue } from "../../modules/queues/model.ts";
import type { Queues } from "../../modules/queues/service.ts";
import type { Item } from "../../modules/work-items/model.ts";
import type { Workitem, WorkitemFile } from "./messages.ts";
import { writtenTime } from "./timestamps.ts";

/** The wire's priority of who says none: the lower goes first there, the higher here. */
const priorityDefault = 2;

/** What is needed to tell of an item: the queues that it names, and its files. */
export interface ItemSurroundings {
  queues: ReadonlyMap<string, Pick<Queue, "id" | "name">>;
  files: readonly WorkitemFile[];
}

/** An item as clients read it. */
export function writtenItem(item: Item, { queues, files }: ItemSurroundings): Workitem {
  const [queue, success, failed] = [item.queueId, item.successQueueId, item.failedQueueId].map((id) =>
    id === null ? undefined : (queues.get(id) ?? { id, name: "" }),
  );
  return {
    _id: item.id,
    name: item.name ?? "",
    payload: JSON.stringify(item.payload),
    priority: writtenPriority(item.priority),
    nextrun: writtenTime(item.dueAt),
    lastrun: writtenTime(item.claimedAt),
    files: [...files],
    state: writtenState(item.state),
    wiq: queue?.name ?? "",
    wiqid: item.queueId,
    retries: retriesOf(item),
    username: item.state === "processing" ? (item.worker ?? "") : "",
    success_wiqid: success?.id ?? "",
    failed_wiqid: failed?.id ?? "",
    success_wiq: success?.name ?? "",
    failed_wiq: failed?.name ?? "",
    errormessage: item.error?.message ?? "",
    errorsource: item.error?.source ?? "",
    errortype: item.error?.kind ?? "",
    _workspaceid: "",
  };
}

/** A file as an item names it; its bytes travel only where they were asked for. */
export function writtenFile({ id, name }: FileView): WorkitemFile {
  return { filename: name, _id: id, compressed: false, file: new Uint8Array(0) };
}

export function writtenPriority(priority: number): number {
  return priorityDefault - priority;
}

/** 0 is what was not sent. */
export function readPriority(priority: number): number {
  return priority === 0 ? 0 : priorityDefault - priority;
}

/** The wire has no words for what waits for another attempt, or was parked. */
export function writtenState(state: Item["state"]): string {
  if (state === "retry") return "new";
  return state === "abandoned" ? "failed" : state;
}

/** Attempts after the first; the wire does not count the one by which an item ends. */
function retriesOf({ state, attempts }: Item): number {
  return state === "successful" || state === "failed" ? Math.max(attempts - 1, 0) : attempts;
}

/** A payload as it came; what is no object becomes one. */
export function readPayload(text: string, field: string): Record<string, unknown> {
  const payload = text === "" ? {} : parseJsonText(text, { field });
  if (typeof payload === "object" && payload !== null && !Array.isArray(payload))
    return payload as Record<string, unknown>;
  return { value: payload };
}

/** The queue that a request names, by id or by name. */
export function readQueueRef({ wiq, wiqid }: { wiq: string; wiqid: string }): string {
  const ref = wiqid || wiq;
  if (ref === "") throw invalid("wiq", "say which queue, by wiq or by wiqid");
  return ref;
}

/** The queues that an item names. */
export async function queuesNamed(queues: Queues, call: Call, item: Item): Promise<Map<string, Queue>> {
  const named = new Map<string, Queue>();
  for (const id of [item.queueId, item.successQueueId, item.failedQueueId]) {
    const queue = id === null ? undefined : await queues.find(call, id);
    if (queue !== undefined) named.set(queue.id, queue);
  }
  return named;
}
