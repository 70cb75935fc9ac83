import { Coalescer } from "../../kit/coalescer.ts";
import type { Database, Tx } from "../../kit/database.ts";
import { isUnmetDemand } from "../../kit/database-errors.ts";
import { AppError } from "../../kit/errors.ts";
import type { Loop } from "../../kit/loops.ts";
import type { Wakes } from "../../kit/wakes.ts";
import {
  type Afterlife,
  type Broker,
  type Intake,
  type IntakeOptions,
  type Publication,
  QueueGone,
} from "./broker.ts";
import { expireMessages } from "./expire-messages.ts";
import { leaseLost } from "./lease-lost.ts";
import * as store from "./message-store.ts";
import type { DeathReason, Message, MessageQueue, StreamStart } from "./model.ts";
import { PostgresDispatcher } from "./postgres-dispatcher.ts";
import { PostgresStreams } from "./postgres-streams.ts";
import { queueFull, QueueLengths } from "./queue-lengths.ts";
import * as streams from "./stream-store.ts";
import { trimStreams } from "./trim-streams.ts";

/** Calls that share a write, its characters, and calls that may wait. */
const callsPerWriteMax = 1_000;
const charactersPerWriteMax = 8 * 1024 * 1024;
const waitingMax = 20_000;
const removedAtOnceMax = 5_000;

export interface PostgresBrokerParts {
  database: Database;
  wakes: Wakes;
  /** Under which this node holds messages. */
  nodeId: () => string;
  afterlife: Afterlife;
  onWrite: (name: string) => (size: number) => void;
}

interface Written {
  publications: readonly Publication[];
  rows: store.NewRow[];
  appended: { queueId: string; content: string }[];
  characters: number;
}

/** Messages in PostgreSQL: calls that arrive together share one statement and one commit. */
export class PostgresBroker implements Broker {
  readonly engine = "postgres";
  readonly #database: Database;
  readonly #afterlife: Afterlife;
  readonly #nodeId: () => string;
  readonly #lengths: QueueLengths;
  readonly #dispatcher: PostgresDispatcher;
  readonly #streams: PostgresStreams;
  readonly #coalescer: Coalescer<Written, true>;

