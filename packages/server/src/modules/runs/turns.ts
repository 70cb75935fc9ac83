import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Lane, Tx } from "../../kit/database.ts";
import type { DatabaseClock } from "../../kit/database-clock.ts";
import { isUnmetDemand } from "../../kit/database-errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Events } from "../events/service.ts";
import type { Workflows } from "../workflows/service.ts";
import { changeListens } from "./awaited-store.ts";
import { type LiveRun, restoreRun, takeTurn, type Told, type Turn } from "./live-run.ts";
import { endEvent, signalEvents } from "./run-events.ts";
import * as store from "./store.ts";

const turnsPerWriteMax = 500;
const waitingMax = 100_000;
const charactersPerWriteMax = 16 * 1024 * 1024;
/** Runs kept in memory between their turns; others are read again. */
const liveMax = 5_000;
const loadsAtOnceMax = 200;

interface Inbox {
  told: Told[];
  settle: { resolve: () => void; reject: (error: unknown) => void }[];
}

export interface TurnsParts {
  database: Database;
  events: Events;
  workflows: Workflows;
  clock: DatabaseClock;
  log: Logger;
  /** This node, once others know of it: before that it must hold nothing. */
  enter: () => Promise<string>;
  /** Called after the commit of a turn, or of a beginning. */
  onWritten: (live: LiveRun, turn: Turn) => void;
  onWrite: (size: number) => void;
}

interface Member {
  live: LiveRun;
  turn: Turn;
}

/**
 * Tells runs what has happened, a turn at a time: what comes for one run while its turn is being written makes its next
 * turn, and turns of many runs share a commit. Who writes a turn names the number of the one before it, so that of two
 * nodes one must read again.
 */
export class Turns {
  readonly #parts: TurnsParts;
  readonly #live = new Map<string, LiveRun>();
  readonly #inboxes = new Map<string, Inbox>();
  readonly #writes: Coalescer<Member, boolean>;
  readonly #loads: Coalescer<string, LiveRun | null>;

  constructor(parts: TurnsParts) {
    this.#parts = parts;
    const lane = parts.database.lane("turns");
    this.#writes = new Coalescer({
      name: "turns of runs",
      write: (members) => this.#write(lane, members),
      batchMax: turnsPerWriteMax,
      waitingMax,
      weigh: { weight: weightOf, max: charactersPerWriteMax },
      onWrite: parts.onWrite,
    });
    this.#loads = new Coalescer({
      name: "runs to be read",
      write: (ids) => this.#load(ids),
      batchMax: loadsAtOnceMax,
      waitingMax,
    });
  }

  /** A run that has begun, from its commit on. */
  remember(live: LiveRun): void {
    if (live.run.status !== "running") return;
    this.#live.delete(live.facts.id);
    this.#live.set(live.facts.id, live);
    for (const [oldest] of this.#live) {
      if (this.#live.size <= liveMax) return;
      this.#live.delete(oldest);
    }
  }

  /** Tells a run something; resolves once it is written down, or once it is certain that nobody waits for it. */
  async tell(runId: string, told: Told): Promise<void> {
    const waiting = this.#inboxes.get(runId);
    await new Promise<void>((resolve, reject) => {
      const inbox = waiting ?? { told: [], settle: [] };
      inbox.told.push(told);
      inbox.settle.push({ resolve, reject });
      if (waiting !== undefined) return;
      this.#inboxes.set(runId, inbox);
      void this.#work(runId, inbox);
    });
  }

  /** What this process knows of a run without asking the database; it may be older than what is stored. */
  peek(runId: string): LiveRun | undefined {
    return this.#live.get(runId);
  }

  async drained(): Promise<void> {
    await this.#writes.drained();
  }

  async #work(runId: string, inbox: Inbox): Promise<void> {
    // What is told in one go makes one turn.
    await Promise.resolve();
    while (inbox.told.length > 0) {
      const told = inbox.told.splice(0);
      const settle = inbox.settle.splice(0);
      try {
        while (!(await this.#turn(runId, told)));
        for (const { resolve } of settle) resolve();
      } catch (error) {
        // What it is after a turn that could not be written is in the database alone.
        this.#live.delete(runId);
        for (const { reject } of settle) reject(error);
      }
    }
    this.#inboxes.delete(runId);
  }

  /** One turn; false if the run was changed by somebody else in between. */
  async #turn(runId: string, told: readonly Told[]): Promise<boolean> {
    const live = this.#live.get(runId) ?? (await this.#loads.submit(runId));
    if (live === null) return true;
    const { clock, enter, onWritten } = this.#parts;
    const nodeId = await enter();
    const at = Math.floor(await clock.now());
    const turn = takeTurn(live, told, { at, nodeId });
    if (turn === undefined) {
      this.remember(live);
      return true;
    }
    this.#live.delete(runId);
    if (!(await this.#writes.submit({ live, turn }))) return false;
    this.remember(live);
    onWritten(live, turn);
    return true;
  }

  /** All go out together with their commit; only if one was changed by somebody else are they looked at first. */
  async #write(lane: Lane, members: readonly Member[]): Promise<boolean[]> {
    try {
      await lane.transaction(async (tx) => {
        const writing = Promise.all([
          store.writeTurns(tx, rowsOf(members), true),
          this.#writeRest(tx, members),
        ]);
        tx.commitBehind();
        await writing;
      });
      return members.map(() => true);
    } catch (error) {
      if (!isUnmetDemand(error)) throw error;
      return lane.transaction((tx) => this.#writeSome(tx, members));
    }
  }

  async #writeSome(tx: Tx, members: readonly Member[]): Promise<boolean[]> {
    const written = new Set(await store.writeTurns(tx, rowsOf(members), false));
    await this.#writeRest(
      tx,
      members.filter(({ turn }) => written.has(turn.row.id)),
    );
    return members.map(({ turn }) => written.has(turn.row.id));
  }

  async #writeRest(tx: Tx, members: readonly Member[]): Promise<void> {
    const events = members.flatMap(({ live, turn }) => eventsOf(live, turn));
    await Promise.all([changeListensOf(tx, members), this.#parts.events.append(tx, events)]);
  }

  async #load(ids: readonly string[]): Promise<(LiveRun | null)[]> {
    const { database, workflows } = this.#parts;
    const rows = new Map((await store.loadRuns(database, ids)).map((row) => [row.id, row]));
    return Promise.all(
      ids.map(async (id) => {
        const row = rows.get(id);
        if (row === undefined) return null;
        return restoreRun(row, await workflows.runnable(row.tenantId, row.workflowId, row.version));
      }),
    );
  }
}

/** Writes the listens of these turns. */
export async function changeListensOf(tx: Tx, members: readonly { turn: Turn }[]): Promise<void> {
  const begun = members.flatMap(({ turn: { row, listensBegun } }) =>
    listensBegun.map((listen) => ({ ...listen, runId: row.id, tenantId: row.tenantId })),
  );
  const ended = members.flatMap(({ turn: { row, listensEnded } }) =>
    listensEnded.map((command) => ({ runId: row.id, command })),
  );
  await changeListens(tx, begun, ended);
}

/** What a turn lets the platform know. */
export function eventsOf(live: LiveRun, turn: Turn) {
  const signals = signalEvents(live, turn);
  return turn.hasEnded ? [...signals, endEvent(live, turn)] : signals;
}

function rowsOf(members: readonly Member[]): store.TurnRow[] {
  return members.map(({ turn }) => turn.row);
}

function weightOf({ turn: { row } }: Member): number {
  return (row.snapshot?.length ?? 0) + 500 * (row.events.length + row.commands.length + 1);
}
