import type { Route } from "../../kit/route.ts";
import { documentRoutes } from "../../modules/documents/api.ts";
import type { Documents } from "../../modules/documents/service.ts";
import type { Watches } from "../../modules/documents/watch.ts";
import { eventRoutes } from "../../modules/events/api.ts";
import type { Events } from "../../modules/events/service.ts";
import { fileRoutes } from "../../modules/files/api.ts";
import type { Files } from "../../modules/files/service.ts";
import { identityRoutes } from "../../modules/identity/api.ts";
import type { Identity } from "../../modules/identity/service.ts";
import { jobRoutes } from "../../modules/jobs/api.ts";
import type { Jobs } from "../../modules/jobs/service.ts";
import { packageRoutes } from "../../modules/packages/api.ts";
import type { Packages } from "../../modules/packages/service.ts";
import { messagesRoutes } from "../../modules/messages/api.ts";
import type { Messages } from "../../modules/messages/service.ts";
import { queueRoutes } from "../../modules/queues/api.ts";
import type { Queues } from "../../modules/queues/service.ts";
import { runRoutes } from "../../modules/runs/api.ts";
import type { Runs } from "../../modules/runs/service.ts";
import { runnerRoutes } from "../../modules/runners/api.ts";
import type { Runners } from "../../modules/runners/service.ts";
import { secretRoutes } from "../../modules/secrets/api.ts";
import type { Secrets } from "../../modules/secrets/service.ts";
import { triggerRoutes } from "../../modules/triggers/api.ts";
import type { Triggers } from "../../modules/triggers/service.ts";
import { workItemRoutes } from "../../modules/work-items/api.ts";
import type { Repairs } from "../../modules/work-items/repairs.ts";
import type { WorkItems } from "../../modules/work-items/service.ts";
import { workflowRoutes } from "../../modules/workflows/api.ts";
import type { Workflows } from "../../modules/workflows/service.ts";

/** The verbs behind the doors. */
export interface House {
  events: Events;
  identity: Identity;
  documents: Documents;
  watches: Watches;
  files: Files;
  secrets: Secrets;
  queues: Queues;
  packages: Packages;
  items: WorkItems;
  messages: Messages;
  repairs: Repairs;
  runners: Runners;
  jobs: Jobs;
  workflows: Workflows;
  runs: Runs;
  triggers: Triggers;
}

/** Where the runner port is for who asked by this host; null where it is closed. */
export type RunnerAddress = (host: string) => string | null;

/** Every route there is. What is generated from the routes (OpenAPI, the authorisation matrix) begins here. */
export function routeTable(house: House, runnerAddress: RunnerAddress = () => null): Route[] {
  const { events, identity, documents, watches, files, secrets, queues, packages } = house;
  const { items, messages, repairs, runners, jobs, workflows, runs, triggers } = house;
  return [
    ...identityRoutes(identity),
    ...queueRoutes(queues),
    ...workItemRoutes(items, repairs),
    ...messagesRoutes(messages),
    ...documentRoutes(documents, watches, (call) => identity.refresh(call)),
    ...fileRoutes(files),
    ...secretRoutes(secrets),
    ...packageRoutes(packages),
    ...runnerRoutes(runners, runnerAddress),
    ...jobRoutes(jobs, (call) => identity.refresh(call)),
    ...workflowRoutes(workflows),
    ...runRoutes(runs),
    ...triggerRoutes(triggers),
    ...eventRoutes(events),
  ];
}

/** The same table where nobody will call it: for pages made without a running server. */
export function describedRoutes(): Route[] {
  return routeTable({ runners: {} } as House);
}
