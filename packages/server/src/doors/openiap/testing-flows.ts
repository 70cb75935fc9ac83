import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { Workitem } from "@openiap/nodeapi";
import { expect } from "vitest";
import { newId } from "../../kit/ids.ts";
import { temporaryFolder } from "../../kit/testing.ts";
import { connectClient, type NodeClient } from "./testing.ts";

/** What the conformance flows know of the server: where it is and whom it knows, and nothing of its insides. */
export interface Stage {
  url: string;
  /** Of the admin. */
  token: string;
  admin: NodeClient;
  guest: NodeClient;
}

/** What a program of a user does with the published client, and the commands that it uses for that. */
export interface Flow {
  name: string;
  commands: readonly string[];
  /** Why it is answered by a refusal, where that is the answer. */
  refused?: string;
  run(stage: Stage): Promise<void>;
}

type Row = Record<string, unknown> & { _id: string };
const freshName = () => `conformance-${newId()}`;
const payload = (value: object) => value as never;

async function inserted(admin: NodeClient, count = 3): Promise<string> {
  const collectionname = freshName();
  const items = Array.from({ length: count }, (_each, n) => ({ _type: "test", name: `n${n}`, n }));
  await admin.InsertMany({ collectionname, items });
  return collectionname;
}

const reading: Flow[] = [
  {
    name: "get document version",
    commands: ["insertone", "updateone", "getdocumentversion"],
    async run({ admin }) {
      const collectionname = freshName();
      const item = await admin.InsertOne<Row>({ collectionname, item: { name: "v0" } });
      await admin.UpdateOne({ collectionname, item: { ...item, name: "v1" } });
      await admin.UpdateOne({ collectionname, item: { ...item, name: "v2" } });
      const named = async (version: number) =>
        ((await admin.GetDocumentVersion({ collectionname, id: item._id, version })) as unknown as Row)[
          "name"
        ];
      expect([await named(0), await named(1), await named(-1)]).toEqual(["v0", "v1", "v2"]);
    },
  },
  {
    name: "query",
    commands: ["query"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      const found = await admin.Query<Row>({
        collectionname,
        query: { n: { $gt: 0 } },
        orderby: { n: -1 },
        top: 1,
      });
      expect(found.map(({ n }) => n)).toEqual([2]);
    },
  },
  {
    name: "many queries at once",
    commands: ["query"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      const all = await Promise.all(
        Array.from({ length: 50 }, () => admin.Query({ collectionname, query: {} })),
      );
      expect(all.map((found) => found.length)).toEqual(Array.from({ length: 50 }, () => 3));
    },
  },
  {
    name: "aggregate",
    commands: ["aggregate"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      const aggregates = [{ $match: { n: { $gt: 0 } } }, { $group: { _id: null, sum: { $sum: "$n" } } }];
      expect(await admin.Aggregate({ collectionname, aggregates })).toMatchObject([{ sum: 3 }]);
    },
  },
  {
    name: "many aggregates at once",
    commands: ["aggregate"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      const aggregates = [{ $count: "n" }];
      const ask = () => admin.Aggregate<{ n: number }>({ collectionname, aggregates });
      const all = await Promise.all(Array.from({ length: 20 }, ask));
      expect(all.every(([only]) => only?.n === 3)).toBe(true);
    },
  },
  {
    name: "count",
    commands: ["count"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      expect(await admin.Count({ collectionname, query: { n: { $in: [0, 2] } } })).toBe(2);
    },
  },
  {
    name: "distinct",
    commands: ["distinct"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      expect(await admin.Distinct({ collectionname, field: "name" })).toEqual(["n0", "n1", "n2"]);
    },
  },
];

