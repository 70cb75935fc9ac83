import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Config } from "./kit/config.ts";
import { AppError } from "./kit/errors.ts";
import type { Logger } from "./kit/log.ts";
import { RateLimits } from "./kit/rate-limits.ts";
import { serverRoot } from "./kit/server-root.ts";
import { type Telemetry } from "./kit/telemetry.ts";
import { authenticateUpgrade } from "./doors/live/authenticate-upgrade.ts";
import { LiveDoor } from "./doors/live/live.ts";
import { OpeniapDoor, webSocketPath } from "./doors/openiap/openiap.ts";
import type { Gate } from "./doors/rest/authenticate.ts";
import { clientOf, type Trust, trustIn } from "./doors/rest/client-address.ts";
import { addForms } from "./doors/rest/form-pages.ts";
import { addHooks } from "./doors/rest/hooks.ts";
import { addProbes } from "./doors/rest/probes.ts";
import { addReference } from "./doors/rest/reference.ts";
import { apiPrefix, createRest } from "./doors/rest/rest.ts";
import { routeTable } from "./doors/rest/route-table.ts";
import { filePartsOf } from "./doors/runner/file-parts.ts";
import { isForRunners, RunnerDoor } from "./doors/runner/runner.ts";
import { approachOf } from "./doors/runner/websocket.ts";
import { wakeTopic } from "./modules/events/service.ts";
import { addWeb } from "./doors/web/web.ts";
import type { Ground, WholeHouse } from "./house.ts";
import { openApiPage } from "./doors/rest/openapi-page.ts";
import { version } from "./kit/version.ts";

/** Longer than any single answer but a large download takes. */
const closeGraceMs = 10_000;

/** REST, the reference, the probes, the live socket and OpenIAP on one port. */
export async function openDoors(
  config: Config,
  house: WholeHouse,
  { database, wakes, metrics, telemetry, log }: Ground & { telemetry: Telemetry },
): Promise<{ app: FastifyInstance; openiap: OpeniapDoor; runnerPort: number | undefined }> {
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
  await addHooks(app, house.triggers.webhooks, gate);
  await addForms(app, house.triggers.forms, gate);
  addProbes(app, { metrics, version: version(), ping: () => database.ping() });
  await addReference(app, openApiPage(), `${apiPrefix}/openapi.json`);
  addWeb(app, join(serverRoot(), "../web/dist"));
  const trust = trustIn(trustedProxies);
  const live = new LiveDoor({
    authenticate: (request) => authenticateUpgrade(gate, trust, request),
    refresh: identity.refresh.bind(identity),
    watch: watches.watch.bind(watches),
    followLog: jobs.followLog.bind(jobs),
    onHint: (topic, listener) => wakes.on(wakeTopic(topic), listener),
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
  return { app, openiap, runnerPort };
}

/** gRPC and the pipe of OpenIAP clients. A port that nobody asked for and that is taken is done without. */
export async function listenForOpeniap(config: Config, openiap: OpeniapDoor, log: Logger): Promise<void> {
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

/** As configured, else the host that was asked, at the runner port. */
function runnerAddressOf({ runnerAddress }: Config, port: number | undefined, asked: string): string | null {
  if (port === undefined) return null;
  return runnerAddress ?? `${asked.replace(/:\d+$/, "")}:${port}`;
}

/** Lets what was taken be answered; connections on which nothing was asked are cut after a grace. */
export async function closeDoors(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeGraceMs);
  await app.close();
  clearTimeout(timer);
}
