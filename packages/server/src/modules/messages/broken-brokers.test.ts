import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { type BrokerProcess, ownNats, ownRabbitmq } from "./testing-broker-process.ts";
import { brokerAt } from "./open-broker.ts";
import { collect, type Collector, openSystem, type System } from "./testing-nodes.ts";

/** `BROKER_KILLS=10` breaks as often. */
const kills = Number(process.env["BROKER_KILLS"] ?? 1);
const consumersMax = 100;

/** Publishes without a pause to all queues, and keeps what was acknowledged. */
class Sender {
  readonly acknowledged = new Set<string>();
  readonly #system: System;
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(system: System, queues: readonly string[]) {
    this.#system = system;
    this.#done = Promise.all(queues.map((queue) => this.#send(queue))).then(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #send(queue: string): Promise<void> {
    const { a, b, admin } = this.#system;
    for (let number = 0; !this.#stopped; number++) {
      const node = number % 2 === 0 ? a : b;
      try {
        this.acknowledged.add((await node.publish(admin, { queue }, { data: number })).id);
      } catch (error) {
        const retryable = /unavailable|timed_out|overloaded/;
        expect(error).toMatchObject({ code: expect.stringMatching(retryable) as string });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A hundred consumers on two nodes go on after the break, and all that was acknowledged to the sender arrives. */
async function survive(system: System, breakIt: () => Promise<void>): Promise<void> {
  const queues = Array.from({ length: consumersMax }, (_, number) => `busy-${number}`);
  const collectors: Collector[] = [];
  for (const [index, queue] of queues.entries()) {
    collectors.push(await collect(index % 2 === 0 ? system.a : system.b, system.admin, queue));
  }
  for (let round = 0; round < kills; round++) {
    const sender = new Sender(system, queues);
    await Promise.all(collectors.map((collector) => collector.next()));
    await breakIt();
    const before = collectors.map(({ all }) => all.length);
    await Promise.all(collectors.map((collector, index) => collector.reach(before[index]! + 3)));
    await sender.stop();
    const arrived = () => new Set(collectors.flatMap(({ all }) => all.map(({ message }) => message.id)));
    const isMissing = () => [...sender.acknowledged].some((id) => !arrived().has(id));
    while (isMissing()) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sender.acknowledged.size).toBeGreaterThan(consumersMax);
  }
  expect(collectors.filter(({ ended }) => ended !== undefined)).toEqual([]);
}

async function onOwn(broker: BrokerProcess, breakIt: () => Promise<void>): Promise<void> {
  await broker.start();
  try {
    const system = await openSystem(brokerAt(broker.url));
    try {
      await survive(system, breakIt);
    } finally {
      await system.close();
    }
  } finally {
    await broker.kill();
  }
}

const timeoutMs = 120_000 * kills;
const [nats, rabbitmq] = await Promise.all([ownNats(), ownRabbitmq()]);

// Also after a test that was given up.
afterAll(() => Promise.all([nats?.kill(), rabbitmq?.kill()]));

describe("a hundred consumers go on after a break, and nothing acknowledged is lost", () => {
  test("postgres: every connection is cut", { timeout: timeoutMs }, async () => {
    const system = await openSystem(brokerAt("postgres"));
    try {
      await survive(system, () => cutConnections(system.databaseUrl));
    } finally {
      await system.close();
    }
  });
  const killed = [
    { name: "nats", broker: nats, absence: "there is no nats-server" },
    {
      name: "rabbitmq",
      broker: process.env["BROKER_KILLS_RABBITMQ"] === "1" ? rabbitmq : undefined,
      absence: "RabbitMQ 3.10 may stand still when it is killed early; BROKER_KILLS_RABBITMQ=1 tries it",
    },
  ];
  for (const { name, broker, absence } of killed) {
    test.skipIf(broker === undefined)(
      broker === undefined ? `${name} (not run: ${absence})` : `${name}: killed and started again`,
      { timeout: timeoutMs },
      () =>
        onOwn(broker!, async () => {
          await broker!.kill();
          await broker!.start();
        }),
    );
  }
});

async function cutConnections(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await client.end();
}
