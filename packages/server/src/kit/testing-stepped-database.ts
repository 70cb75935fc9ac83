import type pg from "pg";
import { Database, type DatabaseOptions, Lane, type Tx } from "./database.ts";
import { sql } from "./sql.ts";

type Place = "waiting" | "running" | "idle";

/**
 * A database whose transactions stop before each statement and before their commit, until they are let go on by one
 * step: what makes an interleaving happen by order and not by chance. Everything passes until `hold` is called.
 */
export class SteppedDatabase extends Database {
  readonly #options: DatabaseOptions;
  #held = false;
  #pid = 0;
  #gates: (() => void)[] = [];
  #active = 0;
  #inFlight = 0;
  /** Transactions that had to be begun again since `hold`: the database broke a deadlock. */
  deadlocks = 0;

  constructor(options: DatabaseOptions) {
    super(options);
    this.#options = options;
  }

  override transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    let tries = 0;
    return super.transaction((tx) => this.#stepped(tx, act, ++tries));
  }

  override lane(name: string): Lane {
    return new SteppedLane(super.lane(name), this.#options, (tx, act, tries) =>
      this.#stepped(tx, act, tries),
    );
  }

  get pid(): number {
    return this.#pid;
  }

  hold(): void {
    this.#held = true;
    this.deadlocks = 0;
    this.#pid = 0;
  }

  /** Lets everything pass again. */
  pass(): void {
    this.#held = false;
    for (const open of this.#gates.splice(0)) open();
  }

  /** Lets the transaction do its next statement; false if it stands nowhere. */
  step(): boolean {
    const open = this.#gates.shift();
    open?.();
    return open !== undefined;
  }

  /** Whether it stands before a statement, runs one, or has no transaction. */
  get place(): Place {
    if (this.#inFlight > 0) return "running";
    if (this.#gates.length > 0) return "waiting";
    return this.#active > 0 ? "running" : "idle";
  }

  async #stepped<T>(tx: Tx, act: (tx: Tx) => Promise<T>, tries: number): Promise<T> {
    if (tries > 1) this.deadlocks += 1;
    if (!this.#held) return act(tx);
    this.#active += 1;
    try {
      const [row] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      this.#pid = row!.pid;
      const query: Tx["query"] = async (statement) => {
        await this.#gate();
        this.#inFlight += 1;
        return tx.query<never>(statement).finally(() => (this.#inFlight -= 1));
      };
      // The commit is a step of its own here; behind the statements it would go out unseen.
      const result = await act({ ...tx, query, commitBehind: () => undefined });
      await this.#gate();
      return result;
    } finally {
      this.#active -= 1;
    }
  }

  async #gate(): Promise<void> {
    if (this.#held) await new Promise<void>((resolve) => this.#gates.push(resolve));
  }
}

type Stepped = <T>(tx: Tx, act: (tx: Tx) => Promise<T>, tries: number) => Promise<T>;

class SteppedLane extends Lane {
  readonly #lane: Lane;
  readonly #stepped: Stepped;

  constructor(lane: Lane, options: DatabaseOptions, stepped: Stepped) {
    super(() => ({ connectionString: options.url }), options.log);
    this.#lane = lane;
    this.#stepped = stepped;
  }

  override transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    let tries = 0;
    return this.#lane.transaction((tx) => this.#stepped(tx, act, ++tries));
  }
}

export interface Side<T> {
  database: SteppedDatabase;
  act: () => Promise<T>;
}

export interface Interleaved<A, B> {
  a: PromiseSettledResult<A>;
  b: PromiseSettledResult<B>;
  /** Whether one of the two had to be begun again, since the database broke a deadlock. */
  deadlock: boolean;
}

/** Runs two acts statement by statement in the order of the letters, then to their ends. */
export async function interleave<A, B>(
  watcher: pg.Client,
  order: string,
  a: Side<A>,
  b: Side<B>,
): Promise<Interleaved<A, B>> {
  a.database.hold();
  b.database.hold();
  const acts = Promise.allSettled([start(a), start(b)]);
  await arrive(watcher, [a, b]);
  for (const letter of order) {
    if ((letter === "A" ? a : b).database.step()) await arrive(watcher, [a, b]);
  }
  // What is left goes on in turn, so that a deadlock, if there is one, is between these two.
  while (a.database.step() || b.database.step()) await arrive(watcher, [a, b]);
  a.database.pass();
  b.database.pass();
  const [first, second] = await acts;
  return { a: first, b: second, deadlock: a.database.deadlocks + b.database.deadlocks > 0 };
}

const settled = new WeakSet<Side<unknown>>();

async function start<T>(side: Side<T>): Promise<T> {
  settled.delete(side);
  try {
    return await side.act();
  } finally {
    settled.add(side);
  }
}

/** Waits until each side stands before a statement, waits for a lock of the other, or is done. */
async function arrive(watcher: pg.Client, sides: readonly Side<unknown>[]): Promise<void> {
  for (const side of sides) {
    while (!settled.has(side) && side.database.place !== "waiting" && !(await isBlocked(watcher, side)))
      await new Promise((resolve) => setImmediate(resolve));
  }
}

async function isBlocked(watcher: pg.Client, { database }: Side<unknown>): Promise<boolean> {
  const result = await watcher.query<{ blocked: boolean }>(
    "select cardinality(pg_blocking_pids($1)) > 0 as blocked",
    [database.pid],
  );
  return result.rows[0]!.blocked;
}

/** Orders worth trying: each side stopped after any number of its steps, and the two in turn in several ways. */
export function ordersOf(stepsMax: number): string[] {
  const orders = ["ABBA", "BAAB", "AABBAABB", "AB".repeat(stepsMax), "BA".repeat(stepsMax)];
  for (let steps = 0; steps <= stepsMax; steps++) {
    orders.push("A".repeat(steps) + "B".repeat(stepsMax * 2));
    orders.push("B".repeat(steps) + "A".repeat(stepsMax * 2));
  }
  return orders;
}
