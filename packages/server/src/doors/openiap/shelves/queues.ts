import { invalid } from "../../../kit/errors.ts";
import { type AclEntry, parseAcl } from "../../../modules/access/model.ts";
import type { StoredDocument } from "../../../modules/documents/model.ts";
import type { Identity } from "../../../modules/identity/service.ts";
import { type ExchangeKind, exchangeKinds } from "../../../modules/messages/model.ts";
import type { Messages } from "../../../modules/messages/service.ts";
import type { Queue } from "../../../modules/queues/model.ts";
import type { Queues } from "../../../modules/queues/service.ts";
import type { Repairs } from "../../../modules/work-items/repairs.ts";
import { requireScope } from "../../rest/authenticate.ts";
import { addQueue, changeQueue, deleteQueue } from "../commands/work-item-queues.ts";
import { decodeMessage, encodeMessage, type WorkItemQueue } from "../messages.ts";
import { extrasOf, writtenQueue } from "../queue-shapes.ts";
import { pages, type Shelf, systemFields } from "./shelf.ts";

interface Parts {
  queues: Queues;
  messages: Messages;
  repairs: Repairs;
  identity: Identity;
}

/** Queues of work items, message queues and exchanges, which clients look for in one collection. */
export function queuesShelf(parts: Parts): Shelf {
  const { queues, messages } = parts;
  return {
    what: "queues and exchanges",
    ways: "by the commands of queues and exchanges",
    async *documents(call) {
      requireScope(call, "queues:read");
      const readable: Queue[] = [];
      for await (const { id } of pages((cursor) => queues.listQueues(call, cursor, 500)))
        readable.push(await queues.require(call, id, "read"));
      const byId = new Map(readable.map((queue) => [queue.id, queue]));
      for (const queue of readable) yield queueDocument(queue, byId);
      for await (const { id, name, acl, ...rest } of pages((cursor) =>
        messages.listQueues(call, cursor, 500),
      ))
        yield { ...systemFields("queue", id, { ...rest, acl }), name, description: rest.description };
      for (const { id, name, acl, kind, ...rest } of await messages.listExchanges(call))
        yield { ...systemFields("exchange", id, { ...rest, acl }), name, algorithm: kind };
    },
    async insert(call, document) {
      requireScope(call, "queues:write");
      const name = nameIn(document);
      if (document["_type"] === "workitemqueue") {
        const { _id } = await addQueue(parts, call, wireQueue(document), {
          skiprole: true,
          acl: aclIn(document),
        });
        return _id;
      }
      const acl = aclIn(document);
      const rights = acl === undefined ? {} : { acl };
      if (document["_type"] === "exchange")
        return (await messages.declareExchange(call, { name, kind: kindIn(document), ...rights })).id;
      return (await messages.declareQueue(call, { name, ...rights })).id;
    },
    async replace(call, before, document) {
      requireScope(call, "queues:write");
      const acl = aclIn(document);
      if (before._type === "workitemqueue") {
        await changeQueue(queues, call, wireQueue({ ...before, ...document, _id: before._id }), acl);
      } else if (before._type === "queue" && acl !== undefined)
        await messages.updateQueue(call, before["name"] as string, { acl });
      else throw invalid("item", "of a message queue the rights can be changed, of an exchange nothing");
    },
    async remove(call, { _id: id, _type: type, name }) {
      requireScope(call, "queues:write");
      if (type === "queue") await messages.deleteQueue(call, name as string);
      else if (type === "exchange") await messages.deleteExchange(call, name as string);
      else await deleteQueue(parts, call, await queues.require(call, id, "delete"), false);
    },
  };
}

function queueDocument(queue: Queue, named: ReadonlyMap<string, Queue>): StoredDocument {
  const { createdAt, createdById, modifiedAt, version, acl } = queue;
  const { maxretries, retrydelay, success_wiq, success_wiqid, failed_wiq, failed_wiqid } = writtenQueue(
    queue,
    named,
  );
  return {
    ...systemFields("workitemqueue", queue.id, {
      createdAt,
      createdById,
      modifiedAt,
      version,
      acl,
    }),
    name: queue.name,
    ...extrasOf(queue),
    maxretries,
    retrydelay,
    success_wiq,
    success_wiqid,
    failed_wiq,
    failed_wiqid,
  };
}

/** A document of a queue as its command would have sent it; what it lacks has its zero value. */
function wireQueue(document: Record<string, unknown>): WorkItemQueue {
  const { _acl, _created, _modified, ...rest } = document;
  const fields = Object.entries(rest).filter(
    ([, value]) => typeof value === "string" || typeof value === "number",
  );
  const sent = decodeMessage("WorkItemQueue", encodeMessage("WorkItemQueue", Object.fromEntries(fields)));
  // Its zero values are its prototype's, so that it is not copied.
  return Object.assign(sent, { _acl: [] });
}

function aclIn({ _acl: acl }: Record<string, unknown>): AclEntry[] | undefined {
  return acl === undefined ? undefined : parseAcl(acl, "item._acl");
}

function nameIn({ name }: Record<string, unknown>): string {
  if (typeof name === "string" && name !== "") return name;
  throw invalid("item.name", "must be there");
}

function kindIn({ algorithm }: Record<string, unknown>): ExchangeKind {
  const kind = exchangeKinds.find((each) => each === algorithm);
  if (kind === undefined) throw invalid("item.algorithm", `must be one of ${exchangeKinds.join(", ")}`);
  return kind;
}
