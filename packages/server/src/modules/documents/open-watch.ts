import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { allows } from "../access/model.ts";
import { formatPosition, type Position } from "../events/model.ts";
import type { Operation, StoredDocument } from "./model.ts";
import { covers, parseSnapshot, sees, type Snapshot } from "./snapshots.ts";

/** Changes and their characters that wait for a slow consumer. */
const waitingMax = 1_000;
const waitingCharactersMax = 16 * 1024 * 1024;

/** A change as its watcher sees it. `hidden`: the document went out of his sight; nothing of it is told. */
export interface Change {
  operation: Operation | "hidden";
  collection: string;
  id: string;
  version: number;
  /** The version's contents; of a deleted document the last. Shared by all watches: not to be changed. */
  document?: StoredDocument;
  /** From here a later watch goes on after this change. */
  position: string;
}

export interface WatchListener {
  /** A promise holds back what follows until the listener is ready for it. */
  onChange: (change: Change) => void | Promise<void>;
  /** Called once when the watch ends by itself, with what to tell the watcher. */
  onEnd?: (error: AppError) => void;
}

/** A version that was written, as every watch of its collection is offered it. */
export interface Written {
  collection: string;
  id: string;
  version: number;
  operation: Operation;
  stored: StoredDocument;
  before: StoredDocument | undefined;
  xact: bigint;
  characters: number;
  /** With encrypted fields readable; opened once for all watches. */
  opened(): StoredDocument;
  seq: number;
  /** Where the page that it stands in begins, and the snapshot that it was read under. */
  page: { done: string; until: string };
}

/**
 * One watch. It first reads what it missed by itself and lets the live stream pass (`behind`); then it holds the live
 * stream back while it reads the rest (`holding`); then it is `live`, and drops what it has read already.
 */
export class OpenWatch {
  #call: Call;
  readonly #matches: (document: unknown) => boolean;
  readonly #deliver: WatchListener["onChange"];
  readonly #onEnd: (error: AppError | undefined) => void;
  #state: "behind" | "holding" | "live" | "closed" = "behind";
  #held: Written[] = [];
  /** Everything visible in this snapshot was delivered; forgotten once the live stream is past it. */
  #since: { text: string; snapshot: Snapshot } | undefined;
  #waiting: { change: Change; characters: number }[] = [];
  #waitingCharacters = 0;
  #busy = false;
  #whenDrained: (() => void)[] = [];
  #position: Position | string;

  constructor(options: {
    call: Call;
    position: Position;
    matches: (document: unknown) => boolean;
    deliver: WatchListener["onChange"];
    onEnd: (error: AppError | undefined) => void;
  }) {
    this.#call = options.call;
    this.#position = options.position;
    this.#matches = options.matches;
    this.#deliver = options.deliver;
    this.#onEnd = options.onEnd;
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** The place up to which everything was delivered. */
  get position(): string {
    return typeof this.#position === "string" ? this.#position : formatPosition(this.#position);
  }

  /** From now on the rights of this call count. */
  updateCall(call: Call): void {
    this.#call = call;
  }

  /** What the live stream brings. */
  offer(written: Written): void {
    if (this.#state === "holding") this.#hold(written);
    else if (this.#state === "live" && !this.#hasSeen(written)) this.take(written);
  }

  /** The live stream has come to `position`. */
  passed(position: Position): void {
    if (this.#state !== "live" || this.#waiting.length > 0 || this.#busy) return;
    const here = parseSnapshot(position.done);
    if (this.#since !== undefined && here !== undefined && covers(here, this.#since.snapshot)) {
      this.#since = undefined;
    }
    if (this.#since === undefined) this.#position = position;
  }

  /** Delivers a change, if the watcher may see it and it matches. */
  take(written: Written): void {
    if (this.#state === "closed") return;
    const change = this.#changeOf(written);
    if (change === undefined) return;
    const { characters } = written;
    this.#waiting.push({ change, characters });
    this.#waitingCharacters += characters;
    this.#pump();
    if (this.#waiting.length > waitingMax || this.#waitingCharacters > waitingCharactersMax)
      this.#endAsSlow();
  }

  /** Keeps back what the live stream brings. */
  hold(): void {
    if (this.#state === "behind") this.#state = "holding";
  }

  /** Everything visible in `done` was delivered: what was held back and is not in it follows, then the live stream. */
  goLive(done: string): void {
    if (this.#state !== "holding") return;
    this.#since = { text: done, snapshot: parseSnapshot(done)! };
    this.#position = { done };
    this.#state = "live";
    const held = this.#held;
    this.#held = [];
    for (const written of held) this.offer(written);
  }

  /** Resolves when the consumer has taken everything, or the watch has ended. */
  async drained(): Promise<void> {
    if (this.#state === "closed" || (this.#waiting.length === 0 && !this.#busy)) return;
    await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
  }

  /** Ends it; `error` tells the watcher why, unless he ended it himself. */
  end(error?: AppError): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#waiting = [];
    this.#held = [];
    this.#wakeDrained();
    this.#onEnd(error);
  }

  #hold(written: Written): void {
    this.#held.push(written);
    if (this.#held.length > waitingMax) this.#endAsSlow();
  }

  #hasSeen({ xact }: Written): boolean {
    return this.#since !== undefined && sees(this.#since.snapshot, xact);
  }

  #changeOf(written: Written): Change | undefined {
    const { collection, id, version, operation, stored, before } = written;
    const place = { collection, id, version };
    if (allows(stored._acl, this.#call, "read")) {
      if (!this.#matches(stored)) return undefined;
      return { operation, ...place, document: written.opened(), position: this.#positionOf(written) };
    }
    const wasSeen = before !== undefined && allows(before._acl, this.#call, "read") && this.#matches(before);
    return wasSeen ? { operation: "hidden", ...place, position: this.#positionOf(written) } : undefined;
  }

  /** The later of where the page begins and where this watch joined: nothing before either comes again. */
  #positionOf({ seq, page }: Written): string {
    const start = parseSnapshot(page.done);
    const isPast = this.#since === undefined || (start !== undefined && covers(start, this.#since.snapshot));
    const done = isPast ? page.done : this.#since!.text;
    return formatPosition({ done, until: page.until, seq });
  }

  #pump(): void {
    while (!this.#busy && this.#state !== "closed") {
      const next = this.#waiting.shift();
      if (next === undefined) return this.#wakeDrained();
      this.#waitingCharacters -= next.characters;
      this.#hand(next.change);
    }
  }

  #hand(change: Change): void {
    try {
      const taken = this.#deliver(change);
      if (taken === undefined) {
        this.#position = change.position;
        return;
      }
      this.#busy = true;
      taken.then(
        () => {
          this.#busy = false;
          this.#position = change.position;
          this.#pump();
        },
        (error: unknown) => this.#endAsFailed(error),
      );
    } catch (error) {
      this.#endAsFailed(error);
    }
  }

  #wakeDrained(): void {
    const waiting = this.#whenDrained;
    this.#whenDrained = [];
    for (const resolve of waiting) resolve();
  }

  #endAsSlow(): void {
    const message =
      "The watch was ended, since its changes were not taken in time: watch again from its position";
    this.end(new AppError("overloaded", message, { extra: { position: this.position } }));
  }

  #endAsFailed(cause: unknown): void {
    const message =
      "The watch was ended, since a change could not be delivered: watch again from its position";
    this.end(new AppError("unavailable", message, { extra: { position: this.position }, cause }));
  }
}
