import { type Call, systemCall } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import type { Epochs } from "../../kit/epoch-cache.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { Presence, renewPresence, retireSilentNodes } from "../../kit/presence.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, allows } from "../access/model.ts";
import type { Events } from "../events/service.ts";
import { afterlifeBy } from "./afterlife.ts";
import type { Afterlife, Broker } from "./broker.ts";
import * as delays from "./delay-store.ts";
import { queuesOfNodes, listReadableQueues } from "./definition-store.ts";
import { Definitions } from "./definitions.ts";
import { nodesTable } from "./installation-store.ts";
import {
  type BindingRule,
  type Exchange,
  type ExchangeView,
  type Message,
  type MessageContent,
  type MessageQueue,
  type MessageQueueChanges,
  type MessageQueueView,
  namePattern,
  type NewExchange,
  type NewMessageQueue,
  prefetchMax,
  privatePrefix,
} from "./model.ts";
import { releaseDelayedMessages } from "./release-delayed-messages.ts";
import { type Ending, type Received, type ReceiveOptions, Receiving } from "./receiving.ts";
import { Requests } from "./requests.ts";
import { Sending, type Sent, type Target } from "./sending.ts";
import {
  type ConsumeOptions,
  type Listener,
  type Refresh,
  type Subscription,
  Subscriptions,
} from "./subscriptions.ts";

export type { Sent, Target } from "./sending.ts";
export type { ConsumeOptions, Delivery, Listener, Subscription } from "./subscriptions.ts";

const pageMax = 500;
const queuesPerSessionMax = 1_000;

/** A connection that consumes: what is exclusively its own goes with it. */
export interface MessageSession {
  readonly id: string;
  readonly tenantId: string;
}

interface OpenSession extends MessageSession {
  queues: MessageQueue[];
  subscriptions: Set<Subscription>;
}

/** What an engine is built from. */
export interface BrokerParts {
  database: Database;
  wakes: Wakes;
  log: Logger;
  nodeId: () => string;
  afterlife: Afterlife;
  onWrite: (name: string) => (size: number) => void;
}

export interface MessagesParts {
  database: Database;
  events: Events;
  epochs: Epochs;
  wakes: Wakes;
  refresh: Refresh;
  metrics: Pick<Metrics, "observeWrite">;
  log: Logger;
  /** The engine: see `brokerAt`. */
  openBroker: (parts: BrokerParts) => Broker;
}

/** Message queues and exchanges: who may use them, where a message goes, who gets it. A broker keeps the messages. */
export class Messages {
  readonly #database: Database;
  readonly #definitions: Definitions;
  readonly #broker: Broker;
  readonly #presence: Presence;
  readonly #sending: Sending;
  readonly #subscriptions: Subscriptions;
  readonly #requests: Requests;
  readonly #receiving: Receiving;
  readonly #sessions = new Map<string, OpenSession>();
  /** For what this node consumes in its own name. */
  #ownSessions = new Map<string, OpenSession>();

