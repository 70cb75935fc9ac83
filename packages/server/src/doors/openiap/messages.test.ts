import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { messageIn, rawWebSocket } from "./testing-raw.ts";
import { connectClient, makeMember, type NodeClient, openTestOpeniap, type TestOpeniap } from "./testing.ts";

let door: TestOpeniap;
let [ann, bob] = [] as unknown as [
  Awaited<ReturnType<typeof makeMember>>,
  Awaited<ReturnType<typeof makeMember>>,
];
let client: NodeClient;
let other: NodeClient;

beforeAll(async () => {
  door = await openTestOpeniap();
  [ann, bob] = [await makeMember(door), await makeMember(door)];
  client = await connectClient(door.webSocketUrl, ann.token);
  other = await connectClient(door.grpcUrl, bob.token);
});
afterAll(async () => {
  client.Close();
  other.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

interface Got {
  payload: Record<string, unknown>;
  user: { _id: string; username: string } | undefined;
  jwt: string | undefined;
  event: { queuename: string; exchangename: string; routingkey: string };
}

/** What comes from a queue, as it comes. */
class Inbox {
  readonly got: Got[] = [];
  readonly take = (event: unknown, payload: unknown, user: unknown, jwt: unknown) => {
    this.got.push({ event, payload, user, jwt } as Got);
  };
  async first(): Promise<Got> {
    await expect.poll(() => this.got.length).toBeGreaterThan(0);
    return this.got[0]!;
  }
}

test("a message reaches the consumer of its queue, whatever case its name has, with who sent it", async () => {
  const inbox = new Inbox();
  const queuename = `Q-${newId()}`;
  const registered = await other.RegisterQueue({ queuename }, inbox.take);
  expect(registered).toBe(queuename.toLowerCase());
  await client.QueueMessage({ queuename: queuename.toUpperCase(), data: { n: 1 } });
  const { payload, user, jwt } = await inbox.first();
  expect(payload).toEqual({ n: 1 });
  expect(user).toMatchObject({ _id: ann.userId, username: ann.name });
  const asAnn = await door.house.identity.authenticate(
    { kind: "token", text: jwt! },
    { requestId: newId(), address: "" },
  );
  expect(asAnn.userId).toBe(ann.userId);
  expect(asAnn.scopes).toContain("documents:read");
  for (const scope of ["admin", "tokens:write", "users:write"]) expect(asAnn.scopes).not.toContain(scope);
});

test("a message that is to carry nobody's token carries none", async () => {
  const inbox = new Inbox();
  const queuename = await other.RegisterQueue({ queuename: `q-${newId()}` }, inbox.take);
  await client.QueueMessage({ queuename, data: { n: 1 }, striptoken: true });
  expect(await inbox.first()).toMatchObject({ payload: { n: 1 }, user: undefined, jwt: undefined });
});

test("what a connection sends without waiting comes in its order, over each transport", async () => {
  const sent = 2_000;
  const piped = await connectClient(door.pipeUrl, ann.token);
  for (const [sender, taker] of [
    [client, other],
    [other, piped],
    [piped, client],
  ] as const) {
    const numbers: unknown[] = [];
    const refusals: string[] = [];
    const take = (_event: unknown, payload: unknown) => void numbers.push((payload as { n: number }).n);
    const queuename = await taker.RegisterQueue({ queuename: `order-${newId()}` }, take as never);
    const noteRefusal = (error: unknown) => void refusals.push(String(error));
    const sending: Promise<unknown>[] = [];
    for (let n = 0; n < sent; n++) {
      // One that is refused is in nobody's way.
      if (n % 250 === 0) {
        const queue = `nobody-${newId()}`;
        sending.push(sender.QueueMessage({ queuename: queue, data: { n } }).catch(noteRefusal));
      }
      const more = "x".repeat(n % 100 === 0 ? 200_000 : (n * 37) % 900);
      sending.push(sender.QueueMessage({ queuename, data: { n, more }, striptoken: n % 3 === 0 }));
    }
    await Promise.all(sending);
    expect(refusals).toHaveLength(sent / 250);
    for (const refusal of refusals) expect(refusal).toContain("There is no message queue");
    await expect.poll(() => numbers.length, { timeout: 20_000 }).toBe(sent);
    expect(numbers).toEqual(Array.from({ length: sent }, (_, n) => n));
  }
  piped.Close();
}, 60_000);

test("a request is answered by whoever consumes the queue", async () => {
  const queuename = await other.RegisterQueue({ queuename: `ping-${newId()}` }, (_event, payload) => ({
    sum: (payload as unknown as { a: number }).a + 1,
  }));
  const answers = await Promise.all(
    [1, 2, 3].map((a) => client.QueueMessage({ queuename, data: { a } }, true)),
  );
  expect(answers).toEqual([{ sum: 2 }, { sum: 3 }, { sum: 4 }]);
});

test("a message for a queue that is not there is refused by its name", async () => {
  const queuename = `nowhere-${newId()}`;
  await expect(client.QueueMessage({ queuename, data: {} })).rejects.toThrow(queuename);
  await expect(client.QueueMessage({ queuename, data: {} }, true)).rejects.toThrow(queuename);
});

test("every one behind an exchange has a queue of his own there", async () => {
  const exchangename = `x-${newId()}`;
  const [one, two] = [new Inbox(), new Inbox()];
  await client.RegisterExchange({ exchangename, algorithm: "fanout", addqueue: true }, one.take);
  await other.RegisterExchange({ exchangename, algorithm: "fanout", addqueue: true }, two.take);
  await client.QueueMessage({ exchangename, data: { n: 1 } });
  expect(await one.first()).toMatchObject({ payload: { n: 1 }, event: { exchangename } });
  expect(await two.first()).toMatchObject({ payload: { n: 1 } });
  const topic = `t-${newId()}`;
  const inbox = new Inbox();
  await other.RegisterExchange(
    { exchangename: topic, algorithm: "topic", routingkey: "film.*", addqueue: true },
    inbox.take,
  );
  await client.QueueMessage({ exchangename: topic, routingkey: "film.new", data: { n: 2 } });
  expect(await inbox.first()).toMatchObject({ event: { routingkey: "film.new" } });
  await expect(
    client.QueueMessage({ exchangename: topic, routingkey: "book.new", data: {} }),
  ).rejects.toThrow(/no message queue/);
  await expect(
    client.RegisterExchange({ exchangename: topic, algorithm: "nonsense", addqueue: true }, inbox.take),
  ).rejects.toThrow(/algorithm/);
});

test("messages go to those who are there: whoever left or unregistered gets none", async () => {
  const queuename = `q-${newId()}`;
  const [gone, left, stays] = [new Inbox(), new Inbox(), new Inbox()];
  const leaving = await connectClient(door.pipeUrl, ann.token);
  await leaving.RegisterQueue({ queuename }, gone.take);
  await client.RegisterQueue({ queuename }, left.take);
  await client.UnRegisterQueue({ queuename });
  leaving.Close();
  await expect.poll(() => [...door.openiap.connections].length).toBe(2);
  await other.RegisterQueue({ queuename }, stays.take);
  for (let n = 0; n < 6; n += 1) await client.QueueMessage({ queuename, data: { n } });
  await expect.poll(() => stays.got.length).toBe(6);
  expect([gone.got, left.got]).toEqual([[], []]);
  await expect(client.UnRegisterQueue({ queuename })).rejects.toThrow(/takes nothing/);
});

test("who waits for an answer is told when his message could not be delivered, under its trace", async () => {
  const raw = await rawWebSocket(door.webSocketUrl);
  await raw.ask("signin", "SigninRequest", { jwt: ann.token });
  const mine = messageIn(await raw.ask("registerqueue", "RegisterQueueRequest", {}), "RegisterQueueResponse");
  const queuename = `q-${newId()}`;
  await raw.ask("registerqueue", "RegisterQueueRequest", { queuename });
  const trace = { traceid: "0af7651916cd43dd8448eb211c80319c", spanid: "b7ad6b7169203331" };
  const sent = { queuename, data: "{}", correlationId: "c1", replyto: mine.queuename };
  await raw.ask("queuemessage", "QueueMessageRequest", sent, trace);
  const delivered = await raw.first(({ command }) => command === "queueevent");
  expect(delivered).toMatchObject({ ...trace, rid: "" });
  await raw.ask("unregisterqueue", "UnRegisterQueueRequest", { queuename });
  await raw.ask("queuemessage", "QueueMessageRequest", { ...sent, correlationId: "c2", expiration: 1 });
  const expire = door.house.messages.loops().find(({ name }) => name === "expire-messages")!;
  await expect
    .poll(() => expire.tick().then(() => raw.envelopes.some(({ command }) => command === "timeout")))
    .toBe(true);
  const notice = messageIn(await raw.first(({ command }) => command === "timeout"), "QueueEvent");
  expect(notice).toMatchObject({ queuename: mine.queuename, correlationId: "c2", replyto: "" });
  expect(JSON.parse(notice.data)).toMatchObject({ queue: queuename, reason: "expired" });
  raw.webSocket.close();
});

test("the queue of a user is his alone", async () => {
  await expect(other.RegisterQueue({ queuename: ann.userId }, () => undefined)).rejects.toThrow(
    /Access denied/,
  );
  const inbox = new Inbox();
  await client.RegisterQueue({ queuename: ann.userId }, inbox.take);
  await expect(other.QueueMessage({ queuename: ann.userId, data: {} })).rejects.toThrow(/no message queue/);
  await client.QueueMessage({ queuename: ann.userId, data: { n: 1 } });
  expect(await inbox.first()).toMatchObject({ payload: { n: 1 } });
});
