import { expect } from "vitest";
import { callOf } from "../../kit/testing-calls.ts";
import { collect, dataOf, freshName, type System } from "./testing-nodes.ts";
import type { Promises } from "./testing-promises.ts";

export const sessions: Promises = {
  "an exclusive queue is consumed by its session alone and goes with it": async ({ a, b, admin }) => {
    const session = await a.openSession(admin);
    const other = await b.openSession(admin);
    const { name } = await a.declareQueue(admin, { exclusive: true }, session);
    const named = freshName("mine");
    await a.declareQueue(admin, { name: named, exclusive: true }, session);
    await expect(b.declareQueue(admin, { name: named, exclusive: true }, other)).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(collect(b, admin, name, { session: other })).rejects.toMatchObject({ code: "conflict" });
    const collector = await collect(a, admin, name, { session });
    const stranger = callOf("Ann");
    await b.publish(stranger, { queue: name }, { data: "to whom it concerns" });
    expect(dataOf(await collector.take(1))).toEqual(["to whom it concerns"]);
    await a.closeSession(session);
    await expect(b.publish(stranger, { queue: name }, { data: 1 })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(a.declareQueue(admin, { exclusive: true }, session)).rejects.toMatchObject({
      code: "unavailable",
    });
    await b.declareQueue(admin, { name: named, exclusive: true }, other);
    await b.closeSession(other);
  },
  "what a session that died had not ended comes back": async ({ a, b, admin }) => {
    const name = freshName();
    const session = await a.openSession(admin);
    const lost = await collect(a, admin, name, { session, acknowledge: "manual" });
    await b.publish(admin, { queue: name }, { data: "work" });
    await lost.take(1);
    await a.closeSession(session);
    const collector = await collect(b, admin, name);
    expect((await collector.next()).deliveries).toBe(2);
    await collector.close();
  },
  "each session's own queue behind an exchange gets every message": async ({ a, b, admin }) => {
    const exchange = freshName("exchange");
    await a.declareExchange(admin, { name: exchange, kind: "fanout" });
    const collectors = [];
    const opened = [];
    for (const node of [a, b]) {
      const session = await node.openSession(admin);
      const queue = await node.declareQueue(admin, { exclusive: true }, session);
      await node.bind(admin, exchange, queue.name);
      collectors.push(await collect(node, admin, queue.name, { session }));
      opened.push({ node, session });
    }
    expect(await b.publish(admin, { exchange }, { data: "news" })).toMatchObject({ queueCount: 2 });
    for (const collector of collectors) expect(dataOf(await collector.take(1))).toEqual(["news"]);
    for (const { node, session } of opened) await node.closeSession(session);
    await expect(a.publish(admin, { exchange }, { data: 1 })).rejects.toMatchObject({ code: "not_found" });
  },
  "what was received under a receipt is ended at any node, once, and comes back when its time is over":
    async ({ a, b, admin }) => {
      const name = freshName();
      await a.declareQueue(admin, { name });
      expect(await a.receive(admin, name, {})).toEqual([]);
      await a.publishMany(admin, { queue: name }, [{ data: 1 }, { data: 2 }, { data: 3 }]);
      const [one] = await a.receive(admin, name, { waitMs: 20_000 });
      const [two] = await b.receive(admin, name, { waitMs: 20_000, leaseMs: 50 });
      expect([one!.message.data, two!.message.data]).toEqual([1, 2]);
      await b.endReceived(admin, name, one!.receipt, "acknowledge");
      const late = { code: "lease_lost" };
      await expect(a.endReceived(admin, name, one!.receipt, "acknowledge")).rejects.toMatchObject(late);
      await expect(a.endReceived(admin, name, "private.none/1", "reject")).rejects.toMatchObject(late);
      const stranger = { ...admin, tenantId: "elsewhere" };
      await expect(a.endReceived(stranger, name, two!.receipt, "reject")).rejects.toMatchObject({
        code: "not_found",
      });
      const left = new Map<unknown, number>();
      while (left.size < 2) {
        for (const { message, deliveries, receipt } of await a.receive(admin, name, {
          count: 2,
          waitMs: 20_000,
        })) {
          left.set(message.data, deliveries);
          await a.endReceived(admin, name, receipt, "acknowledge");
        }
      }
      // NATS counts a message that came to a consumer as it stopped, and nobody saw.
      const isExact = a.engine !== "nats";
      for (const [data, handedOut] of [
        [2, 2],
        [3, 1],
      ] as const) {
        if (isExact) expect([data, left.get(data)]).toEqual([data, handedOut]);
        else expect(left.get(data)).toBeGreaterThanOrEqual(handedOut);
      }
      await expect(b.endReceived(admin, name, two!.receipt, "acknowledge")).rejects.toMatchObject(late);
    },
  "a request is answered across nodes, and each gets his own answer": async ({ a, b, admin }) => {
    const name = freshName("service");
    await b.declareQueue(admin, { name });
    const subscription = await b.consume(
      admin,
      name,
      { acknowledge: "auto" },
      {
        onMessage: async ({ message }) => {
          const { replyTo, correlationId } = message;
          const answer = { data: Number(message.data) * 2, ...(correlationId && { correlationId }) };
          await b.publish(admin, { queue: replyTo! }, answer);
        },
      },
    );
    const numbers = Array.from({ length: 50 }, (_, number) => number);
    const answers = await Promise.all(numbers.map((data) => a.request(admin, { queue: name }, { data })));
    expect(answers.map(({ data }) => data)).toEqual(numbers.map((number) => number * 2));
    await subscription.close();
  },
  "a request that is not answered, cannot be delivered or is rejected says so": async ({ a, b, admin }) => {
    const name = freshName("service");
    await expect(a.request(admin, { queue: name }, { data: 1 })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining(name) as string,
    });
    await b.declareQueue(admin, { name });
    const late = a.request(admin, { queue: name }, { data: 1 }, { timeoutMs: 100 });
    await expect(late).rejects.toMatchObject({ code: "timed_out" });
    const collector = await collect(b, admin, name, { acknowledge: "manual" });
    const outcome = a.request(admin, { queue: name }, { data: 2 }).catch((error: unknown) => error);
    let delivery = await collector.next();
    while (delivery.message.data !== 2) delivery = await collector.next();
    await delivery.reject();
    expect(await outcome).toMatchObject({ code: "conflict" });
    await collector.close();
  },
};

