import type { Queryable } from "../../kit/database.ts";
import { sql } from "../../kit/sql.ts";
import { readersOf } from "../access/model.ts";
import type { Binding, Exchange, MessageQueue } from "./model.ts";

const queueColumns = sql`
  id, tenant_id as "tenantId", name, kind, description, acl, durable, expiry_ms as "expiryMs",
  dead_letter as "deadLetter", priority_max as "priorityMax", length_max as "lengthMax",
  deliveries_max as "deliveriesMax", keep_ms as "keepMs", keep_messages as "keepMessages", keep_bytes as "keepBytes",
  session_id as "sessionId", node_id as "nodeId", version, created_at as "createdAt",
  created_by_id as "createdById", modified_at as "modifiedAt"`;

/** The queues of a tenant that no session owns, and those that an exchange leads to. */
export async function listQueues(database: Queryable, tenantId: string): Promise<MessageQueue[]> {
  return database.query<MessageQueue>(sql`
    select ${queueColumns} from messages.message_queues q
    where tenant_id = ${tenantId}
      and (session_id is null or exists (select from messages.bindings b where b.queue_id = q.id))
    order by name`);
}

export async function listExchanges(database: Queryable, tenantId: string): Promise<Exchange[]> {
  return database.query<Exchange>(sql`
    select id, tenant_id as "tenantId", name, kind, description, acl, version, created_at as "createdAt",
      created_by_id as "createdById", modified_at as "modifiedAt"
    from messages.exchanges where tenant_id = ${tenantId} order by name`);
}

export async function listBindings(database: Queryable, tenantId: string): Promise<Binding[]> {
  return database.query<Binding>(sql`
    select id, tenant_id as "tenantId", exchange_id as "exchangeId", queue_id as "queueId",
      routing_key as "routingKey", headers, match
    from messages.bindings where tenant_id = ${tenantId} order by id`);
}

/** The queues of these names, each in its tenant. */
export async function findQueues(
  database: Queryable,
  wanted: readonly { tenantId: string; name: string }[],
): Promise<MessageQueue[]> {
  return database.query<MessageQueue>(sql`
    select ${queueColumns} from messages.message_queues
    where (tenant_id, name) in (
      select "tenantId", name from json_to_recordset(${JSON.stringify(wanted)}::json) as w ("tenantId" text, name text)
    )`);
}

/** The names of those of `kind` that a caller may read, in order, after `afterName`. */
export async function listReadableQueues(
  reader: Queryable,
  caller: { tenantId: string; isAdmin: boolean; principalIds: readonly string[] },
  afterName: string,
  limit: number,
): Promise<MessageQueue[]> {
  return reader.query<MessageQueue>(sql`
    select ${queueColumns} from messages.message_queues
    where tenant_id = ${caller.tenantId} and name > ${afterName}
      and (${caller.isAdmin}
        or (can_read && ${caller.principalIds}::text[] and not cannot_read && ${caller.principalIds}::text[]))
    order by name
    limit ${limit}`);
}

export async function insertQueue(tx: Queryable, queue: MessageQueue): Promise<void> {
  const { canRead, cannotRead } = readersOf(queue.acl);
  await tx.query(sql`
    insert into messages.message_queues (id, tenant_id, name, kind, description, acl, can_read, cannot_read, durable,
      expiry_ms, dead_letter, priority_max, length_max, deliveries_max, keep_ms, keep_messages, keep_bytes,
      session_id, node_id, created_by_id)
    values (${queue.id}, ${queue.tenantId}, ${queue.name}, ${queue.kind}, ${queue.description},
      ${JSON.stringify(queue.acl)}, ${canRead}, ${cannotRead}, ${queue.durable}, ${queue.expiryMs},
      ${queue.deadLetter === null ? null : JSON.stringify(queue.deadLetter)}, ${queue.priorityMax},
      ${queue.lengthMax}, ${queue.deliveriesMax}, ${queue.keepMs}, ${queue.keepMessages}, ${queue.keepBytes},
      ${queue.sessionId}, ${queue.nodeId}, ${queue.createdById})`);
  if (queue.kind === "stream") {
    await tx.query(sql`insert into messages.streams (queue_id) values (${queue.id})`);
  }
}

/** Writes what may be changed; false if the queue is gone or its version is another by now. */
export async function updateQueue(tx: Queryable, queue: MessageQueue): Promise<boolean> {
  const { canRead, cannotRead } = readersOf(queue.acl);
  const rows = await tx.query(sql`
    update messages.message_queues
    set description = ${queue.description}, acl = ${JSON.stringify(queue.acl)}, can_read = ${canRead},
      cannot_read = ${cannotRead}, expiry_ms = ${queue.expiryMs},
      dead_letter = ${queue.deadLetter === null ? null : JSON.stringify(queue.deadLetter)},
      deliveries_max = ${queue.deliveriesMax}, version = version + 1, modified_at = now()
    where id = ${queue.id} and tenant_id = ${queue.tenantId} and version = ${queue.version}
    returning id`);
  return rows.length === 1;
}

/** Removes queues with their bindings; answers which were there. Nobody holds them once this has returned. */
export async function removeQueues(
  tx: Queryable,
  tenantId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(sql`
    delete from messages.message_queues where tenant_id = ${tenantId} and id = any (${ids}::text[]) returning id`);
  return rows.map((row) => row.id);
}

/** The exclusive queues of nodes. */
export async function queuesOfNodes(
  database: Queryable,
  nodeIds: readonly string[],
): Promise<MessageQueue[]> {
  return database.query<MessageQueue>(sql`
    select ${queueColumns} from messages.message_queues where node_id = any (${nodeIds}::text[])`);
}

/** Whether an exchange leads to one of these queues. */
export async function areBound(tx: Queryable, queueIds: readonly string[]): Promise<boolean> {
  const rows = await tx.query(sql`
    select from messages.bindings where queue_id = any (${queueIds}::text[]) limit 1`);
  return rows.length > 0;
}

export async function insertExchange(tx: Queryable, exchange: Exchange): Promise<void> {
  const { canRead, cannotRead } = readersOf(exchange.acl);
  await tx.query(sql`
    insert into messages.exchanges (id, tenant_id, name, kind, description, acl, can_read, cannot_read, created_by_id)
    values (${exchange.id}, ${exchange.tenantId}, ${exchange.name}, ${exchange.kind}, ${exchange.description},
      ${JSON.stringify(exchange.acl)}, ${canRead}, ${cannotRead}, ${exchange.createdById})`);
}

export async function removeExchange(tx: Queryable, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from messages.exchanges where tenant_id = ${tenantId} and id = ${id} returning id`);
  return rows.length === 1;
}

/** False if the same binding stands already. */
export async function insertBinding(tx: Queryable, binding: Binding): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into messages.bindings (id, tenant_id, exchange_id, queue_id, routing_key, headers, match)
    values (${binding.id}, ${binding.tenantId}, ${binding.exchangeId}, ${binding.queueId}, ${binding.routingKey},
      ${JSON.stringify(binding.headers)}, ${binding.match})
    on conflict do nothing
    returning id`);
  return rows.length === 1;
}

/** False if there is no such binding. */
export async function removeBinding(tx: Queryable, binding: Omit<Binding, "id">): Promise<boolean> {
  const rows = await tx.query(sql`
    delete from messages.bindings
    where tenant_id = ${binding.tenantId} and exchange_id = ${binding.exchangeId}
      and queue_id = ${binding.queueId} and routing_key = ${binding.routingKey}
      and headers = ${JSON.stringify(binding.headers)}::jsonb and match = ${binding.match}
    returning id`);
  return rows.length === 1;
}
