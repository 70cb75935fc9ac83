import { expect } from "vitest";
import { collect, dataOf, freshName } from "./testing-nodes.ts";
import type { Promises } from "./testing-promises.ts";

export const deliveries: Promises = {
  "messages of one sender come in their order": async ({ a, b, admin }) => {
    const name = freshName();
    const collector = await collect(b, admin, name);
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    await a.publishMany(
      admin,
      { queue: name },
      numbers.slice(0, 100).map((data) => ({ data })),
    );
    await Promise.all(numbers.slice(100).map((data) => a.publish(admin, { queue: name }, { data })));
    expect(dataOf(await collector.take(200))).toEqual(numbers);
    await collector.close();
  },
  "a message arrives whole": async (system) => {
    const { a, b, admin } = system;
    const name = freshName();
    await a.declareQueue(admin, { name });
    const content = {
      data: { text: 'ä "\u{1f600}\\', list: [1, null, true, { deep: 1.5 }] },
      headers: { one: 1, two: "zwei", three: false },
      correlationId: "c-1",
      replyTo: name,
      priority: 3,
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    const { id } = await a.publish(admin, { queue: name }, content);
    const collector = await collect(b, admin, name);
    const [delivery] = await collector.take(1);
    const sender = { id: admin.userId, name: admin.userName };
    expect(delivery!.message).toMatchObject({ id, sender, ...content });
    expect(delivery).toMatchObject({ deliveries: 1, queue: name });
    await collector.close();
    const large = { data: "x".repeat(system.dataMax - 2) };
    await a.publish(admin, { queue: name }, large);
    await expect(
      a.publish(admin, { queue: name }, { data: "x".repeat(2 * 1024 * 1024 - 1) }),
    ).rejects.toMatchObject({
      code: "too_large",
    });
    const again = await collect(b, admin, name);
    expect((await again.next()).message.data).toBe(large.data);
    await again.close();
  },
  "a consumer holds no more than its prefetch, and consumers share": async ({ a, b, admin }) => {
    const name = freshName();
    await a.declareQueue(admin, { name });
    for (const data of [1, 2, 3, 4, 5]) await a.publish(admin, { queue: name }, { data });
    const first = await collect(a, admin, name, { prefetch: 2, acknowledge: "manual" });
    const held = await first.take(2);
    const second = await collect(b, admin, name, { prefetch: 2, acknowledge: "manual" });
    const others = await second.take(2);
    expect(dataOf([...held, ...others])).toEqual([1, 2, 3, 4]);
    expect([first.all.length, second.all.length]).toEqual([2, 2]);
    await held[0]!.ack();
    const fifth = await first.next();
    expect(fifth.message.data).toBe(5);
    await expect(held[0]!.ack()).rejects.toMatchObject({ code: "lease_lost" });
    await Promise.all([held[1]!, fifth, ...others].map((delivery) => delivery.ack()));
    await Promise.all([first.close(), second.close()]);
    const none = await collect(a, admin, name);
    await a.publish(admin, { queue: name }, { data: "last" });
    expect(dataOf(await none.take(1))).toEqual(["last"]);
    await none.close();
  },
  "what a closed consumer did not end comes back, counted": async ({ a, b, admin }) => {
    const name = freshName();
    await a.declareQueue(admin, { name });
    await a.publishMany(admin, { queue: name }, [{ data: 1 }, { data: 2 }, { data: 3 }]);
    const first = await collect(a, admin, name, { acknowledge: "manual" });
    const [one, two] = await first.take(3);
    await one!.ack();
    await first.close();
    await expect(two!.ack()).rejects.toMatchObject({ code: "lease_lost" });
    const second = await collect(b, admin, name);
    const back = await second.take(2);
    expect(back.map(({ message, deliveries }) => [message.data, deliveries])).toEqual([
      [2, 2],
      [3, 2],
    ]);
    await second.close();
  },
  "a message that is put back comes again, counted, until it is given up": async ({ a, b, admin }) => {
    const [name, dead] = [freshName(), freshName("dead")];
    await a.declareQueue(admin, { name: dead });
    await a.declareQueue(admin, { name, deliveriesMax: 3, deadLetter: { queue: dead } });
    await a.publish(admin, { queue: name }, { data: "poison" });
    const collector = await collect(b, admin, name, { acknowledge: "manual" });
    const counts: number[] = [];
    for (let round = 0; round < 3; round++) {
      const delivery = await collector.next();
      counts.push(delivery.deliveries);
      await delivery.requeue();
    }
    expect(counts).toEqual([1, 2, 3]);
    const parked = await collect(a, admin, dead);
    const given = await parked.next();
    expect(given.message).toMatchObject({
      data: "poison",
      death: { queue: name, reason: "deliveries_used_up" },
    });
    expect(collector.all).toHaveLength(3);
    await Promise.all([collector.close(), parked.close()]);
  },
  "a rejected message goes through the dead-letter exchange, once": async ({ a, b, admin }) => {
    const [name, dead, exchange] = [freshName(), freshName("dead"), freshName("exchange")];
    await a.declareExchange(admin, { name: exchange, kind: "topic" });
    await a.declareQueue(admin, { name: dead, deadLetter: { exchange } });
    await a.bind(admin, exchange, dead, { routingKey: "dead.#" });
    await a.declareQueue(admin, { name, deadLetter: { exchange, routingKey: "dead.letters" } });
    await a.publish(admin, { queue: name }, { data: 1, headers: { kept: "yes" } });
    const collector = await collect(b, admin, name, { acknowledge: "manual" });
    await (await collector.next()).reject();
    const parked = await collect(a, admin, dead, { acknowledge: "manual" });
    const given = await parked.next();
    expect(given.message).toMatchObject({ data: 1, headers: { kept: "yes" }, death: { reason: "rejected" } });
    await given.reject();
    await a.publish(admin, { queue: dead }, { data: "next" });
    expect((await parked.next()).message.data).toBe("next");
    await Promise.all([collector.close(), parked.close()]);
  },
  "the highest priority goes first, and within it the order": async ({ a, b, admin }) => {
    const name = freshName();
    await a.declareQueue(admin, { name, priorityMax: 9 });
    const priorities = [0, 5, 9, 5, 0, 9];
    for (const [data, priority] of priorities.entries())
      await a.publish(admin, { queue: name }, { data, priority });
    const collector = await collect(b, admin, name, { prefetch: 1 });
    expect(dataOf(await collector.take(6))).toEqual([2, 5, 1, 3, 0, 4]);
    await collector.close();
  },
  "a message that waited too long is given up, and its sender is told": async ({ a, b, admin }) => {
    const [name, dead] = [freshName(), freshName("dead")];
    await a.declareQueue(admin, { name: dead });
    await a.declareQueue(admin, { name, expiryMs: 200, deadLetter: { queue: dead } });
    const session = await b.openSession(admin);
    const answers = await b.declareQueue(admin, { exclusive: true }, session);
    const told = await collect(b, admin, answers.name, { session });
    const asked = { data: 1, correlationId: "asked", replyTo: answers.name };
    await a.publish(admin, { queue: name }, asked);
    await a.publish(admin, { queue: name }, { data: 2, expiryMs: 300 });
    await a.publish(admin, { queue: name }, { data: 3, expiryMs: 86_400_000 });
    const notice = await told.next();
    expect(notice.message).toMatchObject({
      correlationId: "asked",
      undeliverable: { queue: name, reason: "expired" },
    });
    const parked = await collect(a, admin, dead);
    expect(dataOf(await parked.take(2))).toEqual([1, 2]);
    const collector = await collect(b, admin, name);
    expect(dataOf(await collector.take(1))).toEqual([3]);
    await Promise.all([parked.close(), collector.close(), b.closeSession(session)]);
  },
  "a delayed message comes at its time, not before": async ({ a, b, admin }) => {
    const name = freshName();
    const collector = await collect(b, admin, name);
    const startedAt = performance.now();
    await a.publish(admin, { queue: name }, { data: "later", delayMs: 400 });
    await a.publish(admin, { queue: name }, { data: "now" });
    expect(dataOf(await collector.take(2))).toEqual(["now", "later"]);
    expect(performance.now() - startedAt).toBeGreaterThan(399);
    await collector.close();
  },
  "a full queue refuses, and takes again when there is room": async ({ a, b, admin }) => {
    const name = freshName();
    await a.declareQueue(admin, { name, lengthMax: 3 });
    const tryOne = (data: number) =>
      a.publish(admin, { queue: name }, { data }).then(
        () => undefined,
        (error: unknown) => error,
      );
    // RabbitMQ notices with a small delay, and promises no more.
    let kept = 0;
    let refusal = await tryOne(kept);
    for (; refusal === undefined && kept < 100; refusal = await tryOne(kept)) kept += 1;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(refusal).toMatchObject({ code: "overloaded", message: expect.stringContaining(name) as string });
    const collector = await collect(b, admin, name);
    await collector.take(kept);
    while ((await tryOne(-1)) !== undefined) continue;
    expect((await collector.next()).message.data).toBe(-1);
    await collector.close();
  },
  "a handler that fails gets the message again": async ({ a, b, admin }) => {
    const name = freshName();
    await a.declareQueue(admin, { name });
    await a.publish(admin, { queue: name }, { data: "work" });
    let fail = true;
    const counts: number[] = [];
    let done: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (done = resolve));
    const subscription = await b.consume(
      admin,
      name,
      { acknowledge: "auto" },
      {
        onMessage: ({ deliveries }) => {
          counts.push(deliveries);
          if (!fail) return done();
          fail = false;
          throw new Error("the handler fails");
        },
      },
    );
    await ended;
    expect(counts).toEqual([1, 2]);
    await subscription.close();
  },
};