  constructor(parts: PostgresBrokerParts) {
    const { database, wakes, nodeId } = parts;
    this.#database = database;
    this.#afterlife = parts.afterlife;
    this.#nodeId = nodeId;
    this.#lengths = new QueueLengths(database);
    const giveUp = this.#giveUp.bind(this);
    this.#dispatcher = new PostgresDispatcher({
      database,
      wakes,
      nodeId,
      giveUp,
      onAck: parts.onWrite("acknowledge_message"),
    });
    this.#streams = new PostgresStreams(database, wakes);
    const lane = database.lane("messages in");
    this.#coalescer = new Coalescer({
      name: "publications",
      write: (members) => this.#write(members, (act) => lane.transaction(act)),
      batchMax: callsPerWriteMax,
      waitingMax,
      weigh: { weight: (member) => member.characters, max: charactersPerWriteMax },
      onWrite: parts.onWrite("publish_message"),
    });
  }

  async declareQueue(): Promise<void> {
    // The definition is all that a queue needs here.
  }

  async deleteQueue(queue: MessageQueue): Promise<void> {
    const error = new AppError("not_found", `Message queue ${JSON.stringify(queue.name)} was deleted`);
    this.#dispatcher.end(queue.id, error);
    this.#streams.end(queue.id, error);
    const remove = queue.kind === "stream" ? streams.removeOfStream : store.removeOfQueue;
    while ((await remove(this.#database, queue.id, removedAtOnceMax)) === removedAtOnceMax);
  }

  async publish(publications: readonly Publication[]): Promise<void> {
    await this.#coalescer.submit(writtenOf(publications));
  }

  async consume(queue: MessageQueue, options: IntakeOptions): Promise<Intake> {
    return this.#dispatcher.consume(queue, options);
  }

  async readStream(queue: MessageQueue, options: IntakeOptions & { start: StreamStart }): Promise<Intake> {
    return this.#streams.read(queue, options);
  }

  loops(): Loop[] {
    const publishIn = (tx: Tx, publications: readonly Publication[]) => this.#publishIn(tx, publications);
    return [expireMessages(this.#database, this.#afterlife, publishIn), trimStreams(this.#database)];
  }

  async retire(nodeIds: readonly string[]): Promise<void> {
    this.#dispatcher.arrived(await store.putBackOfNodes(this.#database, nodeIds));
  }

  async close(): Promise<void> {
    await this.#coalescer.drained();
    await this.#dispatcher.close();
    await this.#streams.close();
  }

  async #write(
    members: readonly Written[],
    inTransaction: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>,
  ): Promise<(true | AppError)[]> {
    const lacking = await this.#lengths.take(members.map(({ publications }) => publications));
    const gone = new Set<string>();
    const isGone = (member: Written) => member.publications.some(({ queue }) => gone.has(queue.id));
    for (;;) {
      const taken = members.filter((member, index) => lacking[index] === undefined && !isGone(member));
      try {
        await inTransaction((tx) => this.#insertAll(tx, taken));
        return members.map((member, index) => {
          if (isGone(member)) return goneError(member, gone);
          return lacking[index] === undefined ? true : queueFull(lacking[index]);
        });
      } catch (error) {
        if (!isUnmetDemand(error)) throw error;
        const queueIds = queueIdsOf(taken);
        const existing = new Set(await store.existing(this.#database, queueIds));
        queueIds.filter((id) => !existing.has(id)).forEach((id) => gone.add(id));
      }
    }
  }

  /**
   * It goes out together with its commit, so that the queues, which no other node can publish to meanwhile, are not
   * held by a process that stands still.
   */
  async #insertAll(tx: Tx, members: readonly Written[]): Promise<void> {
    if (members.length === 0) return;
    const writing = Promise.all([store.holdAll(tx, queueIdsOf(members)), this.#insert(tx, members)]);
    tx.commitBehind();
    await writing;
  }

  /** The queues are held. */
  async #insert(tx: Tx, members: readonly Written[]): Promise<void> {
    const rows = members.flatMap((member) => member.rows);
    const appended = members.flatMap((member) => member.appended);
    const [placed] = await Promise.all([
      rows.length === 0 ? [] : store.insert(tx, rows),
      appended.length === 0 ? undefined : streams.append(tx, appended),
    ]);
    tx.afterCommit(() => {
      this.#dispatcher.arrived(placed);
      this.#streams.arrived(new Set(appended.map(({ queueId }) => queueId)));
    });
  }

  /** For what must be published with something else or not at all; queues that are gone are passed over. */
  async #publishIn(tx: Tx, publications: readonly Publication[]): Promise<void> {
    const held = new Set(await store.hold(tx, queueIdsOf([{ publications }])));
    await this.#insert(tx, [writtenOf(publications.filter(({ queue }) => held.has(queue.id)))]);
  }

  async #giveUp(
    queue: MessageQueue,
    message: Message,
    reason: DeathReason,
    row: store.HeldRow,
  ): Promise<void> {
    const publications = await this.#afterlife(queue, message, reason);
    await this.#database.transaction(async (tx) => {
      const removed = await store.removeHeld(tx, this.#nodeId(), [row]);
      if (removed.length === 0) throw leaseLost();
      await this.#publishIn(tx, publications);
    });
  }
}

function queueIdsOf(members: readonly Pick<Written, "publications">[]): string[] {
  return [...new Set(members.flatMap(({ publications }) => publications.map(({ queue }) => queue.id)))];
}

function writtenOf(publications: readonly Publication[]): Written {
  const written: Written = { publications, rows: [], appended: [], characters: 0 };
  for (const { queue, message } of publications) {
    const content = JSON.stringify(message);
    written.characters += content.length;
    if (queue.kind === "stream") written.appended.push({ queueId: queue.id, content });
    else {
      const priority = Math.min(message.priority, queue.priorityMax);
      written.rows.push({ queueId: queue.id, priority, expiryMs: message.expiryMs ?? null, content });
    }
  }
  return written;
}

function goneError({ publications }: Written, gone: ReadonlySet<string>): AppError {
  const names = publications.filter(({ queue }) => gone.has(queue.id)).map(({ queue }) => queue.name);
  return new AppError("not_found", `There is no message queue ${JSON.stringify(names[0])} any more`, {
    cause: new QueueGone(publications.map(({ queue }) => queue.id).filter((id) => gone.has(id))),
  });
}
