import type { Client, Run, RunEntry, RunTask, Workflow } from "@millrace/sdk";
import { api, verb } from "./api.ts";

export type { Run, RunEntry, RunTask, Workflow };
export type WorkflowVersion = Awaited<ReturnType<Client["getWorkflowVersion"]>>;
export type StoredWorkflow = Awaited<ReturnType<Client["storeWorkflow"]>>;
interface Listed<Item> {
  items: Item[];
  nextCursor?: string;
}
export type RunFilter = { workflow?: string; state?: RunEntry["state"][]; cursor?: string; limit?: number };

const linesOfAPage = 50;
/** As many tasks as one page of a run shows. */
export const tasksShown = 500;

const workflowsApi = api.injectEndpoints({
  endpoints: (build) => ({
    workflows: build.query<Listed<Workflow>, { cursor?: string }>({
      ...verb((client, query) => client.listWorkflows({ ...query, limit: linesOfAPage })),
      providesTags: ["workflows"],
    }),
    workflow: build.query<Workflow, string>({
      ...verb((client, workflow) => client.getWorkflow(workflow)),
      providesTags: ["workflows"],
    }),
    workflowVersion: build.query<WorkflowVersion, { workflow: string; version: string }>({
      ...verb((client, { workflow, version }) => client.getWorkflowVersion(workflow, version)),
      providesTags: ["workflows"],
    }),
    storeWorkflow: build.mutation<StoredWorkflow, string>({
      ...verb((client, text) => client.storeWorkflow({ text })),
      invalidatesTags: ["workflows"],
    }),
    deleteWorkflow: build.mutation<unknown, string>({
      ...verb((client, workflow) => client.deleteWorkflow(workflow)),
      invalidatesTags: ["workflows"],
    }),
    startRun: build.mutation<Run, { workflow: string; input: unknown }>({
      ...verb((client, { workflow, input }) => client.startRun(workflow, { input })),
      invalidatesTags: ["runs"],
    }),
    runs: build.query<Listed<RunEntry>, RunFilter>({
      ...verb((client, query) => client.listRuns({ limit: linesOfAPage, ...query })),
      providesTags: ["runs"],
    }),
    run: build.query<Run, string>({
      ...verb((client, run) => client.getRun(run)),
      providesTags: ["runs"],
    }),
    runTasks: build.query<Listed<RunTask>, string>({
      ...verb((client, run) => client.listTasks(run, { limit: tasksShown })),
      providesTags: ["runs"],
    }),
    cancelRun: build.mutation<Run, string>({
      ...verb((client, run) => client.cancelRun(run)),
      invalidatesTags: ["runs"],
    }),
    suspendRun: build.mutation<Run, string>({
      ...verb((client, run) => client.suspendRun(run)),
      invalidatesTags: ["runs"],
    }),
    resumeRun: build.mutation<Run, string>({
      ...verb((client, run) => client.resumeRun(run)),
      invalidatesTags: ["runs"],
    }),
    rerunRun: build.mutation<Run, { run: string; from?: string }>({
      ...verb((client, { run, ...where }) => client.rerunRun(run, where)),
      invalidatesTags: ["runs"],
    }),
  }),
});

export const {
  useWorkflowsQuery,
  useWorkflowQuery,
  useWorkflowVersionQuery,
  useStoreWorkflowMutation,
  useDeleteWorkflowMutation,
  useStartRunMutation,
  useRunsQuery,
  useRunQuery,
  useRunTasksQuery,
  useCancelRunMutation,
  useSuspendRunMutation,
  useResumeRunMutation,
  useRerunRunMutation,
} = workflowsApi;
