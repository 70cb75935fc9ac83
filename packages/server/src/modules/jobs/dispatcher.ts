import type { AskedFront, AskedLevel } from "../../kit/claim-marks.ts";
import { ClaimMarks, type Picked, pickByMarks } from "../../kit/claim-marks.ts";
import type { Database, Lane, Tx } from "../../kit/database.ts";
import type { HeldRows } from "../../kit/held-rows.ts";
import type { Logger } from "../../kit/log.ts";
import type { Wakes } from "../../kit/wakes.ts";
import type { Events } from "../events/service.ts";
import { assign, type Assignment } from "./assign.ts";
import type { ConnectedRunner, ConnectedRunners } from "./connected-runners.ts";
import type { Deliveries } from "./deliveries.ts";
import * as store from "./dispatch-store.ts";
import { callOfRunner, jobEvent } from "./job-events.ts";
import { KnownNeeds } from "./known-needs.ts";
import * as sessions from "./session-store.ts";
import type { HeldRow } from "./store.ts";
import type { PlacedRow } from "./submit-store.ts";

/** Jobs handed out by one statement. */
const batchMax = 500;
/** The promise beside the hints. */
const pollEveryMs = 1_000;

/** What one tenant may get in one round. */
interface Turn {
  tenantId: string;
  runners: ConnectedRunner[];
  /** Of the batch; each tenant with room has the same, so that nobody's flood keeps others waiting. */
  share: number;
}

/**
 * Hands jobs to the runners connected to this node: by priority, then first come first served. No job goes to two, also
 * where several nodes hand out: the rows are locked and the lease number grows.
 */
export class Dispatcher {
  readonly #lane: Lane;
  readonly #events: Events;
  readonly #wakes: Wakes;
  readonly #log: Logger;
  readonly #connected: ConnectedRunners;
  readonly #held: HeldRows<HeldRow>;
  readonly #deliveries: Deliveries;
  readonly #onWrite: (size: number) => void;
  readonly #marks = new ClaimMarks();
  readonly #needs: KnownNeeds;
  readonly #news = new Set<string>();
  readonly #listening = new Map<string, () => void>();
  readonly #timer: NodeJS.Timeout;
  #pumping: Promise<void> | undefined;
  #closed = false;

  constructor(parts: {
    database: Database;
    events: Events;
    wakes: Wakes;
    log: Logger;
    connected: ConnectedRunners;
    held: HeldRows<HeldRow>;
    deliveries: Deliveries;
    onWrite: (size: number) => void;
  }) {
    this.#lane = parts.database.lane("dispatch-jobs");
    this.#events = parts.events;
    this.#wakes = parts.wakes;
    this.#log = parts.log;
    this.#connected = parts.connected;
    this.#held = parts.held;
    this.#deliveries = parts.deliveries;
    this.#onWrite = parts.onWrite;
    this.#needs = new KnownNeeds(parts.database);
    this.#timer = setInterval(() => this.#poll(), pollEveryMs).unref();
  }

  /** Jobs took a place where runners may get them; call it after the commit. */
  arrived(placed: readonly PlacedRow[]): void {
    const tenantIds = new Set<string>();
    for (const { tenantId, needs, priority, position } of placed) {
      this.#needs.note(tenantId, needs);
      this.#marks.noteArrived({ queueId: lineOf(tenantId, needs), priority, position });
      tenantIds.add(tenantId);
    }
    for (const tenantId of tenantIds) {
      this.#wakes.signal(topicOf(tenantId));
      this.hasRoom(tenantId);
    }
  }

