import { randomBytes } from "node:crypto";
import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { violatedConstraint } from "../../kit/database-errors.ts";
import { EpochCache, type Epochs } from "../../kit/epoch-cache.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Right } from "../../kit/route.ts";
import { absent, aclOfMaker, allows, requireRight } from "../access/model.ts";
import type { NewEvent } from "../events/model.ts";
import { eventOf, type Events } from "../events/service.ts";
import * as store from "./definition-store.ts";
import {
  type Binding,
  type BindingRule,
  type DeadLetter,
  type Exchange,
  type MessageQueue,
  type MessageQueueChanges,
  messageQueueDefaults,
  type NewExchange,
  type NewMessageQueue,
  privatePrefix,
} from "./model.ts";

const definitionsPerTenantMax = 10_000;
const bindingsPerTenantMax = 100_000;
/** Exclusive queues that a process remembers. */
const exclusiveCachedMax = 10_000;
const lookupsMax = 20_000;

/** Who has an exclusive queue: it goes when this one goes. */
export interface SessionPlace {
  id: string;
  nodeId: string;
}

interface OfTenant {
  queueById: Map<string, MessageQueue>;
  queueByName: Map<string, MessageQueue>;
  exchangeByName: Map<string, Exchange>;
  bindingsByExchange: Map<string, Binding[]>;
  exchangesByQueue: Map<string, Exchange[]>;
  bindingCount: number;
}

/**
 * Message queues, exchanges and bindings. What outlives a session is cached under the tenant's epoch. Exclusive
 * queues come and go with every connection, so they raise no epoch: they are found by name, one by one, and a process
 * that still remembers one that is gone learns it from the broker.
 */
export class Definitions {
  readonly #database: Database;
  readonly #events: Events;
  readonly #epochs: Epochs;
  readonly #known: EpochCache<OfTenant>;
  readonly #exclusive = new Map<string, MessageQueue>();
  readonly #lookups: Coalescer<{ tenantId: string; name: string }, MessageQueue | null>;