export const streams: Promises = {
  "a stream is read from any place by any number, and nothing is taken away": async ({ a, b, admin }) => {
    const name = freshName("stream");
    await a.declareQueue(admin, { name, kind: "stream" });
    await a.publishMany(admin, { queue: name }, [{ data: 0 }, { data: 1 }, { data: 2 }]);
    const first = await collect(a, admin, name, { start: "first" });
    const again = await collect(b, admin, name, { start: "first" });
    const last = await collect(b, admin, name, { start: "last" });
    const next = await collect(b, admin, name, { start: "next" });
    const kept = await first.take(3);
    expect(dataOf(kept)).toEqual([0, 1, 2]);
    const from = await collect(b, admin, name, { start: { offset: kept[1]!.offset! } });
    await a.publish(admin, { queue: name }, { data: 3 });
    expect(dataOf(await again.take(4))).toEqual([0, 1, 2, 3]);
    expect(dataOf(await last.take(2))).toEqual([2, 3]);
    expect(dataOf(await next.take(1))).toEqual([3]);
    expect(dataOf(await from.take(3))).toEqual([1, 2, 3]);
    const offsets = again.all.map(({ offset }) => offset!);
    expect(offsets.every((offset, index) => index === 0 || offset > offsets[index - 1]!)).toBe(true);
    await Promise.all([first, again, last, next, from].map((collector) => collector.close()));
  },
  "a stream is read from a time": async ({ a, b, admin }) => {
    const name = freshName("stream");
    await a.declareQueue(admin, { name, kind: "stream" });
    for (const data of [0, 1, 2]) await a.publish(admin, { queue: name }, { data });
    const all = await collect(a, admin, name, { start: "first" });
    const [, second] = await all.take(3);
    const since = await collect(b, admin, name, { start: { time: second!.publishedAt! } });
    let seen = await since.next();
    while (seen.message.data !== 2) seen = await since.next();
    const never = await collect(b, admin, name, { start: { time: "2999-01-01T00:00:00.000Z" } });
    await a.publish(admin, { queue: name }, { data: 3 });
    expect(dataOf(await all.take(1))).toEqual([3]);
    expect(dataOf(await since.take(1))).toEqual([3]);
    await Promise.all([all.close(), since.close(), never.close()]);
  },
  "a stream keeps so many messages as it was told, and a reader of what is gone begins with what is there":
    async (system) => {
      const { a, b, admin } = system;
      const name = freshName("stream");
      await a.declareQueue(admin, { name, kind: "stream", keepMessages: 5 });
      const contents = Array.from({ length: 20 }, (_, n) => ({ data: n }));
      await a.publishMany(admin, { queue: name }, contents);
      expect(await firstKept(system, name, (data) => data === 15)).toBe(15);
      const late = await collect(b, admin, name, { start: { offset: 1 } });
      const kept = await late.take(5);
      expect(dataOf(kept)).toEqual([15, 16, 17, 18, 19]);
      await a.publish(admin, { queue: name }, { data: 20 });
      const [next] = await late.take(1);
      expect(next!.offset).toBe(kept[4]!.offset! + 1);
      await late.close();
    },
  "a stream keeps so many bytes as it was told": async (system) => {
    const { a, admin } = system;
    const name = freshName("stream");
    await a.declareQueue(admin, { name, kind: "stream", keepBytes: 64 * 1024 });
    const more = "x".repeat(8 * 1024);
    const contents = Array.from({ length: 20 }, (_, n) => ({ data: { n, more } }));
    await a.publishMany(admin, { queue: name }, contents);
    // Seven of 8 KiB and what is written beside each of them; one more may reach into the limit.
    const first = await firstKept(system, name, (data) => (data as { n: number }).n >= 12);
    expect((first as { n: number }).n).toBeLessThanOrEqual(13);
  },
  "a stream keeps messages as long as it was told": async (system) => {
    const { a, admin } = system;
    const name = freshName("stream");
    await a.declareQueue(admin, { name, kind: "stream", keepMs: 1_000 });
    let sent = 0;
    const more = () => a.publish(admin, { queue: name }, { data: sent++ });
    const startedAt = performance.now();
    await more();
    const first = await firstKept(system, name, async (data) => (await more()) && data !== 0);
    expect(first).toBeGreaterThan(0);
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  },
  "a reader holds no more than its prefetch": async ({ a, b, admin }) => {
    const name = freshName("stream");
    await a.declareQueue(admin, { name, kind: "stream" });
    await a.publishMany(admin, { queue: name }, [{ data: 0 }, { data: 1 }, { data: 2 }]);
    const reader = await collect(b, admin, name, { start: "first", prefetch: 1, acknowledge: "manual" });
    for (const data of [0, 1, 2]) {
      const delivery = await reader.next();
      expect(delivery.message.data).toBe(data);
      expect(reader.all).toHaveLength(data + 1);
      await delivery.ack();
    }
    await reader.close();
  },
};

/** The first message that a stream keeps, as soon as it is the one; what is too much goes by and by. */
async function firstKept(
  { a, b, admin }: System,
  stream: string,
  isTheOne: (data: unknown) => unknown,
): Promise<unknown> {
  for (;;) {
    // On PostgreSQL, and so beside RabbitMQ, a loop removes it.
    const loop = a.loops().find(({ name }) => name === "trim-streams");
    await loop?.tick();
    const reader = await collect(b, admin, stream, { start: "first", prefetch: 1, acknowledge: "manual" });
    const { message } = await reader.next();
    await reader.close();
    if (await isTheOne(message.data)) return message.data;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
