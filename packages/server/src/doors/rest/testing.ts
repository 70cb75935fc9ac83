import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { adminsId, type Call, systemCall } from "../../kit/call.ts";
import { Database } from "../../kit/database.ts";
import { DiskBlobs } from "../../kit/disk-blobs.ts";
import { Encryption } from "../../kit/encryption.ts";
import { newId } from "../../kit/ids.ts";
import { Metrics } from "../../kit/metrics.ts";
import type { Logger } from "../../kit/log.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import { createTestDatabase, temporaryFolder } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Documents } from "../../modules/documents/service.ts";
import { Watches } from "../../modules/documents/watch.ts";
import { Follower } from "../../modules/events/follow.ts";
import { Events } from "../../modules/events/service.ts";
import { Files } from "../../modules/files/service.ts";
import type { Scope } from "../../modules/identity/model.ts";
import { Identity } from "../../modules/identity/service.ts";
import { ConnectedRunners } from "../../modules/jobs/connected-runners.ts";
import { Jobs } from "../../modules/jobs/service.ts";
import { Packages } from "../../modules/packages/service.ts";
import { brokerAt } from "../../modules/messages/open-broker.ts";
import { Messages } from "../../modules/messages/service.ts";
import { Queues } from "../../modules/queues/service.ts";
import { Runs } from "../../modules/runs/service.ts";
import { Runners } from "../../modules/runners/service.ts";
import { Secrets } from "../../modules/secrets/service.ts";
import { Triggers } from "../../modules/triggers/service.ts";
import { Repairs } from "../../modules/work-items/repairs.ts";
import { WorkItems } from "../../modules/work-items/service.ts";
import { Workflows } from "../../modules/workflows/service.ts";
import type { Gate } from "./authenticate.ts";
import { createRest } from "./rest.ts";
import { type House, routeTable } from "./route-table.ts";

export interface TestDoor {
  house: House;
  database: Database;
  /** Where the door is. */
  address: string;
  /** Log lines of errors that were ours. */
  failures: string[];
  close(): Promise<void>;
}

/** What another door that stands on the same port is made of. */
export interface TestGround {
  app: FastifyInstance;
  house: House;
  gate: Gate;
  metrics: Metrics;
  log: Logger;
}

/**
 * All modules behind the REST door, on a database of their own: what `main.ts` wires, without loops. `beside` adds
 * another door before it opens.
 */
export async function openTestDoor(beside?: (ground: TestGround) => Promise<void>): Promise<TestDoor> {
  const testDatabase = await createTestDatabase();
  const failures: string[] = [];
  const log = pino({ level: "error" }, { write: (line) => failures.push(line) });
  const database = new Database({ url: testDatabase.url, log });
  const { house, follower } = buildHouse(database);
  await house.runners.authorities.open();
  const gate = {
    authenticator: house.identity,
    limitPerToken: new RateLimits(0),
    limitPerAddress: new RateLimits(0),
  };
  const metrics = new Metrics();
  const options = { routes: routeTable(house), gate, metrics, log, trustedProxies: [], corsOrigins: [] };
  const app: FastifyInstance = await createRest(options);
  await beside?.({ app, house, gate, metrics, log });
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  const close = async () => {
    app.server.closeAllConnections();
    await app.close();
    await house.triggers.close();
    await house.runs.close();
    await house.items.close();
    await house.jobs.close();
    await house.messages.close();
    await follower.stop();
    await house.identity.close();
    await database.close();
    await testDatabase.drop();
  };
  return { house, database, address, failures, close };
}

function buildHouse(database: Database): { house: House; follower: Follower } {
  const log = pino({ level: "silent" });
  const wakes = new Wakes();
  const events = new Events(database, wakes);
  const identity = new Identity({ database, events, wakes, log, signingKey: randomBytes(32) });
  const encryption = new Encryption([randomBytes(32)]);
  const documents = new Documents({ database, events, encryption });
  const follower = new Follower(events, "documents", wakes, log);
  const watches = new Watches({ database, documents, events, follower });
  const files = new Files({ database, events, blobs: new DiskBlobs(join(temporaryFolder(), "files")) });
  const secrets = new Secrets({ database, events, encryption });
  const queues = new Queues(database, events, identity);
  const packages = new Packages({ database, events, files, epochs: identity });
  const refresh = identity.refresh.bind(identity);
  const metrics = new Metrics();
  const items = new WorkItems({ database, events, queues, files, wakes, refresh, metrics });
  const openBroker = brokerAt("postgres");
  const messages = new Messages({
    database,
    events,
    epochs: identity,
    wakes,
    refresh,
    metrics,
    log,
    openBroker,
  });
  const repairs = new Repairs({ database, events, queues, items, files });
  const runners = new Runners({ database, events, encryption, wakes, metrics });
  const connected = new ConnectedRunners();
  const parts = { database, events, packages, files, wakes, encryption, metrics, log };
  const jobs = new Jobs({ ...parts, connected, inventory: connected });
  const workflows = new Workflows({ database, events, epochs: identity });
  const actAs = identity.actAs.bind(identity);
  const effectors = { documents, files, items, messages, jobs, secrets };
  const runs = new Runs({ database, events, workflows, ...effectors, wakes, metrics, log, actAs });
  const useSecrets = secrets.use.bind(secrets);
  const known = { documents, queues, files, messages, workflows };
  const triggers = new Triggers({ database, events, runs, actAs, useSecrets, ...known });
  const below = { events, identity, documents, watches, files, secrets, queues, packages, runners };
  return { house: { ...below, items, messages, repairs, jobs, workflows, runs, triggers }, follower };
}

/** Somebody with a token, and the call that comes with it. */
export interface Person {
  userId: string;
  token: string;
  call(): Promise<Call>;
}

/** A tenant with an admin and three people of whom only grants say what they may. */
export interface Tenant {
  house: House;
  system: Call;
  admin: Person;
  owner: Person;
  reader: Person;
  nobody: Person;
}

export async function makeTenant(house: House, tenantId: string): Promise<Tenant> {
  const system = systemCall("test-request", tenantId);
  await house.identity.ensureFoundations(tenantId);
  const make = (name: string, roleIds: string[] = []) => makePerson(house, system, { name, roleIds });
  const admin = await make("Ada", [adminsId]);
  const [owner, reader, nobody] = [await make("Olga"), await make("Rita"), await make("Nils")];
  return { house, system, admin, owner, reader, nobody };
}

/** A user of his own with a token. */
export async function makePerson(
  house: House,
  system: Call,
  user: { name: string; password?: string; roleIds?: string[] },
): Promise<Person> {
  const { id: userId } = await house.identity.createUser(system, user);
  const token = await makeToken(house, system, userId);
  const request = () => ({ requestId: newId(), address: "127.0.0.1" });
  return {
    userId,
    token,
    call: () => house.identity.authenticate({ kind: "token", text: token }, request()),
  };
}

/** The text of a token of this user. */
export async function makeToken(
  house: House,
  system: Call,
  userId: string,
  scopes?: Scope[],
): Promise<string> {
  return (await house.identity.createToken(system, { name: "test", userId, scopes })).token;
}
