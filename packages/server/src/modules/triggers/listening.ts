import { JqError, type Json, type JsonObject } from "@millrace/jq";
import type { Call } from "../../kit/call.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { AppError, hasCode } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import type { StoredDocument } from "../documents/model.ts";
import type { Documents } from "../documents/service.ts";
import {
  cloudEventOf,
  formatPosition,
  parsePosition,
  type Position,
  type RecordedEvent,
  type Topic,
} from "../events/model.ts";
import type { Events } from "../events/service.ts";
import type { Queues } from "../queues/service.ts";
import { compileFilter } from "../query-language/filter.ts";
import type { Workflows } from "../workflows/service.ts";
import { type ActAs, actorOf } from "./actor.ts";
import type { Firing, Firings, PreparedFiring } from "./firings.ts";
import { checkExpression, evaluate } from "./input-expression.ts";
import { checkEventSettings, type DocumentChange, type EventSettings } from "./listening-model.ts";
import type { MayLearn } from "./may-learn.ts";
import type { Trigger } from "./model.ts";
import * as store from "./listening-store.ts";

const pageSize = 200;
const listenersMax = 10_000;
/** What stands in the place of a value that is kept encrypted. */
const sealedMark = "(sealed)";

export interface ListeningParts {
  database: Database;
  events: Events;
  firings: Firings;
  actAs: ActAs;
  documents: Documents;
  queues: Queues;
  workflows: Pick<Workflows, "require" | "find">;
  mayLearn: MayLearn;
}

/** What is told to a trigger of an event; `failure` where its filter failed. */
type Match = Pick<Firing, "facts" | "failure"> | undefined;

interface Page {
  /** Where it begins, and where the next one does. */
  here: string;
  next: string;
  firings: PreparedFiring[];
  isMore: boolean;
  /** Whether there is anything to be noted. */
  isMoved: boolean;
}