const writing: Flow[] = [
  {
    name: "insert one",
    commands: ["insertone"],
    async run({ admin }) {
      const stored = await admin.InsertOne<Row>({
        collectionname: freshName(),
        item: { _type: "test", name: "x" },
      });
      expect(stored).toMatchObject({ _type: "test", name: "x", _version: 0 });
      expect(stored._id).toMatch(/^[0-9a-f]{24}$/);
    },
  },
  {
    name: "insert many",
    commands: ["insertmany"],
    async run({ admin }) {
      const items = [{ name: "a" }, { name: "b" }];
      expect(await admin.InsertMany({ collectionname: freshName(), items })).toMatchObject(items);
    },
  },
  {
    name: "update one, update by a query",
    commands: ["updateone", "updatedocument"],
    async run({ admin }) {
      const collectionname = freshName();
      const item = await admin.InsertOne<Row>({ collectionname, item: { name: "x" } });
      expect(await admin.UpdateOne({ collectionname, item: { ...item, name: "y" } })).toMatchObject({
        _version: 1,
      });
      const changed = await admin.UpdateDocument({ collectionname, query: {}, document: { $set: { n: 1 } } });
      expect(changed.modifiedCount).toBe(1);
    },
  },
  {
    name: "insert or update one",
    commands: ["insertorupdateone"],
    async run({ admin }) {
      const collectionname = freshName();
      const put = (n: number) =>
        admin.InsertOrUpdateOne<Row>({ collectionname, uniqeness: "name", item: { name: "x", n } });
      const [first, second] = [await put(1), await put(2)];
      expect(second).toMatchObject({ _id: first._id, n: 2 });
    },
  },
  {
    name: "insert or update many",
    commands: ["insertorupdatemany"],
    async run({ admin }) {
      const collectionname = freshName();
      const items = [{ name: "a" }, { name: "a" }, { name: "b" }];
      await admin.InsertOrUpdateMany({ collectionname, uniqeness: "name", items });
      expect(await admin.Count({ collectionname, query: {} })).toBe(2);
    },
  },
  {
    name: "delete one",
    commands: ["deleteone"],
    async run({ admin }) {
      const collectionname = freshName();
      const { _id: id } = await admin.InsertOne<Row>({ collectionname, item: { name: "x" } });
      expect(await admin.DeleteOne({ collectionname, id })).toBe(1);
    },
  },
  {
    name: "delete many by a query",
    commands: ["deletemany"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      expect(await admin.DeleteMany({ collectionname, query: { n: { $gt: 0 } } })).toBe(2);
    },
  },
  {
    name: "delete many by ids",
    commands: ["deletemany"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      const ids = (await admin.Query<Row>({ collectionname, query: {} })).map(({ _id }) => _id);
      expect(await admin.DeleteMany({ collectionname, query: { _id: { $in: ids.slice(1) } } })).toBe(2);
    },
  },
];

async function upload(by: NodeClient): Promise<{ id: string; folder: string }> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const filename = join(folder, "testfile.csv");
  writeFileSync(filename, "a,b\n1,2\n");
  const { id } = (await by.UploadFile({ filename })) as unknown as { id: string };
  return { id, folder };
}

const connecting: Flow[] = [
  {
    name: "sign in with a wrong password is refused",
    commands: ["signin"],
    async run({ url }) {
      await expect(connectClient(url.replace("//", "//testuser:badpassword@"))).rejects.toThrow(/password/);
    },
  },
  {
    name: "ask for a sign of life",
    commands: ["getelement"],
    async run({ admin }) {
      expect(await admin.GetElement("//there")).toBe("//there");
    },
  },
  {
    name: "upload, download",
    commands: ["upload", "download"],
    async run({ admin }) {
      const { id, folder } = await upload(admin);
      await admin.DownloadFile({ id, filename: "back.csv", folder });
      await expect.poll(() => readFileSync(join(folder, "back.csv"), "utf8")).toBe("a,b\n1,2\n");
    },
  },
  {
    name: "upload as guest is refused",
    commands: ["upload"],
    async run({ guest }) {
      await expect(upload(guest)).rejects.toThrow(/Access denied/);
    },
  },
  {
    name: "download as guest is refused",
    commands: ["download"],
    async run({ admin, guest }) {
      const { id, folder } = await upload(admin);
      await expect(guest.DownloadFile({ id, filename: "x.csv", folder })).rejects.toThrow(/no file|denied/);
    },
  },
  {
    name: "watch a collection",
    commands: ["watch", "unwatch"],
    async run({ admin }) {
      const collectionname = freshName();
      const seen: [string, unknown][] = [];
      const paths = ["$.[?(@._type == 'test')]"];
      const id = await admin.Watch({ collectionname, paths }, (operation, document: Row) => {
        seen.push([operation, document["name"]]);
      });
      await admin.InsertMany({
        collectionname,
        items: [
          { _type: "other", name: "x" },
          { _type: "test", name: "y" },
        ],
      });
      await expect.poll(() => seen).toEqual([["insert", "y"]]);
      await admin.UnWatch({ id });
    },
  },
];

