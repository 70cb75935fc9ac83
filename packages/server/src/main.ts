import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { defaultTenant } from "./kit/call.ts";
import type { Config } from "./kit/config.ts";
import type { BlobStore } from "./kit/blobs.ts";
import { openBlobs } from "./kit/open-blobs.ts";
import { Database } from "./kit/database.ts";
import { openDatabaseServer } from "./kit/database-server.ts";
import { deriveKey, Encryption } from "./kit/encryption.ts";
import { AppError } from "./kit/errors.ts";
import type { Logger } from "./kit/log.ts";
import { LoopRunner } from "./kit/loops.ts";
import { Metrics } from "./kit/metrics.ts";
import { migrateUrl } from "./kit/migrations.ts";
import { RateLimits } from "./kit/rate-limits.ts";
import { openRootKey } from "./kit/root-key.ts";
import { serverRoot } from "./kit/server-root.ts";
import { openTelemetry, type Telemetry } from "./kit/telemetry.ts";
import { Wakes } from "./kit/wakes.ts";
import { authenticateUpgrade } from "./doors/live/authenticate-upgrade.ts";
import { LiveDoor } from "./doors/live/live.ts";
import { knownRoles } from "./doors/openiap/known-principals.ts";
import { OpeniapDoor, webSocketPath } from "./doors/openiap/openiap.ts";
import type { Gate } from "./doors/rest/authenticate.ts";
import { clientOf, type Trust, trustIn } from "./doors/rest/client-address.ts";
import { openApiOf } from "./doors/rest/openapi.ts";
import { addProbes } from "./doors/rest/probes.ts";
import { addReference } from "./doors/rest/reference.ts";
import { apiPrefix, createRest } from "./doors/rest/rest.ts";
import { describedRoutes, type House, routeTable } from "./doors/rest/route-table.ts";
import { filePartsOf } from "./doors/runner/file-parts.ts";
import { isForRunners, RunnerDoor } from "./doors/runner/runner.ts";
import { approachOf } from "./doors/runner/websocket.ts";
import { expireDocuments } from "./modules/documents/expire-documents.ts";
import { Documents } from "./modules/documents/service.ts";
import { Watches } from "./modules/documents/watch.ts";
import { Follower } from "./modules/events/follow.ts";
import { Events } from "./modules/events/service.ts";
import { turnPartitions } from "./modules/events/turn-partitions.ts";
import { Files } from "./modules/files/service.ts";
import { sweepFiles } from "./modules/files/sweep-files.ts";
import { sweepCredentials } from "./modules/identity/sweep-credentials.ts";
import { Identity } from "./modules/identity/service.ts";
import { brokerAt } from "./modules/messages/open-broker.ts";
import { Messages } from "./modules/messages/service.ts";
import { ConnectedRunners } from "./modules/jobs/connected-runners.ts";
import { gaugeJobs } from "./modules/jobs/gauges.ts";
import { Jobs } from "./modules/jobs/service.ts";
import { Packages } from "./modules/packages/service.ts";
import { Queues } from "./modules/queues/service.ts";
import { sweepEnrolments, tendAuthorities } from "./modules/runners/keep-house.ts";
import { Runners } from "./modules/runners/service.ts";
import { expireLeases } from "./modules/work-items/expire-leases.ts";
import {
  foldCounts,
  forgetKeys,
  removePastKeeping,
  turnItemPartitions,
} from "./modules/work-items/keep-house.ts";
import { releaseDueItems } from "./modules/work-items/release-due-items.ts";
import { Repairs } from "./modules/work-items/repairs.ts";
import { WorkItems } from "./modules/work-items/service.ts";

export { type Config, describeSettings, readConfig } from "./kit/config.ts";
export { createLog, holdLog, type Logger } from "./kit/log.ts";
export { AppError } from "./kit/errors.ts";
export { backUp, restoreBackup } from "./kit/backup-files.ts";
export { examine, type Finding } from "./kit/examine.ts";

/** Longer than any single answer but a large download takes. */
const closeGraceMs = 10_000;

export interface RunningServer {
  /** Where users reach it. */
  url: string;
  /** Where this machine reaches it. */
  address: string;
  /** Made on the first start of a system: shown once. */
  firstAdmin: { userName: string; password: string; link: string } | undefined;
  /** The data folder was empty. */
  isNew: boolean;
  /** Ends it: what was accepted is answered first. */
  stop(): Promise<void>;
}

