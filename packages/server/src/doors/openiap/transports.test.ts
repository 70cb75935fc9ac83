import { credentials, makeClientConstructor, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { decodeMessage, encodeMessage, unaryMethods } from "./messages.ts";
import { connectClient, makeMember, openTestOpeniap, type TestOpeniap } from "./testing.ts";

let door: TestOpeniap;
let member: Awaited<ReturnType<typeof makeMember>>;

beforeAll(async () => {
  door = await openTestOpeniap();
  member = await makeMember(door);
});
afterAll(async () => {
  await door.close();
  expect(door.failures).toEqual([]);
});

test.each(["webSocketUrl", "grpcUrl", "pipeUrl"] as const)(
  "the published client does over %s whatever one does with documents",
  async (transport) => {
    const client = await connectClient(door[transport], member.token);
    const collectionname = `c-${newId()}`;
    const first = await client.InsertOne<{ _id: string; n: number }>({
      collectionname,
      item: { name: "first", n: 1, tags: ["a"] },
    });
    await client.InsertMany({
      collectionname,
      items: Array.from({ length: 1_200 }, (_each, index) => ({ name: `film ${index}`, n: index + 2 })),
      skipresults: true,
    });
    expect(await client.Count({ collectionname, query: {} })).toBe(1_201);
    const found = await client.Query<{ n: number }>({
      collectionname,
      query: { n: { $lte: 3 } },
      orderby: "n",
    });
    expect(found.map(({ n }) => n)).toEqual([1, 2, 3]);
    const page = await client.Query({ collectionname, query: {}, orderby: { n: -1 }, top: 1_150, skip: 1 });
    expect([page.length, (page[0] as { n: number }).n]).toEqual([1_150, 1_200]);
    const like = await client.Query<{ n: number }>({ collectionname, query: { name: /^FILM 1$/i } });
    expect(like.map(({ n }) => n)).toEqual([3]);
    const sums = await client.Aggregate<{ total: number }>({
      collectionname,
      aggregates: [{ $match: { n: { $lt: 4 } } }, { $group: { _id: null, total: { $sum: "$n" } } }],
    });
    expect(sums[0]!.total).toBe(6);
    expect(await client.Distinct({ collectionname, field: "tags" })).toEqual(["a"]);
    const changed = await client.UpdateOne({
      collectionname,
      item: { ...first, n: 100, tags: null as never },
    });
    expect(changed).toMatchObject({ _version: 1, n: 100 });
    expect(changed).not.toHaveProperty("tags");
    const { modifiedCount } = await client.UpdateDocument({
      collectionname,
      query: { n: { $in: [2, 3] } },
      document: { $set: { seen: true } },
    });
    expect(modifiedCount).toBe(2);
    const again = await client.InsertOrUpdateOne({
      collectionname,
      uniqeness: "name",
      item: { name: "first", n: 7 },
    });
    expect(again).toMatchObject({ _id: first._id, n: 7 });
    const before = await client.GetDocumentVersion({ collectionname, id: first._id, version: 0 });
    expect(before).toMatchObject({ n: 1 });
    expect(await client.DeleteOne({ collectionname, id: first._id })).toBe(1);
    expect(await client.DeleteOne({ collectionname, id: first._id })).toBe(0);
    expect(await client.DeleteMany({ collectionname, query: { n: { $gt: 1_000 } } })).toBe(201);
    await expect(client.DropCollection({ collectionname })).rejects.toThrow(/Access denied/);
    client.Close();
  },
  60_000,
);

test("every command is a gRPC method as well, with a bearer token, and fails with a canonical status", async () => {
  const asBytes = (bytes: Buffer) => bytes;
  const method = (name: string) => ({
    path: `/openiap.FlowService/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: asBytes,
    responseDeserialize: asBytes,
  });
  const Client = makeClientConstructor(
    Object.fromEntries(unaryMethods.map((name) => [name, method(name)])),
    "FlowService",
  );
  const client = new Client(door.grpcUrl.replace("grpc://", ""), credentials.createInsecure());
  const ask = (name: string, value: Uint8Array, token?: string) =>
    new Promise<Buffer>((resolve, reject) => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      const call = client[name] as (...given: unknown[]) => void;
      call.call(client, value, metadata, (error: Error | null, answer: Buffer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  const count = encodeMessage("CountRequest", { collectionname: "none" });
  expect(decodeMessage("CountResponse", await ask("Count", count, member.token)).result).toBe(0);
  await expect(ask("Count", count)).rejects.toMatchObject({
    code: 16,
    details: "Not signed in, and missing jwt",
  });
  await expect(ask("Watch", Buffer.alloc(0), member.token)).rejects.toMatchObject({ code: 3 });
  for (const name of unaryMethods) await ask(name, Buffer.alloc(0)).catch((error: Error) => error);
  client.close();
});

test("over HTTP one envelope is asked and one answered, always with 200", async () => {
  const post = async (envelope: object, token?: string) => {
    const response = await fetch(`${door.address}/api/v2`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(envelope),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { command: string; rid: string; data: { value: { data: number[] } } };
  };
  expect(await post({ command: "noop", id: "1" })).toMatchObject({ command: "noop", rid: "1" });
  const value = Buffer.from(encodeMessage("CountRequest", { collectionname: "none" }));
  const counted = await post({ command: "count", id: "2", data: { type_url: "", value } }, member.token);
  expect(counted).toMatchObject({ command: "countreply", rid: "2" });
  expect(await post({ command: "count", id: "3", data: { value: "nonsense" } })).toMatchObject({
    command: "error",
  });
  expect(
    await post({ command: "watch", id: "4", data: { value: { type: "Buffer", data: [] } } }, member.token),
  ).toMatchObject({ command: "error" });
});
