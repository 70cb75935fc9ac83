import type { Json } from "@millrace/workflow";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { DatabaseClock } from "../../kit/database-clock.ts";
import { EndWaits } from "../../kit/end-waits.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import type { Logger } from "../../kit/log.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Metrics } from "../../kit/metrics.ts";
import { Presence, renewPresence, retireSilentNodes } from "../../kit/presence.ts";
import type { Right } from "../../kit/route.ts";
import type { Wakes } from "../../kit/wakes.ts";
import { absent, allows } from "../access/model.ts";
import type { Documents } from "../documents/service.ts";
import type { RecordedEvent } from "../events/model.ts";
import { type Events, eventOf } from "../events/service.ts";
import type { Files } from "../files/service.ts";
import type { Jobs } from "../jobs/service.ts";
import type { Messages } from "../messages/service.ts";
import type { SecretValues } from "../secrets/model.ts";
import type { Secrets } from "../secrets/service.ts";
import type { WorkItems } from "../work-items/service.ts";
import type { Workflows } from "../workflows/service.ts";
import { ChildRuns } from "./child-runs.ts";
import { Effects } from "./effects.ts";
import { effectsOf } from "./effects-table.ts";
import { AwaitedEnds } from "./hear-of-ends.ts";
import { fireTimers, forgetRuns, takeOverFrom } from "./keep-house.ts";
import * as lists from "./lists-store.ts";
import type { LiveRun, Told, Turn } from "./live-run.ts";
import {
  type Asked,
  finalStates,
  type NewRun,
  type Rerun,
  type RunEntry,
  type RunFacts,
  type RunView,
  type StartedBy,
  type StartedRun,
  type State,
  states,
  type TaskView,
} from "./model.ts";
import { deliverSignals } from "./signals.ts";
import { type Start, type Started, Starts } from "./starts.ts";
import * as store from "./store.ts";
import { TaskViews } from "./task-views.ts";
import { Timers } from "./timers.ts";
import { Turns } from "./turns.ts";
import { waitingFor } from "./waiting-for.ts";

const pageMax = 500;
const afterEveryId = "~";
export const waitMsMax = 30_000;
const historyPage = 500;
const closeMs = 5_000;
const tasksMax = 20_000;

export interface RunsParts {
  database: Database;
  events: Events;
  workflows: Workflows;
  documents: Documents;
  files: Files;
  items: WorkItems;
  messages: Messages;
  jobs: Jobs;
  wakes: Wakes;
  metrics: Metrics;
  log: Logger;
  /** Who a run acts for, with his rights as of now; undefined where he is gone. */
  actAs: (who: { tenantId: string; userId: string }, requestId: string) => Promise<Call | undefined>;
  secrets: Pick<Secrets, "use">;
  /** No other node lives on this database: what any had in hand is carried out here from the start. */
  isAlone?: boolean;
}

/** A run that the floor above starts within its own transaction. */
export interface StartRun {
  workflow: string;
  input: unknown;
  idempotencyKey?: string;
  correlation?: string;
  startedBy: StartedBy;
}

export interface RunFilter {
  states?: readonly State[];
  workflow?: string;
  correlation?: string;
  createdFrom?: string;
  createdUntil?: string;
  cursor?: string;
  limit?: number;
}

/** Runs of workflows: begun, carried on turn by turn, ended once. */
export class Runs {
  readonly #parts: RunsParts;
  readonly #presence: Presence;
  readonly #turns: Turns;
  readonly #starts: Starts;
  readonly #effects: Effects;
  readonly #children: ChildRuns;
  readonly #ends: AwaitedEnds;
  readonly #timers: Timers;
  readonly #waits: EndWaits;

  constructor(parts: RunsParts) {
    this.#parts = parts;
    const { database, events, workflows, wakes, metrics, log, actAs } = parts;
    const clock = new DatabaseClock(database);
    // What a node had in hand that was taken for dead is carried out elsewhere; what it still tells is still good.
    this.#presence = new Presence(database, store.nodesTable, () => undefined);
    const enter = async () => {
      await this.#presence.enter();
      return this.#presence.nodeId;
    };
    const tell = (runId: string, told: Told) => this.#turns.tell(runId, told);
    const common = { database, events, workflows, clock, log, enter, ended: tell };
    const onWritten = (live: LiveRun, turn: Turn) => this.#onWritten(live, turn);
    const observed = (write: string) => ({ onWritten, onWrite: metrics.observeWrite(write) });
    this.#turns = new Turns({ ...common, ...observed("turn_of_run") });
    this.#starts = new Starts({ ...common, ...observed("start_run") });
    this.#timers = new Timers(clock, tell);
    this.#children = new ChildRuns({ ...common, starts: this.#starts });
    this.#ends = new AwaitedEnds({ ...parts, ended: tell });
    this.#effects = new Effects({
      log,
      actAs: ({ tenantId, runAsId: userId, id }) => actAs({ tenantId, userId }, id),
      ...effectsOf({ ...parts, children: this.#children, ends: this.#ends }),
      secrets: (call, facts) => this.#secretsOf(call, facts),
      ended: tell,
      now: () => Math.floor(clock.last()),
    });
    const listEnded = (ids: readonly string[]) => lists.listEndedOf(database, ids);
    this.#waits = new EndWaits({ wakes, of: "runs", listEnded });
  }

