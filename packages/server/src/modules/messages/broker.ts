import type { Loop } from "../../kit/loops.ts";
import type { DeathReason, Message, MessageQueue, StreamStart } from "./model.ts";

/**
 * The port behind which messages are kept. The house says who may, and which queues a message goes to; an engine
 * keeps what lies in one queue. It knows queues by their ids alone, so that no name of a caller reaches it.
 *
 * What every engine promises: a publication is answered once it is kept; a message is handed to one consumer at a
 * time, the highest priority first and else in order; it comes back unless its consumer ended it, counted; nothing
 * that was acknowledged comes again while the engine lives.
 */
export interface Broker {
  readonly engine: "postgres" | "rabbitmq" | "nats";
  /** Makes what a new queue needs; done again it changes nothing. */
  declareQueue(queue: MessageQueue): Promise<void>;
  /** Removes the queue with all that lies in it; consumers of it are told by `onEnd`. */
  deleteQueue(queue: MessageQueue): Promise<void>;
  /** Keeps all of them. Throws `QueueGone` for a queue that is no more, `overloaded` for one that is full. */
  publish(publications: readonly Publication[]): Promise<void>;
  /** Hands out what is in a queue, at most `prefetch` at a time that nobody has ended. */
  consume(queue: MessageQueue, options: IntakeOptions): Promise<Intake>;
  /** Reads a stream, taking nothing away. */
  readStream(queue: MessageQueue, options: IntakeOptions & { start: StreamStart }): Promise<Intake>;
  /** Puts back what nodes held that are no more; an engine that sees for itself that they are gone has done so. */
  retire(nodeIds: readonly string[]): Promise<void>;
  /** What the engine has to do by itself on every node. */
  loops(): Loop[];
  /** Gives back what is handed out and lets go of the engine. */
  close(): Promise<void>;
}

/** One message for one queue. */
export interface Publication {
  queue: MessageQueue;
  message: Message;
}

export interface IntakeOptions {
  prefetch: number;
  onDelivery: (delivery: RawDelivery) => void;
  /** The engine hands out no more, and why. A break that the engine mends by itself is no end. */
  onEnd: (error: unknown) => void;
}

/** A consumer of one queue. */
export interface Intake {
  /** Takes no more; what is handed out stays so. */
  stop(): Promise<void>;
  /** Takes no more and gives back what nobody has ended. */
  close(): Promise<void>;
}

/** A message that was handed out; it is ended once, an end that comes too late is refused: `lease_lost`. */
export interface RawDelivery {
  readonly message: Message;
  /** How often it was handed out, this time included. */
  readonly deliveries: number;
  /** Of a stream: where it stands. */
  readonly offset?: number;
  /** When it was published, where the engine knows. */
  readonly publishedAt?: string;
  ack(): Promise<void>;
  /** Gives it up: it goes where the house says. */
  giveUp(reason: DeathReason): Promise<void>;
  /** Puts it back to its place. */
  requeue(): Promise<void>;
}

/** What is to be published in the place of a message that was given up: the house's decision. */
export type Afterlife = (
  queue: Pick<MessageQueue, "tenantId" | "name">,
  message: Message,
  reason: DeathReason,
) => Promise<Publication[]>;

/** Queues that are no more. */
export class QueueGone extends Error {
  readonly queueIds: readonly string[];

  constructor(queueIds: readonly string[]) {
    super("message queues are gone");
    this.queueIds = queueIds;
  }
}
