import { api, verb } from "./api.ts";

export interface Principal {
  id: string;
  name: string;
  kind: "user" | "role";
}

const principalsMax = 500;

const principalsApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Whom a right may be given to, the roles first. */
    principals: build.query<Principal[], void>({
      ...verb(async (client) => {
        const [roles, users] = await Promise.all([
          client.listRoles({ limit: principalsMax }),
          client.listUsers({ limit: principalsMax }),
        ]);
        return [
          ...roles.items.map(({ id, name }) => ({ id, name, kind: "role" as const })),
          ...users.items.map(({ id, name }) => ({ id, name, kind: "user" as const })),
        ];
      }),
      providesTags: ["identity"],
    }),
  }),
});

export const { usePrincipalsQuery } = principalsApi;
