import { type Call, usersId } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { isId } from "../../kit/ids.ts";
import { InOrder } from "../../kit/in-order.ts";
import type { Logger } from "../../kit/log.ts";
import { type AclEntry, aclOfMaker, rights } from "../../modules/access/model.ts";
import type { ExchangeKind } from "../../modules/messages/model.ts";
import type { Delivery, Messages, MessageSession } from "../../modules/messages/service.ts";
import type { Client } from "./client.ts";
import { fresh } from "./fresh-call.ts";
import { encodeMessage, type QueueEvent } from "./messages.ts";
import { traceOf } from "./trace-context.ts";

const queuesPerClientMax = 1_000;
const sessionName = "message-session";

/** A connection that takes the messages of a queue. */
export interface Consumer {
  client: Client;
  call: Call;
  queue: string;
}

/** A message queue that ends with its consumer, bound to an exchange. */
interface WantedExchange {
  exchange: string;
  /** Undefined: as it is, or `direct` for one that is made. */
  kind: ExchangeKind | undefined;
  routingKey: string;
  addQueue: boolean;
}

/** Who takes messages here: consumers end with their connections, and so do queues that are theirs alone. */
export class QueueConsumers {
  readonly #messages: Messages;
  readonly #log: Logger;
  readonly #sessions = new Map<Client, Promise<MessageSession>>();
  readonly #consumers = new Map<Client, Map<string, Consumer>>();
  readonly #endings = new Set<Promise<void>>();
  readonly #order = new InOrder<Client>();
  /** Told of who has come. */
  onConsumer: (consumer: Consumer) => void = () => undefined;

  constructor(messages: Messages, log: Logger) {
    this.#messages = messages;
    this.#log = log;
  }

  /** Every consumer of this node. */
  *all(): Generator<Consumer> {
    for (const consumers of this.#consumers.values()) yield* consumers.values();
  }

  /** From now on the client takes the queue's messages; without a name it gets a queue of its own. Answers the name. */
  async register(client: Client, call: Call, name: string): Promise<string> {
    const session = await this.#sessionOf(client, call);
    const { name: queue, exclusive } =
      name === ""
        ? await this.#messages.declareQueue(call, { exclusive: true }, session)
        : await this.#messages.declareQueue(call, { name, acl: aclOfQueue(call, name) }, session);
    await this.#consume({ client, call: fresh(call), queue }, session, exclusive);
    return queue;
  }

  /** Makes the exchange if there is none, and a queue of the client's own behind it. Answers that one's name. */
  async registerExchange(client: Client, call: Call, wanted: WantedExchange): Promise<string> {
    const { exchange, routingKey } = wanted;
    const kind = wanted.kind ?? (await this.#kindOf(call, exchange));
    await this.#messages.declareExchange(call, { name: exchange, kind, acl: openAcl(call) });
    if (!wanted.addQueue) return "";
    const session = await this.#sessionOf(client, call);
    const { name: queue } = await this.#messages.declareQueue(fresh(call), { exclusive: true }, session);
    await this.#messages.bind(fresh(call), exchange, queue, routingKey === "" ? {} : { routingKey });
    await this.#consume({ client, call: fresh(call), queue }, session, true);
    return queue;
  }

  /** The client takes the queue's messages no longer; false if it did not. */
  unregister(client: Client, queue: string): boolean {
    return client.release(nameOf(queue));
  }

  /** Waits until what connections left behind is put away. */
  async close(): Promise<void> {
    await Promise.all(this.#endings);
  }

  async #consume(consumer: Consumer, session: MessageSession, isOwn: boolean): Promise<void> {
    const { client, call, queue } = consumer;
    const consumers = this.#consumers.get(client) ?? new Map<string, Consumer>();
    if (consumers.size >= queuesPerClientMax)
      throw new AppError("conflict", `A connection takes from at most ${queuesPerClientMax} queues`);
    // The same queue twice is one consumer, the newer one.
    client.release(nameOf(queue));
    const subscription = await this.#messages.consume(
      call,
      queue,
      { acknowledge: "auto", session },
      {
        onMessage: (delivery) =>
          this.#order.pass(client, client.drained(), async () => hand(client, delivery)),
        // The wire has no word for it; clients register again when they are back.
        onEnd: (error) => client.end(error.message),
      },
    );
    this.#consumers.set(client, consumers);
    consumers.set(queue, consumer);
    client.hold(nameOf(queue), {
      get call() {
        return consumer.call;
      },
      release: () => {
        if (consumers.get(queue) === consumer) consumers.delete(queue);
        if (consumers.size === 0) this.#consumers.delete(client);
        const putAway = async () => {
          await subscription.close();
          if (isOwn && client.isOpen) await this.#messages.deleteQueue(consumer.call, queue);
        };
        this.#later(putAway(), "a consumer was not closed");
      },
      updateCall: (updated) => {
        consumer.call = updated;
        subscription.updateCall(updated);
      },
    });
    this.onConsumer(consumer);
  }

  async #sessionOf(client: Client, call: Call): Promise<MessageSession> {
    const known = this.#sessions.get(client);
    if (known !== undefined) return known;
    const opening = this.#messages.openSession(call);
    this.#sessions.set(client, opening);
    client.hold(sessionName, {
      // Queues of several callers may be in it, each held beside it.
      get call() {
        return client.call ?? call;
      },
      updateCall: () => undefined,
      release: () => {
        this.#sessions.delete(client);
        const close = async () => this.#messages.closeSession(await opening);
        this.#later(close(), "a session was not closed");
      },
    });
    return opening;
  }

