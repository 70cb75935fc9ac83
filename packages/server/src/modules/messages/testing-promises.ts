import { expect } from "vitest";
import type { ExchangeKind } from "./model.ts";
import { callOf } from "../../kit/testing-calls.ts";
import type { Messages } from "./service.ts";
import { collect, dataOf, freshName, type System } from "./testing-nodes.ts";

const sentPerNode = 2_000;

/** What every engine promises: the sentence, and the proof. */
export type Promises = Record<string, (system: System) => Promise<void>>;

async function exchangeWith(
  { a, admin }: System,
  kind: ExchangeKind,
  rules: Record<
    string,
    { routingKey?: string; headers?: Record<string, string | number>; match?: "all" | "any" }
  >,
) {
  const exchange = freshName("exchange");
  await a.declareExchange(admin, { name: exchange, kind });
  const queues = new Map<string, string>();
  for (const [label, rule] of Object.entries(rules)) {
    const name = freshName();
    await a.declareQueue(admin, { name });
    await a.bind(admin, exchange, name, rule);
    queues.set(label, name);
  }
  return { exchange, queues };
}

/** Which of the queues got which of the messages. */
async function spread(
  system: System,
  queues: ReadonlyMap<string, string>,
  expected: Record<string, unknown[]>,
): Promise<void> {
  for (const [label, data] of Object.entries(expected)) {
    const collector = await collect(system.b, system.admin, queues.get(label)!);
    expect([label, dataOf(await collector.take(data.length))]).toEqual([label, data]);
    await collector.close();
    expect([label, collector.all.length]).toEqual([label, data.length]);
  }
}