  constructor(parts: MessagesParts) {
    const { database, wakes, log, metrics, refresh } = parts;
    this.#database = database;
    this.#definitions = new Definitions(database, parts.events, parts.epochs);
    this.#presence = new Presence(database, nodesTable, () => this.#lost());
    const brokerParts: BrokerParts = {
      database,
      wakes,
      log,
      nodeId: () => this.#presence.nodeId,
      afterlife: afterlifeBy(this.#definitions),
      onWrite: (name) => metrics.observeWrite(name),
    };
    this.#broker = parts.openBroker(brokerParts);
    const definitions = this.#definitions;
    this.#sending = new Sending({ database, definitions, broker: this.#broker, wakes });
    this.#subscriptions = new Subscriptions({ broker: this.#broker, definitions, refresh, log });
    this.#requests = new Requests({
      openAnswers: (call, prefetch, listener) => this.#openAnswers(call, prefetch, listener),
      publish: (call, target, content) => this.#sending.publish(call, target, content),
    });
    this.#receiving = new Receiving({
      log,
      openNodeQueue: (call, prefetch, listener) => this.#openAnswers(call, prefetch, listener),
      open: (call, queue, options, listener) => this.#subscriptions.open(call, queue, options, listener),
      request: (call, target, content, options) => this.#requests.request(call, target, content, options),
      publish: (call, target, content) => this.#sending.publish(call, target, content),
    });
  }

  /** What keeps the messages. */
  get engine(): Broker["engine"] {
    return this.#broker.engine;
  }

  /** The loops that a node must run. */
  loops(): Loop[] {
    return [
      renewPresence(this.#presence),
      retireSilentNodes(this.#presence, (nodeIds) => this.#retire(nodeIds)),
      releaseDelayedMessages(this.#database, this.#definitions, this.#broker),
      ...this.#broker.loops(),
    ];
  }

  /**
   * The message queue of that name, made if there is none (its settings are then `wanted`, its ACL the maker's). With
   * `exclusive` it is of the session, which alone may consume it, and goes with it; its name may be left out.
   */
  async declareQueue(
    call: Call,
    wanted: NewMessageQueue,
    session?: MessageSession,
  ): Promise<MessageQueueView> {
    const queue = await this.#declare(call, wanted, session);
    return viewOf(queue);
  }

  async updateQueue(call: Call, name: string, changes: MessageQueueChanges, version?: number) {
    await this.#definitions.updateQueue(call, name, changes, version);
    return this.getQueue(fresh(call), name);
  }

  async getQueue(call: Call, name: string): Promise<MessageQueueView> {
    return viewOf(await this.#definitions.requireQueue(call, name, "read"));
  }

  /** The message queues that the caller may read, by name; `cursor` is where the page before ended. */
  async listQueues(call: Call, cursor = "", limit = 100) {
    const size = Math.min(limit, pageMax);
    const rows = await listReadableQueues(this.#database.read(call), call, cursor, size + 1);
    const items = rows.slice(0, size).map(viewOf);
    return rows.length > size ? { items, nextCursor: items.at(-1)!.name } : { items };
  }

  /** Removes the message queue with all that lies in it; its consumers are told. */
  async deleteQueue(call: Call, name: string): Promise<void> {
    const queue = await this.#definitions.requireQueue(call, name, "delete");
    await this.#removeQueues(call, [queue]);
  }

  /** The exchange of that name, made if there is none. */
  async declareExchange(call: Call, wanted: NewExchange): Promise<ExchangeView> {
    const exchange = await this.#definitions.findExchange(call, wanted.name);
    if (exchange === undefined) {
      checkName("name", wanted.name);
      return this.#viewOfExchange(fresh(call), await this.#definitions.createExchange(call, wanted));
    }
    if (!allows(exchange.acl, call, "read") && !allows(exchange.acl, call, "invoke")) {
      throw absent(`exchange ${JSON.stringify(wanted.name)}`);
    }
    if (exchange.kind !== wanted.kind) {
      throw new AppError("conflict", `kind: exchange ${exchange.name} is of the kind ${exchange.kind}`, {
        field: "kind",
      });
    }
    return this.#viewOfExchange(call, exchange);
  }

  async getExchange(call: Call, name: string): Promise<ExchangeView> {
    return this.#viewOfExchange(call, await this.#definitions.requireExchange(call, name, "read"));
  }

  /** The exchanges that the caller may read, by name. */
  async listExchanges(call: Call): Promise<ExchangeView[]> {
    const { exchangeByName } = await this.#definitions.ofTenant(call);
    const readable = [...exchangeByName.values()].filter((exchange) => allows(exchange.acl, call, "read"));
    return Promise.all(readable.map((exchange) => this.#viewOfExchange(call, exchange)));
  }

  async deleteExchange(call: Call, name: string): Promise<void> {
    await this.#definitions.removeExchange(
      call,
      await this.#definitions.requireExchange(call, name, "delete"),
    );
  }

  /**
   * Leads messages of the exchange to the queue, too. It needs `invoke` on the exchange, since that lets one have its
   * messages, and `update` on the queue.
   */
  async bind(call: Call, exchange: string, queue: string, rule: BindingRule = {}): Promise<void> {
    const from = await this.#definitions.requireExchange(call, exchange, "invoke");
    await this.#definitions.bind(
      call,
      from,
      await this.#definitions.requireQueue(call, queue, "update"),
      rule,
    );
  }

  /** Takes back what `bind` said with the same rule. */
  async unbind(call: Call, exchange: string, queue: string, rule: BindingRule = {}): Promise<void> {
    const from = await this.#definitions.requireExchange(call, exchange, "invoke");
    await this.#definitions.unbind(
      call,
      from,
      await this.#definitions.requireQueue(call, queue, "update"),
      rule,
    );
  }

  /**
   * Answers once the broker keeps the message. A queue that is not there is an error that names it. What one caller
   * sends to one queue by calls that follow each other is handed out in their order, though none was waited for: of one
   * priority, without delays, and unless something is handed out again.
   */
  async publish(
    call: Call,
    target: Target,
    content: MessageContent | Promise<MessageContent>,
  ): Promise<Sent> {
    return this.#sending.publish(call, target, content);
  }

  async publishMany(call: Call, target: Target, contents: readonly MessageContent[]): Promise<Sent[]> {
    return this.#sending.publishMany(call, target, contents);
  }

  /** Sends a message and answers with the reply to it, or fails when there is none in time. */
  async request(
    call: Call,
    target: Target,
    content: Omit<MessageContent, "correlationId" | "replyTo" | "delayMs">,
    options?: { timeoutMs?: number },
  ): Promise<Message> {
    // Who may not send makes no queue for answers.
    await this.#sending.requireTarget(call, target);
    return this.#requests.request(call, target, content, options);
  }

  /**
   * Hands out what is in a message queue, until the subscription is closed. A queue that is not there is made, with the
   * caller's ACL; an exclusive one is consumed by its session alone. `call` is looked at again every two seconds: who
   * loses the right is cut.
   */
  async consume(
    call: Call,
    queue: string,
    options: ConsumeOptions & { session?: MessageSession },
    listener: Listener,
  ): Promise<Subscription> {
    const { prefetch, session } = options;
    if (prefetch !== undefined && !(Number.isInteger(prefetch) && prefetch >= 1 && prefetch <= prefetchMax)) {
      throw invalid("prefetch", `must be a whole number from 1 to ${prefetchMax}`);
    }
    const found = await this.#toConsume(call, queue, session);
    await this.#presence.enter();
    const open = session === undefined ? undefined : this.#sessionOf(session);
    const subscription = await this.#subscriptions.open(call, found, options, listener);
    if (open === undefined) return subscription;
    open.subscriptions.add(subscription);
    const close = async () => {
      open.subscriptions.delete(subscription);
      await subscription.close();
    };
    return { ...subscription, close };
  }

  /**
   * For receivers without a connection: up to `count` messages, each handed out for `leaseMs` under a receipt; an empty
   * list when none came in time.
   */
  async receive(call: Call, queue: string, options: ReceiveOptions): Promise<Received[]> {
    const found = await this.#definitions.requireQueue(call, queue, "invoke");
    await this.#presence.enter();
    return this.#receiving.receive(call, found, options);
  }

  /** Ends what was received, at any node; too late, it is refused: `lease_lost`. */
  async endReceived(call: Call, queue: string, receipt: string, ending: Ending): Promise<void> {
    const found = await this.#definitions.requireQueue(call, queue, "invoke");
    await this.#receiving.end(call, found, receipt, ending);
  }

  /** A session lives until it is closed, or its node dies. */
  async openSession(call: Call): Promise<MessageSession> {
    await this.#presence.enter();
    const session = newSession(call.tenantId);
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Closes the session's consumers: what they did not end goes back; its exclusive queues are removed. */
  async closeSession(session: MessageSession): Promise<void> {
    const open = this.#sessions.get(session.id);
    if (open === undefined) return;
    this.#sessions.delete(session.id);
    await this.#endSession(open);
  }

  /** Cuts consumers whose rights are gone; the node does it by itself every two seconds. */
  async recheck(): Promise<void> {
    await this.#subscriptions.recheck();
  }

  /** Closes every session, gives back what was handed out, and lets go of the broker. */
  async close(): Promise<void> {
    this.#receiving.reset();
    await this.#subscriptions.close();
    const sessions = [...this.#sessions.values(), ...this.#ownSessions.values()];
    this.#sessions.clear();
    this.#ownSessions.clear();
    await Promise.allSettled(sessions.map((session) => this.#endSession(session)));
    await this.#broker.close();
    await this.#presence.leave();
  }

  async #declare(call: Call, wanted: NewMessageQueue, session?: MessageSession): Promise<MessageQueue> {
    const { name, exclusive = false, kind = "queue" } = wanted;
    if (exclusive && session === undefined) throw invalid("exclusive", "needs a session");
    if (!exclusive && name === undefined) throw invalid("name", "may be left out of an exclusive queue only");
    const found = name === undefined ? undefined : await this.#definitions.findQueueNow(call, name);
    if (found === undefined) {
      if (name !== undefined) checkName("name", name);
      const open = exclusive ? this.#sessionOf(session!) : undefined;
      return this.#make(call, wanted, open);
    }
    const isOwn = found.sessionId !== null && found.sessionId === session?.id;
    if (found.sessionId !== null && !isOwn) throw isTaken(found);
    if (!isOwn && !allows(found.acl, call, "read") && !allows(found.acl, call, "invoke")) {
      throw absent(`message queue ${JSON.stringify(name)}`);
    }
    if (found.kind !== kind) {
      throw new AppError("conflict", `kind: message queue ${found.name} is a ${found.kind}`, {
        field: "kind",
      });
    }
    return found;
  }

  async #make(call: Call, wanted: NewMessageQueue, session: OpenSession | undefined): Promise<MessageQueue> {
    if (session === undefined) {
      const made = await this.#definitions.createQueue(call, wanted);
      await this.#broker.declareQueue(made);
      return made;
    }
    if (session.queues.length >= queuesPerSessionMax) {
      throw new AppError("conflict", `A session has at most ${queuesPerSessionMax} exclusive queues`);
    }
    await this.#presence.enter();
    const place = { id: session.id, nodeId: this.#presence.nodeId };
    const made = await this.#definitions.createQueue(call, wanted, place);
    if (made.sessionId !== session.id) throw isTaken(made);
    session.queues.push(made);
    await this.#broker.declareQueue(made);
    return made;
  }

  async #toConsume(call: Call, name: string, session: MessageSession | undefined): Promise<MessageQueue> {
    const found = await this.#definitions.findQueueNow(call, name);
    if (found === undefined) return this.#declare(call, { name }, session);
    if (found.sessionId === null) return this.#definitions.requireQueue(call, name, "invoke");
    if (found.sessionId === session?.id) return found;
    throw isTaken(found);
  }

  async #removeQueues(call: Call, queues: readonly MessageQueue[]): Promise<void> {
    if (queues.length === 0) return;
    await this.#definitions.removeQueues(call, queues);
    await delays.removeOfQueues(
      this.#database,
      queues.map((queue) => queue.id),
    );
    await Promise.all(queues.map((queue) => this.#broker.deleteQueue(queue)));
  }

  async #endSession(session: OpenSession): Promise<void> {
    await Promise.allSettled([...session.subscriptions].map((subscription) => subscription.close()));
    await this.#removeQueues(systemCall("messages", session.tenantId), session.queues);
  }

  async #openAnswers(call: Call, prefetch: number, listener: Listener): Promise<Subscription> {
    const session = this.#ownSessions.get(call.tenantId) ?? newSession(call.tenantId);
    this.#ownSessions.set(call.tenantId, session);
    const queue = await this.#make(call, { exclusive: true }, session);
    return this.#subscriptions.open(call, queue, { prefetch, acknowledge: "auto" }, listener);
  }

  /** What nodes left behind that are silent: their exclusive queues go, what they held goes back. */
  async #retire(nodeIds: readonly string[]): Promise<void> {
    const left = await queuesOfNodes(this.#database, nodeIds);
    for (const tenantId of new Set(left.map((queue) => queue.tenantId))) {
      const some = left.filter((queue) => queue.tenantId === tenantId);
      await this.#removeQueues(systemCall("messages", tenantId), some);
    }
    await this.#broker.retire(nodeIds);
  }

  /** This node was taken for dead: its sessions have lost what was theirs. */
  #lost(): void {
    this.#requests.reset();
    this.#receiving.reset();
    this.#ownSessions = new Map();
    this.#sessions.clear();
    void this.#subscriptions.endAll(
      new AppError("unavailable", "This node was silent for too long; consume again"),
    );
  }

  #sessionOf(session: MessageSession): OpenSession {
    const open = this.#sessions.get(session.id);
    if (open === undefined) throw new AppError("unavailable", "The session has ended: open another one");
    return open;
  }

  async #viewOfExchange(call: Call, exchange: Exchange): Promise<ExchangeView> {
    const { bindings, queueById } = await this.#definitions.bindingsOf(call, exchange);
    const { tenantId: _tenantId, ...rest } = exchange;
    const shown = bindings.map(({ queueId, routingKey, headers, match }) => {
      return { queue: queueById.get(queueId)?.name ?? "", routingKey, headers, match };
    });
    return { ...rest, acl: [...exchange.acl], bindings: shown };
  }
}

function viewOf(queue: MessageQueue): MessageQueueView {
  const { tenantId: _tenantId, sessionId, nodeId: _nodeId, ...rest } = queue;
  return { ...rest, exclusive: sessionId !== null };
}

function newSession(tenantId: string): OpenSession {
  return { id: newId(), tenantId, queues: [], subscriptions: new Set() };
}

/** The call after a change of its own: what was cached under the old epoch is old. */
function fresh(call: Call): Call {
  const { epoch: _old, ...rest } = call;
  return rest;
}

function checkName(field: string, name: string): void {
  if (!new RegExp(namePattern, "u").test(name)) {
    throw invalid(field, "must be text of 1 to 200 characters without control characters");
  }
  if (name.startsWith(privatePrefix))
    throw invalid(field, `begins with ${privatePrefix}, as invented names do`);
}

function isTaken({ name }: MessageQueue): AppError {
  return new AppError("conflict", `Message queue ${JSON.stringify(name)} is exclusive to another session`);
}
