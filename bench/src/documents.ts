import { percentile, rateOf } from "./measure.ts";
import type { Stage } from "./stage.ts";

const queries = 1_000;
const users = 20;

/** Milliseconds of a query by an indexed field, asked by a user who may read a part of so many documents. */
export async function measureQueries(
  stage: Stage,
  count: number,
): Promise<{ p50: number; p99: number; insertsPerSecond: number }> {
  const { client } = stage;
  const collection = `bench${Date.now()}`;
  const readers = await makeReaders(stage);
  let next = 0;
  const insertsPerSecond = await rateOf(count, 4, async () => {
    const documents = Array.from({ length: 1_000 }, () => documentOf(next++, readers));
    await client.insertDocuments(collection, documents);
    return documents.length;
  });
  await client.createIndex(collection, { keys: { number: 1 } } as never);
  const took: number[] = [];
  const reader = readers[0]!.client;
  for (let round = 0; round < queries; round++) {
    const number = Math.floor(Math.random() * count);
    const startedAt = performance.now();
    await reader.queryDocuments(collection, { filter: { number }, limit: 10 });
    took.push(performance.now() - startedAt);
  }
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99), insertsPerSecond };
}

interface Reader {
  id: string;
  client: Stage["client"];
}

async function makeReaders(stage: Stage): Promise<Reader[]> {
  const { createClient } = await import("@millrace/sdk");
  const readers: Reader[] = [];
  for (let n = 0; n < users; n++) {
    const password = `reader-${n}-${Math.random()}`;
    const user = await stage.client.createUser({ name: `reader-${n}-${Date.now()}`, password });
    const { id } = user as { id: string };
    const made = (await stage.client.createToken({ name: "bench", userId: id })) as {
      token?: string;
      text?: string;
    };
    readers.push({ id, client: createClient({ url: stage.serverUrl, token: (made.token ?? made.text)! }) });
  }
  return readers;
}

function documentOf(number: number, readers: readonly Reader[]): Record<string, unknown> {
  const owner = readers[number % readers.length]!;
  return {
    _type: "film",
    name: `Film ${number}`,
    number,
    rating: (number * 7919) % 100,
    tags: ["a", "b"],
    _acl: [{ principalId: owner.id, rights: ["read"] }],
  };
}
