import type { Call } from "../../../kit/call.ts";
import { hasCode, invalid } from "../../../kit/errors.ts";
import { type AclEntry, aclOfMaker } from "../../../modules/access/model.ts";
import type { Identity } from "../../../modules/identity/service.ts";
import type { Queue } from "../../../modules/queues/model.ts";
import type { Queues } from "../../../modules/queues/service.ts";
import { finalStates } from "../../../modules/work-items/model.ts";
import type { Repairs } from "../../../modules/work-items/repairs.ts";
import { type Command, command } from "../command.ts";
import { fresh } from "../fresh-call.ts";
import { readQueueRef } from "../item-shapes.ts";
import type { WorkItemQueue } from "../messages.ts";
import {
  extrasOf,
  readExtras,
  readQueueAcl,
  readSettings,
  withExtras,
  writtenQueue,
} from "../queue-shapes.ts";

const write = { scope: "queues:write" } as const;

export interface QueueParts {
  queues: Queues;
  repairs: Repairs;
  identity: Identity;
}

/** Queues of work items. */
export function workItemQueueCommands(parts: QueueParts): Command[] {
  const { repairs, identity, queues } = parts;
  return [
    command({
      ...write,
      name: "addworkitemqueue",
      request: "AddWorkItemQueueRequest",
      reply: "AddWorkItemQueueResponse",
      run: async ({ call }, { workitemqueue: sent, skiprole }) => ({
        workitemqueue: await addQueue(parts, call, requireSent(sent), { skiprole }),
      }),
    }),
    command({
      ...write,
      name: "updateworkitemqueue",
      request: "UpdateWorkItemQueueRequest",
      reply: "UpdateWorkItemQueueResponse",
      run: async ({ call }, { workitemqueue, purge }) => {
        const sent = requireSent(workitemqueue);
        const queue = await changeQueue(queues, call, sent);
        if (purge) await empty(repairs, call, queue);
        return { workitemqueue: await shown(queues, call, queue.id) };
      },
    }),
    command({
      ...write,
      name: "deleteworkitemqueue",
      request: "DeleteWorkItemQueueRequest",
      reply: "DeleteWorkItemQueueResponse",
      run: async ({ call }, request) => {
        const queue = await queues.require(call, readQueueRef(request), "delete");
        await deleteQueue({ repairs, identity }, call, queue, request.purge);
        return {};
      },
    }),
  ];
}

/** Makes a queue, and, for admins, a role of those who may use it unless that is not wanted. */
export async function addQueue(
  { queues, identity }: Pick<QueueParts, "queues" | "identity">,
  call: Call,
  sent: WorkItemQueue,
  { skiprole, acl: wanted = [] }: { skiprole: boolean; acl?: AclEntry[] | undefined },
): Promise<WorkItemQueue> {
  const extras = readExtras(sent);
  const given = readQueueAcl(sent._acl) ?? wanted;
  const isNamed = given.some(({ principalId }) => principalId === call.userId);
  const acl = isNamed ? given : [...given, ...aclOfMaker(call)];
  const settings = { ...readSettings(sent), acl, metadata: withExtras({}, extras) };
  const { id } = await queues.createQueue(call, { name: sent.name, ...settings });
  const after = fresh(call);
  // Only admins make roles.
  if (!skiprole && call.isAdmin && extras.usersrole === "") {
    const role = await roleNamed(identity, after, `${sent.name} users`);
    const entry: AclEntry = {
      principalId: role.id,
      name: role.name,
      rights: ["read", "invoke"],
      effect: "allow",
    };
    const metadata = withExtras({}, { ...extras, usersrole: role.id });
    await queues.updateQueue(fresh(after), id, { acl: [...acl, entry], metadata });
  }
  return shown(queues, after, id);
}

/** Deletes a queue with its role; one with items only if told to. */
export async function deleteQueue(
  { repairs, identity }: Pick<QueueParts, "repairs" | "identity">,
  call: Call,
  queue: Queue,
  purge: boolean,
): Promise<void> {
  await repairs.deleteQueue(call, queue.id, purge);
  const { usersrole } = extrasOf(queue);
  if (usersrole === "" || !call.isAdmin) return;
  try {
    await identity.deleteRole(call, usersrole);
  } catch (error) {
    if (!hasCode(error, "not_found")) throw error;
  }
}

/** Changes a queue; its rights are those that were sent, or else `acl`. */
export async function changeQueue(
  queues: Queues,
  call: Call,
  sent: WorkItemQueue,
  given?: AclEntry[],
): Promise<Queue> {
  const queue = await queues.require(call, readQueueRef({ wiq: sent.name, wiqid: sent._id }), "update");
  if (sent.name !== "" && sent.name !== queue.name)
    throw invalid("workitemqueue.name", `a queue keeps its name, which is ${queue.name}`);
  const acl = readQueueAcl(sent._acl) ?? given;
  await queues.updateQueue(call, queue.id, {
    ...readSettings(sent, queue),
    ...(acl === undefined ? {} : { acl }),
    metadata: withExtras(queue.metadata, readExtras(sent)),
  });
  return queue;
}

/** Deletes the queue's items, but for those that somebody works on. */
async function empty(repairs: Repairs, call: Call, { id }: Queue): Promise<void> {
  for (const what of ["waiting", ...finalStates] as const) {
    let more = true;
    while (more) ({ more } = await repairs.purgeQueue(fresh(call), id, what));
  }
}

async function roleNamed(
  identity: Identity,
  call: Call,
  name: string,
): Promise<{ id: string; name: string }> {
  try {
    return await identity.createRole(call, { name, description: "May use the queue" });
  } catch (error) {
    if (!hasCode(error, "already_exists")) throw error;
    const { items } = await identity.listRoles(call, { name });
    const found = items.find((role) => role.name === name);
    if (found === undefined) throw error;
    return found;
  }
}

async function shown(queues: Queues, call: Call, id: string): Promise<WorkItemQueue> {
  const queue = await queues.require(fresh(call), id, "read");
  const known = new Map((await queues.listUsable(fresh(call))).map((each) => [each.id, each]));
  return writtenQueue(queue, known);
}

function requireSent(sent: WorkItemQueue | null): WorkItemQueue {
  if (sent === null) throw invalid("workitemqueue", "must be there");
  return sent;
}
