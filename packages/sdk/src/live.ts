import { backOffMs } from "./back-off.ts";
import { errorOfAnswer, MillraceError } from "./errors.ts";
import type { LiveSocket, OpenSocket } from "./live-socket.ts";

export interface WatchRequest {
  collection: string;
  filter?: Record<string, unknown>;
  /** Only this document. */
  documentId?: string;
  /** A position of an earlier watch: what changed since then comes first. */
  from?: string;
}

/** A change of a document that the caller may read. */
export interface Change {
  /** `hidden`: the document went out of the caller's sight; nothing of it is told. */
  operation: "insert" | "update" | "delete" | "hidden";
  collection: string;
  id: string;
  version: number;
  document?: Record<string, unknown>;
  /** Where to go on from. */
  position: string;
}

export interface WatchOptions {
  /** Told why the watch ended by itself: no right to read, a filter that is not valid, a position too old. */
  onError?: (error: MillraceError) => void;
  /**
   * Told that changes were missed, for the server no longer keeps the events since the last position; the watch goes on
   * from now, and whoever reads the documents anew from here misses nothing else. Without it such a watch ends.
   */
  onGap?: (error: MillraceError) => void;
  /** Ends the watch. */
  signal?: AbortSignal;
}

/** A running watch. */
export interface Watch {
  /** Of the last change that was delivered: give it as `from` to go on there in another life. */
  readonly position: string | undefined;
  /** Resolves when nothing can be missed any more; rejects when the watch could not be opened. */
  readonly ready: Promise<void>;
  stop(): void;
}

/** Follows topics rather than documents. */
export interface HintOptions {
  /** Told each time the server says that from here on no news goes unhinted: read then what you show. */
  onOpen?: () => void;
  /** Told when the connection broke; it is made again by itself. */
  onBreak?: () => void;
}

export interface Hints {
  stop(): void;
}

type ServerMessage =
  | { op: "hinting"; id: string }
  | { op: "hint"; id: string; topics: string[] }
  | { op: "watching"; id: string; position: string }
  | { op: "change"; id: string; change: Change }
  | { op: "error"; id?: string; problem: { status: number; code: string } }
  | { op: "ping" };

/** These pass by themselves: the watch is opened again where it stood. */
const passing = new Set(["overloaded", "unavailable", "internal", "rate_limited", "timed_out"]);

