import { createHash } from "node:crypto";
import { JqError, type Json } from "@millrace/jq";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { refuseUnstorableValue, storableText } from "../../kit/json-text.ts";
import { type ActAs, actorOf } from "./actor.ts";
import * as store from "./firing-store.ts";
import { evaluate } from "./input-expression.ts";
import { firingsKept, type FiringView, type Outcome, type Trigger } from "./model.ts";
import type { RunStarter, StartRun } from "./run-starter.ts";

/** Larger facts are not kept beside a firing. */
const factsCharactersMax = 4_096;
const textCharactersMax = 500;
const pageMax = 100;

export interface Firing {
  trigger: Trigger;
  /** What fired it, for people. */
  cause: string;
  facts: Json;
  /** Of a firing that gives the same input each time: it answers the same run again. */
  key?: string;
  /** What names it for good: another one under it, for whatever facts, starts nothing. */
  once?: string;
  /** Why it fails, where that is known before anything is started. */
  failure?: string;
  /** What it weighs. */
  bytes?: number;
}

/** A firing with all that must be known before its transaction. */
export interface PreparedFiring extends Firing {
  id: string;
  call: Call | undefined;
  /** The run's input, or why there is none. */
  made: { input: Json } | { outcome: Outcome; reason: string };
}

/** What came of a firing. */
export interface Fired {
  id: string;
  outcome: Outcome;
  reason: string;
  runId: string | null;
}

/** What becomes of firings: a run each, or the reason why not, written with it in one transaction. */
export class Firings {
  readonly #database: Database;
  readonly #runs: RunStarter;
  readonly #actAs: ActAs;

  constructor(parts: { database: Database; runs: RunStarter; actAs: ActAs }) {
    this.#database = parts.database;
    this.#runs = parts.runs;
    this.#actAs = parts.actAs;
  }

  /** Finds out on whose behalf, with the rights of now, and what the run is given. */
  async prepare(firing: Firing): Promise<PreparedFiring> {
    const { trigger, facts } = firing;
    const id = newId();
    const call = await actorOf(this.#actAs, trigger, id);
    const { failure } = firing;
    const made =
      failure === undefined ? inputOf(trigger, facts) : { outcome: "failed" as const, reason: failure };
    return { ...firing, id, call, made };
  }

  /** Starts the runs and writes what came of each, in the caller's transaction; in order. */
  async fireIn(tx: Tx, firings: readonly PreparedFiring[]): Promise<Fired[]> {
    const fired = new Map<PreparedFiring, Fired>();
    const startable = await this.#takeKeys(tx, firings.filter(isStartable), fired);
    for (const group of groupedByCaller(startable)) await this.#startIn(tx, group, fired);
    const failures = firings.filter(
      (each) => each.once !== undefined && fired.get(each)?.outcome === "failed",
    );
    if (failures.length > 0)
      await store.giveKeysBack(
        tx,
        failures.map(({ id }) => id),
      );
    const outcomes = firings.map((firing) => fired.get(firing) ?? unstarted(firing));
    const rows = firings.map((firing, index) => rowOf(firing, outcomes[index]!));
    await store.insert(tx, rows, firingsKept);
    return outcomes;
  }

  /** Writes that something was left out on purpose. */
  async skipIn(tx: Tx, trigger: Trigger, cause: string, reason: string): Promise<void> {
    const { id: triggerId, tenantId } = trigger;
    const row = { id: newId(), triggerId, tenantId, cause, reason, runId: null, facts: null };
    await store.insert(tx, [{ ...row, outcome: "skipped" }], firingsKept);
  }

  /** A trigger's firings, the latest first; the caller of this has checked the right. */
  async list(
    call: Call,
    triggerId: string,
    cursor = "~",
    limit = pageMax,
  ): Promise<{ items: FiringView[]; nextCursor?: string }> {
    const size = Math.min(limit, pageMax);
    const reader = this.#database.read(call);
    const rows = await store.list(reader, call.tenantId, triggerId, cursor, size + 1);
    const items = rows.slice(0, size);
    return rows.length > size ? { items, nextCursor: items.at(-1)!.id } : { items };
  }

  /** Those that are to start: with a key of their own, or without any. */
  async #takeKeys(
    tx: Tx,
    firings: readonly PreparedFiring[],
    fired: Map<PreparedFiring, Fired>,
  ): Promise<PreparedFiring[]> {
    const wanted = firings.flatMap(({ trigger, once, id }) =>
      once === undefined ? [] : [{ triggerId: trigger.id, key: digestOf(once), firingId: id }],
    );
    if (wanted.length === 0) return [...firings];
    const taken = new Set(await store.takeKeys(tx, wanted));
    return firings.filter((firing) => {
      const isFirst = firing.once === undefined || taken.has(firing.id);
      if (!isFirst) fired.set(firing, { ...skipped(firing), reason: "the same came before" });
      return isFirst;
    });
  }