  async #kindOf(call: Call, exchange: string): Promise<ExchangeKind> {
    const known = (await this.#messages.listExchanges(call)).find(({ name }) => name === exchange);
    return known?.kind ?? "direct";
  }

  #later(ending: Promise<void>, complaint: string): void {
    const settled = ending.catch((error: unknown) => this.#log.debug({ err: error }, complaint));
    this.#endings.add(settled);
    void settled.finally(() => this.#endings.delete(settled));
  }
}

/** Hands a message to a client; one that went away leaves it to another. */
function hand(client: Client, { message, queue }: Delivery): void {
  if (!client.isOpen) throw new AppError("unavailable", "The client went away");
  const { correlationId = "", replyTo = "", routingKey = "", exchange = "", undeliverable } = message;
  const isNotice = undeliverable !== undefined;
  const event: QueueEvent = {
    queuename: queue,
    correlationId,
    replyto: isNotice ? "" : replyTo,
    routingkey: routingKey,
    exchangename: exchange,
    // Clients take it for an object.
    data: JSON.stringify((isNotice ? undeliverable : message.data) ?? {}),
  };
  const command = isNotice ? "timeout" : "queueevent";
  const value = encodeMessage("QueueEvent", event);
  client.send({ command, rid: "", type: "QueueEvent", value, ...traceOf(message.traceparent) });
}

/**
 * Who may use a queue that a client names and nobody has made: everybody, as these clients expect. One that is named
 * like a user or a role is of that one alone.
 */
function aclOfQueue(call: Call, name: string): AclEntry[] {
  if (!isId(name)) return openAcl(call);
  if (!call.isAdmin && !call.principalIds.includes(name))
    throw new AppError("forbidden", `The message queue ${name} is of the user or role of that id`);
  return [{ principalId: name, rights: ["read", "update", "invoke"], effect: "allow" }, ...aclOfMaker(call)];
}

function openAcl(call: Call): AclEntry[] {
  const others: AclEntry = { principalId: usersId, name: "users", rights: ["invoke"], effect: "allow" };
  return [{ ...aclOfMaker(call)[0]!, rights: [...rights] }, others];
}

function nameOf(queue: string): string {
  return `message-queue:${queue}`;
}