/** Triggers that listen to the feed: each event is matched once, and what it starts is stored with the place in it. */
export class Listening {
  readonly #parts: ListeningParts;

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  /** The topic that settings listen to and what events must lie in; refuses what nobody can listen to. */
  async placeOf(
    call: Call,
    { settings, workflow }: Pick<Trigger, "settings" | "workflow">,
  ): Promise<Pick<Trigger, "topic" | "scopeId">> {
    const { event, document } = settings;
    if (document !== undefined) {
      if (document.filter !== undefined) compileFilter(document.filter, { at: "document.filter" });
      return { topic: "documents", scopeId: document.collection };
    }
    if (event === undefined) return { topic: null, scopeId: null };
    checkEventSettings(event, workflow);
    if (event.filter !== undefined) checkExpression(event.filter, "event.filter");
    return { topic: event.topic, scopeId: await this.#scopeOf(call, event) };
  }

  /** Where a reader begins who wants what comes from now on; to be asked before the transaction of `begin`. */
  async now(): Promise<Position> {
    return this.#parts.events.now();
  }

  /** Has a trigger hear what comes from `position` on. */
  async begin(tx: Tx, trigger: Pick<Trigger, "id" | "topic">, position: Position): Promise<void> {
    if (trigger.topic === null) return;
    await store.beginAt(tx, trigger.topic, { triggerId: trigger.id, position: formatPosition(position) });
  }

  /** The topics that somebody listens to. */
  async topics(): Promise<Topic[]> {
    return store.listTopics(this.#parts.database);
  }

  /**
   * Matches the next events of a topic; answers whether there are more. The place in the feed, the runs and their
   * record are one transaction. Should that fail, each firing is written by itself, once, and then the place.
   */
  async matchNext(topic: Topic): Promise<boolean> {
    const { database, firings } = this.#parts;
    let page: Page | undefined;
    try {
      return await database.transaction(async (tx) => {
        page = await this.#readPage(tx, topic);
        if (page === undefined) return false;
        if (page.firings.length > 0) await firings.fireIn(tx, page.firings);
        if (page.isMoved) await store.savePosition(tx, topic, page.next);
        return page.isMore;
      });
    } catch (error) {
      if (page === undefined || page.firings.length === 0 || hasCode(error, "unavailable")) throw error;
      return this.#matchAlone(topic, page);
    }
  }

  /** Each firing in a transaction of its own, while the place is held, so that no other node is at it meanwhile. */
  async #matchAlone(topic: Topic, page: Page): Promise<boolean> {
    return this.#parts.database.transaction(async (tx) => {
      if ((await store.lockPosition(tx, topic)) !== page.here) return true;
      await this.#fireAlone(page.firings);
      await store.savePosition(tx, topic, page.next);
      return true;
    });
  }

  /** One that makes its transaction fail keeps none of the others from starting; what comes again starts nothing. */
  async #fireAlone(prepared: readonly PreparedFiring[]): Promise<void> {
    const { database, firings } = this.#parts;
    for (const firing of prepared) {
      try {
        await database.transaction((tx) => firings.fireIn(tx, [firing]));
      } catch (error) {
        if (hasCode(error, "unavailable")) throw error;
        const reason = `it could not be written: ${(error as Error).message}`;
        const failed = { ...firing, made: { outcome: "failed", reason } as const };
        await database.transaction((tx) => firings.fireIn(tx, [failed]));
      }
    }
  }

  async #readPage(tx: Tx, topic: Topic): Promise<Page | undefined> {
    const here = await store.lockPosition(tx, topic);
    const saved = here === undefined ? undefined : parsePosition(here);
    if (here === undefined || saved === undefined) return undefined;
    const { events, position } = await this.#read(topic, saved);
    const firings = events.length > 0 ? await this.#match(topic, events) : [];
    const isMoved = events.length > 0 || position.until !== saved.until;
    return { here, firings, next: formatPosition(position), isMore: events.length === pageSize, isMoved };
  }

  /** A house that was away for longer than events are kept goes on from now. */
  async #read(topic: Topic, saved: Position) {
    const { events } = this.#parts;
    try {
      return await events.readSince(topic, saved, pageSize);
    } catch (error) {
      if (!hasCode(error, "position_expired")) throw error;
      return { events: [], position: await events.now() };
    }
  }

  async #match(topic: Topic, events: readonly RecordedEvent[]): Promise<PreparedFiring[]> {
    const { database, firings, actAs } = this.#parts;
    const listeners = await store.listListening(database, topic, listenersMax);
    const prepared: PreparedFiring[] = [];
    const actors = new Map<string, Call | undefined>();
    for (const event of events) {
      for (const trigger of listeners) {
        if (!isMeant(trigger, event)) continue;
        const key = JSON.stringify([trigger.tenantId, trigger.runAsId, trigger.runAsScopes]);
        if (!actors.has(key)) actors.set(key, await actorOf(actAs, trigger, newId()));
        const match = await this.#matchOne(trigger, event, actors.get(key));
        if (match === undefined) continue;
        const cause = `${event.type} of ${event.subjectId}`;
        prepared.push(await firings.prepare({ trigger, cause, once: `${topic}/${event.seq}`, ...match }));
      }
    }
    return prepared;
  }

  /** What is told to a trigger of an event, as far as whoever it acts for may learn of it. */
  async #matchOne(trigger: Trigger, event: RecordedEvent, call: Call | undefined): Promise<Match> {
    // Without anybody to act for, the firing says so.
    if (call === undefined) return { facts: { type: event.type, id: String(event.seq) } };
    const { event: settings, document } = trigger.settings;
    if (document !== undefined) return this.#matchDocument(document, event, call);
    if (settings === undefined || !(await this.#parts.mayLearn(call, event))) return undefined;
    const told = event.topic === "signals" ? signalOf(event) : (cloudEventOf(event) as unknown as JsonObject);
    if (settings.types?.includes(typeOf(event)) === false) return undefined;
    if (settings.source !== undefined && told["source"] !== settings.source) return undefined;
    return filtered(settings.filter, told, trigger);
  }

  /** Old and new, as whoever it acts for may see them. */
  async #matchDocument(settings: DocumentChange, event: RecordedEvent, call: Call): Promise<Match> {
    const version = Number(event.details?.["version"]);
    const { scopeId: collection, subjectId: id, type, at, actorName: by } = event;
    const operation = type.slice("document.".length);
    const now = await this.#versionOf(call, { collection, id, version });
    if (now === undefined) return undefined;
    const before =
      version === 0 ? undefined : await this.#versionOf(call, { collection, id, version: version - 1 });
    const matches = settings.filter === undefined ? () => true : compileFilter(settings.filter).matches;
    if (!matches(operation === "deleted" ? (before ?? now) : now)) return undefined;
    const facts = { operation, collection, id, version, at, by };
    const document = operation === "deleted" ? null : withoutSealed(now);
    return { facts: { ...facts, document, before: before === undefined ? null : withoutSealed(before) } };
  }

  async #versionOf(
    call: Call,
    { collection, id, version }: { collection: string; id: string; version: number },
  ): Promise<StoredDocument | undefined> {
    try {
      return (await this.#parts.documents.getVersion(call, collection, id, version)).document;
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return undefined;
      throw error;
    }
  }

  async #scopeOf(call: Call, { topic, in: scope }: EventSettings): Promise<string | null> {
    if (scope === undefined) return null;
    if (topic === "work_items") return (await this.#parts.queues.require(call, scope, "read")).id;
    if (topic === "runs") return (await this.#parts.workflows.require(call, scope, "read")).id;
    return scope;
  }
}

/** By what costs nothing. */
function isMeant(trigger: Trigger, { tenantId, scopeId, type, at }: RecordedEvent): boolean {
  if (trigger.tenantId !== tenantId || at < trigger.activeSince) return false;
  if (trigger.scopeId !== null && trigger.scopeId !== scopeId) return false;
  const { document, event } = trigger.settings;
  if (document === undefined) return event?.topic === "signals" || event?.types?.includes(type) !== false;
  if (!type.startsWith("document.")) return false;
  const operation = type.slice("document.".length);
  return document.operations === undefined || document.operations.some((each) => each === operation);
}

/** A CloudEvent that a run emitted, as it is. */
function signalOf({ details }: RecordedEvent): JsonObject {
  return (details?.["event"] ?? {}) as JsonObject;
}

function typeOf(event: RecordedEvent): string {
  return event.topic === "signals" ? String(signalOf(event)["type"]) : event.type;
}

function filtered(filter: string | undefined, told: JsonObject, trigger: Trigger): Match {
  if (filter === undefined) return { facts: told };
  try {
    return evaluate(filter, told, { id: trigger.id, name: trigger.name }) === true
      ? { facts: told }
      : undefined;
  } catch (error) {
    if (error instanceof JqError) return { facts: told, failure: `event.filter: ${error.message}` };
    throw error;
  }
}

/** Without what is encrypted in it: a run keeps its input as it is. */
function withoutSealed(document: StoredDocument): Json {
  const copy = structuredClone(document) as unknown as JsonObject;
  for (const path of document._encrypt ?? []) {
    const keys = path.split(".");
    const last = keys.pop()!;
    let at: Json | undefined = copy;
    for (const key of keys) at = isObject(at) ? at[key] : undefined;
    if (isObject(at) && Object.hasOwn(at, last)) (at as Record<string, Json>)[last] = sealedMark;
  }
  return copy;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
