import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { pino } from "pino";
import type { Call } from "../../kit/call.ts";
import { Database, type Tx } from "../../kit/database.ts";
import { DiskBlobs } from "../../kit/disk-blobs.ts";
import { Encryption } from "../../kit/encryption.ts";
import { AppError } from "../../kit/errors.ts";
import { newId } from "../../kit/ids.ts";
import { callOf, TestEpochs } from "../../kit/testing-calls.ts";
import { Metrics } from "../../kit/metrics.ts";
import { createTestDatabase, temporaryFolder } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { type AclEntry, allows } from "../access/model.ts";
import { Documents } from "../documents/service.ts";
import { Events } from "../events/service.ts";
import { Files } from "../files/service.ts";
import { brokerAt } from "../messages/open-broker.ts";
import { Messages } from "../messages/service.ts";
import { Queues } from "../queues/service.ts";
import { Secrets } from "../secrets/service.ts";
import type { ListeningParts } from "./listening.ts";
import type { RunStarter, StartRun } from "./run-starter.ts";
import { Triggers } from "./service.ts";
import * as store from "./testing-run-store.ts";

/** Runs that are started and go no further, kept in a table of the test's. */
export class TestRuns implements RunStarter {
  /** Workflows that only some may run; all others may be run by anybody. */
  readonly guarded = new Map<string, AclEntry[]>();
  /** The workflows that there are: any, under their names. */
  readonly workflows: ListeningParts["workflows"] = {
    require: async (call, name) => {
      const refusal = this.refusalOf(call, name);
      if (refusal !== undefined) throw refusal;
      return { id: name } as never;
    },
    find: async () => undefined,
  };
  /** How runs end; they go on if not given. */
  endsAs: { state: string; output?: unknown } | undefined;
  /** Told before the starts are written. */
  onStart: (call: Call, starts: readonly StartRun[]) => Promise<void> | void = () => undefined;

  async startIn(tx: Tx, call: Call, starts: readonly StartRun[]): Promise<({ id: string } | AppError)[]> {
    await this.onStart(call, starts);
    const outcomes: ({ id: string } | AppError)[] = [];
    for (const start of starts) {
      const refusal = this.refusalOf(call, start.workflow);
      outcomes.push(refusal ?? { id: await store.insertRun(tx, call, newId(), start) });
    }
    return outcomes;
  }

  async waitForRun() {
    return this.endsAs ?? { state: "running" };
  }

  /** As the runs of the house: a workflow that may not be run is not there. */
  refusalOf(call: Call, workflow: string): AppError | undefined {
    const acl = this.guarded.get(workflow);
    const isThere = workflow !== "nowhere" && (acl === undefined || allows(acl, call, "invoke"));
    return isThere ? undefined : new AppError("not_found", `There is no workflow "${workflow}"`);
  }
}

/** Triggers on a database of their own, people on whose behalf they act, and further nodes. */
export async function setupTriggers() {
  const testDatabase = await createTestDatabase();
  const epochs = new TestEpochs();
  const folder = join(temporaryFolder(), "files");
  const encryption = new Encryption([randomBytes(32)]);
  const runs = new TestRuns();
  const people = new Map<string, Call>();
  const openNode = () => {
    const log = pino({ level: "silent" });
    const database = new Database({ url: testDatabase.url, log });
    const wakes = new Wakes();
    const events = new Events(database, wakes);
    const documents = new Documents({ database, events, encryption });
    const queues = new Queues(database, events, epochs);
    const files = new Files({ database, events, blobs: new DiskBlobs(folder) });
    const messages = new Messages({
      database,
      events,
      epochs,
      wakes,
      log,
      refresh: async (call: Call) => call,
      metrics: new Metrics(),
      openBroker: brokerAt("postgres"),
    });
    const secrets = new Secrets({ database, events, encryption });
    const triggers = new Triggers({
      database,
      events,
      runs,
      useSecrets: secrets.use.bind(secrets),
      actAs: async ({ tenantId, userId }) => people.get(`${tenantId} ${userId}`),
      documents,
      messages,
      queues,
      files,
      workflows: runs.workflows,
    });
    const close = async () => {
      await triggers.close();
      await messages.close();
      await wakes.close();
      await database.close();
    };
    return { database, events, documents, messages, queues, files, secrets, triggers, close };
  };
  const nodes = [openNode()];
  const node = nodes[0]!;
  await store.createRuns(node.database);
  /** Somebody on whose behalf triggers may act. */
  const person = (name: string, tenantId?: string): Call => {
    const call = callOf(name, tenantId);
    people.set(`${call.tenantId} ${call.userId}`, call);
    return call;
  };
  const addNode = () => {
    const added = openNode();
    nodes.push(added);
    return added;
  };
  const close = async () => {
    for (const opened of nodes) await opened.close();
    await testDatabase.drop();
  };
  /** What a trigger started, in order. */
  const started = (trigger: string) => store.listRuns(node.database, trigger);
  /** Puts the next tick of a schedule to a time that is over. */
  const planAt = (trigger: string, at: string) => store.planAt(node.database, trigger, at);
  return { ...node, runs, people, person, addNode, started, planAt, close };
}