  /** Begins a run; under an idempotency key used before, answers the run of that time. */
  async startRun(call: Call, ref: string, wanted: NewRun): Promise<StartedRun> {
    const { input = {}, version, idempotencyKey, correlation, waitMs = 0 } = wanted;
    const { workflows } = this.#parts;
    const found = await workflows.require(call, ref, "invoke");
    const started = await this.#starts.start(call, {
      found,
      version: await workflows.runnable(call.tenantId, found.id, version ?? found.latest),
      input: input as Json,
      startedBy: userOf(call),
      idempotencyKey,
      correlation,
    });
    if (waitMs > 0) await this.#waitForEnd(call, started.id, waitMs);
    return { ...(await this.#view(call, started.id)), duplicate: started.duplicate };
  }

  /** Starts runs in the caller's transaction: what became of each, in order. They go on from its commit on. */
  async startIn(tx: Tx, call: Call, wanted: readonly StartRun[]): Promise<(Started | AppError)[]> {
    const prepared = await Promise.all(wanted.map((one) => this.#prepare(call, one)));
    const starts = prepared.filter((each): each is Start => !(each instanceof AppError));
    const outcomes = starts.length === 0 ? [] : await this.#starts.writeIn(tx, starts);
    const byStart = new Map(starts.map((start, index) => [start, outcomes[index]!]));
    return prepared.map((each) => (each instanceof AppError ? each : byStart.get(each)!));
  }

  /** The run, once it has ended or after `waitMs`. */
  async waitForRun(call: Call, id: string, waitMs: number): Promise<RunView> {
    await this.#require(call, id);
    await this.#waitForEnd(call, id, waitMs);
    return this.getRun(call, id);
  }

  async getRun(call: Call, id: string): Promise<RunView> {
    await this.#require(call, id);
    return this.#view(call, id);
  }

  /** Runs of the workflows that the caller may read, and those that act for him, the newest first. */
  async listRuns(call: Call, filter: RunFilter): Promise<{ items: RunEntry[]; nextCursor?: string }> {
    const { workflows, database } = this.#parts;
    const limit = Math.min(filter.limit ?? 100, pageMax);
    const rows = await lists.listRuns(database.read(call), {
      tenantId: call.tenantId,
      isAdmin: call.isAdmin,
      workflowIds: call.isAdmin ? [] : await workflows.readableIds(call),
      userId: call.userId,
      workflowId:
        filter.workflow === undefined ? "" : (await workflows.require(call, filter.workflow, "read")).id,
      states: filter.states ?? states,
      correlation: filter.correlation ?? null,
      createdFrom: filter.createdFrom ?? null,
      createdUntil: filter.createdUntil ?? null,
      beforeId: filter.cursor ?? afterEveryId,
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    return rows.length > limit ? { items, nextCursor: items.at(-1)!.id } : { items };
  }

  /** What a run went through, task by task, in the order in which they began; `after` is an instance. */
  async listTasks(
    call: Call,
    id: string,
    { after = 0, limit = 500 }: { after?: number; limit?: number } = {},
  ): Promise<{ items: TaskView[]; nextCursor?: string }> {
    const row = await this.#require(call, id);
    const { database, workflows } = this.#parts;
    const version = await workflows.runnable(call.tenantId, row.workflowId, row.version);
    const views = new TaskViews(id, version, row.begun, row.input as Json);
    for (let turn = 0; ;) {
      const page = await lists.listHistory(database.read(call), call.tenantId, id, turn, historyPage);
      for (const { events } of page) for (const event of events) views.apply(event as never);
      if (page.length < historyPage || views.tasks.length > tasksMax) break;
      turn = page.at(-1)!.turn;
    }
    const later = views.tasks.filter(({ instance }) => instance > after);
    const items = later.slice(0, limit);
    return later.length > limit ? { items, nextCursor: String(items.at(-1)!.instance) } : { items };
  }

  /** Every fact about a run, the oldest first: who did it and when. */
  async runHistory(call: Call, id: string): Promise<RecordedEvent[]> {
    await this.#require(call, id);
    return this.#parts.events.history(call, id);
  }

  /** Ends a run that is not wanted any more; what it had asked for is given up. What has ended stays as it is. */
  async cancelRun(call: Call, id: string): Promise<RunView> {
    return this.#change(call, id, { kind: "cancel" }, "run.cancel_requested");
  }

  /** Has a run ask for nothing new until it is resumed. */
  async suspendRun(call: Call, id: string): Promise<RunView> {
    return this.#change(call, id, { kind: "suspend" }, "run.suspended");
  }

  async resumeRun(call: Call, id: string): Promise<RunView> {
    return this.#change(call, id, { kind: "resume" }, "run.resumed");
  }

  /** Runs it again, from its beginning or from a task, with its own input or another one. */
  async rerunRun(call: Call, id: string, { from, input, version }: Rerun): Promise<StartedRun> {
    const row = await this.#require(call, id);
    const { workflows } = this.#parts;
    const found = await workflows.require(call, row.workflowId, "invoke");
    const runnable = await workflows.runnable(call.tenantId, found.id, version ?? row.version);
    const place =
      from === undefined ? undefined : await this.#placeOf(call, id, from, input as Json | undefined);
    if (place !== undefined && !runnable.workflow.list.tasks.some(({ pointer }) => pointer === place.task)) {
      throw invalid("from", "is no task of the workflow's own list, so no run begins there");
    }
    const started = await this.#starts.start(call, {
      found,
      version: runnable,
      input: (from === undefined && input !== undefined ? input : row.input) as Json,
      startedBy: userOf(call),
      ...(row.correlation === null ? {} : { correlation: row.correlation }),
      from: place,
      fromRunId: id,
    });
    return { ...(await this.#view(call, started.id)), duplicate: false };
  }

  /** Deletes a workflow of which no run is under way, with all its versions. Its ended runs are kept for their time. */
  async deleteWorkflow(call: Call, ref: string): Promise<void> {
    const { workflows, database } = this.#parts;
    const found = await workflows.require(call, ref, "delete");
    await database.transaction(async (tx) => {
      // From here on no run can begin: starts hold the workflow that this removes.
      await workflows.removeIn(tx, call, found);
      if (await store.hasLiveRuns(tx, call.tenantId, found.id)) {
        throw new AppError("conflict", `Runs of workflow ${found.name} are under way: cancel them first`);
      }
    });
  }

  /** The loops of a node; the caller runs them. */
  loops(): Loop[] {
    const { database } = this.#parts;
    const tell = (runId: string, told: Told) => this.#turns.tell(runId, told);
    return [
      renewPresence(this.#presence, "renew-presence-for-runs"),
      this.#takeOverLoop(),
      fireTimers(database, tell),
      forgetRuns(database),
      this.#children.loop(),
      ...this.#ends.loops(),
      deliverSignals({
        ...this.#parts,
        tell: (runId, command, signal) => tell(runId, { kind: "received", command, ...signal }),
      }),
    ];
  }

  #takeOverLoop(): Loop {
    const tell = (runId: string, told: Told) => this.#turns.tell(runId, told);
    const takeOver = (nodeIds: readonly string[]) => takeOverFrom(this.#parts.database, nodeIds, tell);
    const loop = retireSilentNodes(this.#presence, takeOver, "take-over-runs");
    let isFirst = this.#parts.isAlone === true;
    const tick = async () => {
      if (isFirst) await this.#presence.retireOthers();
      isFirst = false;
      return loop.tick();
    };
    return { ...loop, tick };
  }

  /** Answers everybody who waits for an end, so that the doors can close. */
  async answerWaiting(): Promise<void> {
    this.#waits.close();
  }

  async close(): Promise<void> {
    this.#waits.close();
    this.#timers.close();
    await this.#effects.close(closeMs);
    await this.#starts.drained();
    await this.#turns.drained();
    await this.#presence.giveUp();
  }

  async #prepare(call: Call, wanted: StartRun): Promise<Start | AppError> {
    const { workflows } = this.#parts;
    try {
      const found = await workflows.require(call, wanted.workflow, "invoke");
      const version = await workflows.runnable(call.tenantId, found.id, found.latest);
      return await this.#starts.prepare(call, { ...wanted, found, version, input: wanted.input as Json });
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  async #change(call: Call, id: string, told: Told, type: string): Promise<RunView> {
    const row = await this.#require(call, id, "update");
    if (!isEnded(row)) {
      const { database, events } = this.#parts;
      const { workflowId: scopeId, workflow, version } = row;
      const details = { workflow, version };
      const event = eventOf(call, { topic: "runs", type, subjectId: id, scopeId, details });
      await database.transaction((tx) => events.append(tx, [event]));
      await this.#turns.tell(id, told);
    }
    return this.#view(call, id);
  }

  /** The run, if the caller may: by the rights of its workflow, or because it acts for him. */
  async #require(call: Call, id: string, right: Right = "read"): Promise<lists.RunRow> {
    const row = await lists.findRun(this.#parts.database.read(call), call.tenantId, id);
    const what = `run ${JSON.stringify(id)}`;
    if (row === undefined) throw absent(what);
    if (row.runAsId === call.userId) return row;
    const workflow = await this.#parts.workflows.find(call, row.workflowId);
    const may = (wanted: Right) =>
      call.isAdmin || (workflow !== undefined && allows(workflow.acl, call, wanted));
    if (may(right) && may("read")) return row;
    if (!may("read")) throw absent(what);
    throw new AppError("forbidden", `You may read ${what} but not ${right} it: ask its workflow's owner`);
  }

  async #view(call: Call, id: string): Promise<RunView> {
    const { database } = this.#parts;
    const row = await lists.findRun(database.read(call), call.tenantId, id);
    if (row === undefined) throw absent(`run ${JSON.stringify(id)}`);
    const { open, begun: _begun, output, error, ...view } = row;
    return {
      ...view,
      ...(row.state === "completed" ? { output } : {}),
      ...(error === null ? {} : { error }),
      ...(isEnded(row) ? {} : { waitingFor: await waitingFor(database, row, open) }),
    };
  }

  async #waitForEnd(call: Call, id: string, waitMs: number): Promise<void> {
    const waiting = this.#waits.wait(id, Math.min(waitMs, waitMsMax), call.signal);
    // It may have ended by now, or may end on another node; the end of one that is in hand here is told here.
    if (this.#turns.peek(id) === undefined) this.#waits.look();
    await waiting;
  }

  /** Where a rerun begins: a task, with what it was given then or with another input. */
  async #placeOf(call: Call, id: string, task: string, input: Json | undefined) {
    const { items } = await this.listTasks(call, id, { limit: tasksMax });
    const given = items.find((each) => each.task === task)?.input as Json | undefined;
    if (input === undefined && given === undefined) {
      throw invalid("from", `the run did not come to ${task}: say with what it begins there, by input`);
    }
    return { task, input: input ?? given ?? null };
  }

  async #secretsOf(call: Call, { tenantId, workflowId, version }: RunFacts): Promise<SecretValues> {
    const { definition } = await this.#parts.workflows.runnable(tenantId, workflowId, version);
    return this.#parts.secrets.use(call, definition.use?.secrets ?? []);
  }

  #onWritten(live: LiveRun, turn: Turn): void {
    const { facts } = live;
    this.#turns.remember(live);
    for (const command of turn.cancelled) this.#giveUp(facts, command);
    for (const command of turn.asked) this.#effects.ask(facts, command);
    if (turn.takenOver.length > 0) void this.#askAgain(facts, turn.takenOver);
    if (!turn.hasEnded) return this.#timers.set(live);
    this.#timers.clear(facts.id);
    this.#waits.ended([facts.id]);
    const { parentId, parentCommand, parentWaits } = facts;
    if (!parentWaits || parentId === null || parentCommand === null) return;
    const { state } = live;
    const child = {
      id: facts.id,
      parentId,
      parentCommand,
      state,
      output: turn.row.output,
      error: turn.row.error,
    };
    this.#children.tellParent(child).catch((error: unknown) => this.#logLater(error, facts.id));
  }

  #giveUp(facts: RunFacts, command: number): void {
    this.#effects.cancel(facts.id, command);
    const giving = this.#children.cancel(facts.id, command, (id) => this.#turns.tell(id, { kind: "cancel" }));
    giving.catch((error: unknown) => this.#logLater(error, facts.id));
  }

  /** Carries out here what another node had in hand. */
  async #askAgain(facts: RunFacts, taken: Turn["takenOver"]): Promise<void> {
    const wanted = new Set(taken.map(({ command }) => command));
    try {
      const turns = [...new Set(taken.map(({ turn }) => turn))];
      const commands = (await store.commandsOf(this.#parts.database, facts.id, turns)) as Asked[];
      for (const command of commands) if (wanted.has(command.id)) this.#effects.ask(facts, command);
    } catch (error) {
      this.#logLater(error, facts.id);
    }
  }

  #logLater(error: unknown, run: string): void {
    this.#parts.log.warn({ err: error, run }, "what follows from a run's turn is left to the loops");
  }
}

function isEnded({ state }: { state: State }): boolean {
  return (finalStates as readonly State[]).includes(state);
}

function userOf({ userId: id, userName: name }: Call): StartedBy {
  return { kind: "user", id, name };
}
