import { afterAll, beforeAll, expect, test } from "vitest";
import type { Workitem } from "@openiap/nodeapi";
import { newId } from "../../kit/ids.ts";
import { connectClient, makeMember, type NodeClient, openTestOpeniap, type TestOpeniap } from "./testing.ts";

let door: TestOpeniap;
let ann: Awaited<ReturnType<typeof makeMember>>;
let client: NodeClient;

beforeAll(async () => {
  door = await openTestOpeniap();
  ann = await makeMember(door, { isAdmin: true });
  client = await connectClient(door.webSocketUrl, ann.token);
});
afterAll(async () => {
  client.Close();
  await door.close();
  expect(door.failures).toEqual([]);
});

const told = {
  hostname: "mill",
  username: "miller",
  os: "linux",
  arch: "x64",
  languages: ["nodejs"],
  extra: 1,
};
const register = async (by: NodeClient, id = "", data: object = told) =>
  JSON.parse(await by.CustomCommand({ command: "registeragent", id, data: JSON.stringify(data) })) as {
    _id: string;
    slug: string;
    [name: string]: unknown;
  };

test("an agent registers once, is found again by its machine or its id, and tells only of itself", async () => {
  const first = await register(client);
  expect(first).toMatchObject({
    _type: "agent",
    hostname: "mill",
    languages: ["nodejs"],
    environment: {},
    schedules: [],
    runas: ann.userId,
  });
  expect(first).not.toHaveProperty("extra");
  const again = await register(client, "", { ...told, languages: ["nodejs", "python"], slug: "mine" });
  expect(again).toMatchObject({ _id: first._id, slug: first.slug, languages: ["nodejs", "python"] });
  expect(await register(client, first._id)).toMatchObject({ _id: first._id });
  await expect(register(client, "", {})).rejects.toThrow(/hostname/);
});

test("who may use an agent may send to it, and nobody else", async () => {
  const { _id, slug, _acl } = await register(client, "", { ...told, hostname: newId() });
  await client.RegisterQueue({ queuename: slug }, () => ({ ok: true }));
  const bob = await makeMember(door);
  const other = await connectClient(door.webSocketUrl, bob.token);
  await expect(other.QueueMessage({ queuename: slug, data: {} })).rejects.toThrow(/no message queue/);
  const item = { ...(await client.FindOne<object>({ collectionname: "agents", query: { _id } })) };
  expect(item).toMatchObject({ _id, _acl });
  expect(await client.QueueMessage({ queuename: slug, data: {} }, true)).toEqual({ ok: true });
  other.Close();
});

test("an agent that is to run as somebody else is told to come with that one's token", async () => {
  const { _id } = await register(client, "", { ...told, hostname: newId() });
  await client.UpdateDocument({
    collectionname: "agents",
    query: { _id },
    document: { $set: { runas: newId() } },
  });
  await expect(register(client, _id)).rejects.toThrow(/Access denied.*token of that user/);
});

test("clients are shown to admins, and to others themselves", async () => {
  const bob = await makeMember(door);
  const other = await connectClient(door.webSocketUrl, bob.token);
  const shown = async (by: NodeClient) =>
    (JSON.parse(await by.CustomCommand({ command: "getclients" })) as { username: string }[]).map(
      ({ username }) => username,
    );
  expect(await shown(other)).toEqual([bob.name]);
  expect(await shown(client)).toEqual([ann.name, bob.name]);
  other.Close();
});

test("a package goes with its file", async () => {
  const file = await door.house.files.upload(
    await ann.call(),
    (async function* () {
      yield Buffer.from("bytes");
    })(),
    { name: "p.tgz" },
  );
  const item = { _type: "package", name: "p", fileid: file.id };
  const { _id } = await client.InsertOne<{ _id: string }>({ collectionname: "agents", item: item });
  await client.DeletePackage({ packageid: _id });
  expect(await client.Count({ collectionname: "agents", query: { _id } })).toBe(0);
  await expect(door.house.files.get(await ann.call(), file.id)).rejects.toMatchObject({ code: "not_found" });
  const agent = await register(client);
  await expect(client.CustomCommand({ command: "deletepackage", id: agent._id })).rejects.toThrow(
    /packageid/,
  );
});