const messaging: Flow[] = [
  {
    name: "register a queue",
    commands: ["registerqueue", "queuemessage", "unregisterqueue"],
    async run({ admin }) {
      const got: unknown[] = [];
      const queuename = await admin.RegisterQueue(
        { queuename: freshName() },
        (_event, data) => void got.push(data),
      );
      await admin.QueueMessage({ queuename, data: payload({ test: "message" }), striptoken: true });
      await expect.poll(() => got).toEqual([{ test: "message" }]);
      await admin.UnRegisterQueue({ queuename });
    },
  },
  {
    name: "register an exchange",
    commands: ["registerexchange", "queuemessage"],
    async run({ admin }) {
      const got: unknown[] = [];
      const exchangename = freshName();
      const take = (_event: unknown, data: unknown) => void got.push(data);
      await admin.RegisterExchange({ exchangename, algorithm: "fanout", addqueue: true }, take);
      await admin.QueueMessage({ exchangename, data: payload({ test: "message" }), striptoken: true });
      await expect.poll(() => got).toEqual([{ test: "message" }]);
    },
  },
  {
    name: "ask pingserver and get its answer",
    commands: ["registerqueue", "queuemessage"],
    async run({ url, token, admin }) {
      const server = await connectClient(url, token);
      const queuename = await server.RegisterQueue({ queuename: `pingserver-${newId()}` }, () => ({
        command: "pong",
      }));
      expect(await admin.QueueMessage({ queuename, data: payload({ command: "ping" }) }, true)).toEqual({
        command: "pong",
      });
      server.Close();
    },
  },
];

async function addQueue(admin: NodeClient): Promise<string> {
  const name = freshName();
  await admin.AddWorkItemQueue({ workitemqueue: { name, maxretries: 3 } as never, skiprole: true });
  return name;
}

const working: Flow[] = [
  {
    name: "push a work item with files, pop it and update it",
    commands: ["pushworkitem", "popworkitem", "updateworkitem", "deleteworkitem"],
    async run({ admin }) {
      const wiq = await addQueue(admin);
      const files = [
        { filename: "testfile.csv", compressed: true, file: deflateSync("a,b"), _id: "" },
        { filename: "train.csv", compressed: false, file: Buffer.from("c,d"), _id: "" },
      ];
      await admin.PushWorkitem({ wiq, name: "x", payload: payload({ n: 1 }), files });
      const item = await admin.PopWorkitem({ wiq });
      expect(item?.files.map(({ filename }) => filename)).toEqual(["testfile.csv", "train.csv"]);
      const workitem = { ...item, state: "successful", errormessage: "" } as Workitem;
      expect(await admin.UpdateWorkitem({ workitem })).toMatchObject({ state: "successful" });
      await admin.DeleteWorkitem({ _id: item!._id });
      expect(await admin.PopWorkitem({ wiq })).toBeUndefined();
    },
  },
  {
    name: "push work items",
    commands: ["pushworkitems", "popworkitem"],
    async run({ admin }) {
      const wiq = await addQueue(admin);
      const items = [
        { name: "a", payload: "{}" },
        { name: "b", payload: "{}" },
      ] as unknown as Workitem[];
      expect(await admin.PushWorkitems({ wiq, items })).toHaveLength(2);
      expect([(await admin.PopWorkitem({ wiq }))?.name, (await admin.PopWorkitem({ wiq }))?.name]).toEqual([
        "a",
        "b",
      ]);
    },
  },
  {
    name: "add, update and delete a work item queue",
    commands: ["addworkitemqueue", "updateworkitemqueue", "deleteworkitemqueue"],
    async run({ admin }) {
      const name = freshName();
      const added = await admin.AddWorkItemQueue({ workitemqueue: { name, maxretries: 3 } as never });
      const changed = await admin.UpdateWorkItemQueue({ workitemqueue: { ...added, maxretries: 5 } });
      expect(changed.maxretries).toBe(5);
      await admin.DeleteWorkItemQueue({ wiq: name });
    },
  },
];

