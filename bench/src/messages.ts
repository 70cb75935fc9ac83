import { connect as connectNats } from "@nats-io/transport-node";
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { openiap as OpeniapClient } from "@openiap/nodeapi";
import { connect as connectRabbitmq } from "amqplib";
import pg from "pg";
import { join } from "node:path";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { rateOf } from "./measure.ts";
import { measureMessages } from "./openiap.ts";
import { end, payload, spawnScript, type Stage } from "./stage.ts";

const inFlight = 50;
const body = JSON.stringify(payload);

/** Messages a second from sender to receiver, kept on disk in between, each acknowledged. */
export interface MessageRates {
  engine: string;
  /** Through a server of ours and its door for OpenIAP clients. */
  throughTheDoor: number;
  /** The engine's own client library, and nothing else. */
  bare: number;
}

interface Engine {
  name: string;
  url: string;
  bare(total: number): Promise<number>;
}

/** Every engine that this machine has; the others are named in the error output. */
export async function measureEngines(stage: Stage, scale: number): Promise<MessageRates[]> {
  const total = Math.floor(10_000 * scale);
  const rates: MessageRates[] = [];
  for (const engine of enginesOn(stage)) {
    try {
      const bare = await engine.bare(total);
      rates.push({
        engine: engine.name,
        bare,
        throughTheDoor: await measureThroughTheDoor(stage, engine, total),
      });
    } catch (error) {
      process.stderr.write(`${engine.name} was not measured: ${String(error)}\n`);
    }
  }
  return rates;
}

function enginesOn(stage: Stage): Engine[] {
  const rabbitmq = process.env["MILLRACE_TEST_RABBITMQ_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";
  const nats = process.env["MILLRACE_TEST_NATS_URL"] ?? "nats://127.0.0.1:4222";
  return [
    { name: "PostgreSQL", url: "postgres", bare: (total) => barePostgres(stage, total) },
    { name: "RabbitMQ", url: rabbitmq, bare: (total) => bareRabbitmq(rabbitmq, total) },
    { name: "NATS JetStream", url: nats, bare: (total) => bareNats(nats, total) },
  ];
}

async function measureThroughTheDoor(stage: Stage, { url }: Engine, total: number): Promise<number> {
  process.env["enable_analytics"] = "false";
  process.env["MILLRACE_BROKER_URL"] = url;
  const database = await stage.createDatabase(`messages_${Date.now()}`);
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-messages-"));
  const { child, line } = await spawnScript("server-process.ts", [database, folder]);
  delete process.env["MILLRACE_BROKER_URL"];
  const server = JSON.parse(line) as { url: string; token: string };
  const clients = [1, 2].map(
    () => new OpeniapClient(`${server.url.replace("http", "ws")}/ws/v2`, server.token),
  );
  for (const client of clients) await client.connect();
  const rate = await measureMessages(clients[0]!, clients[1]!, { total, queuename: `bench-${Date.now()}` });
  for (const client of clients) client.Close();
  await end(child);
  return rate;
}

/** One row in, one row out, a commit each. */
async function barePostgres(stage: Stage, total: number): Promise<number> {
  const pool = new pg.Pool({
    connectionString: await stage.createDatabase(`bare_messages_${Date.now()}`),
    max: 16,
  });
  await pool.query("create table messages (id bigserial primary key, content text not null)");
  const rate = await timed(total, async () => {
    await pool.query({ name: "in", text: "insert into messages (content) values ($1)", values: [body] });
    await pool.query({
      name: "out",
      text: `delete from messages where id = (select id from messages order by id limit 1 for update skip locked)`,
    });
  });
  await pool.end();
  return rate;
}

async function bareRabbitmq(url: string, total: number): Promise<number> {
  const connection = await connectRabbitmq(url);
  const [out, into] = [await connection.createChannel(), await connection.createConfirmChannel()];
  const queue = `millrace-bench-${Date.now()}`;
  await out.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  await out.prefetch(inFlight);
  const all = counted(total);
  await out.consume(queue, (message) => {
    if (message === null) return;
    out.ack(message);
    all.count();
  });
  const content = Buffer.from(body);
  const rate = await timed(total, () => confirmed(into, queue, content), all.reached);
  await out.deleteQueue(queue);
  await connection.close();
  return rate;
}

function confirmed(
  channel: Awaited<ReturnType<Awaited<ReturnType<typeof connectRabbitmq>>["createConfirmChannel"]>>,
  queue: string,
  content: Buffer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, content, { persistent: true }, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(error as Error);
    });
  });
}

async function bareNats(url: string, total: number): Promise<number> {
  const connection = await connectNats({ servers: url });
  const manager = await jetstreamManager(connection);
  const name = `millrace-bench-${Date.now()}`;
  await manager.streams.add({ name, subjects: [name], retention: "workqueue" });
  await manager.consumers.add(name, { durable_name: "out", ack_policy: AckPolicy.Explicit });
  const stream = jetstream(connection);
  const all = counted(total);
  const messages = await (await stream.consumers.get(name, "out")).consume({ max_messages: inFlight });
  const consuming = (async () => {
    for await (const message of messages) {
      message.ack();
      all.count();
    }
  })();
  const rate = await timed(total, async () => void (await stream.publish(name, body)), all.reached);
  await messages.close();
  await consuming;
  await manager.streams.delete(name);
  await connection.close();
  return rate;
}

function counted(total: number): { count(): void; reached: Promise<void> } {
  let done = 0;
  let finish: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (finish = resolve));
  const count = () => {
    done += 1;
    if (done === total) finish();
  };
  return { count, reached };
}

async function timed(
  total: number,
  act: () => Promise<void>,
  reached: Promise<void> = Promise.resolve(),
): Promise<number> {
  const startedAt = performance.now();
  await rateOf(total, inFlight, async () => {
    await act();
    return 1;
  });
  await reached;
  return (total / (performance.now() - startedAt)) * 1_000;
}
