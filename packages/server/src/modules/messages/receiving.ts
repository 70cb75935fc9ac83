import type { Call } from "../../kit/call.ts";
import { rootId, systemCall } from "../../kit/call.ts";
import { AppError, type ErrorCode, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import { leaseLost } from "./lease-lost.ts";
import type { Message, MessageContent, MessageQueue } from "./model.ts";
import type { Sent, Target } from "./sending.ts";
import type { ConsumeOptions, Delivery, Listener, Subscription } from "./subscriptions.ts";

export const receivedAtOnceMax = 100;
export const waitMsMax = 60_000;
export const leaseMsMax = 3_600_000;
const leaseMsDefault = 60_000;
const heldMax = 100_000;
/** After the first message: for those that come with it. */
const gatherMs = 5;

export type Ending = "acknowledge" | "reject" | "requeue";

export interface ReceiveOptions {
  /** Messages at most; 1 if left out. */
  count?: number;
  /** How long to wait for the first one; 0 if left out. */
  waitMs?: number;
  /** How long the receiver has for each; then it goes back. */
  leaseMs?: number;
}

export interface Received {
  /** Names this handing out; it is ended by it, at any node. */
  receipt: string;
  message: Message;
  deliveries: number;
  publishedAt?: string;
}

interface Held {
  tenantId: string;
  queue: string;
  delivery: Delivery;
  timer: NodeJS.Timeout;
}

/** What one node asks another: to end what that one handed out. */
interface EndRequest {
  receipt: string;
  queue: string;
  ending: Ending;
}

interface Parts {
  log: Logger;
  /** The queue of this node for the requests of others of the tenant. */
  openNodeQueue: (call: Call, prefetch: number, listener: Listener) => Promise<Subscription>;
  open: (
    call: Call,
    queue: MessageQueue,
    options: ConsumeOptions,
    listener: Listener,
  ) => Promise<Subscription>;
  request: (
    call: Call,
    target: Target,
    content: MessageContent,
    options: { timeoutMs: number },
  ) => Promise<Message>;
  publish: (call: Call, target: Target, content: MessageContent) => Promise<Sent>;
}

const endTimeoutMs = 10_000;
const requestsAtOnceMax = 200;

/**
 * Messages for receivers that hold no connection: each is handed out for a time, with a receipt that ends it. The node
 * that handed it out holds it; the receipt names that node's own queue, so that any node can ask it.
 */
export class Receiving {
  readonly #parts: Parts;
  readonly #held = new Map<string, Held>();
  readonly #nodeQueues = new Map<string, Promise<Subscription>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Up to `count` messages; an empty list when none came in time. The caller's right has been checked. */
  async receive(call: Call, queue: MessageQueue, options: ReceiveOptions): Promise<Received[]> {
    if (queue.kind === "stream") throw invalid("queue", "is a stream: consume it from an offset");
    if (this.#held.size >= heldMax)
      throw new AppError("overloaded", "Too many messages are held by receivers");
    const { count = 1, waitMs = 0, leaseMs = leaseMsDefault } = options;
    const { queue: nodeQueue } = await this.#nodeQueue(call.tenantId);
    const taken: Received[] = [];
    let left = 0;
    let isOver = false;
    let come: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (come = resolve));
    let subscription: Subscription | undefined;
    const done = () => {
      left -= 1;
      if (left === 0 && isOver) void this.#quietly(subscription?.close());
    };
    const onMessage = (delivery: Delivery) => {
      if (isOver) return void this.#quietly(delivery.requeue());
      left += 1;
      taken.push(this.#hold(call.tenantId, queue.name, { delivery, nodeQueue, leaseMs, done }));
      if (taken.length === count || taken.length === 1)
        setTimeout(come, taken.length === count ? 0 : gatherMs);
    };
    subscription = await this.#parts.open(
      call,
      queue,
      { prefetch: count, acknowledge: "manual" },
      { onMessage },
    );
    const timer = setTimeout(come, waitMs + gatherMs);
    call.signal?.addEventListener("abort", come, { once: true });
    await first;
    clearTimeout(timer);
    isOver = true;
    if (call.signal?.aborted === true || left === 0) {
      for (const { receipt } of taken) this.#forget(receipt.split("/")[1]!);
      await subscription.close();
      return call.signal?.aborted === true ? [] : taken;
    }
    void this.#quietly(subscription.stop());
    return taken;
  }

  /** Ends what was handed out under the receipt: here, or at the node that holds it. */
  async end(call: Call, queue: MessageQueue, receipt: string, ending: Ending): Promise<void> {
    const [nodeQueue = "", id = ""] = receipt.split("/");
    const known = await this.#nodeQueues.get(call.tenantId)?.catch(() => undefined);
    if (known?.queue === nodeQueue)
      return this.#endHere(call.tenantId, { receipt: id, queue: queue.name, ending });
    const data = { receipt: id, queue: queue.name, ending } satisfies EndRequest;
    const answer = await this.#askNode(systemCall(call.requestId, call.tenantId), nodeQueue, data);
    const { error } = answer.data as { error?: { code: ErrorCode; message: string } };
    if (error !== undefined) throw new AppError(error.code, error.message);
  }

  /** This node was taken for dead, or stops: what it holds is not its own any more. */
  reset(): void {
    for (const id of this.#held.keys()) this.#forget(id);
    this.#nodeQueues.clear();
  }

  #hold(
    tenantId: string,
    queue: string,
    parts: { delivery: Delivery; nodeQueue: string; leaseMs: number; done: () => void },
  ): Received {
    const { delivery, nodeQueue, leaseMs, done } = parts;
    const id = newId();
    const giveBack = () => {
      if (this.#forget(id)) void this.#quietly(delivery.requeue()).finally(done);
    };
    const ended = (end: () => Promise<void>) => async () => {
      await end();
      done();
    };
    const endings = {
      ...delivery,
      ack: ended(delivery.ack),
      reject: ended(delivery.reject),
      requeue: ended(delivery.requeue),
    };
    const timer = setTimeout(giveBack, leaseMs).unref();
    this.#held.set(id, { tenantId, queue, delivery: endings, timer });
    const { message, deliveries, publishedAt } = delivery;
    const at = publishedAt === undefined ? {} : { publishedAt };
    return { receipt: `${nodeQueue}/${id}`, message, deliveries, ...at };
  }

  #forget(id: string): boolean {
    clearTimeout(this.#held.get(id)?.timer);
    return this.#held.delete(id);
  }

  async #endHere(tenantId: string, { receipt, queue, ending }: EndRequest): Promise<void> {
    const held = this.#held.get(receipt);
    if (held === undefined || held.tenantId !== tenantId || held.queue !== queue) throw leaseLost();
    this.#forget(receipt);
    if (ending === "acknowledge") await held.delivery.ack();
    else if (ending === "reject") await held.delivery.reject();
    else await held.delivery.requeue();
  }

  /** A node that is gone has given back what it held. */
  async #askNode(call: Call, nodeQueue: string, data: EndRequest): Promise<Message> {
    try {
      return await this.#parts.request(call, { queue: nodeQueue }, { data }, { timeoutMs: endTimeoutMs });
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") throw leaseLost();
      throw error;
    }
  }

  #nodeQueue(tenantId: string): Promise<Subscription> {
    const known = this.#nodeQueues.get(tenantId);
    if (known !== undefined) return known;
    const opening = this.#parts.openNodeQueue(systemCall("receiving", tenantId), requestsAtOnceMax, {
      onMessage: ({ message }) => this.#answer(tenantId, message),
      onEnd: () => void this.#nodeQueues.delete(tenantId),
    });
    this.#nodeQueues.set(tenantId, opening);
    opening.catch(() => this.#nodeQueues.delete(tenantId));
    return opening;
  }

  /** Another node asks, in the platform's own name; whoever else may have learnt the queue's name is not heard. */
  async #answer(tenantId: string, message: Message): Promise<void> {
    const { sender, replyTo, correlationId } = message;
    if (sender.id !== rootId || replyTo === undefined || correlationId === undefined) return;
    let data: { error?: { code: ErrorCode; message: string } } = {};
    try {
      await this.#endHere(tenantId, message.data as EndRequest);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      data = { error: { code: error.code, message: error.message } };
    }
    await this.#parts.publish(systemCall("receiving", tenantId), { queue: replyTo }, { data, correlationId });
  }

  async #quietly(act: Promise<unknown> | undefined): Promise<void> {
    try {
      await act;
    } catch (error) {
      this.#parts.log.debug({ err: error }, "a receiver's message went back by itself");
    }
  }
}
