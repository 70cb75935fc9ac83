import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { allows } from "../access/model.ts";
import type { RecordedEvent } from "../events/model.ts";
import type { Files } from "../files/service.ts";
import type { Queues } from "../queues/service.ts";
import type { Workflows } from "../workflows/service.ts";

/** Whether somebody may learn of an event: the feed itself knows no rights but the tenant's. */
export type MayLearn = (call: Call, event: RecordedEvent) => Promise<boolean>;

/** As he may read what it is about; of what has no rights of its own, admins alone. */
export function mayLearnOf({
  queues,
  files,
  workflows,
}: {
  queues: Queues;
  files: Files;
  workflows: Pick<Workflows, "find">;
}): MayLearn {
  return async (call, { topic, tenantId, scopeId, subjectId }) => {
    if (tenantId !== call.tenantId) return false;
    if (call.isAdmin) return true;
    if (topic === "work_items") return isReadable(call, await queues.find(call, scopeId));
    if (topic === "runs") return isReadable(call, await workflows.find(call, scopeId));
    if (topic === "queues") return isReadable(call, await queues.find(call, subjectId));
    if (topic === "workflows") return isReadable(call, await workflows.find(call, subjectId));
    if (topic === "files") return isThere(files.get(call, subjectId));
    // What runs emit is for the whole tenant, as it is for its runs.
    return topic === "signals";
  };
}

function isReadable(call: Call, found: { acl: Parameters<typeof allows>[0] } | undefined): boolean {
  return found !== undefined && allows(found.acl, call, "read");
}

async function isThere(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return false;
    throw error;
  }
}
