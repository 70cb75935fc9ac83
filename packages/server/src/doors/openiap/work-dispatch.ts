import { newId } from "../../kit/ids.ts";
import type { Logger } from "../../kit/log.ts";
import type { Identity } from "../../modules/identity/service.ts";
import { privatePrefix } from "../../modules/messages/model.ts";
import type { Queue } from "../../modules/queues/model.ts";
import type { Queues } from "../../modules/queues/service.ts";
import type { WorkItems } from "../../modules/work-items/service.ts";
import type { Client } from "./client.ts";
import { userOf } from "./commands/signing-in.ts";
import { fresh } from "./fresh-call.ts";
import type { HeldWork } from "./held-work.ts";
import type { Consumer, QueueConsumers } from "./queue-consumers.ts";
import { extrasOf } from "./queue-shapes.ts";

/** The promise beside the hints. */
const lookEveryMs = 2_000;
/** A consumer that was woken and did nothing is woken again after this. */
const wakeAgainMs = 10_000;

interface WorkDispatchParts {
  items: WorkItems;
  queues: Queues;
  identity: Identity;
  held: HeldWork;
  consumers: QueueConsumers;
  log: Logger;
}

/**
 * Wakes consumers that wait for work instead of asking for it: as soon as there is something to claim in a queue whose
 * `amqpqueue` they take messages from, every one of this node that works on nothing of it gets a message.
 */
export class WorkDispatch {
  readonly #parts: WorkDispatchParts;
  readonly #timer: NodeJS.Timeout;
  /** When a consumer was woken for a queue, on the process's clock, which paces and decides nothing else. */
  readonly #woken = new WeakMap<Client, Map<string, number>>();
  /** What ends the hints of each queue that somebody waits for. */
  readonly #hints = new Map<string, () => void>();
  #looking: Promise<void> | undefined;
  #again = false;
  #isClosed = false;

  constructor(parts: WorkDispatchParts) {
    this.#parts = parts;
    parts.consumers.onConsumer = () => this.look();
    parts.held.onChange = (client, queueId) => {
      this.#woken.get(client)?.delete(queueId);
      this.look();
    };
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Looks whether somebody is to be woken; calls that come together are one look. */
  look(): void {
    if (this.#isClosed) return;
    this.#again = true;
    this.#looking ??= this.#lookUntilDone().finally(() => (this.#looking = undefined));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const stop of this.#hints.values()) stop();
    await this.#looking;
  }

  async #lookUntilDone(): Promise<void> {
    await Promise.resolve();
    while (this.#again && !this.#isClosed) {
      this.#again = false;
      try {
        await this.#lookOnce();
      } catch (error) {
        this.#parts.log.debug({ err: error }, "consumers were not woken; trying again");
      }
    }
  }

  async #lookOnce(): Promise<void> {
    const waiting: { consumer: Consumer; queue: Queue }[] = [];
    for (const consumer of this.#parts.consumers.all()) {
      if (consumer.queue.startsWith(privatePrefix)) continue;
      for (const queue of await this.#parts.queues.listUsable(fresh(consumer.call)))
        if (extrasOf(queue).amqpqueue.toLowerCase() === consumer.queue) waiting.push({ consumer, queue });
    }
    this.#hintAt(new Set(waiting.map(({ queue }) => queue.id)));
    const free = waiting.filter(
      ({ consumer, queue }) => !queue.paused && this.#isFree(consumer.client, queue.id),
    );
    for (const tenantId of new Set(free.map(({ queue }) => queue.tenantId))) {
      const some = free.filter(({ queue }) => queue.tenantId === tenantId);
      const ids = [...new Set(some.map(({ queue }) => queue.id))];
      const busy = new Set(await this.#parts.items.queuesWithWork(some[0]!.consumer.call, ids));
      for (const { consumer, queue } of some) if (busy.has(queue.id)) await this.#wake(consumer, queue);
    }
  }

  /** Listens for work in these queues and no others. */
  #hintAt(queueIds: ReadonlySet<string>): void {
    for (const [id, stop] of this.#hints) {
      if (queueIds.has(id)) continue;
      stop();
      this.#hints.delete(id);
    }
    for (const id of queueIds) {
      if (!this.#hints.has(id) && !this.#isClosed)
        this.#hints.set(
          id,
          this.#parts.items.onArrival(id, () => this.look()),
        );
    }
  }

  #isFree(client: Client, queueId: string): boolean {
    if (!client.isOpen || this.#parts.held.countOf(client, queueId) > 0) return false;
    const wokenAtMs = this.#woken.get(client)?.get(queueId);
    return wokenAtMs === undefined || performance.now() - wokenAtMs > wakeAgainMs;
  }

  /** Agents act on no message without a token in it: it is the consumer's own. */
  async #wake(
    { client, call, queue: queuename }: Consumer,
    { id: wiqid, name: wiq, metadata }: Queue,
  ): Promise<void> {
    const { packageid } = extrasOf({ metadata });
    const { identity } = this.#parts;
    const [token, user] = await Promise.all([identity.signToken(call), userOf(identity, call)]);
    const data = { wiq, wiqid, packageid, __jwt: token.text, __user: user };
    const woken = this.#woken.get(client) ?? new Map<string, number>();
    this.#woken.set(client, woken.set(wiqid, performance.now()));
    client.push("queueevent", "QueueEvent", {
      queuename,
      correlationId: newId(),
      data: JSON.stringify(data),
    });
  }
}
