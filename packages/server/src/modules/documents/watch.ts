import type { Call } from "../../kit/call.ts";
import type { Database } from "../../kit/database.ts";
import { AppError, hasCode, invalid } from "../../kit/errors.ts";
import { isId } from "../../kit/ids.ts";
import type { Follower } from "../events/follow.ts";
import { parsePosition, type Position, type RecordedEvent } from "../events/model.ts";
import type { Events } from "../events/service.ts";
import { compileFilter } from "../query-language/filter.ts";
import { checkCollectionName } from "./collections.ts";
import { OpenWatch, type WatchListener, type Written } from "./open-watch.ts";
import type { Documents } from "./service.ts";
import { isReadable } from "./snapshots.ts";
import * as store from "./watch-store.ts";

export type { Change, WatchListener } from "./open-watch.ts";

const fetchMax = 200;
const fetchCharactersMax = 8 * 1024 * 1024;

export interface WatchRequest {
  collection: string;
  filter?: unknown;
  documentId?: string;
  /** A position that an earlier watch gave; without it the watch begins at this moment. */
  from?: string;
}

export interface Watch {
  /** The place up to which everything was delivered. */
  readonly position: string;
  close(): void;
  /** From now on the rights of this call count. */
  updateCall(call: Call): void;
}

/** The watches of a collection: those of all its documents, and those of one. */
interface Room {
  all: Set<OpenWatch>;
  byDocument: Map<string, Set<OpenWatch>>;
}

interface Page {
  events: readonly RecordedEvent[];
  /** Where the reader stood before and stands after it. */
  start: Position;
  end: Position;
}

/** All watches of this process: one reader of the feed, one fetch of the changed documents for all of them. */
export class Watches {
  readonly #database: Database;
  readonly #documents: Documents;
  readonly #events: Events;
  readonly #follower: Follower;
  readonly #rooms = new Map<string, Room>();
  /** What was handed out of the page that begins there: should its rest fail, the page comes again. */
  #spreading: { start: Position | undefined; done: Set<number> } = { start: undefined, done: new Set() };
  #started: Promise<void> | undefined;