/** Starts a whole node: the database (embedded if none is named), the modules, the loops, the doors. */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const databaseServer = await openDatabaseServer(config, log);
  const undo: (() => Promise<unknown>)[] = [() => databaseServer.stop()];
  try {
    return await startOn(databaseServer, config, log, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

/** `undo` gains the way back of every step, so that a start that fails leaves nothing running. */
async function startOn(
  databaseServer: { url: string; isNew: boolean },
  config: Config,
  log: Logger,
  undo: (() => Promise<unknown>)[],
): Promise<RunningServer> {
  await migrateUrl(databaseServer.url);
  const database = new Database({ url: databaseServer.url, log });
  const wakes = new Wakes();
  const metrics = new Metrics();
  const telemetry = await openTelemetry(process.env, { version: version(), log, metrics });
  undo.push(() => telemetry.close());
  undo.push(async () => {
    await wakes.close();
    await database.close();
  });
  await wakes.connect(database, log);
  const house = await buildHouse(config, { database, wakes, metrics, log });
  undo.push(() => house.close());
  await house.identity.ensureFoundations(defaultTenant);
  const firstAdmin = await house.identity.ensureFirstAdmin();
  await house.identity.ensureGuestAndRoles(knownRoles);
  const { app, openiap } = await openDoors(config, house, { database, wakes, metrics, telemetry, log });
  undo.push(() => closeDoors(app));
  const loops = startLoops(config, house, { database, wakes, log });
  undo.push(() => loops.stop());
  const address = await app.listen({ host: config.host, port: config.port });
  await listenForOpeniap(config, openiap, log);
  const url = config.publicUrl ?? address;
  return {
    url,
    address,
    firstAdmin: firstAdmin && {
      ...firstAdmin,
      link: `${url}/api/v1/session/link?token=${firstAdmin.linkToken}`,
    },
    isNew: databaseServer.isNew,
    stop: () => stop(undo, house),
  };
}

interface Ground {
  database: Database;
  wakes: Wakes;
  metrics: Metrics;
  log: Logger;
}

interface WholeHouse extends House {
  blobs: BlobStore;
  /** Waiting claims are answered, so that the doors can close. */
  answerWaiting(): Promise<void>;
  close(): Promise<void>;
}

/** The modules, floor by floor: each gets what it needs of those below. */
async function buildHouse(config: Config, { database, wakes, metrics, log }: Ground): Promise<WholeHouse> {
  const rootKey = await openRootKey(config, database);
  const encryption = new Encryption([rootKey]);
  const signingKey = deriveKey(rootKey, "identity: signed tokens");
  const events = new Events(database, wakes);
  const identity = new Identity({ database, events, wakes, log, signingKey });
  const documents = new Documents({ database, events, encryption });
  const follower = new Follower(events, "documents", wakes, log);
  const watches = new Watches({ database, documents, events, follower });
  const blobs = openBlobs(config, process.env);
  const files = new Files({ database, events, blobs });
  const queues = new Queues(database, events, identity);
  const packages = new Packages({ database, events, files, epochs: identity });
  const refresh = identity.refresh.bind(identity);
  const items = new WorkItems({ database, events, queues, files, wakes, refresh, metrics });
  const openBroker = brokerAt(config.brokerUrl);
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
  await runners.authorities.open();
  const connected = new ConnectedRunners();
  const parts = { database, events, packages, files, wakes, encryption, metrics, log };
  const jobs = new Jobs({ ...parts, connected, inventory: runners });
  gaugeJobs(metrics, database);
  const close = async () => {
    await Promise.all([items.close(), jobs.close()]);
    await messages.close();
    await follower.stop();
    await identity.close();
  };
  const answerWaiting = async () => {
    await Promise.all([items.answerWaiting(), jobs.answerWaiting()]);
  };
  const below = { events, identity, documents, watches, blobs, files, queues, packages, runners };
  return { ...below, items, messages, repairs, jobs, answerWaiting, close };
}

/** REST, the reference, the probes, the live socket and OpenIAP on one port. */
async function openDoors(
  config: Config,
  house: WholeHouse,
  { database, wakes, metrics, telemetry, log }: Ground & { telemetry: Telemetry },
): Promise<{ app: FastifyInstance; openiap: OpeniapDoor }> {
  const { identity, watches, jobs } = house;
  const gate = {
    authenticator: identity,
    limitPerToken: new RateLimits(config.rateLimitPerToken),
    limitPerAddress: new RateLimits(config.rateLimitPerAddress),
  };
  const { trustedProxies, corsOrigins } = config;
  let runnerPort: number | undefined;
  const app = await createRest({
    routes: routeTable(house, (asked) => runnerAddressOf(config, runnerPort, asked)),
    gate,
    metrics,
    traces: telemetry.traces,
    log,
    trustedProxies,
    corsOrigins,
  });
  app.get("/", { schema: { hide: true } }, (_request, reply) => reply.redirect("/api", 303));
  addProbes(app, { metrics, version: version(), ping: () => database.ping() });
  await addReference(app, openApiPage(), `${apiPrefix}/openapi.json`);
  const trust = trustIn(trustedProxies);
  const live = new LiveDoor({
    authenticate: (request) => authenticateUpgrade(gate, trust, request),
    refresh: identity.refresh.bind(identity),
    watch: watches.watch.bind(watches),
    followLog: jobs.followLog.bind(jobs),
    metrics,
    log,
  });
  const publicUrl = () => config.publicUrl ?? app.listeningOrigin;
  const hasGuest = config.openiapGuest;
  const openiap = new OpeniapDoor({
    house,
    gate,
    trust,
    publicUrl,
    version: version(),
    hasGuest,
    metrics,
    log,
  });
  await openiap.serveHttp(app);
  const { door: runnerDoor, port } = await openRunnerDoor(config, house, {
    wakes,
    metrics,
    log,
    gate,
    trust,
  });
  runnerPort = port;
  app.server.on("upgrade", (request, socket, head) => {
    if (request.url?.split("?")[0] === webSocketPath) openiap.upgrade(request, socket, head);
    else if (isForRunners(request)) runnerDoor.upgrade(request, socket, head);
    else void live.upgrade(request, socket, head);
  });
  app.addHook("preClose", async () => {
    await Promise.all([live.close(), openiap.close(), runnerDoor.close()]);
  });
  return { app, openiap };
}

/** gRPC and the pipe of OpenIAP clients. A port that nobody asked for and that is taken is done without. */
async function listenForOpeniap(config: Config, openiap: OpeniapDoor, log: Logger): Promise<void> {
  const { openiapPort, openiapPipe, host, port } = config;
  if (openiapPipe !== undefined) await openiap.listenPipe(openiapPipe);
  if (openiapPort === "off") return;
  const wanted = openiapPort ?? (port === 0 ? 0 : port + 1);
  try {
    log.info({ port: await openiap.listenGrpc(host, wanted) }, "gRPC for OpenIAP clients");
  } catch (error) {
    if (openiapPort !== undefined) throw error;
    log.warn(
      { err: error },
      `no gRPC for OpenIAP clients: port ${wanted} is taken; set MILLRACE_OPENIAP_PORT`,
    );
  }
}

const runnerPortDefault = 4_102;

/** Runners come in over gRPC on a port of their own, and over the web port; answers which port that is. */
async function openRunnerDoor(
  { host, runnerPort: wanted, publicUrl }: Config,
  { runners, jobs, files }: WholeHouse,
  { gate, trust, ...ground }: Omit<Ground, "database"> & { gate: Gate; trust: Trust },
): Promise<{ door: RunnerDoor; port: number | undefined }> {
  const door = new RunnerDoor({
    ...ground,
    runners,
    link: jobs,
    readFile: filePartsOf(files),
    approachOf: (request) => approachOf(clientOf(request, trust), publicUrl),
    onUnproved: (address) => void gate.limitPerAddress.take(address),
  });
  await door.open();
  if (wanted === 0) return { door, port: undefined };
  const port = await door.listen({ host, port: wanted ?? runnerPortDefault }).catch((error: Error) => {
    if (wanted !== undefined) throw new AppError("unavailable", `MILLRACE_RUNNER_PORT: ${error.message}`);
    // Another node of this machine has the usual port, and nobody asked this one for it.
    ground.log.warn(
      { err: error },
      "runners reach this node over the WebSocket alone: set MILLRACE_RUNNER_PORT",
    );
    return undefined;
  });
  return { door, port };
}

function startLoops(
  config: Config,
  house: WholeHouse,
  { database, wakes, log }: Omit<Ground, "metrics">,
): LoopRunner {
  const { events, queues, items, messages, repairs, jobs, documents, blobs, runners } = house;
  const loops = new LoopRunner(database, wakes, log);
  loops.start(expireLeases({ database, events, queues, items }));
  loops.start(releaseDueItems({ database, queues, items }));
  loops.start(foldCounts(database));
  loops.start(forgetKeys(database));
  loops.start(removePastKeeping(queues, repairs));
  loops.start(turnItemPartitions(database, config.finishedItemsKeepDays));
  for (const loop of jobs.loops(config.finishedJobsKeepDays)) loops.start(loop);
  loops.start(turnPartitions(database, config.eventsKeepDays));
  loops.start(expireDocuments(database, documents));
  loops.start(sweepCredentials(database));
  loops.start(tendAuthorities(runners));
  loops.start(sweepEnrolments(database));
  loops.start(sweepFiles({ database, events, blobs }));
  messages.loops().forEach((loop) => loops.start(loop));
  return loops;
}

/** As configured, else the host that was asked, at the runner port. */
function runnerAddressOf({ runnerAddress }: Config, port: number | undefined, asked: string): string | null {
  if (port === undefined) return null;
  return runnerAddress ?? `${asked.replace(/:\d+$/, "")}:${port}`;
}

/** Lets what was taken be answered; connections on which nothing was asked are cut after a grace. */
async function closeDoors(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeGraceMs);
  await app.close();
  clearTimeout(timer);
}

/** Claims that wait are answered, the doors finish what they took, the loops their tick; then the ground goes. */
async function stop(undo: (() => Promise<unknown>)[], house: WholeHouse): Promise<void> {
  await house.answerWaiting();
  for (const step of undo.splice(0).reverse()) await step();
}

/** The OpenAPI page of every route there is. */
export function openApiPage(): Record<string, unknown> {
  const description = "Queues of work items, messages, documents with history, files, and live changes.";
  return openApiOf(describedRoutes(), { title: "Millrace", version: version(), description }, apiPrefix);
}

export function version(): string {
  return (JSON.parse(readFileSync(join(serverRoot(), "package.json"), "utf8")) as { version: string })
    .version;
}
