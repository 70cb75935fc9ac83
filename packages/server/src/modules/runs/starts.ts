import { createHash, randomInt } from "node:crypto";
import { type Json, metadataText } from "@millrace/workflow";
import type { Call } from "../../kit/call.ts";
import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import type { DatabaseClock } from "../../kit/database-clock.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { absent } from "../access/model.ts";
import type { Events } from "../events/service.ts";
import type { RunnableVersion, WorkflowRecord } from "../workflows/model.ts";
import type { Workflows } from "../workflows/service.ts";
import { beginRun, type LiveRun, type Turn } from "./live-run.ts";
import { type Begun, keyCharactersMax, type RunFacts, type StartedBy } from "./model.ts";
import { runEvent } from "./run-events.ts";
import * as store from "./store.ts";
import { changeListensOf, eventsOf } from "./turns.ts";

const startsPerWriteMax = 500;
const waitingMax = 50_000;

/** A run that is to begin. */
export interface Wanted {
  found: WorkflowRecord;
  version: RunnableVersion;
  input: Json;
  startedBy: StartedBy;
  correlation?: string;
  idempotencyKey?: string;
  from?: Begun["from"];
  fromRunId?: string;
  parent?: { id: string; command: number; waits: boolean };
}

/** A run on its way in: already begun in memory. */
export interface Start {
  call: Call;
  live: LiveRun;
  turn: Turn;
  row: store.NewRow;
}

export interface Started {
  id: string;
  /** The key was used before: this is the run of that time, and nothing was written. */
  duplicate: boolean;
}

interface StartsParts {
  database: Database;
  events: Events;
  workflows: Workflows;
  clock: DatabaseClock;
  enter: () => Promise<string>;
  onWritten: (live: LiveRun, turn: Turn) => void;
  onWrite: (size: number) => void;
}

/** Begins runs: calls that arrive together share one commit. */
export class Starts {
  readonly #parts: StartsParts;
  readonly #coalescer: Coalescer<Start, Started>;

  constructor(parts: StartsParts) {
    this.#parts = parts;
    const lane = parts.database.lane("start-runs");
    this.#coalescer = new Coalescer({
      name: "starts of runs",
      write: (starts) => lane.transaction((tx) => this.writeIn(tx, starts)),
      batchMax: startsPerWriteMax,
      waitingMax,
      onWrite: parts.onWrite,
    });
  }

  /** Acknowledged means committed: answers once the run and what it asks for first are on disk. */
  async start(call: Call, wanted: Wanted): Promise<Started> {
    return this.#coalescer.submit(await this.prepare(call, wanted));
  }

  /** Begins a run in memory, up to where it waits for something outside. */
  async prepare(call: Call, wanted: Wanted): Promise<Start> {
    const { found, version, input, startedBy, correlation = null } = wanted;
    const idempotencyKey = wanted.idempotencyKey ?? keyOf(wanted);
    const { from, fromRunId = null, parent } = wanted;
    const { clock, enter } = this.#parts;
    const facts: RunFacts = {
      id: newId(),
      tenantId: call.tenantId,
      workflowId: found.id,
      workflowName: found.name,
      version: version.number,
      runAsId: call.userId,
      runAs: call.userName,
      runAsScopes: call.scopes ?? null,
      parentId: parent?.id ?? null,
      parentCommand: parent?.command ?? null,
      parentWaits: parent?.waits ?? false,
    };
    const at = Math.floor(await clock.now());
    const begun: Begun = { at, seed: randomInt(2 ** 31), ...(from === undefined ? {} : { from }) };
    const { live, turn } = beginRun(facts, version, begun, { input, nodeId: await enter() });
    const digest =
      idempotencyKey === null ? "" : createHash("sha256").update(JSON.stringify(input)).digest("hex");
    const row = {
      ...facts,
      begun,
      input,
      correlation,
      idempotencyKey,
      digest,
      startedBy,
      fromRunId,
      ...leftOf(turn.row),
    };
    return { call, live, turn, row };
  }

  async drained(): Promise<void> {
    await this.#coalescer.drained();
  }

  /** Writes runs in the caller's transaction: what became of each, in order. They go on from the commit on. */
  async writeIn(tx: Tx, starts: readonly Start[]): Promise<(Started | AppError)[]> {
    const { workflows } = this.#parts;
    const held = new Set(await workflows.holdIn(tx, [...new Set(starts.map(({ row }) => row.workflowId))]));
    const there = starts.filter(({ row }) => held.has(row.workflowId));
    const owners = await takeKeys(tx, there);
    const outcomes = new Map(there.map((start) => [start, outcomeOf(start, owners)]));
    const fresh = there.filter((start) => isFresh(outcomes.get(start)!));
    if (fresh.length > 0) await this.#insert(tx, fresh);
    return starts.map(
      (start) => outcomes.get(start) ?? absent(`workflow ${JSON.stringify(start.row.workflowName)}`),
    );
  }

  async #insert(tx: Tx, fresh: readonly Start[]): Promise<void> {
    const { events, onWritten } = this.#parts;
    tx.afterCommit(() => fresh.forEach(({ live, turn }) => onWritten(live, turn)));
    await Promise.all([
      store.insertRuns(
        tx,
        fresh.map(({ row }) => row),
      ),
      changeListensOf(tx, fresh),
      events.append(tx, fresh.flatMap(factsOf)),
    ]);
  }
}

