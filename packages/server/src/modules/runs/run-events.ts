import type { NewEvent } from "../events/model.ts";
import type { LiveRun, Turn } from "./live-run.ts";
import { effectKey, type RunFacts } from "./model.ts";

/** A fact about a run; its scope is its workflow. */
export function runEvent(
  facts: RunFacts,
  type: string,
  details: Record<string, unknown> = {},
  actor: { userId: string; userName: string; requestId: string } = {
    userId: facts.runAsId,
    userName: facts.runAs,
    requestId: facts.id,
  },
): NewEvent {
  const { id, tenantId, workflowId, workflowName, version } = facts;
  return {
    tenantId,
    topic: "runs",
    type,
    subjectId: id,
    scopeId: workflowId,
    actorId: actor.userId,
    actorName: actor.userName,
    requestId: actor.requestId,
    details: { workflow: workflowName, version, ...details },
  };
}

/** How a run ended. */
export function endEvent({ facts, state }: LiveRun, { row: { error } }: Turn): NewEvent {
  const told =
    error === null ? {} : { error: { type: error.type, status: error.status, instance: error.instance } };
  return runEvent(facts, `run.${state}`, told);
}

/** The events that its `emit` tasks publish: CloudEvents as they are. */
export function signalEvents({ facts }: LiveRun, { emitted }: Turn): NewEvent[] {
  return emitted.map(({ command, event }) => ({
    ...runEvent(facts, "signal.emitted"),
    topic: "signals",
    subjectId: effectKey(facts.id, command).replace("/", "-"),
    details: { event },
  }));
}
