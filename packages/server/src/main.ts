import { defaultTenant, systemCall } from "./kit/call.ts";
import type { Config } from "./kit/config.ts";
import { Database } from "./kit/database.ts";
import { openDatabaseServer } from "./kit/database-server.ts";
import type { Logger } from "./kit/log.ts";
import { Metrics } from "./kit/metrics.ts";
import { migrateUrl } from "./kit/migrations.ts";
import { openTelemetry } from "./kit/telemetry.ts";
import { version } from "./kit/version.ts";
import { Wakes } from "./kit/wakes.ts";
import { knownRoles } from "./doors/openiap/known-principals.ts";
import { buildHouse, startLoops, type WholeHouse } from "./house.ts";
import { closeDoors, listenForOpeniap, openDoors } from "./open-doors.ts";

export { type Config, describeSettings, readConfig } from "./kit/config.ts";
export { createLog, holdLog, type Logger } from "./kit/log.ts";
export { AppError } from "./kit/errors.ts";
export { openApiPage } from "./doors/rest/openapi-page.ts";
export { backUp, restoreBackup } from "./kit/backup-files.ts";
export { examine, type Finding } from "./kit/examine.ts";

export interface RunningServer {
  /** Where users reach it. */
  url: string;
  /** Where this machine reaches it. */
  address: string;
  /** Made on the first start of a system: shown once. */
  firstAdmin: { userName: string; password: string; link: string } | undefined;
  /** The data folder was empty. */
  isNew: boolean;
  /** host:port at which runners of this machine reach it; null where they come over the web port alone. */
  runnerAddress: string | null;
  /** A token to enrol the runner that belongs to this server; undefined if `runnerId` is that one already. */
  enrolOwnRunner(runnerId: string | undefined): Promise<string | undefined>;
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
  const { app, openiap, runnerPort } = await openDoors(config, house, {
    database,
    wakes,
    metrics,
    telemetry,
    log,
  });
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
    runnerAddress: runnerPort === undefined ? null : `${new URL(address).hostname}:${runnerPort}`,
    enrolOwnRunner: (runnerId) => enrolOwnRunner(house, runnerId),
    stop: () => stop(undo, house),
  };
}

const ownRunner = { name: "embedded", tags: ["embedded"] };

/** One whose enrolment is gone is enrolled anew; one that an operator has deleted comes back only by his own start. */
async function enrolOwnRunner({ runners }: WholeHouse, runnerId: string | undefined) {
  const call = systemCall("embedded runner");
  const known = await runners.list(defaultTenant);
  if (runnerId !== undefined && known.some(({ id }) => id === runnerId)) return undefined;
  const again = known.find(({ name }) => name === ownRunner.name);
  const wanted = again === undefined ? ownRunner : { runnerId: again.id };
  return (await runners.enrolment.createToken(call, wanted)).token;
}

/** Claims that wait are answered, the doors finish what they took, the loops their tick; then the ground goes. */
async function stop(undo: (() => Promise<unknown>)[], house: WholeHouse): Promise<void> {
  await house.answerWaiting();
  for (const step of undo.splice(0).reverse()) await step();
}