  constructor(database: Database, events: Events, epochs: Epochs) {
    this.#database = database;
    this.#events = events;
    this.#epochs = epochs;
    this.#known = new EpochCache(epochs, (tenantId) => this.#load(tenantId));
    this.#lookups = new Coalescer({
      name: "looking up message queues",
      write: async (wanted) => {
        const found = await store.findQueues(database, wanted);
        const byKey = new Map(found.map((queue) => [keyOf(queue), queue]));
        return wanted.map((one) => byKey.get(keyOf(one)) ?? null);
      },
      batchMax: 1_000,
      waitingMax: lookupsMax,
    });
  }

  /** The queue of that name in the caller's tenant, whoever may use it. */
  async findQueue(call: Pick<Call, "tenantId" | "epoch">, name: string): Promise<MessageQueue | undefined> {
    const known = (await this.ofTenant(call)).queueByName.get(name);
    if (known !== undefined) return known;
    const key = keyOf({ tenantId: call.tenantId, name });
    return this.#exclusive.get(key) ?? (await this.#lookUp(call.tenantId, name));
  }

  /** The same as of now: what this process remembers of an exclusive queue may be gone. */
  async findQueueNow(
    call: Pick<Call, "tenantId" | "epoch">,
    name: string,
  ): Promise<MessageQueue | undefined> {
    const known = (await this.ofTenant(call)).queueByName.get(name);
    return known !== undefined && known.sessionId === null ? known : this.#lookUp(call.tenantId, name);
  }

  async #lookUp(tenantId: string, name: string): Promise<MessageQueue | undefined> {
    const key = keyOf({ tenantId, name });
    const found = await this.#lookups.submit({ tenantId, name });
    if (found !== null && found.sessionId !== null) this.#remember(key, found);
    else this.#exclusive.delete(key);
    return found ?? undefined;
  }

  /** The queue, if the caller has the right on it. */
  async requireQueue(call: Call, name: string, right: Right): Promise<MessageQueue> {
    const what = `message queue ${JSON.stringify(name)}`;
    const queue = await this.findQueue(call, name);
    if (queue === undefined) throw absent(what);
    requireRight(queue.acl, call, right, what);
    return queue;
  }

  /** The queue, if the caller may send to it; whoever was told the name of an exclusive queue may. */
  async requireQueueToSend(call: Call, name: string): Promise<MessageQueue> {
    const queue = await this.findQueue(call, name);
    if (queue !== undefined && queue.sessionId !== null) return queue;
    return this.requireQueue(call, name, "invoke");
  }

  async findExchange(call: Pick<Call, "tenantId" | "epoch">, name: string): Promise<Exchange | undefined> {
    const known = (await this.ofTenant(call)).exchangeByName.get(name);
    // One that the caller himself has just made is younger than his epoch.
    return known ?? (await this.ofTenant({ tenantId: call.tenantId })).exchangeByName.get(name);
  }

  async requireExchange(call: Call, name: string, right: Right): Promise<Exchange> {
    const what = `exchange ${JSON.stringify(name)}`;
    const exchange = await this.findExchange(call, name);
    if (exchange === undefined) throw absent(what);
    requireRight(exchange.acl, call, right, what);
    return exchange;
  }

  /** The bindings of an exchange, and the queues they lead to, by id. */
  async bindingsOf(call: Pick<Call, "tenantId" | "epoch">, exchange: Exchange) {
    const { bindingsByExchange, queueById } = await this.ofTenant(call);
    return { bindings: bindingsByExchange.get(exchange.id) ?? [], queueById };
  }

  /** The exchanges that lead to a queue. */
  async exchangesTo(call: Pick<Call, "tenantId" | "epoch">, queueId: string): Promise<readonly Exchange[]> {
    return (await this.ofTenant(call)).exchangesByQueue.get(queueId) ?? [];
  }

  /** Forgets an exclusive queue that turned out to be gone. */
  forget(queue: MessageQueue): void {
    this.#exclusive.delete(keyOf(queue));
  }

  /** Writes a queue that is not there yet; somebody else's of the same name at the same moment is answered instead. */
  async createQueue(call: Call, wanted: NewMessageQueue, session?: SessionPlace): Promise<MessageQueue> {
    const { exclusive: _exclusive, name = inventedName(), ...settings } = wanted;
    if (session === undefined && (await this.ofTenant(call)).queueById.size >= definitionsPerTenantMax) {
      const message = `A tenant has at most ${definitionsPerTenantMax} message queues: delete some first`;
      throw new AppError("conflict", message);
    }
    await this.#checkDeadLetter(call, settings.deadLetter ?? null);
    const queue: MessageQueue = {
      ...messageQueueDefaults,
      ...(session === undefined ? {} : { durable: false }),
      acl: aclOfMaker(call),
      ...settings,
      ...factsOf(call, name),
      sessionId: session?.id ?? null,
      nodeId: session?.nodeId ?? null,
    };
    const event = session === undefined ? [subjectEvent(call, "message_queue.created", queue, { name })] : [];
    const written = await this.#write(call, event, (tx) => store.insertQueue(tx, queue));
    if (written) return queue;
    const other = await this.#lookups.submit({ tenantId: call.tenantId, name });
    if (other === null)
      throw new AppError("conflict", `Message queue ${name} was just made and deleted: try again`);
    return other;
  }

  async updateQueue(call: Call, name: string, changes: MessageQueueChanges, version?: number): Promise<void> {
    const queue = await this.requireQueue(call, name, "update");
    await this.#checkDeadLetter(call, changes.deadLetter ?? null);
    const changed = { ...queue, ...changes, version: version ?? queue.version };
    await this.#write(call, [subjectEvent(call, "message_queue.updated", queue, { name })], async (tx) => {
      if (await store.updateQueue(tx, changed)) return;
      throw new AppError(
        "version_mismatch",
        `Message queue ${name} was changed in the meantime: read it again`,
      );
    });
  }

  /** Removes queues of one tenant with their bindings. */
  async removeQueues(call: Call, queues: readonly MessageQueue[]): Promise<void> {
    const lasting = queues.filter((queue) => queue.sessionId === null);
    const events = lasting.map((queue) =>
      subjectEvent(call, "message_queue.deleted", queue, { name: queue.name }),
    );
    const ids = queues.map((queue) => queue.id);
    queues.forEach((queue) => this.forget(queue));
    await this.#database.transaction(async (tx) => {
      const wereBound = lasting.length > 0 || (await store.areBound(tx, ids));
      await store.removeQueues(tx, call.tenantId, ids);
      await this.#events.append(tx, events);
      if (wereBound) await this.#epochs.raiseEpoch(tx, call.tenantId);
    });
  }

  async createExchange(call: Call, wanted: NewExchange): Promise<Exchange> {
    if ((await this.ofTenant(call)).exchangeByName.size >= definitionsPerTenantMax) {
      throw new AppError(
        "conflict",
        `A tenant has at most ${definitionsPerTenantMax} exchanges: delete some first`,
      );
    }
    const exchange: Exchange = {
      description: "",
      acl: aclOfMaker(call),
      ...wanted,
      ...factsOf(call, wanted.name),
    };
    const event = subjectEvent(call, "exchange.created", exchange, { name: wanted.name, kind: wanted.kind });
    if (await this.#write(call, [event], (tx) => store.insertExchange(tx, exchange))) return exchange;
    const other = await this.findExchange({ tenantId: call.tenantId }, wanted.name);
    if (other === undefined)
      throw new AppError("conflict", `Exchange ${wanted.name} was just made and deleted`);
    return other;
  }

  async removeExchange(call: Call, exchange: Exchange): Promise<void> {
    const { name } = exchange;
    await this.#write(call, [subjectEvent(call, "exchange.deleted", exchange, { name })], async (tx) => {
      if (!(await store.removeExchange(tx, call.tenantId, exchange.id))) throw absent(`exchange ${name}`);
    });
  }

  /** The same binding said again changes nothing. */
  async bind(call: Call, exchange: Exchange, queue: MessageQueue, rule: BindingRule): Promise<void> {
    const { bindingCount, bindingsByExchange } = await this.ofTenant(call);
    if (bindingCount >= bindingsPerTenantMax) {
      throw new AppError(
        "conflict",
        `A tenant has at most ${bindingsPerTenantMax} bindings: remove some first`,
      );
    }
    const binding = bindingOf(exchange, queue, rule);
    if (bindingsByExchange.get(exchange.id)?.some((other) => isSameRule(other, binding)) === true) return;
    const details = { queue: queue.name, ...rule };
    await this.#write(call, [subjectEvent(call, "exchange.bound", exchange, details)], async (tx) => {
      await store.insertBinding(tx, { id: newId(), ...binding });
    });
  }

  async unbind(call: Call, exchange: Exchange, queue: MessageQueue, rule: BindingRule): Promise<void> {
    const details = { queue: queue.name, ...rule };
    await this.#write(call, [subjectEvent(call, "exchange.unbound", exchange, details)], async (tx) => {
      if (await store.removeBinding(tx, bindingOf(exchange, queue, rule))) return;
      throw absent(`such binding of ${queue.name} to exchange ${exchange.name}`);
    });
  }

  async #checkDeadLetter(call: Call, target: DeadLetter | null): Promise<void> {
    if (target === null) return;
    if ((target.queue === undefined) === (target.exchange === undefined)) {
      throw invalid("deadLetter", "must name either a queue or an exchange");
    }
    const { queue, exchange } = target;
    const found =
      queue === undefined ? await this.findExchange(call, exchange!) : await this.findQueue(call, queue);
    if (found !== undefined && allows(found.acl, call, "invoke")) return;
    const field = queue === undefined ? "deadLetter.exchange" : "deadLetter.queue";
    throw invalid(field, `there is no ${JSON.stringify(queue ?? exchange)} that you may send to`);
  }

  /** False if the name was taken in the meantime. */
  async #write(call: Call, events: NewEvent[], act: (tx: Tx) => Promise<void>): Promise<boolean> {
    try {
      await this.#database.transaction(async (tx) => {
        await act(tx);
        await this.#events.append(tx, events);
        if (events.length > 0) await this.#epochs.raiseEpoch(tx, call.tenantId);
      });
      return true;
    } catch (error) {
      const violated = violatedConstraint(error);
      if (violated?.endsWith("_named_once_in_a_tenant") === true) return false;
      if (violated?.startsWith("bindings_") === true) throw absent("such exchange or message queue any more");
      throw error;
    }
  }

  #remember(key: string, queue: MessageQueue): void {
    this.#exclusive.set(key, queue);
    if (this.#exclusive.size <= exclusiveCachedMax) return;
    const [oldest] = this.#exclusive.keys();
    this.#exclusive.delete(oldest!);
  }

  /** What the tenant has, no older than the call's epoch. */
  ofTenant(call: Pick<Call, "tenantId" | "epoch">): Promise<OfTenant> {
    return this.#known.of(call);
  }

  async #load(tenantId: string): Promise<OfTenant> {
    const [queues, exchanges, bindings] = await Promise.all([
      store.listQueues(this.#database, tenantId),
      store.listExchanges(this.#database, tenantId),
      store.listBindings(this.#database, tenantId),
    ]);
    return arranged(queues, exchanges, bindings);
  }
}

function arranged(
  queues: readonly MessageQueue[],
  exchanges: readonly Exchange[],
  bindings: readonly Binding[],
): OfTenant {
  const exchangeById = new Map(exchanges.map((exchange) => [exchange.id, exchange]));
  const bindingsByExchange = new Map<string, Binding[]>();
  const exchangesByQueue = new Map<string, Exchange[]>();
  for (const binding of bindings) {
    const { exchangeId, queueId } = binding;
    addTo(bindingsByExchange, exchangeId, binding);
    const exchange = exchangeById.get(exchangeId);
    if (exchange !== undefined) addTo(exchangesByQueue, queueId, exchange);
  }
  return {
    queueById: new Map(queues.map((queue) => [queue.id, queue])),
    queueByName: new Map(queues.map((queue) => [queue.name, queue])),
    exchangeByName: new Map(exchanges.map((exchange) => [exchange.name, exchange])),
    bindingsByExchange,
    exchangesByQueue,
    bindingCount: bindings.length,
  };
}

function addTo<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function keyOf({ tenantId, name }: { tenantId: string; name: string }): string {
  return JSON.stringify([tenantId, name]);
}

/** Nobody guesses it: whoever knows it was told it, and may send there. */
function inventedName(): string {
  return privatePrefix + randomBytes(16).toString("base64url");
}

function factsOf(call: Call, name: string) {
  const at = new Date(0).toISOString();
  const facts = { version: 0, createdAt: at, createdById: call.userId, modifiedAt: at };
  return { id: newId(), tenantId: call.tenantId, name, ...facts };
}

function bindingOf(exchange: Exchange, queue: MessageQueue, rule: BindingRule): Omit<Binding, "id"> {
  const { routingKey = "", headers = {}, match = "all" } = rule;
  const ends = { tenantId: exchange.tenantId, exchangeId: exchange.id, queueId: queue.id };
  return { ...ends, routingKey, headers, match };
}

function isSameRule(a: Omit<Binding, "id">, b: Omit<Binding, "id">): boolean {
  const sorted = (headers: Binding["headers"]) => JSON.stringify(Object.entries(headers).sort());
  return (
    a.queueId === b.queueId &&
    a.routingKey === b.routingKey &&
    a.match === b.match &&
    sorted(a.headers) === sorted(b.headers)
  );
}

function subjectEvent(
  call: Call,
  type: string,
  { id }: { id: string },
  details: Record<string, unknown>,
): NewEvent {
  return eventOf(call, { topic: "messages", type, subjectId: id, scopeId: "", details });
}