  async #startIn(tx: Tx, group: readonly PreparedFiring[], fired: Map<PreparedFiring, Fired>): Promise<void> {
    const outcomes = await this.#runs.startIn(tx, group[0]!.call!, group.map(startOf));
    group.forEach((firing, index) => {
      const outcome = outcomes[index]!;
      fired.set(
        firing,
        outcome instanceof AppError ? failed(firing, outcome.message) : started(firing, outcome),
      );
    });
  }
}

function isStartable({ call, made }: PreparedFiring): boolean {
  return call !== undefined && "input" in made;
}

/** By the one on whose behalf they start. */
function groupedByCaller(firings: readonly PreparedFiring[]): PreparedFiring[][] {
  const groups = new Map<string, PreparedFiring[]>();
  for (const firing of firings) {
    const { tenantId, runAsId, runAsScopes } = firing.trigger;
    const key = JSON.stringify([tenantId, runAsId, runAsScopes]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(firing);
  }
  return [...groups.values()];
}

function startOf(firing: PreparedFiring): StartRun {
  const { trigger, key, made } = firing;
  const { id, name, workflow } = trigger;
  const input = "input" in made ? made.input : null;
  const idempotency = key === undefined ? {} : { idempotencyKey: key };
  return { workflow, input, ...idempotency, startedBy: { kind: "trigger", id, name } };
}

function inputOf({ id, name, input }: Trigger, facts: Json): PreparedFiring["made"] {
  try {
    const made = input === null ? facts : evaluate(input, facts, { id, name });
    if (made === undefined) return { outcome: "skipped", reason: "the expression of its input gave nothing" };
    const refusal = refuseUnstorableValue(made, { field: "input" });
    return refusal === undefined ? { input: made } : { outcome: "failed", reason: refusal.message };
  } catch (error) {
    if (error instanceof JqError) return { outcome: "failed", reason: `input: ${error.message}` };
    throw error;
  }
}

function unstarted(firing: PreparedFiring): Fired {
  const { id, call, made } = firing;
  if (call === undefined) return failed(firing, "who made it or changed it last is gone or disabled");
  const { outcome, reason } = made as Exclude<typeof made, { input: Json }>;
  return { id, outcome, reason, runId: null };
}

function started({ id }: PreparedFiring, run: { id: string }): Fired {
  return { id, outcome: "started", reason: "", runId: run.id };
}

function skipped({ id }: PreparedFiring): Fired {
  return { id, outcome: "skipped", reason: "", runId: null };
}

function failed({ id }: PreparedFiring, reason: string): Fired {
  return { id, outcome: "failed", reason, runId: null };
}

function rowOf({ trigger, cause, facts }: PreparedFiring, fired: Fired): store.FiringRow {
  return {
    ...fired,
    reason: storableText(fired.reason, textCharactersMax),
    triggerId: trigger.id,
    tenantId: trigger.tenantId,
    cause: storableText(cause, textCharactersMax),
    facts: keptOf(facts),
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Facts as they are where they are small and can be stored; else the beginning of their text. */
function keptOf(facts: Json): string {
  const text = JSON.stringify(facts);
  const isKept =
    text.length <= factsCharactersMax && refuseUnstorableValue(facts, { field: "facts" }) === undefined;
  return isKept ? text : JSON.stringify({ cut: storableText(text, factsCharactersMax) });
}