export const routing: Promises = {
  "a direct exchange leads by the whole routing key": async (system) => {
    const { a, admin } = system;
    const { exchange, queues } = await exchangeWith(system, "direct", {
      red: { routingKey: "red" },
      blue: { routingKey: "blue" },
    });
    await a.publish(admin, { exchange, routingKey: "red" }, { data: 1 });
    await a.publish(admin, { exchange, routingKey: "blue" }, { data: 2 });
    await a.publish(admin, { exchange, routingKey: "red" }, { data: 3 });
    await spread(system, queues, { red: [1, 3], blue: [2] });
  },
  "a fanout exchange leads to all": async (system) => {
    const { a, admin } = system;
    const { exchange, queues } = await exchangeWith(system, "fanout", {
      one: {},
      other: { routingKey: "x" },
    });
    expect(await a.publish(admin, { exchange }, { data: "all" })).toMatchObject({ queueCount: 2 });
    await spread(system, queues, { one: ["all"], other: ["all"] });
  },
  "a topic exchange leads by patterns of words": async (system) => {
    const { a, admin } = system;
    const { exchange, queues } = await exchangeWith(system, "topic", {
      star: { routingKey: "order.*.paid" },
      hash: { routingKey: "order.#" },
      all: { routingKey: "#" },
    });
    for (const routingKey of ["order.eu.paid", "order", "order.eu.north.paid", "bill"]) {
      await a.publish(admin, { exchange, routingKey }, { data: routingKey });
    }
    await spread(system, queues, {
      star: ["order.eu.paid"],
      hash: ["order.eu.paid", "order", "order.eu.north.paid"],
      all: ["order.eu.paid", "order", "order.eu.north.paid", "bill"],
    });
  },
  "what one caller sends to one queue comes in its order, though nothing of it was waited for": async ({
    a,
    admin,
  }) => {
    const name = freshName();
    await a.declareQueue(admin, { name });
    const collector = await collect(a, admin, name);
    const sent = Array.from({ length: 500 }, (_, n) => {
      const content = {
        data: { n, more: "x".repeat((n * 37) % 900) },
        ...(n % 3 === 0 ? {} : { expiryMs: 60_000 }),
      };
      // Some of it is there at once, some takes its time.
      const later = () => new Promise<void>((resolve) => setTimeout(resolve, n % 5));
      return a.publish(admin, { queue: name }, n % 4 === 0 ? later().then(() => content) : content);
    });
    const lost = a.publish(admin, { queue: name }, Promise.reject(new Error("no content")));
    sent.push(a.publish(admin, { queue: name }, { data: { n: 500 } }));
    await expect(lost).rejects.toThrow("no content");
    const numbers = (await collector.take(501)).map(({ message }) => (message.data as { n: number }).n);
    expect(numbers).toEqual(Array.from({ length: 501 }, (_, n) => n));
    await Promise.all(sent);
    await collector.close();
  },
  "callers of several nodes who send to one queue at once keep their order, each his own": async (system) => {
    const { a, b, admin } = system;
    const name = freshName();
    await a.declareQueue(admin, { name });
    const collector = await collect(b, admin, name, { prefetch: 500 });
    const send = async (node: Messages, from: string) => {
      for (let n = 0; n < sentPerNode; n += 10) {
        const sent = Array.from({ length: 10 }, (_, index) =>
          node.publish(admin, { queue: name }, { data: { from, n: n + index } }),
        );
        // Some writes are of one message and some of many, so that those of the nodes overlap in all ways.
        await sent[n % 7];
      }
    };
    await Promise.all([send(a, "a"), send(b, "b")]);
    const got = dataOf(await collector.take(2 * sentPerNode)) as { from: string; n: number }[];
    const inOrder = Array.from({ length: sentPerNode }, (_, n) => n);
    for (const from of ["a", "b"])
      expect(got.filter((each) => each.from === from).map(({ n }) => n)).toEqual(inOrder);
    await collector.close();
  },
  "what goes to a queue waits neither for what goes to a stream nor for what is delayed": async ({
    a,
    b,
    admin,
  }) => {
    const exchange = freshName("exchange");
    const [name, stream] = [freshName(), freshName("stream")];
    await a.declareExchange(admin, { name: exchange, kind: "fanout" });
    await a.declareQueue(admin, { name });
    await a.declareQueue(admin, { name: stream, kind: "stream" });
    for (const queue of [name, stream]) await a.bind(admin, exchange, queue);
    const collector = await collect(b, admin, name);
    const later = { data: "later", delayMs: 3_600_000 };
    const sent = Array.from({ length: 60 }, (_, n) => {
      if (n % 3 === 0) return a.publish(admin, { exchange }, { data: n });
      if (n % 3 === 1) return a.publish(admin, { queue: name }, { data: n });
      return a.publishMany(admin, { queue: name }, [later, { data: n }]);
    });
    expect(dataOf(await collector.take(60))).toEqual(Array.from({ length: 60 }, (_, n) => n));
    await Promise.all(sent);
    await collector.close();
  },
  "a header exchange leads by all or any of the headers": async (system) => {
    const { a, admin } = system;
    const { exchange, queues } = await exchangeWith(system, "header", {
      all: { headers: { size: "l", kg: 2 } },
      any: { headers: { size: "l", kg: 2 }, match: "any" },
    });
    await a.publish(admin, { exchange }, { data: 1, headers: { size: "l", kg: 2, more: true } });
    await a.publish(admin, { exchange }, { data: 2, headers: { size: "l", kg: "2" } });
    await spread(system, queues, { all: [1], any: [1, 2] });
  },
  "a message for a queue or a binding that is not there is told to its sender, by name": async ({
    a,
    admin,
  }) => {
    const name = freshName("nowhere");
    await expect(a.publish(admin, { queue: name }, { data: 1 })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining(name) as string,
    });
    await a.declareExchange(admin, { name, kind: "direct" });
    const nowhere = a.publish(admin, { exchange: name, routingKey: "key" }, { data: 1 });
    await expect(nowhere).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringMatching(/key/) as string,
    });
    const quiet = await a.publish(admin, { exchange: name, mandatory: false }, { data: 1 });
    expect(quiet.queueCount).toBe(0);
    await expect(a.publish(admin, { queue: freshName() }, { data: 1, replyTo: name })).rejects.toMatchObject({
      details: { field: "replyTo" },
    });
  },
  "a queue that was deleted takes no message and ends its consumers": async ({ a, b, admin }) => {
    const name = freshName();
    const collector = await collect(a, admin, name);
    await b.publish(admin, { queue: name }, { data: 1 });
    expect(dataOf(await collector.take(1))).toEqual([1]);
    await b.deleteQueue(admin, name);
    await a.recheck();
    expect(await collector.end()).toMatchObject({ code: "not_found" });
    await expect(a.publish(admin, { queue: name }, { data: 2 })).rejects.toMatchObject({ code: "not_found" });
  },
  "names are free text and lead nobody astray": async ({ a, b, admin }) => {
    const names = [
      "*",
      "#",
      ">",
      "a.b.>",
      "$JS.API.>",
      "../x",
      "'; drop schema messages --",
      "amq.gen",
      "ä ö\u{1f600}",
    ];
    names.push("_INBOX.>", "%00", '"', "{}", "x".repeat(200));
    for (const name of names) await a.declareQueue(admin, { name });
    for (const name of names) await a.publish(admin, { queue: name }, { data: name });
    for (const name of names) {
      const collector = await collect(b, admin, name);
      expect(dataOf(await collector.take(1))).toEqual([name]);
      await collector.close();
      await b.deleteQueue(admin, name);
    }
    for (const name of ["", "a\0b", "line\nbreak", "x".repeat(201), "private.mine"]) {
      await expect(a.declareQueue(admin, { name })).rejects.toMatchObject({ code: "invalid_input" });
    }
  },
};

