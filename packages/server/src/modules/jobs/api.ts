import { Type } from "@sinclair/typebox";
import { answerContent } from "../../kit/content-answer.ts";
import { route, type Route } from "../../kit/route.ts";
import { HistorySchema } from "../events/model.ts";
import { FileSchema } from "../files/model.ts";
import { type RefreshCall, streamLog } from "./log-stream.ts";
import {
  closed,
  JobSchema,
  JobsQuery,
  LateResultSchema,
  LogPageSchema,
  NewJobSchema,
  SubmittedSchema,
} from "./schemas.ts";
import { type Jobs, waitMsMax } from "./service.ts";

const tag = "jobs";
const params = Type.Object({ job: Type.String({ maxLength: 100, description: "Id" }) });
const waitMs = Type.Integer({ minimum: 0, maximum: waitMsMax, description: "How long to wait at most" });
const after = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: "The number of the first line" });
const reading = {
  tag,
  method: "GET",
  access: { kind: "object", of: "job", right: "read" },
  scope: "jobs:read",
} as const;
const itemsOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  Type.Object({ items: Type.Array(item) });

/** The REST face of jobs. */
export function jobRoutes(jobs: Jobs, refreshCall: RefreshCall): Route[] {
  return [
    ...submitRoutes(jobs),
    ...readingRoutes(jobs),
    ...logRoutes(jobs, refreshCall),
    ...fileRoutes(jobs),
    ...changingRoutes(jobs),
  ];
}

function submitRoutes(jobs: Jobs): Route[] {
  return [
    route({
      tag,
      method: "POST",
      path: "/jobs",
      operation: "submitJob",
      summary: "Have a runner run a package's code",
      access: { kind: "signed_in" },
      scope: "jobs:write",
      schemas: { body: NewJobSchema },
      replies: { 201: SubmittedSchema },
      run: (call, { body }) => jobs.submitJob(call, body),
    }),
    route({
      ...reading,
      method: "POST",
      path: "/jobs/:job/wait",
      operation: "waitForJob",
      summary: "Show a job once it has ended, or as it is after a time",
      schemas: { params, body: Type.Object({ waitMs: Type.Optional(waitMs) }, closed) },
      replies: { 200: JobSchema },
      waits: true,
      run: (call, { params: { job }, body }) => jobs.waitForJob(call, job, body.waitMs ?? waitMsMax),
    }),
  ];
}

function readingRoutes(jobs: Jobs): Route[] {
  return [
    route({
      ...reading,
      path: "/jobs",
      operation: "listJobs",
      summary: "List the jobs of the packages you may read, and your own, the newest first",
      access: { kind: "signed_in" },
      schemas: { query: JobsQuery },
      replies: {
        200: Type.Object({ items: Type.Array(JobSchema), nextCursor: Type.Optional(Type.String()) }),
      },
      run: (call, { query: { state, ...rest } }) =>
        jobs.listJobs(call, { ...rest, ...(state === undefined ? {} : { states: [state].flat() }) }),
    }),
    route({
      ...reading,
      path: "/jobs/:job",
      operation: "getJob",
      summary: "Show a job, and why it waits if it does",
      schemas: { params },
      replies: { 200: JobSchema },
      run: (call, { params: { job } }) => jobs.getJob(call, job),
    }),
    route({
      ...reading,
      path: "/jobs/:job/history",
      operation: "jobHistory",
      summary: "Every transition of a job: who, when, why",
      schemas: { params },
      replies: { 200: HistorySchema },
      run: async (call, { params: { job } }) => ({ items: await jobs.jobHistory(call, job) }),
    }),
    route({
      ...reading,
      path: "/jobs/:job/late-results",
      operation: "lateResults",
      summary: "Results that came under a lease that was lost: evidence, which changed nothing",
      schemas: { params },
      replies: { 200: itemsOf(LateResultSchema) },
      run: async (call, { params: { job } }) => ({ items: await jobs.lateResults(call, job) }),
    }),
  ];
}

