import type { Config } from "./kit/config.ts";
import type { BlobStore } from "./kit/blobs.ts";
import { openBlobs } from "./kit/open-blobs.ts";
import type { Database } from "./kit/database.ts";
import { deriveKey, Encryption } from "./kit/encryption.ts";
import type { Logger } from "./kit/log.ts";
import { LoopRunner } from "./kit/loops.ts";
import type { Metrics } from "./kit/metrics.ts";
import { openRootKeys } from "./kit/root-key.ts";
import type { Wakes } from "./kit/wakes.ts";
import type { House } from "./doors/rest/route-table.ts";
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
import { Runs } from "./modules/runs/service.ts";
import { sweepEnrolments, tendAuthorities } from "./modules/runners/keep-house.ts";
import { Runners } from "./modules/runners/service.ts";
import { resealSecrets } from "./modules/secrets/reseal-secrets.ts";
import { Secrets } from "./modules/secrets/service.ts";
import { consumeMessages } from "./modules/triggers/consume-messages.ts";
import { fireSchedules } from "./modules/triggers/fire-schedules.ts";
import { forgetFiringKeys } from "./modules/triggers/forget-keys.ts";
import { matchEvents } from "./modules/triggers/match-events.ts";
import { Triggers } from "./modules/triggers/service.ts";
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
import { Workflows } from "./modules/workflows/service.ts";

/** What every module stands on. */
export interface Ground {
  database: Database;
  wakes: Wakes;
  metrics: Metrics;
  log: Logger;
}

/** The verbs behind the doors, and how the house ends. */
export interface WholeHouse extends House {
  blobs: BlobStore;
  /** Waiting claims are answered, so that the doors can close. */
  answerWaiting(): Promise<void>;
  close(): Promise<void>;
}

/** The modules, floor by floor: each gets what it needs of those below. */
export async function buildHouse(
  config: Config,
  { database, wakes, metrics, log }: Ground,
): Promise<WholeHouse> {
  const rootKeys = await openRootKeys(config, database);
  const encryption = new Encryption(rootKeys);
  const signingKey = deriveKey(rootKeys[0], "identity: signed tokens");
  const events = new Events(database, wakes);
  const identity = new Identity({ database, events, wakes, log, signingKey });
  const documents = new Documents({ database, events, encryption });
  const follower = new Follower(events, "documents", wakes, log);
  const watches = new Watches({ database, documents, events, follower });
  const blobs = openBlobs(config, process.env);
  const files = new Files({ database, events, blobs });
  const secrets = new Secrets({ database, events, encryption });
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
  const workflows = new Workflows({ database, events, epochs: identity });
  const actAs = identity.actAs.bind(identity);
  const effectors = { documents, files, items, messages, jobs, secrets };
  // An embedded database has one server.
  const isAlone = config.databaseUrl === undefined;
  const runs = new Runs({ database, events, workflows, ...effectors, wakes, metrics, log, actAs, isAlone });
  const useSecrets = secrets.use.bind(secrets);
  const known = { documents, queues, files, messages, workflows };
  const triggers = new Triggers({ database, events, runs, actAs, useSecrets, ...known });
  const close = async () => {
    await triggers.close();
    await runs.close();
    await Promise.all([items.close(), jobs.close()]);
    await messages.close();
    await follower.stop();
    await identity.close();
  };
  const answerWaiting = async () => {
    await Promise.all([items.answerWaiting(), jobs.answerWaiting(), runs.answerWaiting()]);
  };
  const below = { events, identity, documents, watches, blobs, files, secrets, queues, packages, runners };
  return { ...below, items, messages, repairs, jobs, workflows, runs, triggers, answerWaiting, close };
}

/** What a node does by itself. */
export function startLoops(
  config: Config,
  house: WholeHouse,
  { database, wakes, log }: Omit<Ground, "metrics">,
): LoopRunner {
  const { events, queues, items, messages, repairs, jobs, documents, blobs, secrets, runners, runs } = house;
  const loops = new LoopRunner(database, wakes, log);
  loops.start(expireLeases({ database, events, queues, items }));
  loops.start(releaseDueItems({ database, queues, items }));
  loops.start(foldCounts(database));
  loops.start(forgetKeys(database));
  loops.start(removePastKeeping(queues, repairs));
  loops.start(turnItemPartitions(database, config.finishedItemsKeepDays));
  for (const loop of jobs.loops(config.finishedJobsKeepDays)) loops.start(loop);
  for (const loop of runs.loops()) loops.start(loop);
  loops.start(turnPartitions(database, config.eventsKeepDays));
  loops.start(expireDocuments(database, documents));
  loops.start(sweepCredentials(database));
  loops.start(resealSecrets(secrets));
  loops.start(tendAuthorities(runners));
  loops.start(sweepEnrolments(database));
  loops.start(sweepFiles({ database, events, blobs }));
  loops.start(fireSchedules(house.triggers.schedules));
  loops.start(forgetFiringKeys(database));
  loops.start(matchEvents(house.triggers.listening));
  loops.start(consumeMessages(house.triggers.consuming));
  messages.loops().forEach((loop) => loops.start(loop));
  return loops;
}