export const rightsAndTenants: Promises = {
  "another tenant neither sees, consumes, sends to nor deletes a queue, even one of the same name": async (
    system,
  ) => {
    const { a, b, admin } = system;
    const name = freshName();
    await a.declareQueue(admin, { name });
    await a.publish(admin, { queue: name }, { data: "ours" });
    const stranger = { ...admin, tenantId: "elsewhere" };
    await expect(b.publish(stranger, { queue: name }, { data: "theirs" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(b.deleteQueue(stranger, name)).rejects.toMatchObject({ code: "not_found" });
    expect((await b.listQueues(stranger)).items).toEqual([]);
    const theirs = await collect(b, stranger, name);
    await b.publish(stranger, { queue: name }, { data: "theirs" });
    expect(dataOf(await theirs.take(1))).toEqual(["theirs"]);
    const ours = await collect(a, admin, name);
    expect(dataOf(await ours.take(1))).toEqual(["ours"]);
    await Promise.all([ours.close(), theirs.close()]);
    expect([ours.all.length, theirs.all.length]).toEqual([1, 1]);
    const session = await a.openSession(admin);
    const { name: secret } = await a.declareQueue(admin, { exclusive: true }, session);
    await expect(b.publish(stranger, { queue: secret }, { data: 1 })).rejects.toMatchObject({
      code: "not_found",
    });
    await a.closeSession(session);
  },
  "who has no right neither sends nor consumes": async ({ a, b }) => {
    const [ann, bob] = [callOf("Ann"), callOf("Bob")];
    const name = freshName();
    await a.declareQueue(ann, { name });
    await expect(b.publish(bob, { queue: name }, { data: 1 })).rejects.toMatchObject({ code: "not_found" });
    await expect(collect(b, bob, name)).rejects.toMatchObject({ code: "not_found" });
    const own = { principalId: ann.userId, rights: ["read" as const, "update" as const, "invoke" as const] };
    await a.updateQueue(ann, name, { acl: [own, { principalId: bob.userId, rights: ["read"] }] });
    await expect(b.publish(bob, { queue: name }, { data: 1 })).rejects.toMatchObject({ code: "forbidden" });
    await expect(b.declareQueue(bob, { name })).resolves.toMatchObject({ name });
  },
  "a right that is taken away ends the consumer": async ({ a, b }) => {
    const [ann, bob] = [callOf("Ann"), callOf("Bob")];
    const own = { principalId: ann.userId, rights: ["read" as const, "update" as const, "invoke" as const] };
    const name = freshName();
    await a.declareQueue(ann, { name, acl: [own, { principalId: bob.userId, rights: ["read", "invoke"] }] });
    const collector = await collect(b, bob, name);
    await a.updateQueue(ann, name, { acl: [own] });
    await a.publish(ann, { queue: name }, { data: "before the next look" });
    expect(await collector.end()).toMatchObject({ code: "not_found" });
    const later = await a.publish(ann, { queue: name }, { data: "after" });
    const rightful = await collect(a, ann, name);
    while ((await rightful.next()).message.id !== later.id) continue;
    expect(collector.all.some(({ message }) => message.id === later.id)).toBe(false);
    await rightful.close();
  },
  "a caller whose credential is gone is cut": async ({ a, signedOff }) => {
    const ann = callOf("Ann");
    const collector = await collect(a, ann, freshName());
    signedOff.add(ann.userId);
    expect(await collector.end()).toMatchObject({ code: "unauthenticated" });
  },
  "an exchange that was deleted leads nowhere, and its bindings are gone with it": async ({ a, b }) => {
    const [ann, bob] = [callOf("Ann"), callOf("Bob")];
    const exchange = freshName("exchange");
    await a.declareExchange(ann, {
      name: exchange,
      kind: "fanout",
      acl: [
        { principalId: ann.userId, rights: ["read", "update", "delete", "invoke"] },
        { principalId: bob.userId, rights: ["invoke"] },
      ],
    });
    const session = await b.openSession(bob);
    const queue = await b.declareQueue(bob, { exclusive: true }, session);
    await b.bind(bob, exchange, queue.name);
    const collector = await collect(b, bob, queue.name, { session });
    await a.publish(ann, { exchange }, { data: 1 });
    expect(dataOf(await collector.take(1))).toEqual([1]);
    await a.deleteExchange(ann, exchange);
    await a.declareExchange(ann, { name: exchange, kind: "fanout" });
    await expect(a.publish(ann, { exchange }, { data: 2 })).rejects.toMatchObject({ code: "not_found" });
    await expect(b.bind(bob, exchange, queue.name)).rejects.toMatchObject({ code: "not_found" });
    await b.closeSession(session);
  },
};
