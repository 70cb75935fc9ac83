export { durationMs } from "./duration.ts";
export { type Parsed, parse } from "./parse.ts";
export { type Place, type Problem, problemLine } from "./problem.ts";
export type * from "./definition.ts";
export type { Json, JsonObject } from "./json.ts";
export { compileSchema, type Schema, type SchemaBreach } from "./json-schema.ts";
export { compile, CompileError } from "./compile.ts";
export type { CompileOptions, Fault } from "./compiler.ts";
export type { Workflow } from "./compiled.ts";
export { apply, begin, decide } from "./decide.ts";
export type * from "./history.ts";
export { type RunState, type RunStatus, restore, snapshot } from "./run-state.ts";
export { reveal, type Secrets, secretsOf } from "./reveal.ts";
export type { WorkflowError } from "./workflow-error.ts";
export { limits } from "./turn.ts";
export { cronProblem, nextTick, zoneProblem } from "./schedule.ts";
export { endId, type Graph, type GraphEdge, type GraphNode, graph, startId } from "./graph.ts";
export { millraceFunctions } from "./millrace-functions.ts";
export {
  metadataText,
  millraceMetadataSchema,
  type TaskMetadata,
  type WorkflowMetadata,
  workflowMetadata,
} from "./millrace-metadata.ts";
export { eventTrigger } from "./trigger.ts";
export { validate } from "./validate.ts";
export type { Known } from "./check.ts";
