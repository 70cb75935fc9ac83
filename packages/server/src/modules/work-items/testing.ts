import { pino } from "pino";
import { type Call, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import type { Epochs } from "../../kit/epoch-cache.ts";
import { Metrics } from "../../kit/metrics.ts";
import { TestEpochs } from "../../kit/testing-calls.ts";
import { createTestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Events } from "../events/service.ts";
import type { NewQueue } from "../queues/model.ts";
import { Queues } from "../queues/service.ts";
import { Repairs } from "./repairs.ts";
import { WorkItems } from "./service.ts";

/** One node's modules up to work items, on a database that others may share. */
export function buildNode(database: Database, epochs: Epochs) {
  const wakes = new Wakes();
  const events = new Events(database, wakes);
  const queues = new Queues(database, events, epochs);
  const files = {
    refusalsIn: async () => [],
    attachIn: async () => undefined,
    copyAttachmentsIn: async () => undefined,
    detachIn: async () => undefined,
    detachFilesIn: async () => undefined,
    listAttached: async () => [],
  };
  const metrics = new Metrics();
  const refresh = async (call: Call) => call;
  const items = new WorkItems({ database, events, queues, files, wakes, refresh, metrics });
  const repairs = new Repairs({ database, events, queues, items, files });
  const close = async () => {
    await items.close();
    await wakes.close();
    await database.close();
  };
  return { database, wakes, events, queues, items, repairs, close };
}

/** The modules up to work items on a database of their own, with one queue. */
export async function setupWorkItems(queue: Partial<NewQueue> = {}) {
  const testDatabase = await createTestDatabase();
  const database = new Database({ url: testDatabase.url, log: pino({ level: "silent" }) });
  const node = buildNode(database, new TestEpochs());
  const call = systemCall("test");
  const made = await node.queues.createQueue(call, { name: "jobs", backoffMs: 0, jitter: 0, ...queue });
  const close = async () => {
    await node.close();
    await testDatabase.drop();
  };
  return { ...node, url: testDatabase.url, call, queue: made, close };
}