test("what is not done here is said so, by command and by custom command", async () => {
  const agentid = newId();
  await expect(client.StartAgent({ agentid })).rejects.toThrow("startagent runs on Millrace's own runners");
  await expect(client.StopAgent({ agentid })).rejects.toThrow("stopagent runs on");
  await expect(client.GetAgentLog({ agentid, podname: "p" })).rejects.toThrow("getagentlog runs on");
  await expect(client.GetAgentPods({ agentid })).rejects.toThrow("getagentpods runs on");
  await expect(client.DeleteAgentPod({ agentid, podname: "p" })).rejects.toThrow("deleteagentpod runs on");
  await expect(client.DeleteAgent({ agentid })).rejects.toThrow("delete the agent's document");
  await expect(client.CustomCommand({ command: "StartAgent", id: agentid })).rejects.toThrow(
    "startagent runs on",
  );
  await expect(client.EnsureCustomer({ customer: {} as never })).rejects.toThrow("no billing");
  await expect(
    client.CreateWorkflowInstance({ workflowid: "w", targetid: "t", name: "n", data: {} as never } as never),
  ).rejects.toThrow("no workflows of this kind");
  await expect(client.InvokeOpenRPA({ robotid: "r", workflowid: "w", payload: {} })).rejects.toThrow(
    "robots of the desktop",
  );
});

interface Waker {
  client: NodeClient;
  woken: { wiq: string; wiqid: string; packageid: string }[];
}

/** A client that waits to be woken through a message queue. */
async function waitFor(queuename: string, token: string): Promise<Waker> {
  const waker: Waker = { client: await connectClient(door.webSocketUrl, token), woken: [] };
  await waker.client.RegisterQueue({ queuename }, (_event, payload, user, jwt) => {
    expect([user, jwt]).toEqual([expect.anything(), expect.any(String)]);
    waker.woken.push(payload as never);
  });
  return waker;
}

test("every free consumer is woken at once when there is work, and again when it has done its part", async () => {
  const [wiq, amqpqueue] = [`q-${newId()}`, `Agents-${newId()}`];
  const workitemqueue = { name: wiq, maxretries: 3, amqpqueue, packageid: "p1" };
  const { _id: wiqid } = await client.AddWorkItemQueue({
    workitemqueue: workitemqueue as never,
    skiprole: true,
  });
  const [one, two] = [await waitFor(amqpqueue, ann.token), await waitFor(amqpqueue, ann.token)];
  const stranger = await waitFor(amqpqueue, (await makeMember(door)).token);
  await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  await client.PushWorkitem({ wiq, name: "y", payload: {} as never });
  await expect.poll(() => [one.woken.length, two.woken.length]).toEqual([1, 1]);
  expect(one.woken[0]).toEqual({ wiq, wiqid, packageid: "p1" });
  const item = await one.client.PopWorkitem({ wiq });
  await one.client.UpdateWorkitem({ workitem: { _id: item!._id, state: "successful" } as Workitem });
  await expect.poll(() => one.woken.length).toBe(2);
  expect([two.woken.length, stranger.woken.length]).toEqual([1, 0]);
  for (const { client: each } of [one, two, stranger]) each.Close();
});

test("who comes when there is work already is woken", async () => {
  const [wiq, amqpqueue] = [`q-${newId()}`, `agents-${newId()}`];
  const workitemqueue = { name: wiq, maxretries: 3, amqpqueue };
  await client.AddWorkItemQueue({ workitemqueue: workitemqueue as never, skiprole: true });
  await client.PushWorkitem({ wiq, name: "x", payload: {} as never });
  const late = await waitFor(amqpqueue, ann.token);
  await expect.poll(() => late.woken.length).toBe(1);
  late.client.Close();
});