/** The one connection that carries all watches of a client, and restores them after every break. */
export class Live {
  readonly #url: string;
  readonly #openSocket: OpenSocket;
  readonly #watches = new Map<string, OpenWatch | OpenHints>();
  #connection: Connection | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(url: string, openSocket: OpenSocket) {
    this.#url = url;
    this.#openSocket = openSocket;
  }

  /** Changes from now on, or from a position: in order per document, none missed over a broken connection. */
  watch(request: WatchRequest, onChange: (change: Change) => void, options: WatchOptions = {}): Watch {
    const id = `w${++this.#lastId}`;
    const watch = new OpenWatch(id, request, onChange, options, () => this.#unwatch(id));
    if (options.signal?.aborted === true) {
      watch.end(undefined);
      return watch;
    }
    this.#watches.set(id, watch);
    options.signal?.addEventListener("abort", () => watch.stop(), { once: true });
    if (this.#connection === undefined) this.#connect();
    else this.#send(watch.message());
    return watch;
  }

  /** Hints that topics may have news, from now on and after every break. */
  hints(topics: string[], onHint: (topics: string[]) => void, options: HintOptions = {}): Hints {
    const id = `h${++this.#lastId}`;
    const hints = new OpenHints(id, topics, onHint, options);
    this.#watches.set(id, hints);
    if (this.#connection === undefined) this.#connect();
    else this.#send(hints.message());
    return { stop: () => this.#unwatch(id) };
  }

  /** Ends all watches and the connection. */
  close(): void {
    for (const watch of this.#watches.values()) watch.end(undefined);
    this.#watches.clear();
    this.#disconnect();
  }

  #unwatch(id: string): void {
    if (!this.#watches.delete(id)) return;
    if (this.#watches.size === 0) this.#disconnect();
    else this.#send({ op: "unwatch", id });
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.socket?.close();
  }

  /** What an earlier connection still has to say is not listened to. */
  #connect(): void {
    if (this.#timer !== undefined) return;
    const connection: Connection = { socket: undefined, isOpen: false };
    this.#connection = connection;
    const isCurrent = () => this.#connection === connection;
    const opened = () => {
      if (!isCurrent() || !connection.isOpen || connection.socket === undefined) return;
      for (const watch of this.#watches.values()) this.#send(watch.message());
    };
    const onOpen = () => {
      connection.isOpen = true;
      opened();
    };
    const onText = (text: string) => isCurrent() && this.#receive(text);
    const onClose = (status: number | undefined) => isCurrent() && this.#closed(status);
    this.#openSocket(this.#url, { onOpen, onText, onClose }).then(
      (socket) => {
        connection.socket = socket;
        if (isCurrent()) opened();
        else socket.close();
      },
      () => onClose(undefined),
    );
  }

  #closed(status: number | undefined): void {
    this.#connection = undefined;
    for (const watch of this.#watches.values()) if (watch instanceof OpenHints) watch.broke();
    if (status === 401 || status === 403) this.#refused(status);
    else this.#connectLater();
  }

  /** Who may not come in need not knock again. */
  #refused(status: number): void {
    const code = status === 401 ? "unauthenticated" : "forbidden";
    const error = new MillraceError(code, "The server refused the live connection", { status });
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    for (const watch of watches) watch.end(error);
  }

  #connectLater(): void {
    if (this.#watches.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#connect();
      },
      backOffMs(this.#failures++),
    );
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if (message.op === "ping") return this.#send({ op: "pong" });
    const watch = this.#watches.get(message.id ?? "");
    if (watch === undefined) return;
    if (message.op === "error") this.#failed(watch, message.problem);
    else if (watch instanceof OpenHints) {
      this.#failures = 0;
      if (message.op === "hinting") watch.opened();
      else if (message.op === "hint") watch.deliver(message.topics);
    } else if (message.op === "watching") {
      this.#failures = 0;
      watch.opened(message.position);
    } else if (message.op === "change") watch.deliver(message.change);
  }

  #failed(watch: OpenWatch | OpenHints, problem: { status: number; code: string }): void {
    const isWatch = watch instanceof OpenWatch;
    if (isWatch && problem.code === "position_expired" && watch.beginAnew(errorOf(problem))) {
      return this.#send(watch.message());
    }
    if (!passing.has(problem.code)) {
      this.#watches.delete(watch.id);
      watch.end(errorOf(problem));
      if (this.#watches.size === 0) this.#disconnect();
      return;
    }
    setTimeout(
      () => {
        if (this.#watches.has(watch.id)) this.#send(watch.message());
      },
      backOffMs(this.#failures++),
    );
  }

  /** Before the connection is open nothing is sent: its opening sends all watches. */
  #send(message: object): void {
    if (this.#connection?.isOpen === true) this.#connection.socket?.send(JSON.stringify(message));
  }
}

function errorOf(problem: { status: number }): MillraceError {
  return errorOfAnswer(problem.status, JSON.stringify(problem), () => undefined);
}

interface Connection {
  socket: LiveSocket | undefined;
  isOpen: boolean;
}

class OpenHints {
  readonly id: string;
  readonly #topics: string[];
  readonly #onHint: (topics: string[]) => void;
  readonly #options: HintOptions;

  constructor(id: string, topics: string[], onHint: (topics: string[]) => void, options: HintOptions) {
    this.id = id;
    this.#topics = topics;
    this.#onHint = onHint;
    this.#options = options;
  }

  message(): object {
    return { op: "hints", id: this.id, topics: this.#topics };
  }

  opened(): void {
    this.#options.onOpen?.();
  }

  deliver(topics: string[]): void {
    this.#onHint(topics);
  }

  broke(): void {
    this.#options.onBreak?.();
  }

  /** It cannot go on, which for who listens is the same as a break that does not end. */
  end(error: MillraceError | undefined): void {
    if (error !== undefined) this.broke();
  }
}

class OpenWatch implements Watch {
  readonly id: string;
  readonly ready: Promise<void>;
  position: string | undefined;
  readonly #request: WatchRequest;
  readonly #onChange: (change: Change) => void;
  readonly #options: WatchOptions;
  readonly #onStop: () => void;
  /** Why changes were missed, until the watch is open again and its user is told. */
  #gap: MillraceError | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(
    id: string,
    request: WatchRequest,
    onChange: (change: Change) => void,
    options: WatchOptions,
    onStop: () => void,
  ) {
    this.id = id;
    this.#request = request;
    this.position = request.from;
    this.#onChange = onChange;
    this.#options = options;
    this.#onStop = onStop;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who does not wait for it hears of it through onError.
    this.ready.catch(() => undefined);
  }

  /** Asks for what comes after the last position. */
  message(): object {
    return { ...this.#request, op: "watch", id: this.id, from: this.position };
  }

  /** The server has delivered everything up to `position`; it says so now and then while nothing happens. */
  opened(position: string): void {
    this.position = position;
    this.#resolve();
    const gap = this.#gap;
    this.#gap = undefined;
    if (gap !== undefined) this.#options.onGap?.(gap);
  }

  /** Forgets its position, if there is somebody to be told that changes were missed. */
  beginAnew(gap: MillraceError): boolean {
    if (this.#options.onGap === undefined) return false;
    this.position = undefined;
    this.#gap = gap;
    return true;
  }

  deliver(change: Change): void {
    this.position = change.position;
    this.#onChange(change);
  }

  stop(): void {
    this.#onStop();
    this.end(undefined);
  }

  end(error: MillraceError | undefined): void {
    this.#reject(error ?? new Error("the watch was stopped"));
    if (error !== undefined) this.#options.onError?.(error);
  }
}
