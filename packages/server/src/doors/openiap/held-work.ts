import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Item } from "../../modules/work-items/model.ts";
import type { WorkItems } from "../../modules/work-items/service.ts";
import type { Client } from "./client.ts";

/** A lease is renewed three times before it could run out; only a dead node lets it. */
export const connectionLeaseMs = 60_000;
const renewEveryMs = 15_000;
const heldPerClientMax = 10_000;

interface Holding {
  itemId: string;
  queueId: string;
  leaseNumber: number;
  call: Call;
  /** Gone to somebody else, or the right with it; kept so that its old holder stays one. */
  isLost: boolean;
  isEnded: boolean;
}

/** Items that connections hold: their leases last as long as the connection, and are given back when it ends. */
export class HeldWork {
  readonly #items: WorkItems;
  readonly #log: Logger;
  readonly #byClient = new Map<Client, Map<string, Holding>>();
  readonly #releases = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  /** Told when a client has begun or ended to work on something of a queue. */
  onChange: (client: Client, queueId: string) => void = () => undefined;

  constructor(items: WorkItems, log: Logger) {
    this.#items = items;
    this.#log = log;
    this.#timer = setInterval(() => void this.renew(), renewEveryMs).unref();
  }

  /** Refuses a client that holds as much as one may. */
  requireRoom(client: Client): void {
    if ((this.#byClient.get(client)?.size ?? 0) < heldPerClientMax) return;
    throw new AppError(
      "conflict",
      `A connection holds at most ${heldPerClientMax} work items: end some first`,
    );
  }

  /** From now on the client holds the item. */
  add(client: Client, call: Call, { id: itemId, queueId, leaseNumber }: Item): void {
    const holding: Holding = { itemId, queueId, leaseNumber, call, isLost: false, isEnded: false };
    const holdings = this.#byClient.get(client) ?? new Map<string, Holding>();
    this.#byClient.set(client, holdings);
    // What it held of this item before is no more.
    this.end(client, itemId);
    holdings.set(itemId, holding);
    this.onChange(client, queueId);
    client.hold(nameOf(itemId), {
      get call() {
        return holding.call;
      },
      release: () => this.#release(client, holding),
      updateCall: (fresh) => {
        holding.call = fresh;
      },
    });
  }

  /** The number of the lease under which the client holds or held the item. */
  leaseNumberOf(client: Client | undefined, itemId: string): number | undefined {
    return client === undefined ? undefined : this.#byClient.get(client)?.get(itemId)?.leaseNumber;
  }

  /** How many items of a queue the client works on. */
  countOf(client: Client, queueId: string): number {
    const holdings = [...(this.#byClient.get(client)?.values() ?? [])];
    return holdings.filter((holding) => holding.queueId === queueId && !holding.isLost).length;
  }

  /** The lease got another number by a write under the old one; whoever holds it here holds it under the new one. */
  renumber(itemId: string, from: number, to: number): void {
    for (const holdings of this.#byClient.values()) {
      const holding = holdings.get(itemId);
      if (holding?.leaseNumber === from) holding.leaseNumber = to;
    }
  }

  /** The client holds the item no longer, and nothing has to be given back. */
  end(client: Client | undefined, itemId: string): void {
    const holding = client === undefined ? undefined : this.#byClient.get(client)?.get(itemId);
    if (client === undefined || holding === undefined) return;
    holding.isEnded = true;
    client.release(nameOf(itemId));
  }

  /** Gives an item back that the client holds. */
  async giveBack(client: Client, itemId: string): Promise<void> {
    client.release(nameOf(itemId));
    await Promise.all(this.#releases);
  }

  /** Lengthens every lease that is held; the house writes them together. */
  async renew(): Promise<void> {
    const holdings = [...this.#byClient.values()].flatMap((some) => [...some.values()]);
    await Promise.all(holdings.map((holding) => this.#renewOne(holding)));
  }

  /** Waits until what was given back is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#releases);
  }

  async #renewOne(holding: Holding): Promise<void> {
    if (holding.isLost || holding.isEnded) return;
    try {
      await this.#items.extendLease(holding.call, holding.itemId, holding.leaseNumber, connectionLeaseMs);
    } catch (error) {
      if (error instanceof AppError && error.status < 500) holding.isLost = true;
      this.#log.debug({ err: error, itemId: holding.itemId }, "a work item's lease was not renewed");
    }
  }

  #release(client: Client, holding: Holding): void {
    const holdings = this.#byClient.get(client);
    if (holdings?.get(holding.itemId) === holding) holdings.delete(holding.itemId);
    if (holdings?.size === 0) this.#byClient.delete(client);
    this.onChange(client, holding.queueId);
    if (holding.isEnded || holding.isLost) return;
    const { call, itemId, leaseNumber } = holding;
    const releasing = this.#items.releaseItem(call, itemId, leaseNumber).catch((error: unknown) => {
      this.#log.debug({ err: error, itemId }, "a work item was not given back: its lease will run out");
    });
    this.#releases.add(releasing);
    void releasing.finally(() => this.#releases.delete(releasing));
  }
}

function nameOf(itemId: string): string {
  return `work-item:${itemId}`;
}