function logRoutes(jobs: Jobs, refreshCall: RefreshCall): Route[] {
  return [
    route({
      ...reading,
      path: "/jobs/:job/logs",
      operation: "jobLogs",
      summary: "Read a job's log from a line on; may wait for more",
      schemas: {
        params,
        query: Type.Object(
          {
            after: Type.Optional(after),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000 })),
            waitMs: Type.Optional(waitMs),
          },
          closed,
        ),
      },
      replies: { 200: LogPageSchema },
      waits: true,
      run: (call, { params: { job }, query }) => jobs.jobLogs(call, job, query),
    }),
    route({
      ...reading,
      path: "/jobs/:job/logs/follow",
      operation: "followLog",
      summary: "Follow a job's log as server-sent events; an event's id is the line to go on after",
      schemas: { params, query: Type.Object({ after: Type.Optional(after) }, closed) },
      replies: { 200: Type.String({ description: "text/event-stream" }) },
      body: "stream",
      waits: true,
      run: async (call, { params: { job }, query, request, reply }) => {
        const lastId = request.headers["last-event-id"];
        const from = typeof lastId === "string" ? Number(lastId) + 1 : (query.after ?? 0);
        const stream = await streamLog(jobs, refreshCall, call, job, from);
        void reply.type("text/event-stream");
        return stream;
      },
    }),
  ];
}

function fileRoutes(jobs: Jobs): Route[] {
  const bytes = Type.String({ format: "binary" });
  const fileParams = Type.Object({
    job: Type.String({ maxLength: 100 }),
    file: Type.String({ maxLength: 100 }),
  });
  return [
    route({
      ...reading,
      path: "/jobs/:job/files",
      operation: "listJobFiles",
      summary: "List the files that a job was given and those it has made",
      schemas: { params },
      replies: { 200: itemsOf(FileSchema) },
      run: async (call, { params: { job } }) => ({ items: await jobs.listJobFiles(call, job) }),
    }),
    route({
      ...reading,
      path: "/jobs/:job/files/:file/content",
      operation: "downloadJobFile",
      summary: "Download a file of a job, or a range of it",
      schemas: { params: fileParams },
      replies: { 200: bytes, 206: bytes },
      body: "stream",
      run: (call, { params: { job, file }, request, reply }) =>
        answerContent({ request, reply }, (range) => jobs.downloadJobFile(call, job, file, { range })),
    }),
  ];
}

function changingRoutes(jobs: Jobs): Route[] {
  return [
    route({
      ...reading,
      method: "POST",
      path: "/jobs/:job/cancel",
      operation: "cancelJob",
      summary: "End a job that is not wanted any more",
      access: { kind: "object", of: "job", right: "update" },
      scope: "jobs:write",
      schemas: { params },
      replies: { 200: JobSchema },
      run: (call, { params: { job } }) => jobs.cancelJob(call, job),
    }),
    route({
      ...reading,
      method: "POST",
      path: "/jobs/:job/retry",
      operation: "retryJob",
      summary: "Submit an ended job anew, as it was",
      access: { kind: "object", of: "job", right: "invoke" },
      scope: "jobs:write",
      schemas: { params },
      replies: { 201: SubmittedSchema },
      run: (call, { params: { job } }) => jobs.retryJob(call, job),
    }),
    route({
      tag: "packages",
      method: "DELETE",
      path: "/packages/:packageName",
      operation: "deletePackage",
      summary: "Delete a package of which no job waits or runs",
      access: { kind: "object", of: "package", right: "delete" },
      scope: "packages:write",
      schemas: { params: Type.Object({ packageName: Type.String({ maxLength: 100 }) }) },
      replies: { 204: Type.Null() },
      run: async (call, { params: { packageName }, reply }) => {
        await jobs.deletePackage(call, packageName);
        return reply.code(204).send();
      },
    }),
  ];
}
