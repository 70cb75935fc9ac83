import { invalid } from "../../kit/errors.ts";
import { type AclEntry, parseAcl } from "../../modules/access/model.ts";
import type { Queue, QueueSettings } from "../../modules/queues/model.ts";
import { readAcl, writtenDocument } from "./document-shapes.ts";
import type { Ace, WorkItemQueue } from "./messages.ts";
import { writtenTime } from "./timestamps.ts";

/** Where, in a queue's metadata, what the wire knows beside the house is kept. */
const metadataKey = "openiap";
const attemptsDefault = 3;
const msPerSecond = 1_000;
const nameCharactersMax = 200;

/** What the wire's queues have and the house's do not: texts, and the seconds that a pushed item waits. */
export interface QueueExtras {
  initialdelay: number;
  /** The message queue whose consumers are woken when there is work. */
  amqpqueue: string;
  robotqueue: string;
  workflowid: string;
  packageid: string;
  projectid: string;
  /** The role whose members may use the queue. */
  usersrole: string;
}

const texts = ["amqpqueue", "robotqueue", "workflowid", "packageid", "projectid", "usersrole"] as const;

export function extrasOf({ metadata }: Pick<Queue, "metadata">): QueueExtras {
  const kept = (metadata[metadataKey] ?? {}) as Partial<QueueExtras>;
  const text = (name: (typeof texts)[number]) => (typeof kept[name] === "string" ? kept[name] : "");
  return {
    initialdelay: typeof kept.initialdelay === "number" ? kept.initialdelay : 0,
    amqpqueue: text("amqpqueue"),
    robotqueue: text("robotqueue"),
    workflowid: text("workflowid"),
    packageid: text("packageid"),
    projectid: text("projectid"),
    usersrole: text("usersrole"),
  };
}

/** A queue's metadata with these extras in it; what others keep there stays. */
export function withExtras(metadata: Record<string, unknown>, extras: QueueExtras): Record<string, unknown> {
  return { ...metadata, [metadataKey]: extras };
}

/** The extras as a client sent them. */
export function readExtras(sent: WorkItemQueue): QueueExtras {
  const extras: QueueExtras = {
    ...extrasOf({ metadata: {} }),
    initialdelay: seconds(sent.initialdelay, "initialdelay"),
  };
  for (const name of texts) {
    if (sent[name].length > nameCharactersMax)
      throw invalid(`workitemqueue.${name}`, `at most ${nameCharactersMax} characters`);
    extras[name] = sent[name];
  }
  return extras;
}

/** How a queue tries again, and where its items go on to. A pause of the wire is always the same; 0 for none. */
export function readSettings(sent: WorkItemQueue, before?: Queue): QueueSettings {
  const retrydelay = seconds(sent.retrydelay, "retrydelay");
  const isSamePause = before !== undefined && retrydelay === writtenPause(before);
  const backoffMs = retrydelay * msPerSecond;
  return {
    attemptsMax: sent.maxretries < 1 ? attemptsDefault : sent.maxretries,
    ...(isSamePause ? {} : { backoff: "constant" as const, backoffMs, backoffMaxMs: backoffMs, jitter: 0 }),
    successQueue: sent.success_wiqid || sent.success_wiq || null,
    failedQueue: sent.failed_wiqid || sent.failed_wiq || null,
  };
}

/** The rights as a client sent them; undefined when it sent none. */
export function readQueueAcl(sent: readonly Ace[]): AclEntry[] | undefined {
  return sent.length === 0 ? undefined : parseAcl(readAcl(sent, "workitemqueue._acl"), "workitemqueue._acl");
}

/** A queue as clients read it; `named` are the queues it leads on to. */
export function writtenQueue(queue: Queue, named: ReadonlyMap<string, Pick<Queue, "name">>): WorkItemQueue {
  const { successQueueId, failedQueueId } = queue;
  const nameOf = (id: string | null) => (id === null ? "" : (named.get(id)?.name ?? ""));
  const { _acl: acl } = writtenDocument({ _acl: queue.acl });
  return {
    ...extrasOf(queue),
    _id: queue.id,
    name: queue.name,
    maxretries: queue.attemptsMax,
    retrydelay: writtenPause(queue),
    success_wiqid: successQueueId ?? "",
    failed_wiqid: failedQueueId ?? "",
    success_wiq: nameOf(successQueueId),
    failed_wiq: nameOf(failedQueueId),
    _acl: acl as Ace[],
    _createdbyid: queue.createdById,
    _createdby: "",
    _created: writtenTime(queue.createdAt),
    _modifiedbyid: "",
    _modifiedby: "",
    _modified: writtenTime(queue.modifiedAt),
    _version: queue.version,
    _workspaceid: "",
  };
}

function writtenPause({ backoffMs }: Pick<Queue, "backoffMs">): number {
  return Math.round(backoffMs / msPerSecond);
}

function seconds(value: number, name: string): number {
  const most = 86_400;
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw invalid(`workitemqueue.${name}`, `must be whole seconds from 0 to ${most}`);
}
