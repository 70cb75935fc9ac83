import type { Definition, Workflow, WorkflowMetadata } from "@millrace/workflow";
import { Type, type Static } from "@sinclair/typebox";
import { AclSchema } from "../access/model.ts";

/*
 * A workflow is a definition in versions. A text that was stored never changes and keeps its number for good; what
 * runs is bound to the version that it began with.
 */

export const textCharactersMax = 500_000;
export const versionsMax = 10_000;
export const workflowsMax = 10_000;
/** Names the highest version. */
export const latestVersion = "latest";

const description = Type.String({ maxLength: 10_000, description: "For people" });
const text = Type.String({
  minLength: 1,
  maxLength: textCharactersMax,
  description: "A definition in the Serverless Workflow DSL 1.0, as YAML or JSON",
});

export const WorkflowTextSchema = Type.Object({ text }, { additionalProperties: false });

export const WorkflowSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description,
  acl: AclSchema,
  latest: Type.Integer({ description: "The number of the newest version" }),
  version: Type.Integer({ description: "Of this record, not of the definition" }),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
});

export const WorkflowChangesSchema = Type.Partial(Type.Object({ description, acl: AclSchema }), {
  additionalProperties: false,
});

const entry = {
  number: Type.Integer(),
  nameOfAuthor: Type.String({ description: "The definition's own `document.version`" }),
  digest: Type.String({ description: "SHA-256 of the text, 64 hex digits" }),
  createdAt: Type.String(),
  createdById: Type.String(),
  createdBy: Type.String(),
};

export const WorkflowVersionEntrySchema = Type.Object(entry);
export const WorkflowVersionSchema = Type.Object({
  ...entry,
  workflow: Type.String({ description: "The workflow's name" }),
  text: Type.String(),
});

export const ProblemSchema = Type.Object({
  severity: Type.Union([Type.Literal("error"), Type.Literal("warning")]),
  code: Type.String(),
  pointer: Type.String({ description: "JSON Pointer of the part it is about" }),
  line: Type.Integer(),
  column: Type.Integer(),
  message: Type.String(),
});

export const StoredWorkflowSchema = Type.Object({
  ...WorkflowVersionSchema.properties,
  id: Type.String({ description: "The workflow's id" }),
  isNew: Type.Boolean({ description: "False where the newest version has this text already" }),
  problems: Type.Array(ProblemSchema, { description: "Warnings: it was stored all the same" }),
});

const textOrNull = Type.Union([Type.String(), Type.Null()]);

export const GraphSchema = Type.Object({
  nodes: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      name: Type.String(),
      container: textOrNull,
      part: textOrNull,
      isContainer: Type.Boolean(),
    }),
  ),
  edges: Type.Array(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      kind: Type.String(),
      label: Type.Optional(Type.String()),
    }),
  ),
});

export type WorkflowView = Static<typeof WorkflowSchema>;
export type WorkflowChanges = Static<typeof WorkflowChangesSchema>;
export type WorkflowVersionEntry = Static<typeof WorkflowVersionEntrySchema>;
export type WorkflowVersionView = Static<typeof WorkflowVersionSchema>;
export type StoredWorkflow = Static<typeof StoredWorkflowSchema>;

/** A workflow as the house knows it. */
export interface WorkflowRecord extends WorkflowView {
  tenantId: string;
}

/** A version as it is stored. */
export interface WorkflowVersion extends WorkflowVersionEntry {
  id: string;
  workflowId: string;
  text: string;
}

/** A version made ready to run; shared by all its runs, and it holds no state. */
export interface RunnableVersion {
  number: number;
  definition: Definition;
  workflow: Workflow;
  metadata: WorkflowMetadata;
}
