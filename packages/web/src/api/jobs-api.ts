import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";
import type { Job, Jobs } from "./overview-api.ts";

export type JobEvent = Awaited<ReturnType<Client["jobHistory"]>>[number];
export type JobFile = Awaited<ReturnType<Client["listJobFiles"]>>[number];

const jobsOfAPage = 50;

const jobsApi = api.injectEndpoints({
  endpoints: (build) => ({
    jobs: build.query<Jobs, { state?: Job["state"][]; package?: string; cursor?: string }>({
      ...verb((client, query) => client.listJobs({ ...query, limit: jobsOfAPage })),
      providesTags: ["jobs"],
    }),
    job: build.query<Job, string>({
      ...verb((client, job) => client.getJob(job)),
      providesTags: ["jobs"],
    }),
    jobHistory: build.query<JobEvent[], string>({
      ...verb((client, job) => client.jobHistory(job)),
      providesTags: ["jobs"],
    }),
    jobFiles: build.query<JobFile[], string>({
      ...verb((client, job) => client.listJobFiles(job)),
      providesTags: ["jobs"],
    }),
    cancelJob: build.mutation<unknown, string>({
      ...verb((client, job) => client.cancelJob(job)),
      invalidatesTags: ["jobs"],
    }),
    retryJob: build.mutation<{ id: string }, string>({
      ...verb((client, job) => client.retryJob(job)),
      invalidatesTags: ["jobs"],
    }),
    submitJob: build.mutation<{ id: string }, Parameters<Client["submitJob"]>[0]>({
      ...verb((client, job) => client.submitJob(job)),
      invalidatesTags: ["jobs"],
    }),
  }),
});

export const {
  useJobsQuery,
  useJobQuery,
  useJobHistoryQuery,
  useJobFilesQuery,
  useCancelJobMutation,
  useRetryJobMutation,
  useSubmitJobMutation,
} = jobsApi;
