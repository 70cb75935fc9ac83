import {
  aclOf,
  fresh,
  listed,
  type Room,
  type Sample,
  type SampleRequest,
  withBody,
} from "./authorisation-room.ts";

const definition = (name: string) =>
  [
    `document: { dsl: 1.0.0, namespace: test, name: ${name}, version: 1.0.0 }`,
    "do:",
    "- rest: { wait: PT1H }",
  ].join("\n");

/** A workflow of the owner's, which others may read. */
export async function makeWorkflow(room: Room): Promise<{ id: string; name: string }> {
  const { workflows } = room.house;
  const call = { ...room.owner, epoch: undefined };
  const name = fresh("workflow");
  const { id } = await workflows.storeWorkflow(call, definition(name));
  await workflows.updateWorkflow(call, id, { acl: aclOf(room) });
  return { id, name };
}

async function onWorkflow(room: Room): Promise<SampleRequest & { params: { workflow: string } }> {
  const { id } = await makeWorkflow(room);
  return { params: { workflow: id }, secret: id };
}

async function onVersion(room: Room): Promise<SampleRequest> {
  const { params } = await onWorkflow(room);
  return { params: { ...params, version: "1" } };
}

async function onRun(room: Room): Promise<SampleRequest & { params: { run: string } }> {
  const { params } = await onWorkflow(room);
  const call = { ...room.owner, epoch: undefined };
  const { id } = await room.house.runs.startRun(call, params.workflow, {});
  return { params: { run: id }, secret: id };
}

async function onSuspendedRun(room: Room): Promise<SampleRequest> {
  const made = await onRun(room);
  await room.house.runs.suspendRun({ ...room.owner, epoch: undefined }, made.params.run);
  return made;
}

const withoutSecret = (make: (room: Room) => Promise<SampleRequest>) => async (room: Room) => ({
  ...(await make(room)),
  secret: undefined,
});

/** What workflows and runs are asked for. */
export const workflowSamples: Readonly<Record<string, Sample>> = {
  storeWorkflow: { make: async () => ({ body: { text: definition(fresh("workflow")) } }) },
  validateWorkflow: { make: async () => ({ body: { text: definition("any") } }), changesNothing: true },
  listWorkflows: { make: async (room) => listed((await onWorkflow(room)).secret, "500") },
  getWorkflow: { make: onWorkflow },
  updateWorkflow: { make: withBody(onWorkflow, { description: "new" }) },
  deleteWorkflow: { make: onWorkflow },
  listWorkflowVersions: { make: withoutSecret(onWorkflow) },
  getWorkflowVersion: { make: onVersion },
  getWorkflowGraph: { make: onVersion },
  startRun: { make: withBody(withoutSecret(onWorkflow), { input: {} }) },
  listRuns: { make: async (room) => listed((await onRun(room)).secret, "500") },
  getRun: { make: onRun },
  waitForRun: { make: withBody(onRun, { waitMs: 0 }) },
  listTasks: { make: withoutSecret(onRun) },
  runHistory: { make: withoutSecret(onRun) },
  cancelRun: { make: onRun },
  suspendRun: { make: onRun },
  resumeRun: { make: onSuspendedRun },
  rerunRun: { make: withBody(onRun, {}) },
};
