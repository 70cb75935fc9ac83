import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";

export type QueueStats = Awaited<ReturnType<Client["listQueueStats"]>>["items"][number];
export type Jobs = Awaited<ReturnType<Client["listJobs"]>>;
export type Job = Jobs["items"][number];
export type Runner = Awaited<ReturnType<Client["listRunners"]>>["items"][number];

/** More than anybody reads at one sight; the lists themselves are paged. */
const overviewMax = 500;

const overviewApi = api.injectEndpoints({
  endpoints: (build) => ({
    queueStats: build.query<QueueStats[], void>({
      ...verb((client) => client.listQueueStats({ limit: overviewMax }).then(({ items }) => items)),
      providesTags: ["queues", "work_items"],
    }),
    jobsIn: build.query<Jobs, { state: Job["state"][]; limit: number }>({
      ...verb((client, query) => client.listJobs(query)),
      providesTags: ["jobs"],
    }),
    allRunners: build.query<Runner[], void>({
      ...verb((client) => client.listRunners({ limit: overviewMax }).then(({ items }) => items)),
      providesTags: ["runners"],
    }),
  }),
});

export const { useQueueStatsQuery, useJobsInQuery, useAllRunnersQuery } = overviewApi;
