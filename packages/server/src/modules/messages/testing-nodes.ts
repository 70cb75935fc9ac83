import { pino } from "pino";
import { type Call, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import type { Epochs } from "../../kit/epoch-cache.ts";
import { LoopRunner } from "../../kit/loops.ts";
import { Metrics } from "../../kit/metrics.ts";
import { createTestDatabase } from "../../kit/testing.ts";
import { TestEpochs } from "../../kit/testing-calls.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import type { Broker } from "./broker.ts";
import { dataCharactersMax } from "./model.ts";
import {
  type BrokerParts,
  type ConsumeOptions,
  type Delivery,
  Messages,
  type MessageSession,
} from "./service.ts";

export type OpenBroker = (parts: BrokerParts) => Broker;

/** NATS takes 1 MiB as it comes, with all that a message has beside its data. */
const natsDataMax = 1_000_000;

/** Two whole nodes on one database and one broker, with their loops running. */
export interface System {
  a: Messages;
  b: Messages;
  admin: Call;
  /** The characters of the largest data that the engine takes as it comes from its makers. */
  dataMax: number;
  /** Callers whose credentials are gone. */
  signedOff: Set<string>;
  databaseUrl: string;
  close(): Promise<void>;
}

export async function openSystem(openBroker: OpenBroker): Promise<System> {
  const testDatabase = await createTestDatabase();
  const epochs = new TestEpochs();
  const signedOff = new Set<string>();
  const open = () => openNode(testDatabase.url, { epochs, signedOff, openBroker });
  const [one, other] = await Promise.all([open(), open()]);
  return {
    a: one.messages,
    b: other.messages,
    admin: systemCall("test"),
    dataMax: one.messages.engine === "nats" ? natsDataMax : dataCharactersMax,
    signedOff,
    databaseUrl: testDatabase.url,
    close: async () => {
      await Promise.all([one.close(), other.close()]);
      await testDatabase.drop();
    },
  };
}

async function openNode(
  url: string,
  parts: { epochs: Epochs; signedOff: Set<string>; openBroker: OpenBroker },
) {
  const log = pino({ level: "silent" });
  const database = new Database({ url, log });
  const wakes = new Wakes();
  await wakes.connect(database, log);
  const refresh = async (call: Call) => (parts.signedOff.has(call.userId) ? undefined : call);
  const { epochs, openBroker } = parts;
  const messages = new Messages({
    database,
    events: new Events(database, wakes),
    epochs,
    wakes,
    refresh,
    metrics: new Metrics(),
    log,
    openBroker,
  });
  const loops = new LoopRunner(database, wakes, log);
  messages.loops().forEach((loop) => loops.start(loop));
  const close = async () => {
    await loops.stop();
    await messages.close();
    await wakes.close();
    await database.close();
  };
  return { messages, close };
}

let names = 0;
export const freshName = (kind = "queue") => `${kind}-${names++}`;

/** A consumer that keeps what it was handed, for the test to take in turn. */
export class Collector {
  readonly all: Delivery[] = [];
  ended: unknown;
  #taken = 0;
  #waiting: (() => void)[] = [];
  close: () => Promise<void> = async () => undefined;

  /** The next message, whenever it comes. */
  async next(): Promise<Delivery> {
    while (this.all.length <= this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.all[this.#taken++]!;
  }

  async take(count: number): Promise<Delivery[]> {
    const taken: Delivery[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** Resolves when so many have come in all. */
  async reach(count: number): Promise<void> {
    while (this.all.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when the subscription ended by itself. */
  async end(): Promise<unknown> {
    while (this.ended === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.ended;
  }

  add(delivery: Delivery): void {
    this.all.push(delivery);
    this.#tell();
  }

  noteEnd(error: unknown): void {
    this.ended = error;
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Consumes and keeps what comes; `acknowledge: "auto"` unless said otherwise. */
export async function collect(
  messages: Messages,
  call: Call,
  queue: string,
  options: ConsumeOptions & { session?: MessageSession } = {},
): Promise<Collector> {
  const collector = new Collector();
  const subscription = await messages.consume(
    call,
    queue,
    { acknowledge: "auto", ...options },
    {
      onMessage: (delivery) => collector.add(delivery),
      onEnd: (error) => collector.noteEnd(error),
    },
  );
  collector.close = () => subscription.close();
  return collector;
}

export const dataOf = (deliveries: readonly Delivery[]) => deliveries.map(({ message }) => message.data);

/** A broker that others use outlives the test: no queue of it stays there. */
export async function removeQueues({ a }: System): Promise<void> {
  const call = systemCall("end of the test");
  for (;;) {
    const { items } = await a.listQueues(call, "", 500);
    if (items.length === 0) return;
    for (const { name } of items) await a.deleteQueue(call, name);
  }
}