/** The author's own key for runs that are one, from the run's input; a run that begins elsewhere is another one. */
function keyOf({ version: { metadata }, input, fromRunId }: Wanted): string | null {
  if (metadata.idempotencyKey === undefined || fromRunId !== undefined) return null;
  let key = "";
  try {
    key = metadataText(metadata.idempotencyKey, input, 0);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : "";
    throw new AppError("invalid_input", `input: gives no idempotency key: ${detail}`, {
      field: "input",
      cause,
    });
  }
  if (key.length > 0 && key.length <= keyCharactersMax && key !== "null") return key;
  throw invalid(
    "input",
    `gives no idempotency key of 1 to ${keyCharactersMax} characters, as the workflow wants one`,
  );
}

function leftOf({ state, open, hasCalls, wakeAtMs, output, error, keepMs, commands }: store.TurnRow) {
  return { state, open, hasCalls, wakeAtMs, output, error, keepMs, commands };
}

function factsOf({ call, live, turn, row: { startedBy } }: Start) {
  return [runEvent(live.facts, "run.started", { startedBy }, call), ...eventsOf(live, turn)];
}

/** To whom each key belongs: to one of these starts, or to a run of before. */
async function takeKeys(tx: Tx, starts: readonly Start[]): Promise<ReadonlyMap<string, store.KeyRow>> {
  const wanted = starts.flatMap(({ row: { id: runId, tenantId, workflowId, idempotencyKey: key, digest } }) =>
    key === null ? [] : [{ tenantId, workflowId, key, runId, digest }],
  );
  const taken = wanted.length === 0 ? [] : await store.takeKeys(tx, wanted);
  return new Map(taken.map((key) => [`${key.workflowId} ${key.key}`, key]));
}

function outcomeOf({ row }: Start, owners: ReadonlyMap<string, store.KeyRow>): Started | AppError {
  const owner = owners.get(`${row.workflowId} ${row.idempotencyKey}`);
  if (row.idempotencyKey === null || owner === undefined) return { id: row.id, duplicate: false };
  if (owner.digest !== row.digest) {
    const message = "idempotencyKey: the key was used for another run with a different input";
    return new AppError("conflict", message, { field: "idempotencyKey" });
  }
  return { id: owner.runId, duplicate: owner.runId !== row.id };
}

function isFresh(outcome: Started | AppError): boolean {
  return !(outcome instanceof AppError) && !outcome.duplicate;
}
