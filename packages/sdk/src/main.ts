export type { CallOptions, Download } from "./calls.ts";
export { type Client, type ClientOptions, createClient } from "./client.ts";
export type { Consumer, ConsumerOptions, DeliveryContext, Message, MessageHandler } from "./consumer.ts";
export { BusinessError, type ClientErrorCode, MillraceError, type MillraceErrorDetails } from "./errors.ts";
export type { HandlerContext, HandlerResult } from "./held-item.ts";
export type { Change, HintOptions, Hints, Watch, WatchOptions, WatchRequest } from "./live.ts";
export type {
  Finish,
  FinishOutcome,
  Item,
  Job,
  NewItem,
  NewJob,
  NewQueue,
  Package,
  Payload,
  PushedItem,
  Queue,
  Runner,
  Run,
  RunEntry,
  RunTask,
  Secret,
  Workflow,
  WorkflowProblem,
  Trigger,
} from "./model.ts";
export type { Content } from "./transport.ts";
export type { Handler, Worker, WorkerOptions } from "./worker.ts";
