import type { Call } from "../../kit/call.ts";
import { systemCall } from "../../kit/call.ts";
import type { NewEvent } from "../events/model.ts";
import { eventOf } from "../events/service.ts";

/** Of which job a fact tells. */
export interface Subject {
  id: string;
  packageId: string;
}

/** A fact about a job of which the caller is the actor. */
export function jobEvent(
  call: Call,
  type: string,
  { id, packageId }: Subject,
  details: Record<string, unknown> = {},
): NewEvent {
  return eventOf(call, { topic: "jobs", type, subjectId: id, scopeId: packageId, details });
}

/** Who acts when a runner says something: the runner, through its connection. */
export interface Actor {
  tenantId: string;
  runnerId: string;
  name: string;
  sessionId: string;
}

/** The runner as a caller without any right: what it did is written under its name. */
export function callOfRunner({ tenantId, runnerId, name, sessionId }: Actor): Call {
  return {
    tenantId,
    userId: runnerId,
    userName: name,
    principalIds: [],
    isAdmin: false,
    requestId: sessionId,
  };
}

/** The platform as a caller in a tenant. */
export function callOfPlatform(tenantId: string, requestId: string): Call {
  return systemCall(requestId, tenantId);
}
