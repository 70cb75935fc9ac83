import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";

export type RunnerDetails = Awaited<ReturnType<Client["getRunner"]>>;
export type EnrolmentToken = Awaited<ReturnType<Client["createEnrolmentToken"]>>;
type NewEnrolmentToken = NonNullable<Parameters<Client["createEnrolmentToken"]>[0]>;

const runnersApi = api.injectEndpoints({
  endpoints: (build) => ({
    runner: build.query<RunnerDetails, string>({
      ...verb((client, runner) => client.getRunner(runner)),
      providesTags: ["runners"],
    }),
    /** Its token is shown once, so the store does not keep it longer than the dialog. */
    createEnrolmentToken: build.mutation<EnrolmentToken, NewEnrolmentToken>({
      ...verb((client, wanted) => client.createEnrolmentToken(wanted)),
      invalidatesTags: ["runners"],
    }),
    changeRunner: build.mutation<
      void,
      { runner: string; act: "blockRunner" | "unblockRunner" | "drainRunner" }
    >({
      ...verb((client, { runner, act }) => client[act](runner).then(() => undefined)),
      invalidatesTags: ["runners"],
    }),
    updateRunner: build.mutation<
      RunnerDetails,
      { runner: string; change: Parameters<Client["updateRunner"]>[1] }
    >({
      ...verb((client, { runner, change }) => client.updateRunner(runner, change)),
      invalidatesTags: ["runners"],
    }),
    deleteRunner: build.mutation<void, string>({
      ...verb((client, runner) => client.deleteRunner(runner)),
      invalidatesTags: ["runners"],
    }),
  }),
});

export const {
  useRunnerQuery,
  useCreateEnrolmentTokenMutation,
  useChangeRunnerMutation,
  useUpdateRunnerMutation,
  useDeleteRunnerMutation,
} = runnersApi;
