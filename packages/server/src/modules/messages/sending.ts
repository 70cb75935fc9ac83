import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, hasCode, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { InOrder } from "../../kit/in-order.ts";
import { refuseUnstorable, refuseUnstorableValue } from "../../kit/json-text.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, allows } from "../access/model.ts";
import { type Broker, type Publication, QueueGone } from "./broker.ts";
import type { Definitions } from "./definitions.ts";
import * as delays from "./delay-store.ts";
import {
  dataCharactersMax,
  type Headers,
  type Message,
  type MessageContent,
  type MessageQueue,
} from "./model.ts";
import { delayTopic } from "./release-delayed-messages.ts";
import { route } from "./routing.ts";

export const publishedAtOnceMax = 1_000;

/** Where a message is sent: a queue, or an exchange that leads on by the routing key or the headers. */
export interface Target {
  queue?: string;
  exchange?: string;
  routingKey?: string;
  /** False: that an exchange leads to no queue is no error. */
  mandatory?: boolean;
}

export interface Sent {
  id: string;
  /** Into how many queues it was put. */
  queueCount: number;
}

interface Prepared {
  message: Message;
  queues: MessageQueue[];
  delayMs: number;
}

/** Sends messages: says who may, finds the queues, and answers once the broker keeps them. */
export class Sending {
  readonly #database: Database;
  readonly #definitions: Definitions;
  readonly #broker: Broker;
  readonly #wakes: Wakes;
  readonly #order = new InOrder<string>();

  constructor(parts: { database: Database; definitions: Definitions; broker: Broker; wakes: Wakes }) {
    this.#database = parts.database;
    this.#definitions = parts.definitions;
    this.#broker = parts.broker;
    this.#wakes = parts.wakes;
  }

  /** Refuses a target that is not there or that the caller may not send to. */
  async requireTarget(call: Call, { queue, exchange }: Target): Promise<void> {
    if (queue !== undefined) await this.#definitions.requireQueueToSend(call, queue);
    if (exchange !== undefined) await this.#definitions.requireExchange(call, exchange, "invoke");
  }

