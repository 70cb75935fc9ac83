import type { Database } from "../../kit/database.ts";
import { newId } from "../../kit/ids.ts";
import type { Loop } from "../../kit/loops.ts";
import * as store from "./presence-store.ts";

/** How long a node may be silent before what it holds goes back. */
const aliveSeconds = 20;
const renewEveryMs = 5_000;

/**
 * This node among the others. A node that was silent for too long was taken for dead: it begins again under a new
 * name, and whatever it held under the old one is not its own any more.
 */
export class Presence {
  readonly #database: Database;
  readonly #onLost: () => void;
  #nodeId = newId();
  #entered: Promise<void> | undefined;

  constructor(database: Database, onLost: () => void) {
    this.#database = database;
    this.#onLost = onLost;
  }

  get nodeId(): string {
    return this.#nodeId;
  }

  /** Resolves when others know of this node; before that it must hold nothing. */
  enter(): Promise<void> {
    this.#entered ??= store.enter(this.#database, this.#nodeId, aliveSeconds).catch((error: unknown) => {
      this.#entered = undefined;
      throw error;
    });
    return this.#entered;
  }

  /** Says that this node lives. */
  async renew(): Promise<void> {
    if (this.#entered === undefined) return;
    await this.#entered;
    if (await store.renew(this.#database, this.#nodeId, aliveSeconds)) return;
    this.#nodeId = newId();
    this.#entered = undefined;
    this.#onLost();
  }

  async leave(): Promise<void> {
    if (this.#entered === undefined) return;
    await store.remove(this.#database, [this.#nodeId]);
  }
}

/** The loop that says this node lives. */
export function renewPresence(presence: Presence): Loop {
  const tick = async () => {
    await presence.renew();
    return false;
  };
  return { name: "renew-presence", everyMs: renewEveryMs, tick };
}

/** Gives back what silent nodes held. What a node that stopped midway left to do is found again. */
export function retireSilentNodes(
  database: Database,
  presence: Presence,
  retire: (nodeIds: readonly string[]) => Promise<void>,
): Loop {
  const tick = async () => {
    await presence.renew();
    const nodeIds = await store.retireSilent(database);
    if (nodeIds.length === 0) return false;
    await retire(nodeIds);
    await store.remove(database, nodeIds);
    return false;
  };
  return { name: "retire-silent-nodes", everyMs: renewEveryMs, tick };
}