  /** A runner of the tenant has, or may have, room. */
  hasRoom(tenantId: string): void {
    if (this.#closed || !this.#isOffered(tenantId)) return;
    if (!this.#listening.has(tenantId)) {
      const unsubscribe = this.#wakes.on(topicOf(tenantId), () => this.hasRoom(tenantId));
      this.#listening.set(tenantId, unsubscribe);
    }
    this.#news.add(tenantId);
    this.#start();
  }

  /** Lets what is being handed out be handed out, and hands out no more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#listening.forEach((unsubscribe) => unsubscribe());
    this.#news.clear();
    await this.#pumping;
  }

  #start(): void {
    if (this.#pumping !== undefined) return;
    this.#pumping = this.#pump().finally(() => {
      this.#pumping = undefined;
      if (this.#news.size > 0) this.#start();
    });
  }

  async #pump(): Promise<void> {
    await Promise.resolve();
    while (this.#news.size > 0) {
      const turns = this.#takeTurns();
      try {
        await this.#round(turns);
      } catch (error) {
        // The next poll tries again; what was handed out and not delivered comes back by its lease.
        this.#log.warn({ err: error }, "jobs could not be handed out; trying again");
        return;
      }
    }
  }

  async #round(turns: readonly Turn[]): Promise<void> {
    await this.#needs.refresh(turns.map(({ tenantId }) => tenantId));
    const lines = turns.flatMap((turn) => this.#linesOf(turn));
    if (lines.length === 0) return;
    const handed = await this.#lane.transaction((tx) => this.#handOut(tx, turns, lines));
    if (handed.length > 0) this.#onWrite(handed.length);
    for (const { tenantId, share } of turns) {
      const count = handed.filter((row) => row.tenantId === tenantId).length;
      if (count >= share) this.hasRoom(tenantId);
    }
    await this.#deliveries.deliver(handed);
  }

  /** The tenants to serve now, in the order in which there was news of them; each gets an equal share. */
  #takeTurns(): Turn[] {
    const tenantIds = [...this.#news].slice(0, batchMax);
    const share = Math.max(1, Math.floor(batchMax / tenantIds.length));
    return tenantIds.flatMap((tenantId) => {
      this.#news.delete(tenantId);
      const runners = this.#connected.ofTenant(tenantId).filter((runner) => runner.room > 0);
      return runners.length === 0 ? [] : [{ tenantId, runners, share }];
    });
  }

  /** What the runners with room could do: jobs of each known need, as many as there is room for. */
  #linesOf({ tenantId, runners, share }: Turn): store.Line[] {
    return this.#needs.of(tenantId).flatMap((needs) => {
      const room = runners.reduce((sum, runner) => sum + (runner.fits(needs) ? runner.room : 0), 0);
      const wanted = Math.min(room, share);
      return wanted === 0 ? [] : [{ queueId: lineOf(tenantId, needs), tenantId, needs, wanted }];
    });
  }

  async #handOut(tx: Tx, turns: readonly Turn[], lines: readonly store.Line[]): Promise<store.AssignedRow[]> {
    const picked = await this.#pick(tx, lines);
    const wanted = turns.flatMap(({ tenantId, runners, share }) => {
      const rows = [...picked.fromFront, ...picked.fromMarks].filter((row) => row.tenantId === tenantId);
      return assign(rows, runners, share);
    });
    const assigned = await this.#ofCurrent(tx, wanted);
    const taken = new Set(assigned.map(({ row }) => row.id));
    const left = [...picked.fromFront, ...picked.fromMarks].filter((row) => !taken.has(row.id));
    tx.afterCommit(() => this.#note(picked, taken, left));
    if (assigned.length === 0) return [];
    // In one order for all who write, so that none of them waits in a circle.
    assigned.sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
    const writing = Promise.all([
      store.handOut(tx, assigned.map(handedRow)),
      this.#events.append(tx, assigned.map(assignedEvent)),
    ]);
    tx.commitBehind();
    const [handed] = await writing;
    tx.afterCommit(() => this.#held.remember(handed.map(heldRow)));
    return handed;
  }

  /** A connection that its runner has replaced gets nothing, and none is replaced while it is given something. */
  async #ofCurrent(tx: Tx, wanted: Assignment[]): Promise<Assignment[]> {
    if (wanted.length === 0) return [];
    const ids = [...new Set(wanted.map(({ runner }) => runner.sessionId))];
    const current = new Set(await sessions.holdCurrent(tx, ids));
    return wanted.filter(({ runner }) => current.has(runner.sessionId));
  }

  #pick(tx: Tx, lines: readonly store.Line[]): Promise<Picked<store.PickedRow>> {
    const known = new Map(lines.map((line) => [line.queueId, line]));
    const wanted = new Map(lines.map((line) => [line.queueId, line.wanted]));
    const lineWith = <Asked extends AskedFront | AskedLevel>(asked: Asked) => ({
      ...known.get(asked.queueId)!,
      ...asked,
    });
    return pickByMarks(this.#marks, wanted, {
      front: (asked) => store.pickFromFront(tx, asked.map(lineWith)),
      after: (levels) => store.pickAfter(tx, levels.map(lineWith)),
    });
  }

  /** What was picked beyond the room is still there, and the marks must not lie behind it. */
  #note(picked: Picked<store.PickedRow>, taken: ReadonlySet<string>, left: readonly store.PickedRow[]): void {
    for (const row of picked.fromFront) if (taken.has(row.id)) this.#marks.noteClaimedFromFront(row);
    for (const row of picked.fromMarks) if (taken.has(row.id)) this.#marks.noteClaimed(row);
    for (const row of left) this.#marks.noteArrived(row);
  }

  #isOffered(tenantId: string): boolean {
    return this.#connected.ofTenant(tenantId).some((runner) => runner.room > 0);
  }

  #poll(): void {
    for (const tenantId of this.#connected.tenantIds) this.hasRoom(tenantId);
    for (const [tenantId, unsubscribe] of Array.from(this.#listening)) {
      if (this.#connected.ofTenant(tenantId).length > 0) continue;
      unsubscribe();
      this.#listening.delete(tenantId);
    }
  }
}

function lineOf(tenantId: string, needs: string): string {
  return `${tenantId} ${needs}`;
}

function topicOf(tenantId: string): string {
  return `jobs:${tenantId}`;
}

function handedRow({ row, runner }: Assignment): store.HandedRow {
  const { runnerId, name: runnerName } = runner.identity;
  const { id, tenantId, needs } = row;
  return { id, tenantId, needs, runnerId, runnerName, sessionId: runner.sessionId };
}

function assignedEvent({ row, runner }: Assignment) {
  const call = callOfRunner({ ...runner.identity, sessionId: runner.sessionId });
  return jobEvent(call, "job.assigned", row, { leaseNumber: row.leaseNumber + 1 });
}

function heldRow(row: store.AssignedRow): HeldRow {
  const { id, tenantId, packageId, needs, attempts, attemptsMax, acquired, leaseNumber, leaseMs } = row;
  const { runnerId, sessionId, logLines, logBytes } = row;
  const counts = { attempts, attemptsMax, acquired, logLines, logBytes };
  const holder = { leaseNumber, leaseMs, runnerId, sessionId };
  const facts = { state: "assigned", cancelRequested: false, outcome: null } as const;
  return { id, tenantId, packageId, needs, ...counts, ...holder, ...facts };
}