  /** One caller's messages reach the broker in the order of these calls, also where their content is yet to come. */
  async publish(
    call: Call,
    target: Target,
    content: MessageContent | Promise<MessageContent>,
  ): Promise<Sent> {
    const preparing = this.#prepareWhenThere(call, target, content);
    return this.#order.pass(`${call.tenantId} ${call.userId}`, preparing, async (prepared) => {
      await this.#send([prepared]);
      return { id: prepared.message.id, queueCount: prepared.queues.length };
    });
  }

  /** In this order; on PostgreSQL all of them or none. */
  async publishMany(call: Call, target: Target, contents: readonly MessageContent[]): Promise<Sent[]> {
    if (contents.length > publishedAtOnceMax)
      throw invalid("messages", `at most ${publishedAtOnceMax} at once`);
    const preparing = this.#prepareAll(call, target, contents);
    return this.#order.pass(`${call.tenantId} ${call.userId}`, preparing, async (prepared) => {
      await this.#send(prepared);
      return prepared.map(({ message, queues }) => ({ id: message.id, queueCount: queues.length }));
    });
  }

  async #prepareAll(call: Call, target: Target, contents: readonly MessageContent[]): Promise<Prepared[]> {
    const prepared: Prepared[] = [];
    for (const [index, content] of contents.entries()) {
      prepared.push(await this.#prepare(call, target, content, `messages[${index}].`));
    }
    return prepared;
  }

  async #prepareWhenThere(
    call: Call,
    target: Target,
    content: MessageContent | Promise<MessageContent>,
  ): Promise<Prepared> {
    return this.#prepare(call, target, await content, "");
  }

  async #prepare(call: Call, target: Target, content: MessageContent, within: string): Promise<Prepared> {
    checkContent(content, within);
    await this.#checkReplyTo(call, content.replyTo, `${within}replyTo`);
    const { routingKey, exchange } = target;
    const queues = await this.#queuesOf(call, target, content.headers ?? {});
    const { delayMs = 0, data = null, headers = {}, priority = 0, expiryMs, ...rest } = content;
    const message: Message = {
      id: newId(),
      data,
      headers,
      priority,
      sender: { id: call.userId, name: call.userName },
      ...rest,
      ...(expiryMs === undefined ? {} : { expiryMs }),
      ...(exchange === undefined ? {} : { exchange }),
      ...(routingKey === undefined ? {} : { routingKey }),
    };
    return { message, queues, delayMs };
  }

  async #queuesOf(call: Call, target: Target, headers: Headers): Promise<MessageQueue[]> {
    const { queue, exchange, routingKey = "" } = target;
    if ((queue === undefined) === (exchange === undefined))
      throw invalid("target", "name either a queue or an exchange");
    if (queue !== undefined) return [await this.#definitions.requireQueueToSend(call, queue)];
    const found = await this.#definitions.requireExchange(call, exchange!, "invoke");
    const { bindings, queueById } = await this.#definitions.bindingsOf(call, found);
    const queues = route(found.kind, bindings, { routingKey, headers }).flatMap(
      (id) => queueById.get(id) ?? [],
    );
    if (queues.length > 0 || target.mandatory === false) return queues;
    const key = routingKey === "" ? "" : ` for the routing key ${JSON.stringify(routingKey)}`;
    throw new AppError("not_found", `Exchange ${JSON.stringify(exchange)} leads to no message queue${key}`);
  }

  /** Answers and notices go there in the sender's name, so he must be one who may send there. */
  async #checkReplyTo(call: Call, replyTo: string | undefined, field: string): Promise<void> {
    if (replyTo === undefined) return;
    const queue = await this.#definitions.findQueue(call, replyTo);
    if (queue !== undefined && (queue.sessionId !== null || allows(queue.acl, call, "invoke"))) return;
    throw invalid(field, `there is no message queue ${JSON.stringify(replyTo)} that you may send to`);
  }

  async #send(prepared: readonly Prepared[]): Promise<void> {
    const delayed = prepared.filter(({ delayMs }) => delayMs > 0);
    const publications = prepared
      .filter(({ delayMs }) => delayMs === 0)
      .flatMap(({ queues, message }) =>
        queues.map((queue) => ({ queue, message: forQueue(queue, message) })),
      );
    // At once: what is not delayed keeps its place among what is sent after it.
    await Promise.all([
      publications.length > 0 ? this.#publish(publications) : undefined,
      delayed.length > 0 ? this.#delay(delayed) : undefined,
    ]);
  }

  async #publish(publications: readonly Publication[]): Promise<void> {
    try {
      await this.#broker.publish(publications);
    } catch (error) {
      const gone = hasCode(error, "not_found") ? error.details.cause : error;
      if (!(gone instanceof QueueGone)) throw error;
      const missing = publications.map(({ queue }) => queue).filter(({ id }) => gone.queueIds.includes(id));
      missing.forEach((queue) => this.#definitions.forget(queue));
      throw absent(`message queue ${JSON.stringify(missing[0]?.name)}`);
    }
  }

  async #delay(prepared: readonly Prepared[]): Promise<void> {
    const rows = prepared.flatMap(({ message, queues, delayMs }) =>
      queues.map((queue) => ({
        id: newId(),
        queueId: queue.id,
        content: JSON.stringify(forQueue(queue, message)),
        delayMs,
      })),
    );
    const kept = new Set(await delays.insert(this.#database, rows));
    const gone = prepared.flatMap(({ queues }) => queues).find((queue) => !kept.has(queue.id));
    if (gone !== undefined) {
      this.#definitions.forget(gone);
      throw absent(`message queue ${JSON.stringify(gone.name)}`);
    }
    for (const { delayMs } of prepared) {
      setTimeout(() => this.#wakes.signal(delayTopic), Math.min(delayMs, longestTimerMs)).unref();
    }
  }
}

/** Node takes no longer timers; the loop looks by itself anyway. */
const longestTimerMs = 2 ** 31 - 1;

/** The queue's own time to wait is for messages that name none. */
function forQueue(queue: MessageQueue, message: Message): Message {
  return message.expiryMs !== undefined || queue.expiryMs === null
    ? message
    : { ...message, expiryMs: queue.expiryMs };
}

function checkContent(content: MessageContent, within: string): void {
  const field = `${within}data`;
  const text = JSON.stringify(content.data ?? null);
  if (text === undefined) throw invalid(field, "must be JSON");
  if (text.length > dataCharactersMax) {
    throw new AppError("too_large", `${field}: at most 2 MiB; put more into a file and send its id`, {
      field,
    });
  }
  const refusal =
    refuseUnstorable(text, content.data, { field }) ??
    refuseUnstorableValue(content.headers ?? {}, { field: `${within}headers` });
  if (refusal !== undefined) throw refusal;
}
