import { Type } from "@sinclair/typebox";
import { route, type Route } from "../../kit/route.ts";
import {
  GraphSchema,
  ProblemSchema,
  StoredWorkflowSchema,
  WorkflowChangesSchema,
  WorkflowSchema,
  WorkflowTextSchema,
  WorkflowVersionEntrySchema,
  WorkflowVersionSchema,
} from "./model.ts";
import type { Workflows } from "./service.ts";

const tag = "workflows";
const closed = { additionalProperties: false } as const;
const params = Type.Object({ workflow: Type.String({ maxLength: 100, description: "Name or id" }) });
const versionParams = Type.Object({
  ...params.properties,
  version: Type.String({ maxLength: 20, description: "A version's number, or latest" }),
});
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }));
const PageQuery = Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 100 })), limit }, closed);
const pageOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });
const reading = {
  tag,
  method: "GET",
  access: { kind: "object", of: "workflow", right: "read" },
  scope: "workflows:read",
} as const;

/** The REST face of workflows' definitions. */
export function workflowRoutes(workflows: Workflows): Route[] {
  return [...storing(workflows), ...readingRoutes(workflows)];
}

function storing(workflows: Workflows): Route[] {
  return [
    route({
      tag,
      method: "POST",
      path: "/workflows",
      operation: "storeWorkflow",
      summary:
        "Store a definition under its own name: the first makes the workflow, another its next version",
      access: { kind: "signed_in" },
      scope: "workflows:write",
      schemas: { body: WorkflowTextSchema },
      replies: { 201: StoredWorkflowSchema },
      run: (call, { body }) => workflows.storeWorkflow(call, body.text),
    }),
    route({
      tag,
      method: "POST",
      path: "/workflows/validate",
      operation: "validateWorkflow",
      summary: "Say everything that is wrong with a definition, with lines and columns",
      access: { kind: "signed_in" },
      scope: "workflows:read",
      schemas: { body: WorkflowTextSchema },
      replies: { 200: Type.Object({ problems: Type.Array(ProblemSchema) }) },
      run: (call, { body }) => workflows.validateWorkflow(call, body.text),
    }),
    route({
      tag,
      method: "PATCH",
      path: "/workflows/:workflow",
      operation: "updateWorkflow",
      summary: "Change a workflow's description or rights",
      access: { kind: "object", of: "workflow", right: "update" },
      scope: "workflows:write",
      schemas: {
        params,
        body: WorkflowChangesSchema,
        query: Type.Object(
          { version: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })) },
          closed,
        ),
      },
      replies: { 200: WorkflowSchema },
      run: (call, { params: { workflow }, body, query }) =>
        workflows.updateWorkflow(call, workflow, body, query.version),
    }),
  ];
}

function readingRoutes(workflows: Workflows): Route[] {
  return [
    route({
      ...reading,
      path: "/workflows",
      operation: "listWorkflows",
      summary: "List the workflows you may read",
      access: { kind: "signed_in" },
      schemas: { query: PageQuery },
      replies: { 200: pageOf(WorkflowSchema) },
      run: (call, { query }) => workflows.listWorkflows(call, query.cursor, query.limit),
    }),
    route({
      ...reading,
      path: "/workflows/:workflow",
      operation: "getWorkflow",
      summary: "Show a workflow",
      schemas: { params },
      replies: { 200: WorkflowSchema },
      run: (call, { params: { workflow } }) => workflows.getWorkflow(call, workflow),
    }),
    route({
      ...reading,
      path: "/workflows/:workflow/versions",
      operation: "listWorkflowVersions",
      summary: "List a workflow's versions, the newest first",
      schemas: { params, query: PageQuery },
      replies: { 200: pageOf(WorkflowVersionEntrySchema) },
      run: (call, { params: { workflow }, query }) => workflows.listWorkflowVersions(call, workflow, query),
    }),
    route({
      ...reading,
      path: "/workflows/:workflow/versions/:version",
      operation: "getWorkflowVersion",
      summary: "Show a version with its text",
      schemas: { params: versionParams },
      replies: { 200: WorkflowVersionSchema },
      run: (call, { params: { workflow, version } }) => workflows.getWorkflowVersion(call, workflow, version),
    }),
    route({
      ...reading,
      path: "/workflows/:workflow/versions/:version/graph",
      operation: "getWorkflowGraph",
      summary: "Show a version as nodes and edges",
      schemas: { params: versionParams },
      replies: { 200: GraphSchema },
      run: (call, { params: { workflow, version } }) => workflows.getWorkflowGraph(call, workflow, version),
    }),
  ];
}