  /** `follower` reads the topic `documents`; it is started with the first watch. */
  constructor(parts: { database: Database; documents: Documents; events: Events; follower: Follower }) {
    this.#database = parts.database;
    this.#documents = parts.documents;
    this.#events = parts.events;
    this.#follower = parts.follower;
    this.#follower.listen({
      onEvents: (events, end) => this.#spread(events, end),
      onGap: (error) => [...this.#openWatches()].forEach((open) => open.end(error)),
    });
  }

  /**
   * Delivers what is written from now on, or after `from`, of what the caller may read, in order per document; nothing
   * is missed and nothing comes twice. A position after which events were dropped is refused: `position_expired`.
   */
  async watch(call: Call, request: WatchRequest, { onChange, onEnd }: WatchListener): Promise<Watch> {
    const { collection, documentId } = request;
    checkCollectionName(collection);
    if (documentId !== undefined && !isId(documentId)) throw invalid("documentId", "must be 24 hex digits");
    const matches = request.filter === undefined ? () => true : compileFilter(request.filter).matches;
    await (this.#started ??= this.#follower.start());
    const from = request.from === undefined ? undefined : await this.#startOf(request.from);
    const place = { tenantId: call.tenantId, collection, documentId };
    const open: OpenWatch = new OpenWatch({
      call,
      position: from ?? this.#follower.position!,
      matches,
      deliver: onChange,
      onEnd: (error) => {
        this.#leave(place, open);
        if (error !== undefined) onEnd?.(error);
      },
    });
    this.#enter(place, open);
    if (from === undefined) await this.#begin(open);
    else void this.#catchUp(open, place, from);
    return {
      get position() {
        return open.position;
      },
      close: () => open.end(),
      updateCall: (fresh) => open.updateCall(fresh),
    };
  }

  /** How many watches are open. */
  get size(): number {
    let count = 0;
    for (const _open of this.#openWatches()) count += 1;
    return count;
  }

  *#openWatches(): Generator<OpenWatch> {
    for (const { all, byDocument } of this.#rooms.values()) {
      yield* all;
      for (const some of byDocument.values()) yield* some;
    }
  }

  async #startOf(from: string): Promise<Position> {
    const position = readPosition(from);
    await this.#events.requireKept("documents", position);
    return position;
  }

  /**
   * A watch of what comes from now on has missed nothing. The live stream is held back while the moment is looked up:
   * what the stream brought before that is visible at that moment, and so is not wanted.
   */
  async #begin(open: OpenWatch): Promise<void> {
    open.hold();
    try {
      open.goLive((await this.#events.now()).done);
    } catch (error) {
      open.end();
      throw error;
    }
  }

  /** Reads what the watch missed, then lets it into the live stream; the last read is made while that is held back. */
  async #catchUp(
    open: OpenWatch,
    place: { tenantId: string; collection: string; documentId: string | undefined },
    from: Position,
  ): Promise<void> {
    const isWanted = ({ tenantId, scopeId, subjectId }: RecordedEvent) =>
      tenantId === place.tenantId &&
      scopeId === place.collection &&
      (place.documentId === undefined || subjectId === place.documentId);
    try {
      let start = from;
      for (let holding = false; !open.isClosed;) {
        const { events, position: end } = await this.#events.readSince("documents", start);
        const page = { events: events.filter(isWanted), start, end };
        for await (const batch of this.#fetch(page)) {
          for (const { written } of batch) open.take(written);
          await open.drained();
        }
        start = end;
        if (end.until !== undefined) continue;
        if (holding) return open.goLive(end.done);
        holding = true;
        open.hold();
      }
    } catch (cause) {
      if (hasCode(cause, "position_expired")) return open.end(cause);
      const message = "The watch was ended, since the feed could not be read: watch again from its position";
      open.end(new AppError("unavailable", message, { extra: { position: open.position }, cause }));
    }
  }

  /** Hands a page of the live stream to the watches it concerns. */
  async #spread(events: readonly RecordedEvent[], end: Position): Promise<void> {
    const start = this.#follower.position;
    if (this.#rooms.size === 0 || start === undefined) return;
    if (this.#spreading.start !== start) this.#spreading = { start, done: new Set() };
    const { done } = this.#spreading;
    const concerning = events.filter((event) => !done.has(event.seq) && this.#isConcerning(event));
    for await (const batch of this.#fetch({ events: concerning, start, end })) {
      for (const { event, written } of batch) {
        done.add(event.seq);
        for (const open of this.#concerned(event)) open.offer(written);
      }
    }
    if (end.until !== undefined) return;
    for (const open of this.#openWatches()) open.passed(end);
  }

  #isConcerning({ tenantId, scopeId, subjectId }: RecordedEvent): boolean {
    const room = this.#rooms.get(roomOf(tenantId, scopeId));
    return room !== undefined && (room.all.size > 0 || room.byDocument.has(subjectId));
  }

  #concerned({ tenantId, scopeId, subjectId }: RecordedEvent): OpenWatch[] {
    const room = this.#rooms.get(roomOf(tenantId, scopeId));
    if (room === undefined) return [];
    return [...room.all, ...(room.byDocument.get(subjectId) ?? [])];
  }

  /** The versions that the events of a page tell of, in their order, in portions of bounded size. */
  async *#fetch(page: Page): AsyncGenerator<{ event: RecordedEvent; written: Written }[]> {
    for (const events of portionsOf(page.events)) {
      const found = new Map<string, store.FoundVersion>();
      for (const tenantId of new Set(events.map((event) => event.tenantId))) {
        const some = events.filter((event) => event.tenantId === tenantId);
        const versions = await store.findVersions(
          this.#database.read({ tenantId }),
          tenantId,
          some.map(keyOf),
        );
        for (const version of versions) found.set(nameOf(tenantId, version), version);
      }
      yield events.flatMap((event) => {
        const version = found.get(nameOf(event.tenantId, keyOf(event)));
        return version === undefined ? [] : [{ event, written: this.#written(event, version, page) }];
      });
    }
  }

  #written(event: RecordedEvent, version: store.FoundVersion, { start, end }: Page): Written {
    const { tenantId, scopeId: collection } = event;
    let opened: Written["stored"] | undefined;
    return {
      collection,
      id: version.id,
      version: version.version,
      operation: version.operation,
      stored: version.document,
      before: version.before ?? undefined,
      xact: BigInt(version.xact),
      characters: charactersOf(event),
      opened: () => (opened ??= this.#documents.open({ tenantId }, collection, version.document)),
      seq: event.seq,
      page: { done: start.done, until: end.until ?? end.done },
    };
  }

  #enter(
    place: { tenantId: string; collection: string; documentId?: string | undefined },
    open: OpenWatch,
  ): void {
    const name = roomOf(place.tenantId, place.collection);
    const room: Room = this.#rooms.get(name) ?? { all: new Set(), byDocument: new Map() };
    this.#rooms.set(name, room);
    if (place.documentId === undefined) room.all.add(open);
    else
      room.byDocument.set(place.documentId, (room.byDocument.get(place.documentId) ?? new Set()).add(open));
  }

  #leave(
    place: { tenantId: string; collection: string; documentId?: string | undefined },
    open: OpenWatch,
  ): void {
    const name = roomOf(place.tenantId, place.collection);
    const room = this.#rooms.get(name);
    if (room === undefined) return;
    room.all.delete(open);
    const some = room.byDocument.get(place.documentId ?? "");
    some?.delete(open);
    if (some?.size === 0) room.byDocument.delete(place.documentId ?? "");
    if (room.all.size === 0 && room.byDocument.size === 0) this.#rooms.delete(name);
  }
}

function readPosition(from: string): Position {
  const position = parsePosition(from);
  if (position !== undefined && isReadable(position)) return position;
  throw invalid("from", "is not a position of a watch: leave it out to begin at this moment");
}

function roomOf(tenantId: string, collection: string): string {
  return `${tenantId}/${collection}`;
}

function nameOf(
  tenantId: string,
  { collection, id, version }: { collection: string; id: string; version: number },
) {
  return `${tenantId}/${collection}/${id}/${version}`;
}

function keyOf({ scopeId, subjectId, details }: RecordedEvent): store.VersionKey {
  return {
    collection: scopeId,
    id: subjectId,
    version: Number(details?.["version"]),
    withBefore: details?.["aclChanged"] === true,
  };
}

function charactersOf({ details }: RecordedEvent): number {
  return Number(details?.["characters"] ?? 0);
}

/** Only documents: collections and indexes have events of their own. */
function* portionsOf(events: readonly RecordedEvent[]): Generator<RecordedEvent[]> {
  let portion: RecordedEvent[] = [];
  let characters = 0;
  for (const event of events) {
    if (!event.type.startsWith("document.")) continue;
    portion.push(event);
    characters += charactersOf(event);
    if (portion.length < fetchMax && characters < fetchCharactersMax) continue;
    yield portion;
    [portion, characters] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}
