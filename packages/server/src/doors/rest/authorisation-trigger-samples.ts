import {
  aclOf,
  fresh,
  listed,
  type Room,
  type Sample,
  type SampleRequest,
  withBody,
} from "./authorisation-room.ts";
import { makeWorkflow } from "./authorisation-workflow-samples.ts";

async function onTrigger(room: Room): Promise<SampleRequest> {
  const { name: workflow } = await makeWorkflow(room);
  const schedule = { cron: "0 0 1 1 *" };
  const wanted = { name: fresh("trigger"), workflow, schedule, acl: aclOf(room) };
  const { id } = await room.house.triggers.createTrigger({ ...room.owner, epoch: undefined }, wanted);
  return { params: { trigger: id }, secret: id };
}

async function onPausedTrigger(room: Room): Promise<SampleRequest> {
  const made = await onTrigger(room);
  await room.house.triggers.pauseTrigger(room.owner, made.params!["trigger"]!);
  return made;
}

const range = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };
/** What triggers are asked for. */
export const triggerSamples: Record<string, Sample> = {
  createTrigger: {
    make: async (room) => {
      const { name: workflow } = await makeWorkflow(room);
      return { body: { name: fresh("trigger"), workflow, schedule: { every: "PT1H" } } };
    },
    except: { nobody: 404, why: "whoever makes a trigger must be able to run its workflow" },
  },
  listTriggers: { make: async (room) => listed((await onTrigger(room)).secret, "500") },
  getTrigger: { make: onTrigger },
  listFirings: { make: onTrigger },
  updateTrigger: { make: withBody(onTrigger, { description: "other" }) },
  pauseTrigger: { make: onTrigger },
  resumeTrigger: { make: onPausedTrigger },
  deleteTrigger: { make: onTrigger },
  fireTrigger: { make: withBody(onTrigger, { facts: { by: "hand" } }) },
  emitSignals: {
    make: async () => ({
      headers: { "content-type": "application/cloudevents+json" },
      body: JSON.stringify({ specversion: "1.0", id: fresh("event"), source: "urn:test", type: "test" }),
    }),
  },
  backfillTrigger: { make: withBody(onTrigger, range) },
};
