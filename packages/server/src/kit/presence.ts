import type { Database } from "./database.ts";
import { newId } from "./ids.ts";
import type { Loop } from "./loops.ts";
import * as store from "./presence-store.ts";
import type { Sql } from "./sql.ts";

/** How long a node may be silent before what it holds goes back. */
const aliveSeconds = 20;
const renewEveryMs = 5_000;

/**
 * This node among the others. A node that was silent for too long was taken for dead: it begins again under a new
 * name, and whatever it held under the old one is not its own any more.
 */
export class Presence {
  readonly #database: Database;
  readonly #table: Sql;
  readonly #onLost: () => void;
  #nodeId = newId();
  #entered: Promise<void> | undefined;

  /** `table` lists the nodes: id, alive_until, retired_at. */
  constructor(database: Database, table: Sql, onLost: () => void) {
    this.#database = database;
    this.#table = table;
    this.#onLost = onLost;
  }

  get nodeId(): string {
    return this.#nodeId;
  }

  /** Resolves when others know of this node; before that it must hold nothing. */
  enter(): Promise<void> {
    this.#entered ??= store
      .enter(this.#database, this.#table, this.#nodeId, aliveSeconds)
      .catch((error: unknown) => {
        this.#entered = undefined;
        throw error;
      });
    return this.#entered;
  }

  /** Says that this node lives. */
  async renew(): Promise<void> {
    if (this.#entered === undefined) return;
    await this.#entered;
    if (await store.renew(this.#database, this.#table, this.#nodeId, aliveSeconds)) return;
    this.#nodeId = newId();
    this.#entered = undefined;
    this.#onLost();
  }

  async leave(): Promise<void> {
    if (this.#entered === undefined) return;
    await store.remove(this.#database, this.#table, [this.#nodeId]);
  }

  /** Leaves what it holds to the others, at once. */
  async giveUp(): Promise<void> {
    if (this.#entered === undefined) return;
    await this.#entered;
    await store.giveUp(this.#database, this.#table, this.#nodeId);
  }

  /** Takes all others for dead, where it is known that there are none: what they held need not wait. */
  async retireOthers(): Promise<void> {
    await this.enter();
    await store.retireOthers(this.#database, this.#table, this.#nodeId);
  }

  /** Takes silent nodes for dead and has `retire` give back what they held. */
  async retireSilent(retire: (nodeIds: readonly string[]) => Promise<void>): Promise<void> {
    const nodeIds = await store.retireSilent(this.#database, this.#table);
    if (nodeIds.length === 0) return;
    await retire(nodeIds);
    await store.remove(this.#database, this.#table, nodeIds);
  }
}

/** The loop that says this node lives. */
export function renewPresence(presence: Presence, name = "renew-presence"): Loop {
  const tick = async () => {
    await presence.renew();
    return false;
  };
  return { name, everyMs: renewEveryMs, tick };
}

/** Gives back what silent nodes held. What a node that stopped midway left to do is found again. */
export function retireSilentNodes(
  presence: Presence,
  retire: (nodeIds: readonly string[]) => Promise<void>,
  name = "retire-silent-nodes",
): Loop {
  const tick = async () => {
    await presence.renew();
    await presence.retireSilent(retire);
    return false;
  };
  return { name, everyMs: renewEveryMs, tick };
}
