import type { Client } from "@millrace/sdk";
import { api, verb } from "./api.ts";

export type Users = Awaited<ReturnType<Client["listUsers"]>>;
export type User = Users["items"][number];
export type Roles = Awaited<ReturnType<Client["listRoles"]>>;
export type Role = Roles["items"][number];
export type Member = Awaited<ReturnType<Client["listRoleMembers"]>>["items"][number];
export type Token = Awaited<ReturnType<Client["listTokens"]>>["items"][number];
export type MadeToken = Awaited<ReturnType<Client["createToken"]>>;
export type Session = Awaited<ReturnType<Client["listSessions"]>>[number];
export type NewToken = Parameters<Client["createToken"]>[0];
type UserChange = Parameters<Client["updateUser"]>[1];

const listMax = 500;

const people = api.injectEndpoints({
  endpoints: (build) => ({
    users: build.query<Users, { name?: string; cursor?: string }>({
      ...verb((client, query) => client.listUsers({ ...query, limit: 50 })),
      providesTags: ["identity"],
    }),
    createUser: build.mutation<unknown, Parameters<Client["createUser"]>[0]>({
      ...verb((client, user) => client.createUser(user)),
      invalidatesTags: ["identity"],
    }),
    updateUser: build.mutation<unknown, { user: string; change: UserChange }>({
      ...verb((client, { user, change }) => client.updateUser(user, change)),
      invalidatesTags: ["identity"],
    }),
    deleteUser: build.mutation<void, string>({
      ...verb((client, user) => client.deleteUser(user)),
      invalidatesTags: ["identity"],
    }),
    resetPassword: build.mutation<{ token: string; expiresAt: string }, string>(
      verb((client, user) => client.resetPassword(user)),
    ),
    roles: build.query<Role[], void>({
      ...verb((client) => client.listRoles({ limit: listMax }).then(({ items }) => items)),
      providesTags: ["identity"],
    }),
    roleMembers: build.query<Member[], string>({
      ...verb((client, role) => client.listRoleMembers(role, { limit: listMax }).then(({ items }) => items)),
      providesTags: ["identity"],
    }),
    createRole: build.mutation<Role, { name: string; description?: string }>({
      ...verb((client, role) => client.createRole(role)),
      invalidatesTags: ["identity"],
    }),
    deleteRole: build.mutation<void, string>({
      ...verb((client, role) => client.deleteRole(role)),
      invalidatesTags: ["identity"],
    }),
    addMember: build.mutation<void, { role: string; principalId: string }>({
      ...verb((client, { role, principalId }) => client.addRoleMember(role, { principalId })),
      invalidatesTags: ["identity"],
    }),
    removeMember: build.mutation<void, { role: string; principalId: string }>({
      ...verb((client, { role, principalId }) => client.removeRoleMember(role, principalId)),
      invalidatesTags: ["identity"],
    }),
  }),
});

const credentials = api.injectEndpoints({
  endpoints: (build) => ({
    tokens: build.query<Token[], void>({
      ...verb((client) => client.listTokens({ limit: listMax }).then(({ items }) => items)),
      providesTags: ["identity"],
    }),
    /** Its text is shown once, so the store does not keep it longer than the dialog. */
    createToken: build.mutation<MadeToken, NewToken>({
      ...verb((client, token) => client.createToken(token)),
      invalidatesTags: ["identity"],
    }),
    revokeToken: build.mutation<void, string>({
      ...verb((client, token) => client.revokeToken(token)),
      invalidatesTags: ["identity"],
    }),
    sessions: build.query<Session[], void>({
      ...verb((client) => client.listSessions()),
      providesTags: ["identity", "session"],
    }),
    endSession: build.mutation<void, string>({
      ...verb((client, session) => client.endSession(session)),
      invalidatesTags: ["identity"],
    }),
    setPassword: build.mutation<void, { user: string; password: string; oldPassword: string }>({
      ...verb((client, { user, ...change }) => client.setPassword(user, change)),
      invalidatesTags: ["session"],
    }),
  }),
});

export const {
  useUsersQuery,
  useCreateUserMutation,
  useUpdateUserMutation,
  useDeleteUserMutation,
  useResetPasswordMutation,
  useRolesQuery,
  useRoleMembersQuery,
  useCreateRoleMutation,
  useDeleteRoleMutation,
  useAddMemberMutation,
  useRemoveMemberMutation,
} = people;
export const {
  useTokensQuery,
  useCreateTokenMutation,
  useRevokeTokenMutation,
  useSessionsQuery,
  useEndSessionMutation,
  useSetPasswordMutation,
} = credentials;
