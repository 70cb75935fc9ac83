import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import { HistorySchema } from "../events/model.ts";
import {
  closed,
  NewRunSchema,
  RerunSchema,
  RunEntrySchema,
  RunSchema,
  RunsQuery,
  StartedRunSchema,
  TaskSchema,
} from "./model.ts";
import { type Runs, waitMsMax } from "./service.ts";

const tag = "runs";
const params = Type.Object({ run: Type.String({ maxLength: 100, description: "Id" }) });
const workflowParams = Type.Object({ workflow: Type.String({ maxLength: 100, description: "Name or id" }) });
const waitMs = Type.Integer({ minimum: 0, maximum: waitMsMax, description: "How long to wait at most" });
const reading = {
  tag,
  method: "GET",
  access: { kind: "object", of: "run", right: "read" },
  scope: "runs:read",
} as const;
const changing = {
  tag,
  method: "POST",
  access: { kind: "object", of: "run", right: "update" },
  scope: "runs:write",
} as const;
const pageOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });

/** The REST face of runs. */
export function runRoutes(runs: Runs): Route[] {
  return [...startingRoutes(runs), ...readingRoutes(runs), ...changingRoutes(runs)];
}

function startingRoutes(runs: Runs): Route[] {
  return [
    route({
      tag,
      method: "POST",
      path: "/workflows/:workflow/runs",
      operation: "startRun",
      summary: "Begin a run of a workflow; may wait for its end",
      access: { kind: "object", of: "workflow", right: "invoke" },
      scope: "runs:write",
      schemas: { params: workflowParams, body: NewRunSchema },
      replies: { 201: StartedRunSchema },
      waits: true,
      run: (call, { params: { workflow }, body }) => runs.startRun(call, workflow, body),
    }),
    route({
      tag,
      method: "DELETE",
      path: "/workflows/:workflow",
      operation: "deleteWorkflow",
      summary: "Delete a workflow of which no run is under way, with all its versions",
      access: { kind: "object", of: "workflow", right: "delete" },
      scope: "workflows:write",
      schemas: { params: workflowParams },
      replies: { 204: Type.Null() },
      run: async (call, { params: { workflow }, reply }) => {
        await runs.deleteWorkflow(call, workflow);
        return reply.code(204).send();
      },
    }),
    route({
      ...reading,
      method: "POST",
      path: "/runs/:run/rerun",
      operation: "rerunRun",
      summary: "Run it again, from its beginning or from a task, with its own input or another one",
      access: { kind: "object", of: "run", right: "invoke" },
      scope: "runs:write",
      schemas: { params, body: RerunSchema },
      replies: { 201: StartedRunSchema },
      run: (call, { params: { run }, body }) => runs.rerunRun(call, run, body),
    }),
  ];
}

function readingRoutes(runs: Runs): Route[] {
  return [
    route({
      ...reading,
      path: "/runs",
      operation: "listRuns",
      summary: "List the runs of the workflows you may read, and those that act for you, the newest first",
      access: { kind: "signed_in" },
      schemas: { query: RunsQuery },
      replies: { 200: pageOf(RunEntrySchema) },
      run: (call, { query: { state, ...rest } }) =>
        runs.listRuns(call, { ...rest, ...(state === undefined ? {} : { states: [state].flat() }) }),
    }),
    route({
      ...reading,
      path: "/runs/:run",
      operation: "getRun",
      summary: "Show a run, and what it waits for if it does",
      schemas: { params },
      replies: { 200: RunSchema },
      run: (call, { params: { run } }) => runs.getRun(call, run),
    }),
    route({
      ...reading,
      method: "POST",
      path: "/runs/:run/wait",
      operation: "waitForRun",
      summary: "Show a run once it has ended, or as it is after a time",
      schemas: { params, body: Type.Object({ waitMs: Type.Optional(waitMs) }, closed) },
      replies: { 200: RunSchema },
      waits: true,
      run: (call, { params: { run }, body }) => runs.waitForRun(call, run, body.waitMs ?? waitMsMax),
    }),
    route({
      ...reading,
      path: "/runs/:run/tasks",
      operation: "listTasks",
      summary: "What a run went through, task by task: inputs, outputs, attempts, times, errors",
      schemas: {
        params,
        query: Type.Object(
          {
            cursor: Type.Optional(Type.String({ pattern: "^\\d{1,9}$" })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_000 })),
          },
          closed,
        ),
      },
      replies: { 200: pageOf(TaskSchema) },
      run: (call, { params: { run }, query: { cursor, limit } }) =>
        runs.listTasks(call, run, { after: Number(cursor ?? 0), limit }),
    }),
    route({
      ...reading,
      path: "/runs/:run/history",
      operation: "runHistory",
      summary: "Every fact about a run: who, when, why",
      schemas: { params },
      replies: { 200: HistorySchema },
      run: async (call, { params: { run } }) => ({ items: await runs.runHistory(call, run) }),
    }),
  ];
}

function changingRoutes(runs: Runs): Route[] {
  return [
    route({
      ...changing,
      path: "/runs/:run/cancel",
      operation: "cancelRun",
      summary: "End a run that is not wanted any more",
      schemas: { params },
      replies: { 200: RunSchema },
      run: (call, { params: { run } }) => runs.cancelRun(call, run),
    }),
    route({
      ...changing,
      path: "/runs/:run/suspend",
      operation: "suspendRun",
      summary: "Have a run ask for nothing new until it is resumed",
      schemas: { params },
      replies: { 200: RunSchema },
      run: (call, { params: { run } }) => runs.suspendRun(call, run),
    }),
    route({
      ...changing,
      path: "/runs/:run/resume",
      operation: "resumeRun",
      summary: "Let a suspended run go on",
      schemas: { params },
      replies: { 200: RunSchema },
      run: (call, { params: { run } }) => runs.resumeRun(call, run),
    }),
  ];
}
