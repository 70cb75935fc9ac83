import type { BodyOf, ReplyOf } from "@millrace/contract/shapes.ts";

/** A work item as it is handed out and shown. */
export type Item = ReplyOf<"getItem">;
export type NewItem = BodyOf<"pushItem">;
export type PushedItem = ReplyOf<"pushItem">;
export type Wanted = BodyOf<"claimItems">;
export type Payload = Item["payload"];
export type Finish = BodyOf<"finishItems">["items"][number];
export type FinishOutcome = ReplyOf<"finishItems">["items"][number];
export type Queue = ReplyOf<"getQueue">;
export type NewQueue = BodyOf<"createQueue">;
export type Job = ReplyOf<"getJob">;
export type NewJob = BodyOf<"submitJob">;
export type Package = ReplyOf<"getPackage">;
export type Secret = ReplyOf<"getSecret">;
export type Trigger = ReplyOf<"getTrigger">;
export type Runner = ReplyOf<"listRunners">["items"][number];
export type Workflow = ReplyOf<"getWorkflow">;
export type WorkflowProblem = ReplyOf<"validateWorkflow">["problems"][number];
export type Run = ReplyOf<"getRun">;
export type RunEntry = ReplyOf<"listRuns">["items"][number];
export type RunTask = ReplyOf<"listTasks">["items"][number];
