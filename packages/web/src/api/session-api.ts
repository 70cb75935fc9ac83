import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";
import { keepCsrfToken } from "./client.ts";

export type WhoAmI = Awaited<ReturnType<Client["whoAmI"]>>;

const sessionApi = api.injectEndpoints({
  endpoints: (build) => ({
    whoAmI: build.query<WhoAmI, void>({
      ...verb((client) => client.whoAmI().then(keepCsrfToken)),
      providesTags: ["session"],
    }),
    signIn: build.mutation<WhoAmI, { name: string; password: string }>({
      ...verb((client, who) => client.signIn(who).then(keepCsrfToken)),
      onQueryStarted: async (_who, { dispatch, queryFulfilled }) => {
        const answer = await queryFulfilled.catch(() => undefined);
        if (answer === undefined) return;
        // What somebody else has seen on this page is not for who comes now.
        dispatch(api.util.resetApiState());
        await dispatch(sessionApi.util.upsertQueryData("whoAmI", undefined, answer.data));
      },
    }),
    signOut: build.mutation<void, void>(verb((client) => client.signOut())),
    usePasswordReset: build.mutation<void, { token: string; password: string }>(
      verb((client, reset) => client.usePasswordReset(reset)),
    ),
  }),
});

export const { useWhoAmIQuery, useSignInMutation, useSignOutMutation, useUsePasswordResetMutation } =
  sessionApi;