const collections: Flow[] = [
  {
    name: "list collections",
    commands: ["listcollections"],
    async run({ admin }) {
      const name = await inserted(admin);
      const listed = (await admin.ListCollections()) as { name: string }[];
      expect(listed.map((each) => each.name)).toContain(name);
    },
  },
  {
    name: "create and drop a collection",
    commands: ["createcollection", "dropcollection"],
    async run({ admin }) {
      const collectionname = freshName();
      await admin.CreateCollection({ collectionname });
      await admin.DropCollection({ collectionname });
    },
  },
  {
    name: "create and drop a collection of a time series",
    commands: ["createcollection", "dropcollection"],
    async run({ admin }) {
      const collectionname = freshName();
      const timeseries = { timeField: "timestamp", metaField: "", granularity: "minutes" };
      await admin.CreateCollection({ collectionname, timeseries } as never);
      await admin.DropCollection({ collectionname });
    },
  },
  {
    name: "get, create and drop an index",
    commands: ["createindex", "getindexes", "dropindex"],
    async run({ admin }) {
      const collectionname = await inserted(admin);
      const name = await admin.CreateIndex({ collectionname, index: { name: 1 }, name: "by_name" });
      const names = async () =>
        ((await admin.GetIndexes({ collectionname })) as Row[]).map((index) => index["name"]);
      expect(await names()).toContain(name);
      await admin.DropIndex({ collectionname, name });
      expect(await names()).not.toContain(name);
    },
  },
];

const agents: Flow[] = [
  {
    name: "custom command: who is connected, an agent registers",
    commands: ["customcommand"],
    async run({ admin }) {
      expect(JSON.parse(await admin.CustomCommand({ command: "getclients" }))).not.toHaveLength(0);
      const data = JSON.stringify({ hostname: freshName(), username: "x" });
      expect(JSON.parse(await admin.CustomCommand({ command: "registeragent", data }))).toMatchObject({
        environment: {},
        schedules: [],
      });
    },
  },
  {
    name: "delete a package",
    commands: ["deletepackage"],
    async run({ admin }) {
      const { id: fileid } = await upload(admin);
      const item = { _type: "package", name: "p", fileid };
      const { _id } = await admin.InsertOne<Row>({ collectionname: "agents", item });
      await admin.DeletePackage({ packageid: _id });
      expect(await admin.Count({ collectionname: "agents", query: { _id } })).toBe(0);
    },
  },
  {
    name: "start, look at and stop an agent",
    commands: ["startagent", "stopagent", "getagentlog", "getagentpods", "deleteagentpod", "deleteagent"],
    refused: "agents do not run on this server yet; start one anywhere and point it here",
    async run({ admin }) {
      const [agentid, podname] = [newId(), "p"];
      await expect(admin.StartAgent({ agentid })).rejects.toThrow("not available yet");
      await expect(admin.StopAgent({ agentid })).rejects.toThrow("not available yet");
      await expect(admin.GetAgentLog({ agentid, podname })).rejects.toThrow("not available yet");
      await expect(admin.GetAgentPods({ agentid })).rejects.toThrow("not available yet");
      await expect(admin.DeleteAgentPod({ agentid, podname })).rejects.toThrow("not available yet");
      await expect(admin.DeleteAgent({ agentid })).rejects.toThrow("delete the agent's document");
    },
  },
  {
    name: "ensure a customer",
    commands: ["ensurecustomer"],
    refused: "there is no billing",
    async run({ admin }) {
      await expect(admin.EnsureCustomer({ customer: {} } as never)).rejects.toThrow("no billing");
    },
  },
  {
    name: "start a workflow instance",
    commands: ["createworkflowinstance"],
    refused: "there are no workflows of that kind; push a work item or send a message",
    async run({ admin }) {
      const wanted = { workflowid: "w", targetid: "t", name: "n", data: {} };
      await expect(admin.CreateWorkflowInstance(wanted as never)).rejects.toThrow("no workflows");
    },
  },
  {
    name: "invoke a robot of the desktop",
    commands: ["invokeopenrpa"],
    refused: "robots are reached through a queue of work items",
    async run({ admin }) {
      const wanted = { robotid: "r", workflowid: "w", payload: {} };
      await expect(admin.InvokeOpenRPA(wanted as never)).rejects.toThrow("cannot be invoked");
    },
  },
];

/** All of them, in the order of the published tests that they were made after. */
export const flows: readonly Flow[] = [
  ...reading,
  ...writing,
  ...connecting,
  ...messaging,
  ...working,
  ...collections,
  ...agents,
];
